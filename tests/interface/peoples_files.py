# ruff: noqa: E501, RUF005
"""Files as people of many countries have them, each with the right reading stated by hand.

The table is invented; no Games had it. Every file is drawn here from `RIGHT`, in a notation of its own; what may be said of
it (`doubts`), or that it must be refused and with which words (`refused`), was written down before it was imported.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

EVENTS = ("men-500", "men-1000", "men-1500", "men-relay", "women-500", "women-1000", "women-1500", "women-relay")
COLUMNS = (*EVENTS, "athletes")
NOCS = ("AUS", "CAN", "CHN", "GBR", "ITA", "JPN", "KOR", "NED", "RUS", "USA")
NUMBERS = (
    (1, 2, 0, 0, 0, 1, 1, 0, 3),
    (3, 3, 3, 1, 3, 2, 3, 1, 10),
    (3, 2, 3, 1, 3, 3, 3, 1, 10),
    (1, 1, 1, 0, 2, 1, 0, 0, 3),
    (2, 2, 1, 1, 3, 3, 2, 1, 10),
    (2, 1, 2, 0, 1, 1, 3, 0, 5),
    (2, 3, 3, 1, 3, 3, 3, 1, 10),
    (3, 3, 2, 1, 0, 1, 1, 0, 6),
    (1, 1, 2, 1, 2, 1, 3, 1, 10),
    (1, 3, 3, 0, 1, 2, 1, 0, 5),
)
RIGHT = {noc: dict(zip(COLUMNS, row, strict=True)) for noc, row in zip(NOCS, NUMBERS, strict=True)}
SUMS = [sum(row[column] for row in RIGHT.values()) for column in COLUMNS]

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class File:
    """A file, the cells that it says, and what must be said of it."""

    name: str
    data: bytes
    right: Mapping[str, Mapping[str, int | None]]
    doubts: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    columns: str = ""


FILES: dict[str, Callable[[], File]] = {}


def file(
    name: str,
    *,
    doubts: Sequence[str] = (),
    refused: Sequence[str] = (),
    columns: str = "",
    **changes: Mapping[str, int | None],
) -> Callable[[Callable[[], str | bytes]], Callable[[], str | bytes]]:
    """Keep a function that draws a file; `changes` are cells that it says otherwise than `RIGHT`, by NOC; None is `?`."""

    def keep(draw: Callable[[], str | bytes]) -> Callable[[], str | bytes]:
        def made() -> File:
            drawn = draw()
            data = drawn.encode() if isinstance(drawn, str) else drawn
            right = {noc: {**row, **changes.get(noc, {})} for noc, row in RIGHT.items()}
            return File(name, data, right, tuple(doubts), tuple(refused), columns)

        assert name not in FILES
        FILES[name] = made
        return draw

    return keep


ENGLISH = (
    "Australia",
    "Canada",
    "China",
    "Great Britain",
    "Italy",
    "Japan",
    "South Korea",
    "Netherlands",
    "Russia",
    "United States",
)
HEADER = [
    "Nation",
    *(f"{g} {d}" for g in ("Men's", "Women's") for d in ("500 m", "1000 m", "1500 m", "relay")),
    "Athletes",
]


def body(
    names: Sequence[str] = ENGLISH,
    mark: str = "1",
    empty: str = "0",
    number: Callable[[int], str] = str,
    columns: Sequence[str] = COLUMNS,
) -> list[list[str]]:
    """The rows of the table, with a name, and each number in a notation."""
    return [
        [name, *(empty if not row[c] else mark if "relay" in c else number(row[c]) for c in columns)]
        for name, row in zip(names, RIGHT.values(), strict=True)
    ]


def csv_of(rows: Rows, separator: str = ",") -> str:
    def shown(cell: object) -> str:
        text = str(cell)
        return f'"{text}"' if separator in text or "\n" in text else text

    return "".join(separator.join(shown(cell) for cell in row) + "\n" for row in rows)


def html_of(rows: Rows, tag: str = "td", above: str = "<h1>Short track 2014</h1>") -> str:
    lines = "".join(f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in row)}</tr>\n" for row in rows)
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{above}<table>\n{lines}</table></body></html>"


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def workbook(*sheets: tuple[str, Rows]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([int(c) if isinstance(c, str) and c.isdigit() else c for c in row])
    return book


# Languages ----------------------------------------

HUNGARIAN = (
    "Ausztrália",
    "Kanada",
    "Kína",
    "Nagy-Britannia",
    "Olaszország",
    "Japán",
    "Dél-Korea",
    "Hollandia",
    "Oroszország",
    "Egyesült Államok",
)
JAPANESE = (
    "オーストラリア",
    "カナダ",
    "中国",
    "イギリス",
    "イタリア",
    "日本",
    "韓国",
    "オランダ",
    "ロシア",
    "アメリカ",
)
CHINESE = ("澳大利亚", "加拿大", "中国", "英国", "意大利", "日本", "韩国", "荷兰", "俄罗斯", "美国")
KOREAN = ("호주", "캐나다", "중국", "영국", "이탈리아", "일본", "대한민국", "네덜란드", "러시아", "미국")
RUSSIAN = (
    "Австралия",
    "Канада",
    "Китай",
    "Великобритания",
    "Италия",
    "Япония",
    "Республика Корея",
    "Нидерланды",
    "Россия",
    "США",
)
POLISH = (
    "Australia",
    "Kanada",
    "Chiny",
    "Wielka Brytania",
    "Włochy",
    "Japonia",
    "Korea Południowa",
    "Holandia",
    "Rosja",
    "Stany Zjednoczone",
)
CZECH = (
    "Austrálie",
    "Kanada",
    "Čína",
    "Velká Británie",
    "Itálie",
    "Japonsko",
    "Jižní Korea",
    "Nizozemsko",
    "Rusko",
    "Spojené státy",
)
SWEDISH = (
    "Australien",
    "Kanada",
    "Kina",
    "Storbritannien",
    "Italien",
    "Japan",
    "Sydkorea",
    "Nederländerna",
    "Ryssland",
    "USA",
)


@file("rovidpalyas-kvotak.xlsx")
def hungarian_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Kvóták"
    sheet.append(["Rövidpályás gyorskorcsolya – olimpiai kvóták 2014"])
    sheet.append([])
    sheet.append(["Ország", "Férfiak", None, None, None, "Nők", None, None, None, "Összesen"])
    sheet.append([None, "500 m", "1000 m", "1500 m", "váltó", "500 m", "1000 m", "1500 m", "váltó", None])
    for row in body(HUNGARIAN, empty=""):
        sheet.append([int(c) if c.isdigit() else c or None for c in row])
    sheet.append(["Mindösszesen", *SUMS])
    for merged in ("A1:J1", "A3:A4", "B3:E3", "F3:I3", "J3:J4"):
        sheet.merge_cells(merged)
    for row in sheet.iter_rows(min_row=3, max_row=4):
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFC6E0B4")
            cell.font = Font(bold=True)
    for cell in sheet[13]:
        cell.fill = PatternFill("solid", fgColor="FFFFE699")
    return saved(book)


@file("skate-jp.html")
def japanese_page() -> str:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    header = [
        "国・地域",
        *(f"{g}<br>{d}" for g in ("男子", "女子") for d in ("５００ｍ", "１０００ｍ", "１５００ｍ", "リレー")),
        "合計<br>（人）",
    ]
    return html_of(
        [header, *([r[0], *(c.translate(wide) for c in r[1:])] for r in body(JAPANESE))],
        above="<h1>ショートトラック　出場枠　2014年</h1>",
    )


@file("chinese.html")
def chinese_page() -> str:
    head = (
        "<tr><th rowspan=2>代表团</th><th colspan=4>男子</th><th colspan=4>女子</th><th rowspan=2>运动员总数</th></tr>"
        "<tr><th>男子500米<th>男子1000米<th>男子1500米<th>男子5000米接力<th>女子500米<th>女子1000米<th>女子1500米<th>女子3000米接力</tr>"
    )
    lines = "".join(f"<tr><td>{'<td>'.join(row)}</tr>" for row in body(CHINESE, mark="√", empty="—"))
    return f"<h1>2014年冬季奥运会短道速滑资格</h1><table>{head}{lines}<tr><td>总计<td>{'<td>'.join(map(str, SUMS))}</tr></table>"


@file("korean.tsv")
def korean_table() -> str:
    header = [
        "국가",
        *(
            f"{g}{d}"
            for g in ("남자 ", "여자 ")
            for d in ("500m", "1000m", "1500m", "5000m 계주" if "남" in g else "3000m 계주")
        ),
        "총 인원",
    ]
    return csv_of([header, *body(KOREAN, mark="○")], "\t")


@file("russian.wiki")
def russian_wiki() -> str:
    flags = [f"{{{{Флаг|{name}}}}} [[{name}]]" for name in RUSSIAN]
    lines = "\n".join("|-\n| " + " || ".join(row) for row in body(flags, mark="{{да}}", empty=""))
    head = (
        '! rowspan="2" | Страна\n! colspan="4" | Мужчины\n! colspan="4" | Женщины\n! rowspan="2" | Всего\n|-\n'
        "! 500 м !! 1000 м !! 1500 м !! Эстафета !! 500 м !! 1000 м !! 1500 м !! Эстафета"
    )
    total = "|-\n! Итого !! " + " !! ".join(map(str, SUMS))
    return f'== Шорт-трек на зимних Олимпийских играх 2014 ==\n{{| class="wikitable"\n{head}\n{lines}\n{total}\n|}}\n'


POLISH_HEADER = [
    "Państwo",
    *(f"{d} {g}" for g in ("mężczyzn", "kobiet") for d in ("500 m", "1000 m", "1500 m", "sztafeta")),
    "Łącznie",
]


@file("polska-cp1250.csv", doubts=["taken for Windows-1250"])
def polish_code_page() -> bytes:
    return csv_of([POLISH_HEADER, *body(POLISH, number=lambda n: f"{n},0")], ";").encode("cp1250")


@file("polska-bom.csv")
def polish_bom() -> bytes:
    return csv_of([POLISH_HEADER, *body(POLISH, mark="1,00", empty="0,00", number=lambda n: f"{n},00")], ";").encode(
        "utf-8-sig"
    )


@file("russian-cp1251.csv", doubts=["taken for Windows-1251"])
def russian_code_page() -> bytes:
    header = [
        "Страна",
        *(f"{g}, {d}" for g in ("Мужчины", "Женщины") for d in ("500 м", "1000 м", "1500 м", "эстафета")),
        "Спортсмены",
    ]
    return csv_of([header, *body(RUSSIAN)], ";").encode("cp1251")


@file("japanese-shift-jis.csv", doubts=["taken for Shift-JIS"])
def japanese_code_page() -> bytes:
    header = ["国名", *(f"{g}{d}" for g in ("男子", "女子") for d in ("500m", "1000m", "1500m", "リレー")), "人数"]
    return csv_of([header, *body(JAPANESE)]).encode("cp932")


@file("chinese-gbk.csv", doubts=["taken for GB 18030"])
def chinese_code_page() -> bytes:
    header = ["国家", *(f"{g}{d}" for g in ("男子", "女子") for d in ("500米", "1000米", "1500米", "接力")), "人数"]
    return csv_of([header, *body(CHINESE)]).encode("gb18030")


@file("korean-cp949.csv", doubts=["taken for EUC-KR"])
def korean_code_page() -> bytes:
    header = ["국가", *(f"{g} {d}" for g in ("남자", "여자") for d in ("500m", "1000m", "1500m", "계주")), "인원"]
    return csv_of([header, *body(KOREAN)]).encode("cp949")


@file("cesky.csv")
def czech_table() -> str:
    header = [
        "Země",
        *(f"{g} {d}" for g in ("Muži", "Ženy") for d in ("500 m", "1000 m", "1500 m", "štafeta")),
        "Závodníci",
    ]
    return csv_of([header, *body(CZECH), ["Celkem", *SUMS]], ";")


@file("svensk.txt")
def swedish_table() -> str:
    header = [
        "Land",
        *(f"{g} {d}" for g in ("Herrar", "Damer") for d in ("500 m", "1 000 m", "1 500 m", "stafett")),
        "Åkare",
    ]
    return "\n".join("\t".join(map(str, row)) for row in [header, *body(SWEDISH), ["Totalt", *SUMS]]) + "\n"


LANGUAGES: dict[str, tuple[str, tuple[str, str], str, str, str]] = {
    "da": ("Land", ("Herrer", "Kvinder"), "stafet", "Løbere", "I alt"),
    "nb": ("Nasjon", ("Menn", "Kvinner"), "stafett", "Utøvere", "Totalt"),
    "fi": ("Maa", ("Miehet", "Naiset"), "viesti", "Urheilijat", "Yhteensä"),
    "pt": ("País", ("Masculino", "Feminino"), "revezamento", "Atletas", "Total"),
    "tr": ("Ülke", ("Erkekler", "Kadınlar"), "bayrak", "Sporcular", "Toplam"),
    "uk": ("Країна", ("Чоловіки", "Жінки"), "естафета", "Спортсмени", "Усього"),
    "sk": ("Krajina", ("Muži", "Ženy"), "štafeta", "Pretekári", "Spolu"),
    "ro": ("Țara", ("Masculin", "Feminin"), "ștafetă", "Sportivi", "Total"),
    "hr": ("Zemlja", ("Muškarci", "Žene"), "štafeta", "Natjecatelji", "Ukupno"),
    "lv": ("Valsts", ("Vīrieši", "Sievietes"), "stafete", "Sportisti", "Kopā"),
    "lt": ("Šalis", ("Vyrai", "Moterys"), "estafetė", "Sportininkai", "Iš viso"),
    "et": ("Riik", ("Mehed", "Naised"), "teatejooks", "Sportlased", "Kokku"),
    "bg": ("Държава", ("Мъже", "Жени"), "щафета", "Състезатели", "Общо"),
    "sl": ("Država", ("Moški", "Ženske"), "štafeta", "Tekmovalci", "Skupaj"),
    "el": ("Χώρα", ("Άνδρες", "Γυναίκες"), "σκυταλοδρομία", "Αθλητές", "Σύνολο"),
}


def _language(code: str) -> None:
    noc, genders, relay, athletes, total = LANGUAGES[code]

    @file(f"language-{code}.csv")
    def drawn() -> str:
        import pycountry
        from babel import Locale

        iso = {"GBR": "GB", "NED": "NL"}
        names = [Locale.parse(code).territories[iso.get(n) or pycountry.countries.get(alpha_3=n).alpha_2] for n in NOCS]
        header = [noc, *(f"{g} {d}" for g in genders for d in ("500 m", "1000 m", "1500 m", relay)), athletes]
        return csv_of([header, *body(names), [total, *SUMS]], ";")


for _code in LANGUAGES:
    _language(_code)


# Pages ----------------------------------------


@file("excel-web-page.htm")
def excel_web_page() -> bytes:
    """As Excel saves a sheet: measuring row, conditional comments, spaces for emphasis, a code page."""
    header = "".join(f"<td class=xl65 style='border-left:none'>{cell}</td>" for cell in HEADER[1:])
    blank = "<span style='mso-spacerun:yes'>&nbsp;</span>"
    lines = "".join(
        f" <tr height=20 style='height:15.0pt'>\n  <td height=20 class=xl66 style='height:15.0pt'>{row[0]}</td>"
        + "".join(f"<td class=xl67 align=right x:num>{blank if c == '0' else c}</td>" for c in row[1:])
        + "</tr>\n"
        for row in body()
    )
    page = f"""<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta http-equiv=Content-Type content="text/html; charset=windows-1252"><meta name=ProgId content=Excel.Sheet>
<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>Quotas</x:Name></x:ExcelWorksheet>
</x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--><style><!--table {{mso-displayed-decimal-separator:"\\.";}} --></style></head>
<body link=blue vlink=purple><table border=0 cellpadding=0 cellspacing=0 width=640 style='border-collapse:collapse'>
 <col width=64 span=10 style='width:48pt'>
 <tr height=20><td colspan=10 height=20 class=xl68>Short track – quota places 2014</td></tr>
 <tr height=20 style='height:15.0pt'><td height=20 class=xl65>Nation</td>{header}</tr>
{lines} <![if supportMisalignedColumns]>
 <tr height=0 style='display:none'><td width=64 style='width:48pt'></td></tr>
 <![endif]></table></body></html>"""
    return page.encode("cp1252")


@file("excel-frameset.htm", refused=["sheet001.htm"])
def excel_frameset() -> str:
    return (
        '<html><head><title>Quotas</title></head><frameset rows="*,39"><frame src="quotas_files/sheet001.htm" name="frSheet">'
        '<frame src="quotas_files/tabstrip.htm"></frameset></html>'
    )


@file("pre.html")
def preformatted() -> str:
    lines = "\n".join(" ".join([row[0].ljust(15), *(c.rjust(7) for c in row[1:])]) for row in body())
    head1 = " " * 16 + "Men".ljust(32) + "Women"
    head2 = " ".join(
        ["Nation".ljust(15), *(c.rjust(7) for c in ("500 m", "1000 m", "1500 m", "Relay") * 2), "Athletes"]
    )
    return f"<html><body><h1>Short track 2014</h1><pre>\n{head1}\n{head2}\n{lines}\n</pre></body></html>"


@file("roles.html")
def divs_with_roles() -> str:
    def line(row: Sequence[str], role: str) -> str:
        return f"<div role=row>{''.join(f'<span role={role}>{c}</span>' for c in row)}</div>"

    return f"<h1>Short track 2014</h1><div role=table aria-label=Quotas>{line(HEADER, 'columnheader')}{''.join(line(r, 'cell') for r in body())}</div>"


@file("divs.html")
def divs_without_roles() -> str:
    def line(row: Sequence[str]) -> str:
        return f"<div class='tr'>{''.join(f'<div class=td>{c}</div>' for c in row)}</div>"

    style = "<style>.table{display:table}.tr{display:table-row}.td{display:table-cell}</style>"
    return f"<html><head>{style}</head><body><h1>Short track 2014</h1><div class='table'>{''.join(map(line, [HEADER, *body()]))}</div></body></html>"


@file("list.html", refused=["no table of the page"])
def lists_only() -> str:
    return "<h1>Short track 2014</h1><ul>" + "".join(f"<li>{r[0]}: {', '.join(r[1:])}</li>" for r in body()) + "</ul>"


@file("foot-first.html")
def footer_before_body() -> str:
    def line(row: Sequence[object]) -> str:
        return f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>"

    return (
        f"<h1>Short track 2014</h1><table><thead>{line(HEADER)}</thead><tfoot>{line(['Total', *SUMS])}</tfoot>"
        f"<tbody>{''.join(map(line, body()))}</tbody></table>"
    )


@file("pictures.html")
def pictures_with_and_without_text() -> str:
    marks = "<img src='/i/ok.png' alt='Yes'>"
    names = [f"<img src='/flags/{noc.lower()}.png' alt=''> {name}" for noc, name in zip(NOCS, ENGLISH, strict=True)]
    return html_of([HEADER, *body(names, mark=marks, empty="")])


@file("pictures-without-text.html", refused=["ok.png", "CAN", "men-relay"])
def pictures_without_text() -> str:
    return html_of([HEADER, *body(mark="<img src='/i/ok.png'>", empty="")])


@file("nested.html")
def a_table_in_a_cell() -> str:
    inner = html_of([HEADER, *body()]).partition("<table>")[2].partition("</table>")[0]
    return f"<h1>Short track 2014</h1><table><tr><td>Menu<td><table>{inner}</table></tr></table>"


@file("beside.html", doubts=["(H)"])
def hosts_in_bold_with_links() -> str:
    names = [
        f"<a href='#' title='{n} at the 2014 Winter Olympics'>{n}</a>&nbsp;<span>({c})</span>"
        for n, c in zip(ENGLISH, NOCS, strict=True)
    ]
    names[8] = "<b>Russia</b> (H)"
    return html_of([HEADER, *body(names, number=lambda n: f"<b>{n}</b>" if n == 3 else str(n))])


@file("footnotes.html", doubts=["† at '3'", "[1] at 'Canada'"], AUS={"men-500": 1})
def footnotes_of_all_kinds() -> str:
    rows = body()
    rows[1][0], rows[2][0], rows[4][0], rows[5][0] = "Canada<sup>[1]</sup>", "China*", "Italy†", "Japan¹"
    rows[1][1], rows[1][2], rows[1][3], rows[2][1] = "3†", "3<sup>a</sup>", "3[b]", "3¹"
    return html_of([HEADER, *rows])


@file("declined.html", doubts=["struck"], CAN={"men-500": 2}, JPN={"men-1000": 1})
def struck_and_reallocated() -> str:
    rows = body()
    rows[1][1], rows[5][2] = "<s>3</s> 2", "(1)"
    return html_of([HEADER, *rows])


@file("stacked-genders.html")
def a_section_per_gender() -> str:
    short = ["Nation", "500 m", "1000 m", "1500 m", "Relay", "Athletes"]
    men = [[*r[:5], str(_own(noc, "men"))] for noc, r in zip(NOCS, body(), strict=True)]
    women = [[r[0], *r[5:9], str(_own(noc, "women"))] for noc, r in zip(NOCS, body(), strict=True)]
    line = "<tr><td colspan=6><b>{}</b></td></tr>".format

    def rows(of: Rows) -> str:
        return "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in of)

    return (
        f"<h1>Short track 2014</h1><table>{rows([short])}{line('Men')}{rows(men)}{line('Women')}{rows(women)}</table>"
    )


def _own(noc: str, gender: str) -> int:
    """The athletes of a gender, by hand: a relay is five, else the most places over one distance."""
    row = RIGHT[noc]
    return 5 if row[f"{gender}-relay"] else max(row[f"{gender}-{d}"] for d in (500, 1000, 1500))


@file("row-per-gender.csv")
def a_row_per_gender() -> str:
    rows: list[list[object]] = [["NOC", "Gender", "500m", "1000m", "1500m", "Relay", "Athletes"]]
    for noc, row in zip(NOCS, body(), strict=True):
        rows += [[noc, "M", *row[1:5], _own(noc, "men")], [noc, "W", *row[5:9], _own(noc, "women")]]
    return csv_of(rows)


# Text ----------------------------------------


@file("pdf-with-dashes.txt")
def columns_by_blanks() -> str:
    lines = [" ".join([r[0].ljust(16), *(c.rjust(8) for c in r[1:])]) for r in body(empty="-")]
    head = " ".join(
        [
            "Nation".ljust(16),
            *(f"{g} {d}".rjust(8) for g in "MW" for d in ("500", "1000", "1500", "Relay")),
            "Athletes".rjust(8),
        ]
    )
    return "Short track 2014 - qualification\n\n" + "\n".join([head, *lines]) + "\n"


@file("pdf-with-gaps.txt")
def columns_by_blanks_with_empty_cells() -> str:
    lines = [" ".join([r[0].ljust(16), *(c.rjust(8) for c in r[1:])]) for r in body(empty="")]
    head = " ".join(
        [
            "Nation".ljust(16),
            *(f"{g} {d}".rjust(8) for g in "MW" for d in ("500", "1000", "1500", "Relay")),
            "Athletes".rjust(8),
        ]
    )
    return "Short track 2014 - qualification\n\n" + "\n".join([head, *lines]) + "\n"


@file("two-pages.txt")
def a_table_over_two_pages() -> str:
    rows = body(empty="-")
    lines = [" ".join([r[0].ljust(16), *(c.rjust(8) for c in r[1:])]) for r in rows]
    head = " ".join(
        [
            "Nation".ljust(16),
            *(f"{g} {d}".rjust(8) for g in "MW" for d in ("500", "1000", "1500", "Relay")),
            "Athletes".rjust(8),
        ]
    )
    first, second = "\n".join([head, *lines[:6]]), "\n".join([head, *lines[6:]])
    return f"Short track 2014 - qualification\n\n{first}\n\nPage 1 of 2\n\f\nShort track 2014 - qualification\n\n{second}\n\nPage 2 of 2\n"


@file("single-blanks.txt", refused=["row", "blank|column"])
def one_blank_between_cells() -> str:
    return "Short track 2014\n\n" + "\n".join(
        " ".join(r)
        for r in [
            ["Nation", "M500", "M1000", "M1500", "MRelay", "W500", "W1000", "W1500", "WRelay", "Athletes"],
            *body(),
        ]
    )


@file("forum.md")
def markdown_of_a_forum() -> str:
    rows = body(mark=":heavy_check_mark:", empty="")
    head = [
        "Nation",
        *(f"**{g} {d}**" for g in ("Men", "Women") for d in ("500", "1000", "1500", "Relay")),
        "Total athletes",
    ]
    return (
        "Hi all, here is what I have for 2014:\n\n"
        + "\n".join(f"| {' | '.join(r)} |" for r in [head, [":--", *[":-:"] * 9], *rows])
        + "\n\nCheers!\n"
    )


@file("org.txt")
def org_mode() -> str:
    lines = [f"| {' | '.join(map(str, r))} |" for r in [HEADER, *body(), ["Total", *SUMS]]]
    rule = "|" + "+".join(["---"] * 10) + "|"
    return "* Short track 2014\n\n" + "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"


@file("psql.txt")
def of_a_data_base() -> str:
    lines = [
        " " + " | ".join(c.ljust(12) for c in row)
        for row in [["noc", *(c.replace("-", "_") for c in COLUMNS)], *body(NOCS)]
    ]
    return "\n".join([lines[0], "+".join(["-" * 14] * 10), *lines[1:]]) + "\n(10 rows)\n"


@file("box.txt")
def drawn_in_boxes() -> str:
    def line(row: Sequence[str]) -> str:
        return "│" + "│".join(f" {c.ljust(14)} " for c in row) + "│"

    def rule(left: str, middle: str, right: str) -> str:
        return left + middle.join(["─" * 16] * 10) + right

    return (
        "\n".join([rule("┌", "┬", "┐"), line(HEADER), rule("├", "┼", "┤"), *map(line, body()), rule("└", "┴", "┘")])
        + "\n"
    )


@file("table.rst")
def restructured_text() -> str:
    rule = "+" + "+".join(["-" * 16] * 10) + "+"
    lines = ["|" + "|".join(f" {c.ljust(14)} " for c in row) + "|" for row in [HEADER, *body()]]
    return (
        "\n".join([rule, lines[0], rule.replace("-", "="), *(part for one in lines[1:] for part in (one, rule))]) + "\n"
    )


@file("table.tex", refused=["save its table as CSV"])
def latex_table() -> str:
    lines = " \\\\\n".join(" & ".join(row) for row in [HEADER, *body()])
    return f"\\begin{{tabular}}{{lrrrrrrrrr}}\n\\hline\n{lines} \\\\\n\\hline\n\\end{{tabular}}\n"


@file("bbcode.txt")
def forum_code() -> str:
    lines = "\n".join("[tr]" + "".join(f"[td]{c}[/td]" for c in row) + "[/tr]" for row in [HEADER, *body()])
    return f"[b]Short track 2014[/b]\n[table]\n{lines}\n[/table]\n"


@file("records.json")
def json_records() -> str:
    return json.dumps([dict(zip(HEADER, [r[0], *map(int, r[1:])], strict=True)) for r in body()], indent=1)


@file("by-noc.json")
def json_by_noc() -> str:
    return json.dumps({noc: dict(row) for noc, row in RIGHT.items()})


@file("within.json")
def json_with_a_table_inside() -> str:
    rows = [
        {"noc": noc, "athletes": row["athletes"], "places": {e: row[e] for e in EVENTS if row[e]}}
        for noc, row in RIGHT.items()
    ]
    return json.dumps({"title": "Short track 2014", "updated": "2014-01-20", "data": rows})


@file("clipboard.tsv")
def clipboard() -> str:
    head = [
        "Nation",
        *(f'"{g}\n{d}"' for g in ("Men", "Women") for d in ("500 m", "1000 m", "1500 m", "Relay")),
        "Athletes",
    ]
    return "\r\n".join("\t".join(row) for row in [head, *body()]) + "\r\n"


# Notations ----------------------------------------


@file("dashes.csv")
def dashes_of_all_kinds() -> str:
    rows, dashes = body(empty="_"), list("-–—−‐‑‒―─－ー") + ["", "0", "--", "---", "\u2012", "n/a", "\u00a0", "\u2009"]
    number = 0
    for row in rows:
        for at, cell in enumerate(row):
            if cell == "_":
                row[at] = dashes[number % len(dashes)]
                number += 1
    return csv_of([HEADER, *rows])


@file("invisible.csv")
def characters_that_nobody_sees() -> str:
    rows = body()
    unseen = [
        "\u00a0{}",
        "{}\u2009",
        "\u200e{}",
        "{}\u200f",
        "\u200b{}",
        "{}\u202f",
        "\u2066{}\u2069",
        "{}\ufeff",
        "{}\u00ad",
    ]
    rows = [[unseen[n % 9].format(c) if c != "0" else c for n, c in enumerate(row, at)] for at, row in enumerate(rows)]
    head = [unseen[n % 9].format(c.replace(" ", "\u00a0")) for n, c in enumerate(HEADER)]
    return csv_of([head, *rows])


@file("repeated-headers.csv")
def header_rows_amid_data() -> str:
    rows = body()
    return csv_of([HEADER, *rows[:4], HEADER, *rows[4:8], HEADER, *rows[8:]])


@file("ranked-names.csv")
def ranks_ahead_of_names() -> str:
    ranks = ["1.", "2", "=3", "T3", "5)", "6 -", "7", "#8", "9.", "10."]
    return csv_of([HEADER, *([f"{rank} {r[0]}", *r[1:]] for rank, r in zip(ranks, body(), strict=True))])


@file("rank-column.csv")
def a_column_of_ranks() -> str:
    return csv_of([["Rank", *HEADER], *([str(n), *r] for n, r in enumerate(body(), 1))])


@file("flags-and-names.csv")
def flags_and_local_names() -> str:
    two = ("AU", "CA", "CN", "GB", "IT", "JP", "KR", "NL", "RU", "US")
    flags = ["".join(chr(0x1F1E6 + ord(c) - 65) for c in code) for code in two]
    return csv_of([HEADER, *body([f"{f} {n} ({c})" for f, n, c in zip(flags, RUSSIAN, NOCS, strict=True)])])


@file("glued-name-and-number.csv", refused=["USA 3"])
def glued_cells() -> str:
    rows = body()
    rows[9] = ["USA", "1", "USA 3", *rows[9][3:]]
    return csv_of([HEADER, *rows])


@file("glued-to-the-name.txt", refused=["Nation–Men's 500 m"])
def a_number_glued_to_the_name() -> str:
    rows = [[f"{r[0]}–{r[1]}", *r[2:]] for r in body()]
    return "\n".join("\t".join(r) for r in [["Nation–Men's 500 m", *HEADER[2:]], *rows])


@file("added-up.csv", refused=["3+1", "CHN|China", "men-500"])
def a_sum_in_a_cell() -> str:
    rows = body()
    rows[2][1] = "3+1"
    return csv_of([HEADER, *rows])


@file("crosses-per-place.csv", doubts=["x x x"])
def a_cross_per_place() -> str:
    return csv_of([HEADER, *([r[0], *(" ".join("x" * int(c)) for c in r[1:9]), r[9]] for r in body())])


@file("dots-per-place.csv", doubts=["●●●"])
def a_dot_per_place() -> str:
    return csv_of([HEADER, *([r[0], *("●" * int(c) for c in r[1:9]), r[9]] for r in body())])


@file("roman.csv", doubts=["III"])
def roman_numbers() -> str:
    return csv_of([HEADER, *([r[0], *("I" * int(c) for c in r[1:9]), r[9]] for r in body())])


@file("oui-non.csv")
def yes_and_no() -> str:
    return csv_of([["Pays", *HEADER[1:]], *body(mark="oui", empty="non")])


@file("number-with-former.csv", refused=["3 (2)", "men-500"])
def a_number_in_brackets_behind() -> str:
    rows = body()
    rows[1][1] = "3 (2)"
    return csv_of([HEADER, *rows])


@file("unknown.csv", doubts=["GBR women-500 'TBD'"], GBR={"women-500": None})
def to_be_determined() -> str:
    rows = body()
    rows[3][5] = "TBD"
    return csv_of([HEADER, *rows])


@file("percent.csv", refused=["3%"])
def percent() -> str:
    rows = body()
    rows[1][1] = "3%"
    return csv_of([HEADER, *rows])


# Names in cells ----------------------------------------


@file("nocs-per-event.csv", doubts=["a number beside an NOC"])
def nocs_in_a_cell_per_event() -> str:
    rows: list[list[str]] = [["Event", "NOCs"]]
    for event, label in zip(EVENTS, HEADER[1:9], strict=True):
        rows.append(
            [label, ", ".join(f"{noc} ({r[event]})" if r[event] > 1 else noc for noc, r in RIGHT.items() if r[event])]
        )
    return csv_of(rows)


@file("nocs-per-event.html", doubts=["a number beside an NOC"])
def nocs_per_event_in_lines() -> str:
    rows: list[list[str]] = [["Épreuve", "Pays qualifiés"]]
    names = (
        "500 m hommes",
        "1000 m hommes",
        "1500 m hommes",
        "relais hommes",
        "500 m femmes",
        "1000 m femmes",
        "1500 m femmes",
        "relais femmes",
    )
    french = (
        "Australie",
        "Canada",
        "Chine",
        "Grande-Bretagne",
        "Italie",
        "Japon",
        "Corée du Sud",
        "Pays-Bas",
        "Russie",
        "États-Unis",
    )
    for event, label in zip(EVENTS, names, strict=True):
        rows.append(
            [label, "<br>".join(f"{n} ×{r[event]}" for n, r in zip(french, RIGHT.values(), strict=True) if r[event])]
        )
    return html_of(rows)


@file("athletes-named.html", refused=["Invented A|names", "men-500"])
def athletes_named_in_cells() -> str:
    rows = body()
    rows = [[r[0], *("<br>".join(f"Invented {'ABC'[n]}" for n in range(int(c))) for c in r[1:9]), r[9]] for r in rows]
    return html_of([HEADER, *rows])


# Sheets ----------------------------------------


@file("sheet-per-gender.xlsx")
def a_sheet_per_gender() -> bytes:
    short = ["NOC", "500m", "1000m", "1500m", "Relay", "Total"]
    return saved(workbook(
        ("Men", [short, *([*r[:5], _own(n, "men")] for n, r in zip(NOCS, body(), strict=True))]),
        ("Women", [short, *([r[0], *r[5:9], _own(n, "women")] for n, r in zip(NOCS, body(), strict=True))]),
    ))  # fmt: skip


@file("sheet-per-event.xlsx")
def a_sheet_per_event() -> bytes:
    sheets: list[tuple[str, Rows]] = []
    for at, event in enumerate(EVENTS, 1):
        rows = [[r[0], r[at]] for r in body() if r[at] != "0"]
        sheets.append(
            (event.replace("-", " "), [["Country", "Places"], *rows, ["Total", sum(r[event] for r in RIGHT.values())]])
        )
    sheets.append(("Athletes", [["Country", "Athletes"], *([r[0], r[9]] for r in body())]))
    return saved(workbook(*sheets))


@file("side-by-side.xlsx")
def two_tables_side_by_side() -> bytes:
    short = ["NOC", "500m", "1000m", "1500m", "Relay", "Athletes"]
    men = [[*r[:5], _own(n, "men")] for n, r in zip(NOCS, body(NOCS), strict=True)]
    women = [[r[0], *r[5:9], _own(n, "women")] for n, r in zip(NOCS, body(NOCS), strict=True)]
    rows: list[list[object]] = [["Men", *[None] * 6, "Women"], [*short, None, *short]]
    rows += [[*m, None, *w] for m, w in zip(men, women, strict=True)]
    return saved(workbook(("Quota", rows)))


@file("halves-side-by-side.html")
def two_halves_side_by_side() -> str:
    rows = body(NOCS)
    return html_of([[*HEADER, "", *HEADER], *([*a, "", *b] for a, b in zip(rows[:5], rows[5:], strict=True))])


@file("comments.xlsx", doubts=["declined one"])
def comments_in_cells() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["B3"].comment = Comment("declined one, see letter", "me")
    return saved(book)


@file("formulas.xlsx", doubts=["=SUM(B2:B11)"])
def totals_without_saved_values() -> bytes:
    rows: list[list[object]] = [HEADER, *body(), ["Total", *(f"=SUM({c}2:{c}11)" for c in "BCDEFGHIJ")]]
    return saved(workbook(("Quota", rows)))


@file("formula-in-a-cell.xlsx", refused=["=1+2", "CAN|Canada", "men-500"])
def a_formula_without_a_saved_value() -> bytes:
    rows: list[list[Any]] = [HEADER, *body()]
    rows[2][1] = "=1+2"
    return saved(workbook(("Quota", rows)))


@file("dates.xlsx", refused=["2014-01-02", "CAN|Canada"])
def dates_that_excel_made() -> bytes:
    import datetime

    rows: list[list[Any]] = [HEADER, *body()]
    rows[2][1] = datetime.date(2014, 1, 2)
    return saved(workbook(("Quota", rows)))


@file("hidden.xlsx", doubts=["hidden"])
def hidden_rows_and_columns() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["C"].hidden = True
    return saved(book)


@file("text-numbers.xlsx")
def numbers_stored_as_text() -> bytes:
    book = openpyxl.Workbook()
    for row in [HEADER, *body(number=lambda n: f"{n}.0")]:
        book.active.append(row)
    return saved(book)


@file("percent-format.xlsx", refused=["%"])
def numbers_shown_in_percent() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["B3"].number_format = "0%"
    return saved(book)


@file("title-and-notes.xlsx", doubts=["Source: invented", "* declined"])
def a_table_amid_a_sheet() -> bytes:
    rows: list[list[Any]] = [
        [],
        [None, None, "Short track 2014"],
        [],
        *([None, None, *r] for r in [HEADER, *body(), ["Total", *SUMS]]),
    ]
    rows += [[], [None, None, "Source: invented"], [None, None, "* declined"]]
    return saved(workbook(("Quota", rows)))


def ods_of(content: str, styles: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"'
        for name, kind in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("fo", "xsl-fo-compatible"),
        )
    )
    document = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", document)
    return buffer.getvalue()


def _ods_cells(row: Sequence[str]) -> str:
    """Cells as LibreOffice writes them: equal ones that follow each other are one with a number of repetitions."""
    parts, at = [], 0
    while at < len(row):
        times = next((n for n in range(1, len(row) - at) if row[at + n] != row[at]), len(row) - at)
        repeated = f' table:number-columns-repeated="{times}"' if times > 1 else ""
        kind = (
            f' office:value-type="float" office:value="{row[at]}"'
            if row[at].isdigit()
            else ' office:value-type="string"'
        )
        parts.append(
            f"<table:table-cell{repeated}{kind if row[at] else ''}>{f'<text:p>{row[at]}</text:p>' if row[at] else ''}</table:table-cell>"
        )
        at += times
    return "".join(parts)


@file("libreoffice.ods", doubts=["hidden"])
def opendocument() -> bytes:
    lines = [f"<table:table-row>{_ods_cells(r)}</table:table-row>" for r in [HEADER, *body(empty="")]]
    lines[3] = lines[3].replace("<table:table-row>", '<table:table-row table:visibility="collapse">')
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    empty = '<table:table-row table:number-rows-repeated="1048560"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    return ods_of(f'<table:table table:name="Quota">{columns}{"".join(lines)}{empty}</table:table>')


@file("annotated.ods", doubts=["declined one"])
def opendocument_with_comments() -> bytes:
    lines = [f"<table:table-row>{_ods_cells(r)}</table:table-row>" for r in [HEADER, *body()]]
    note = "<office:annotation><text:p>declined one</text:p></office:annotation>"
    lines[2] = lines[2].replace("<text:p>3</text:p>", f"{note}<text:p>3</text:p>", 1)
    return ods_of(f'<table:table table:name="Quota">{"".join(lines)}</table:table>')


# Totals ----------------------------------------


@file("continents.csv")
def subtotals_per_continent() -> str:
    rows = dict(zip(NOCS, body(), strict=True))
    lines: list[list[object]] = [HEADER]
    for name, nocs in (
        ("Americas", ("CAN", "USA")),
        ("Asia", ("CHN", "JPN", "KOR")),
        ("Europe", ("GBR", "ITA", "NED", "RUS")),
        ("Oceania", ("AUS",)),
    ):
        lines += [rows[noc] for noc in nocs]
        lines.append([name, *(sum(RIGHT[noc][c] for noc in nocs) for c in COLUMNS)])
    return csv_of([*lines, ["World", *SUMS]])


@file("continents-first.csv")
def subtotals_above_their_rows() -> str:
    rows = dict(zip(NOCS, body(), strict=True))
    lines: list[list[object]] = [HEADER, ["World", *SUMS]]
    for name, nocs in (
        ("Americas", ("CAN", "USA")),
        ("Asia", ("CHN", "JPN", "KOR")),
        ("Europe", ("GBR", "ITA", "NED", "RUS")),
        ("Oceania", ("AUS",)),
    ):
        lines.append([name, *(sum(RIGHT[noc][c] for noc in nocs) for c in COLUMNS)])
        lines += [rows[noc] for noc in nocs]
    return csv_of(lines)


@file("gender-totals.csv")
def totals_per_gender() -> str:
    head = [*HEADER[:5], "Men total", *HEADER[5:9], "Women total", "Grand total"]
    rows = [[*r[:5], _own(n, "men"), *r[5:9], _own(n, "women"), r[9]] for n, r in zip(NOCS, body(), strict=True)]
    return csv_of([head, *rows])


@file("sums-of-places.csv", doubts=["Places men"])
def sums_of_places_beside_athletes() -> str:
    head = [*HEADER[:5], "Places men", *HEADER[5:9], "Places women", "Athletes"]
    rows = [[*r[:5], sum(map(int, r[1:5])), *r[5:9], sum(map(int, r[5:9])), r[9]] for r in body()]
    return csv_of([head, *rows])


@file("transposed.csv")
def events_as_rows() -> str:
    return csv_of([list(column) for column in zip(["Event", *HEADER[1:]], *body(), strict=True)])


@file("transposed-groups.html")
def events_as_rows_in_groups() -> str:
    labels = ("500 m", "1000 m", "1500 m", "Relay")
    lines = ["<tr><th colspan=2>Event</th>" + "".join(f"<th>{noc}</th>" for noc in NOCS) + "<th>Total</th></tr>"]
    for gender, start in (("Men", 0), ("Women", 4)):
        for n, label in enumerate(labels):
            event = EVENTS[start + n]
            head = f"<th rowspan=4>{gender}</th>" if not n else ""
            cells = "".join(f"<td>{RIGHT[noc][event] or ''}</td>" for noc in NOCS)
            lines.append(f"<tr>{head}<th>{label}</th>{cells}<td>{SUMS[start + n]}</td></tr>")
    cells = "".join(f"<td>{RIGHT[noc]['athletes']}</td>" for noc in NOCS)
    lines.append(f"<tr><th colspan=2>Athletes</th>{cells}<td>{SUMS[8]}</td></tr>")
    return f"<h1>Short track 2014</h1><table>{''.join(lines)}</table>"


@file("no-athletes.csv", doubts=["only number that the rules allow"])
def without_athletes() -> str:
    return csv_of([HEADER[:-1], *(r[:-1] for r in body())])


@file("twice.csv", refused=["CAN", "row"])
def an_noc_twice() -> str:
    rows = body()
    return csv_of([HEADER, *rows, ["Canada", "1", *["0"] * 7, "1"]])


@file("spacers.csv")
def empty_columns_between_groups() -> str:
    def spaced(row: Sequence[object]) -> list[object]:
        return [row[0], "", *row[1:5], "", *row[5:9], "", row[9], ""]

    return csv_of([spaced(HEADER), *map(spaced, body())])


@file("short-headers.csv")
def short_headers() -> str:
    return csv_of([["NOC", "M500", "M1000", "M1500", "MR", "W500", "W1000", "W1500", "WR", "Total"], *body(NOCS)])


@file("ladies.csv")
def ladies_and_gentlemen() -> str:
    head = ["Member", *(f"{d} {g}" for g in ("Men", "Ladies") for d in ("500m", "1000m", "1500m", "Relay")), "Skaters"]
    return csv_of([head, *body(NOCS)])


@file("letters-and-a-number.csv")
def letters_beside_a_row_number() -> str:
    head = ["N.", "NOC", *(f"{g} {d}" for g in "MW" for d in ("500 m", "1000 m", "1500 m", "Relay")), "Athletes"]
    return csv_of([head, *([str(n), *r] for n, r in enumerate(body(NOCS), 1))])


@file("usa-shortened.csv")
def names_shortened_to_three_letters() -> str:
    header = ["Zemlja", *(f"{d} {g}" for g in ("M", "Ž") for d in ("500 m", "1000 m", "1500 m", "štafeta")), "Ukupno"]
    names = (
        "Australija",
        "Kanada",
        "Kina",
        "Velika Britanija",
        "Italija",
        "Japan",
        "Južna Koreja",
        "Nizozemska",
        "Rusija",
        "SAD",
    )
    return csv_of([header, *body(names)], ";")


@file("czech-cp852.csv", doubts=["taken for DOS 852"])
def czech_of_dos() -> bytes:
    header = [
        "Země",
        *(f"{g} {d}" for g in ("Muži", "Ženy") for d in ("500 m", "1000 m", "1500 m", "štafeta")),
        "Závodníci",
    ]
    return csv_of([header, *body(CZECH)], ";").encode("cp852")


@file("german-mac.csv", doubts=["taken for Mac Roman"])
def german_of_a_mac() -> bytes:
    names = (
        "Australien",
        "Kanada",
        "China",
        "Großbritannien",
        "Italien",
        "Japan",
        "Südkorea",
        "Niederlande",
        "Russland",
        "USA",
    )
    header = [
        "Nation",
        *(f"{d} {g}" for g in ("Männer", "Frauen") for d in ("500 m", "1000 m", "1500 m", "Staffel")),
        "Athleten",
    ]
    return csv_of([header, *body(names)], ";").encode("mac_roman")


@file("greek-undeclared.html", doubts=["taken for Windows-1253"])
def greek_page_without_a_charset() -> bytes:
    greek = (
        "Αυστραλία",
        "Καναδάς",
        "Κίνα",
        "Μεγάλη Βρετανία",
        "Ιταλία",
        "Ιαπωνία",
        "Νότια Κορέα",
        "Ολλανδία",
        "Ρωσία",
        "ΗΠΑ",
    )
    header = [
        "Χώρα",
        *(f"{g} {d}" for g in ("Άνδρες", "Γυναίκες") for d in ("500 m", "1000 m", "1500 m", "σκυταλοδρομία")),
        "Αθλητές",
    ]
    return html_of([header, *body(greek)]).replace("<meta charset=utf-8>", "").encode("cp1253")


@file("tabs.html", doubts=["the page hides it"])
def a_hidden_tab_per_gender() -> str:
    short = ["Nation", "500 m", "1000 m", "1500 m", "Relay", "Athletes"]
    men = html_of([short, *([*r[:5], _own(n, "men")] for n, r in zip(NOCS, body(), strict=True))], above="")
    women = html_of([short, *([r[0], *r[5:9], _own(n, "women")] for n, r in zip(NOCS, body(), strict=True))], above="")
    tables = [page.partition("<body>")[2].partition("</body>")[0] for page in (men, women)]
    return f"<h1>Short track 2014</h1><h2>Men</h2><div>{tables[0]}</div><h2>Women</h2><div style='display:none'>{tables[1]}</div>"


@file("collapsed.html", doubts=["the page hides 5 of its rows"])
def collapsed_rows() -> str:
    page = html_of([HEADER, *body()])
    front, *lines = page.split("<tr>")
    return (
        front
        + "<tr>"
        + "<tr>".join(lines[:6])
        + "<tr style='display: none;'>"
        + "<tr style='display: none;'>".join(lines[6:])
    )


@file("hidden-cells.html", doubts=["a cell that the page hides is not read: '77'"])
def a_hidden_cell() -> str:
    rows = body()
    rows[0][0] += "</td><td style='display:none'>77"
    return html_of([HEADER, *rows])


@file("excel-export.xls")
def html_under_the_name_of_an_excel_file() -> str:
    return html_of([HEADER, *body()])


@file("tabs-export.xls")
def tabs_under_the_name_of_an_excel_file() -> str:
    return csv_of([HEADER, *body()], "\t")


@file("pandas.json")
def json_as_pandas_writes_it() -> str:
    columns = {"noc": list(NOCS), **{c: [row[c] for row in RIGHT.values()] for c in COLUMNS}}
    return json.dumps({key: {str(n): value for n, value in enumerate(values)} for key, values in columns.items()})


@file("split.json")
def json_split_into_columns_and_data() -> str:
    return json.dumps(
        {"columns": list(COLUMNS), "index": list(NOCS), "data": [[row[c] for c in COLUMNS] for row in RIGHT.values()]}
    )


@file("twice.json", refused=["'men-500' twice"])
def json_with_a_key_twice() -> str:
    return json.dumps([{"noc": noc, **row} for noc, row in RIGHT.items()]).replace('"men-1000"', '"men-500"', 1)


@file("by-event.json")
def json_by_event_with_the_nations_that_have_places() -> str:
    return json.dumps(
        {"title": "Short track 2014", "places": {c: {n: r[c] for n, r in RIGHT.items() if r[c]} for c in COLUMNS}}
    )


@file("event-lists-with-totals.html", doubts=["first, second and third entries"])
def nocs_per_event_one_by_one() -> str:
    rows: list[list[str]] = [["", "Event", "Places", "Nations"]]
    for event, label in zip(EVENTS, HEADER[1:9], strict=True):
        gender, _, rest = label.partition(" ")
        nations = [
            f"{n} ({k})" if r[event] > 1 else n
            for n, r in zip(ENGLISH, RIGHT.values(), strict=True)
            for k in range(1, r[event] + 1)
        ]
        rows.append([gender, rest, str(sum(r[event] for r in RIGHT.values())), ", ".join(nations)])
    return html_of(rows)


@file("event-lists-with-a-stranger.csv", refused=["Narnia", "women-1000"])
def nocs_per_event_with_a_stranger() -> str:
    rows: list[list[str]] = [["Event", "NOCs"]]
    for event, label in zip(EVENTS, HEADER[1:9], strict=True):
        rows.append([label, ", ".join(f"{noc} ({r[event]})" for noc, r in RIGHT.items() if r[event])])
    rows[6][1] += ", Narnia"
    return csv_of(rows)


# More of each kind ----------------------------------------


@file("sections-per-event.html")
def a_section_per_event() -> str:
    lines = ["<tr><th>Nation</th><th>Places</th></tr>"]
    for event, label in zip(EVENTS, HEADER[1:9], strict=True):
        lines.append(f"<tr><th colspan=2>{label}</th></tr>")
        lines += [
            f"<tr><td>{n}</td><td>{r[event]}</td></tr>"
            for n, r in zip(ENGLISH, RIGHT.values(), strict=True)
            if r[event]
        ]
    return f"<h1>Short track 2014</h1><table>{''.join(lines)}</table>"


@file("both-genders-in-a-cell.csv", refused=["500 m (M/W)"])
def men_and_women_in_one_cell() -> str:
    head = ["Nation", *(f"{d} (M/W)" for d in ("500 m", "1000 m", "1500 m", "Relay")), "Athletes"]
    rows = [[r[0], *(f"{r[n]}/{r[n + 4]}" for n in range(1, 5)), r[9]] for r in body()]
    return csv_of([head, *rows])


@file("sheet-per-continent.xlsx", doubts=["goes on there"])
def a_sheet_per_continent() -> bytes:
    rows = body()
    return saved(workbook(("Americas", [HEADER, rows[1], rows[9]]), ("Others", [HEADER, rows[0], *rows[2:9]])))


@file("two-codes.csv")
def code_and_name_and_number() -> str:
    return csv_of(
        [["No.", "Code", *HEADER], *([str(n), noc, *r] for n, (noc, r) in enumerate(zip(NOCS, body(), strict=True), 1))]
    )


@file("totals-left.csv")
def totals_left_and_above() -> str:
    head = [HEADER[0], HEADER[9], *HEADER[1:9]]
    return csv_of([head, ["All nations", SUMS[8], *SUMS[:8]], *([r[0], r[9], *r[1:9]] for r in body())])


@file("quota-in-brackets.csv", doubts=["(10)"])
def athletes_in_brackets() -> str:
    return csv_of([HEADER, *([*r[:9], f"({r[9]})"] for r in body())])


@file("glued-code-and-number.csv", refused=["CAN3"])
def a_code_glued_to_a_number() -> str:
    rows = body()
    rows[1][1] = "CAN3"
    return csv_of([HEADER, *rows])


@file("footnote-letters.csv", doubts=["the letter 'a' is taken for a footnote mark"])
def letters_glued_to_numbers() -> str:
    rows = body()
    rows[1][1], rows[2][0] = "3a", "China b"
    rows[2][0] = "China*"
    return csv_of([HEADER, *rows])


@file("digits-glued-to-names.csv", doubts=["Canada1|ahead|no NOC that is known"], refused=())
def digits_glued_behind_names() -> str:
    return csv_of(
        [HEADER, *body(tuple(f"{n}{'¹' if n == 'Canada' else ''}" for n in ENGLISH)), ["Canada1: declined one"]]
    )


@file("line-breaks.csv")
def line_breaks_in_cells() -> str:
    names = [f"{name}\n({noc})" for name, noc in zip(ENGLISH, NOCS, strict=True)]
    return csv_of([[h.replace(" ", "\n", 1) for h in HEADER], *body(names)])


@file("blank-lines.csv")
def blank_lines_between_rows() -> str:
    return "\n".join(line for row in [HEADER, *body()] for line in (",".join(row), "")) + "\n"


@file("spaced-thousands.csv")
def distances_with_separators() -> str:
    head = [
        "Nation",
        *(
            f"{g} {d}"
            for g in ("Men", "Women")
            for d in ("500m", "1,000m", "1.500m", "3'000m relay" if g == "Women" else "5 000m relay")
        ),
        "Total quota",
    ]
    return csv_of([[f"{h}" for h in head], *body()], ";")


@file("keycaps.md")
def numbers_as_keycaps() -> str:
    rows = body(number=lambda n: f"{n}\ufe0f\u20e3", mark="✅", empty="➖")
    return "\n".join(f"| {' | '.join(r)} |" for r in [HEADER, ["---"] * 10, *rows]) + "\n"


@file("fractions.csv", refused=["½"])
def half_a_place() -> str:
    rows = body()
    rows[6][2] = "2½"
    return csv_of([HEADER, *rows])


@file("arrows.csv", refused=["3↓"])
def arrows_of_changes() -> str:
    rows = body()
    rows[1][1] = "3↓"
    return csv_of([HEADER, *rows])


@file("change-columns.csv", doubts=["Change"])
def a_column_of_changes() -> str:
    return csv_of([[*HEADER, "Change"], *([*r, "+1" if n == 2 else ""] for n, r in enumerate(body()))])


@file("notes-column.csv", doubts=["declined the relay"])
def a_column_of_notes() -> str:
    return csv_of([[*HEADER, "Notes"], *([*r, "declined the relay" if n == 5 else ""] for n, r in enumerate(body()))])


@file("group-header-only-left.xlsx")
def group_headers_without_merging() -> bytes:
    rows: list[list[Any]] = [["Nation", "Men", None, None, None, "Women", None, None, None, "Athletes"]]
    rows += [[None, "500 m", "1000 m", "1500 m", "Relay", "500 m", "1000 m", "1500 m", "Relay", None], *body()]
    return saved(workbook(("Quota", rows)))


@file("rtl.html")
def arabic_names_and_latin_codes() -> str:
    arabic = ("أستراليا", "كندا", "الصين", "بريطانيا", "إيطاليا", "اليابان", "كوريا", "هولندا", "روسيا", "أمريكا")
    return html_of([HEADER, *body([f"\u200f{name}\u200f ({noc})" for name, noc in zip(arabic, NOCS, strict=True)])])


@file("asciidoc.txt")
def asciidoc() -> str:
    return "[cols=10]\n|===\n" + "\n".join("".join(f"|{c} " for c in row) for row in [HEADER, *body()]) + "\n|===\n"


@file("jira.txt")
def a_header_with_double_bars() -> str:
    return f"||{'||'.join(HEADER)}||\n" + "\n".join(f"|{'|'.join(row)}|" for row in body()) + "\n"


@file("quoted.csv")
def everything_in_quotes() -> str:
    return "\r\n".join(",".join(f'"{c}"' for c in row) for row in [HEADER, *body()])


@file("mixed-separators.txt", refused=["'Australia;1;2;0;0;0;1;1;0;3' is one cell"])
def rows_with_other_separators() -> str:
    rows = body()
    return "\n".join((";" if n % 2 else ",").join(r) for n, r in enumerate([HEADER, *rows])) + "\n"


@file("comma-decimals.csv", refused=["right of the last column|row"])
def decimal_commas_between_commas() -> str:
    return "\n".join(
        ",".join([r[0], *(f"{c},0" for c in r[1:])]) if n else ",".join(r) for n, r in enumerate([HEADER, *body()])
    )


@file("unbalanced-quote.csv", refused=["Canada"])
def a_quote_that_does_not_end() -> str:
    return csv_of([HEADER, *body()]).replace("\nCanada,", '\n"Canada,')


@file("continent-column.html", doubts=["Continent"])
def a_column_of_continents() -> str:
    rows = body()
    lines = "".join(
        f"<tr>{'<td rowspan=5>Somewhere</td>' if n % 5 == 0 else ''}{''.join(f'<td>{c}</td>' for c in row)}</tr>"
        for n, row in enumerate(rows)
    )
    head = "".join(f"<th>{c}</th>" for c in ["Continent", *HEADER])
    return f"<h1>Short track 2014</h1><table><tr>{head}</tr>{lines}</table>"


@file("numbers-glued-to-names.txt", doubts=["the 1 glued to 'Canada' is taken for a footnote mark"])
def footnote_numbers_glued_to_names() -> str:
    names = [f"{n}1" if n == "Canada" else n for n in ENGLISH]
    return "\n".join("\t".join(row) for row in [HEADER, *body(names)]) + "\n"


@file("chinese-numerals.csv", doubts=["is taken for the Chinese numeral"])
def chinese_numerals() -> str:
    head = ["代表团", *(f"{g}{d}" for g in ("男子", "女子") for d in ("500米", "1000米", "1500米", "接力")), "人数"]
    return csv_of([head, *([r[0], *("零一二三四五六七八九十"[int(c)] for c in r[1:])] for r in body(CHINESE))])


@file("athletes-with-a-footnote.csv", CAN={"athletes": 101}, doubts=["101 is more than 19 start places need"])
def a_footnote_glued_to_the_athletes() -> str:
    rows = body()
    rows[1][9] = "101"
    return csv_of([HEADER, *rows])


@file("footnotes-below.html", doubts=["1 declined by the NOC"])
def notes_in_the_last_row() -> str:
    return html_of([HEADER, *body()]).replace("</table>", "<tr><td colspan=10>1 declined by the NOC</td></tr></table>")


@file("spans-over-genders.html")
def athletes_per_gender_in_spans() -> str:
    rows = [["Nation", *HEADER[1:5], "Men", *HEADER[5:9], "Women"]]
    rows += [[*r[:5], str(_own(n, "men")), *r[5:9], str(_own(n, "women"))] for n, r in zip(NOCS, body(), strict=True)]
    return html_of(rows)


@file("dates.csv", refused=["2-Jan"])
def dates_that_a_spreadsheet_made_of_ranges() -> str:
    rows = body()
    rows[2][3] = "2-Jan"
    return csv_of([HEADER, *rows])


@file("trailing-cells-dropped.tsv", refused=["Japan"])
def cells_dropped_at_the_end() -> str:
    lines = csv_of([HEADER, *body()], "\t").split("\n")
    lines[6] = "\t".join(lines[6].split("\t")[:8])
    return "\n".join(lines)
