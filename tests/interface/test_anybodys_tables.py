"""Tables as people have them: every cell is read as it is published, or named; by file and as an upload alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from quotaproof.importing import Imported, import_scenario
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError
from quotaproof.model.published import Published
from quotaproof.nations import name_of
from quotaproof.scenarios import FOLDER, load_scenario
from quotaproof.web.limits import Limits
from quotaproof.web.problems import RequestError
from quotaproof.web.uploads import read_upload

CASES = Path(__file__).parent.parent / "data" / "cases"
SOCHI = load_scenario("sochi-2014")
assert SOCHI.published is not None
TABLE: Published = SOCHI.published
EVENTS = TABLE.columns[:-1]
HEADER = [
    "Nation",
    *(f"{g} {d}" for g in ("Men's", "Women's") for d in ("500 m", "1000 m", "1500 m", "relay")),
    "Athletes",
]
SUMS = {column: TABLE.column_sum(column) for column in TABLE.columns}


def cells(noc: str, mark: str = "X", empty: str = "") -> list[str]:
    row = TABLE.cells[noc]
    return [empty if not row[e] else mark if "relay" in e else str(row[e]) for e in EVENTS] + [str(row["athletes"])]


ROWS = [[name_of(noc), *cells(noc)] for noc in TABLE.nocs]
TOTALS = [str(SUMS[column]) for column in TABLE.columns]


def table(rows: Sequence[Sequence[object]], separator: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def html(rows: Sequence[Sequence[object]]) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<html><body><h1>Short track at the 2014 Winter Olympics</h1><table>{lines}</table></body></html>"


def read(name: str, content: str | bytes, **more: str) -> Imported:
    data = content if isinstance(content, bytes) else content.encode()
    return import_contents([(name, data)], rules="sochi-2014", **more)


def told(imported: Imported, *kinds: str) -> str:
    return "\n".join(f"{r.subject}: {r.message}" for r in imported.report.remarks if not kinds or r.kind in kinds)


def wrong_cells(imported: Imported) -> list[tuple[str, str, int]]:
    found = imported.scenario.published
    assert found is not None
    return [
        (noc, column, number)
        for noc, row in found.cells.items()
        for column, number in row.items()
        if TABLE.cells.get(noc, {}).get(column) != number
    ]


def is_whole(imported: Imported) -> bool:
    found = imported.scenario.published
    assert found is not None
    return not wrong_cells(imported) and found.nocs == TABLE.nocs


# The cases ----------------------------------------

WHOLE = ("de.csv", "en-cp1252.csv", "en-semicolon-bom.csv", "isu.csv", "long.csv", "mw.csv", "pandas-dups-floats.csv")
IN_PART = {
    "alt-text-green-tick.html": ("CAN", "AUS"),
    "code-and-name-in-two-columns.html": ("CAN", "AUS"),
    "four-header-rows-title-in-table.html": ("CAN", "AUS"),
    "group-rows-by-continent.html": ("CAN", "AUS"),
    "relay-distances-3000-5000-m.html": ("CAN", "AUS"),
    "rowspan-two-nocs-share-a-cell.html": ("CAN", "AUS", "AUT"),
    "sortkey-span.html": ("CAN", "AUS"),
    "sup-letter-footnote.html": ("CAN", "AUS"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_table_gives_every_published_cell(name: str) -> None:
    assert is_whole(import_scenario(CASES / name, rules="sochi-2014"))


@pytest.mark.parametrize("name", IN_PART)
def test_a_part_of_the_table_gives_its_published_cells(name: str) -> None:
    imported = import_scenario(CASES / name)
    assert imported.scenario.published is not None
    assert imported.scenario.published.nocs == IN_PART[name]
    assert wrong_cells(imported) == []


def test_what_each_case_rests_on_is_said() -> None:
    for name, words in (
        ("rowspan-two-nocs-share-a-cell.html", "one cell with '1' spans several rows"),
        ("sup-letter-footnote.html", "a at '3' (row 2, column 2)"),
        ("group-rows-by-continent.html", "a row with one text only: 'Americas'"),
        ("pandas-dups-floats.csv", "of the two columns '500 m' the first is taken for the men's"),
        ("isu.csv", "the headers' letters are read as M for men, L for women"),
        ("en-cp1252.csv", "taken for Windows-1252"),
        ("long.csv", "they are the only number that the rules allow"),
    ):
        assert words in told(import_scenario(CASES / name, rules="sochi-2014"), "guessed", "ignored"), name


def test_a_first_row_with_a_doubtful_cell_is_data() -> None:
    imported = import_scenario(CASES / "first-row.txt")
    assert imported.scenario.published is not None
    assert imported.scenario.published.nocs == ("AUS", "AUT", "BLR", "CAN")
    assert wrong_cells(imported) == [("AUS", "men-1000", 1)]
    first = imported.report.of("guessed")[0]
    assert (first.subject, "'(1)' is read as 1" in first.message) == ("row 1 of the quota table (AUS), men-1000", True)


def test_a_colour_alone_is_named_and_counts_as_nothing() -> None:
    imported = import_scenario(CASES / "colour-only-for-relay.html")
    assert wrong_cells(imported) == [("CAN", "men-relay", 0), ("CAN", "women-relay", 0)]
    assert (
        "2 empty cells have the colour #9f9, which is seen and not understood: CAN men-relay, CAN women-relay"
        in told(imported, "unclear")
    )


def test_rows_that_lost_their_empty_cells_are_named_and_left_out() -> None:
    imported = import_scenario(CASES / "no-leading-bar.txt")
    published, right = imported.scenario.published, load_scenario("pyeongchang-2018").published
    assert published is not None
    assert right is not None
    assert published.nocs == ("CAN", "CHN", "HUN", "JPN", "NED", "KOR")
    assert all(published.cells[noc] == right.cells[noc] for noc in published.nocs)
    assert published.totals == {}
    lines = told(imported, "unclear").splitlines()
    assert lines[0].endswith("16 rows are left out; save the page as HTML, or fill their cells in, and import it again")
    assert lines[1].startswith("row 1 of the quota table (AUS): its empty cells were dropped")
    assert lines[1].endswith("Australia | 1 | 1 | 1 | 1 | 2; left out")
    assert len(lines) == 17


SKELETON = """title = "Skeleton"
[total]
athletes = 50
men = 25
women = 25
[host]
events = []
clause = "x"
[[events]]
id = "men-skeleton"
gender = "men"
kind = "individual"
start-places = 25
per-noc = 3
[[events]]
id = "women-skeleton"
gender = "women"
kind = "individual"
start-places = 25
per-noc = 3
[[pathways]]
id = "P1"
title = "Start places"
kind = "parallel-walk"
events = ["men-skeleton"]
clause = "x"
[[pathways]]
id = "P2"
title = "Start places"
kind = "parallel-walk"
events = ["women-skeleton"]
clause = "x"
[[pathways]]
id = "P3"
title = "Quota places"
kind = "quota-places"
relay-athletes = 4
clause = "x"
"""


def test_names_in_german_and_a_total_by_another_name(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(SKELETON)
    published = import_scenario(CASES / "skeleton-de.txt", rules=str(rules)).scenario.published
    assert published is not None
    codes = "ASA AUS AUT BEL BRA CAN CHN CZE GER GBR ITA LAT NED PUR ROC KOR ESP SUI UKR USA ISV"
    assert " ".join(published.nocs) == codes
    assert published.totals == {"men-skeleton": 25, "women-skeleton": 25, "athletes": 50}
    assert published.cells["GER"] == {"men-skeleton": 3, "women-skeleton": 3, "athletes": 6}
    with pytest.raises(InputError, match="'Männer' is men, 'Frauen' is women, 'Athleten' is athletes"):
        import_scenario(CASES / "skeleton-de.txt")


def test_two_federations_under_one_code_have_rows_of_their_own() -> None:
    imported = import_scenario(CASES / "two-neutral-federations.txt")
    published = imported.scenario.published
    assert published is not None
    assert published.nocs == ("RUS", "BLR", "ITA")
    assert list(published.cells["RUS"].values()) == [0, 1, 1, 0, 1, 1, 0, 0, 0, 2]
    assert list(published.cells["BLR"].values()) == [1, 0, 0, 0, 0, 0, 1, 0, 0, 2]
    assert "AIN: RUS and BLR start under this code" in told(imported, "read")
    one = read("ain.csv", table([HEADER, ["AIN (LTU)", *cells("LTU")], ["Japan (JPN)", *cells("JPN")]]))
    assert one.scenario.published is not None
    assert one.scenario.published.nocs == ("LTU", "JPN")


def test_a_code_of_several_federations_is_an_alias_of_the_scenario() -> None:
    (alias,) = import_scenario(CASES / "two-neutral-federations.txt").scenario.aliases
    assert (alias.code, alias.federations, alias.per_event) == ("AIN", ("RUS", "BLR"), 1)
    (own,) = read("ain.csv", table([HEADER, ["Lithuania (AIN)", *cells("LTU")], ROWS[1]])).scenario.aliases
    assert (own.code, own.federations, own.per_event, own.clause) == ("AIN", ("LTU",), None, "as the page has it")


@pytest.mark.parametrize("path", sorted(CASES.glob("*.[cth][sxt]*")), ids=lambda path: path.name)
def test_an_upload_of_a_case_is_what_the_command_makes_of_it(path: Path, tmp_path: Path) -> None:
    try:
        import_scenario(path, tmp_path / "made", rules="sochi-2014")
    except InputError as error:
        with pytest.raises(RequestError) as refused:
            read_upload([(path.name, path.read_bytes())], FOLDER / "sochi-2014", False, Limits())
        assert refused.value.sentence.partition(": ")[2] == str(error).partition(": ")[2]
        return
    files = read_upload([(path.name, path.read_bytes())], FOLDER / "sochi-2014", False, Limits())
    made = {file.name: file.read_bytes() for file in (tmp_path / "made").iterdir()}
    assert {name: data for name, data in files.items() if name != "SOURCES.md"} == {
        name: data for name, data in made.items() if name != "SOURCES.md"
    }
    assert b"Seen and not understood" in files["SOURCES.md"] or b"## Read from the page" in files["SOURCES.md"]


# Another of each kind ----------------------------------------


def localised(language: str) -> list[str]:
    import pycountry
    from babel import Locale

    from quotaproof.nations import IOC_OF_ISO

    iso = {code: country for country, code in IOC_OF_ISO.items()}
    names = Locale.parse(language).territories
    return [names[pycountry.countries.get(alpha_3=iso.get(noc, noc)).alpha_2] for noc in TABLE.nocs]


LANGUAGES = {
    "fr": ("Pays", ("Hommes {}", "Femmes {}"), ("500 m", "1 000 m", "1 500 m", "relais"), "Athlètes", "Total"),
    "it": ("Nazione", ("{} uomini", "{} donne"), ("500 m", "1000 m", "1500 m", "Staffetta"), "Atleti", "Totale"),
    "nl": ("Land", ("{} heren", "{} dames"), ("500 meter", "1000 m", "1500 m", "Aflossing"), "Rijders", "Totaal"),
    "es": ("País", ("{} masculino", "{} femenino"), ("500 m", "1000 m", "1500 m", "Relevo"), "Deportistas", "Total"),
    "pl": ("Kraj", ("{} mężczyzn", "{} kobiet"), ("500 m", "1000 m", "1500 m", "Sztafeta"), "Zawodnicy", "Razem"),
    "hu": ("Nemzet", ("Férfi {}", "Női {}"), ("500 m", "1000 m", "1500 m", "váltó"), "Versenyzők", "Összesen"),
    "ru": ("Страна", ("Мужчины {}", "Женщины {}"), ("500 м", "1000 м", "1500 м", "эстафета"), "Спортсмены", "Всего"),
    "zh": ("国家/地区", ("男子{}", "女子{}"), ("500米", "1000米", "1500米", "接力"), "运动员", "总计"),
    "ja": ("国・地域", ("男子{}", "女子{}"), ("500m", "1000m", "1500m", "リレー"), "選手", "合計"),
    "ko": ("국가", ("남자 {}", "여자 {}"), ("500m", "1000m", "1500m", "계주"), "선수", "합계"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_in_another_language(language: str) -> None:
    noc, genders, events, athletes, total = LANGUAGES[language]
    header = [noc, *(gender.format(event) for gender in genders for event in events), athletes]
    rows = [[name, *cells(code, "✓")] for name, code in zip(localised(language), TABLE.nocs, strict=True)]
    imported = read(f"{language}.csv", table([header, *rows, [total, *TOTALS]]))
    assert is_whole(imported)
    assert imported.scenario.published is not None
    assert imported.scenario.published.totals == SUMS


def flag(noc: str) -> str:
    import pycountry

    from quotaproof.nations import IOC_OF_ISO

    iso = {code: country for country, code in IOC_OF_ISO.items()}.get(noc, noc)
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in pycountry.countries.get(alpha_3=iso).alpha_2)


def letters(men: str, women: str) -> list[str]:
    return [f"{gender} {d}" for gender in (men, women) for d in ("500 m", "1000 m", "1500 m", "Relay")]


GROUP = 10
OTHERS: dict[str, list[list[str]]] = {
    "row numbers and an empty name of the total": [
        ["Nr.", *HEADER], *([str(n), *row] for n, row in enumerate(ROWS, 1)), ["", "", *TOTALS]
    ],
    "row numbers without a header": [["", *HEADER], *([f"{n}.", *row] for n, row in enumerate(ROWS, 1))],
    "a total that counts the NOCs": [HEADER, *ROWS, ["25 NOCs", *TOTALS]],
    "a total in a word nobody knows": [HEADER, *ROWS, ["Zmrzlina", *TOTALS]],
    "a total above": [HEADER, ["Total", *TOTALS], *ROWS],
    "subtotals of groups": [
        HEADER, ["Group A", *[""] * 9], *ROWS[:GROUP],
        ["Subtotal", *(str(sum(TABLE.cells[noc][c] for noc in TABLE.nocs[:GROUP])) for c in TABLE.columns)],
        ["Group B", *[""] * 9], *ROWS[GROUP:],
        ["Subtotal", *(str(sum(TABLE.cells[noc][c] for noc in TABLE.nocs[GROUP:])) for c in TABLE.columns)],
        ["Grand total", *TOTALS],
    ],
    "athletes before the events": [["Nation", "Athletes", *HEADER[1:-1]], *([r[0], r[-1], *r[1:-1]] for r in ROWS)],
    "the NOC last": [[*HEADER[1:], "NOC"], *([*row[1:], noc] for row, noc in zip(ROWS, TABLE.nocs, strict=True))],
    "numbers glued to names": [HEADER, *([f"{n}. {row[0]}", *row[1:]] for n, row in enumerate(ROWS, 1))],
    "codes glued to names": [HEADER, *([noc + row[0], *row[1:]] for noc, row in zip(TABLE.nocs, ROWS, strict=True))],
    "flags": [HEADER, *([f"{flag(noc)} {row[0]}", *row[1:]] for noc, row in zip(TABLE.nocs, ROWS, strict=True))],
    "flags alone": [HEADER, *([flag(noc), *row[1:]] for noc, row in zip(TABLE.nocs, ROWS, strict=True))],
    "letters of Herren and Damen": [["Nation", *letters("H", "D"), "Athletes"], *ROWS],
    "letters of férfi and nők": [["Nation", *letters("F", "N"), "Athletes"], *ROWS],
    "events twice": [["Nation", *["500 m", "1000 m", "1500 m", "Relay"] * 2, "Total"], *ROWS],
    "a column per NOC": [list(column) for column in zip(HEADER, *ROWS, strict=True)],
    "one row with all events in long form": [
        ["Pays", "Sexe", "Épreuve", "Places"],
        *([noc, "F" if e.startswith("women") else "M", e.partition("-")[2].replace("relay", "relais"), str(n)]
          for noc, row in TABLE.cells.items() for e, n in row.items() if n and e != "athletes"),
    ],
    "decimals": [HEADER, *([row[0], *(f"{c},0" if c.isdigit() else c for c in row[1:])] for row in ROWS)],
    "crosses": [HEADER, *([r[0], *(c if c.isdigit() else "✓" if c else "✗" for c in r[1:])] for r in ROWS)],
    "superscripts of Unicode": [HEADER, *([f"{r[0]}²", *(f"{c}¹" if c == "3" else c for c in r[1:])] for r in ROWS)],
    "an empty line within": [HEADER, *ROWS[:GROUP], [], ["Others"], *ROWS[GROUP:]],
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
def test_another_of_a_kind_gives_every_published_cell(kind: str) -> None:
    imported = read("table.csv", table(OTHERS[kind], ";" if kind == "decimals" else ","))
    assert is_whole(imported)
    assert not imported.report.of("unclear")


def test_a_table_per_gender_in_one_file_and_in_two_sheets() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    lines: list[list[object]] = []
    for gender, events, sheet in (
        ("Herren", EVENTS[:4], book.active),
        ("Damen", EVENTS[4:], book.create_sheet()),
    ):
        sheet.title = gender
        rows: list[list[object]] = [["Nation", "500 m", "1000 m", "1500 m", "Staffel", "Sportler"]]
        for noc, row in TABLE.cells.items():
            if any(row[event] for event in events):
                own = 5 if row[events[3]] else max(row[event] for event in events[:3])
                rows.append([noc, *(row[e] or None for e in events[:3]), "x" if row[events[3]] else None, own])
        for line in rows:
            sheet.append(line)
        lines += [[gender], *rows, []]
    buffer = io.BytesIO()
    book.save(buffer)
    for imported in (read("sheets.xlsx", buffer.getvalue()), read("one.csv", table(lines))):
        assert wrong_cells(imported) == []
        assert imported.scenario.published is not None
        assert set(imported.scenario.published.nocs) == set(TABLE.nocs)
        assert "no row for AUT, LTU, POL, SVK, UKR, which count as having no places there" in told(imported, "guessed")


def test_pages_with_pictures_boxes_and_superscripts() -> None:
    def page(mark: str, none: str = "") -> str:
        rows = [
            [r[0], *(mark if c == "X" else none if n in (4, 8) else c for n, c in enumerate(r[1:], 1))] for r in ROWS
        ]
        return html([HEADER, *rows])

    for mark, none in (
        ("<img alt='Yes check.svg' src=y>", "<img alt='No' src=n>"),
        ("<input type=checkbox checked>", "<input type=checkbox>"),
        ("<span role=img aria-label='check mark'></span>", ""),
        ("ja", "nein"),
    ):
        assert is_whole(read("page.html", page(mark, none))), mark
    raised = [[f"{r[0]}<sup>2</sup>", *(f"{c}<sup>1</sup>" if c == "3" else c for c in r[1:])] for r in ROWS]
    assert is_whole(read("page.html", html([HEADER, *raised])))
    icons = page("<i class='fa fa-check'></i>")
    with pytest.raises(InputError, match=r"row 4 .*\(CAN\), men-relay: an icon \(i fa fa-check\) is seen and not"):
        read("page.html", icons)
    pictures = page("<img src='tick.png'>")
    with pytest.raises(InputError, match=r"\(CAN\), men-relay: picture tick.png is seen and not understood"):
        read("page.html", pictures)


def test_wikitext_marks_are_read_or_refused_and_never_nothing() -> None:
    def page(mark: str) -> str:
        lines = [f"! {' !! '.join(HEADER)}"]
        lines += [f"| {{{{flag|{r[0]}}}}} || {' || '.join(mark if c == 'X' else c for c in r[1:])}" for r in ROWS]
        return "{| class=wikitable\n" + "\n|-\n".join(lines) + "\n|}\n"

    for mark in ("{{check}}", "{{yes}}", "{{yes|X}}", "√", "✅", "[[File:Yes check.svg|20px|alt=yes]]", "×"):
        assert is_whole(read("page.wiki", page(mark))), mark
    assert is_whole(read("page.wiki", page("✓").replace("|| 3", "|| {{formatnum:3}}<sup>1</sup>")))
    open_marks = read("page.wiki", page("{{dunno}}"))
    assert open_marks.scenario.partial is not None
    assert ("CAN", "men-relay") in open_marks.scenario.partial.unknown
    assert "CAN men-relay '?'" in told(open_marks, "missing")
    for mark in ("{{dagger}}", "{{grün|1}}", "[[File:Yes check.svg|20px]]"):
        with pytest.raises(InputError, match=r"row 4 of the quota table \(CAN\), men-relay: "):
            read("page.wiki", page(mark))


def test_what_is_not_understood_is_refused_with_row_column_and_text() -> None:
    for text in ("3→2", "1/2", "½", "3 (2)", "2-3", "†", "2.5"):
        rows = [[r[0], text, *r[2:]] if r[0] == "Canada" else r for r in ROWS]
        with pytest.raises(InputError) as refused:
            read("table.csv", table([HEADER, *rows]))
        assert f"row 4 of the quota table (CAN), men-500: {text!r} is no number of places" in str(refused.value)
        assert str(refused.value).endswith(
            "write the number of places there, such as 2, nothing if there is none, or ? if it is not known."
        )
    with pytest.raises(InputError, match="✓ and x are in one column"):
        read("t.csv", table([HEADER, *([r[0], *("✓" if c == "X" else c or "x" for c in r[1:])] for r in ROWS)]))
    with pytest.raises(InputError, match=r"\(CAN\): '9' is right of the last column"):
        read("t.csv", table([HEADER, *([*r, "9"] if r[0] == "Canada" else r for r in ROWS)]))


def test_what_is_beside_the_table_is_named() -> None:
    rows = [[*HEADER, "Remarks", "Seed"], *([*r, "host" if r[0] == "Russia" else "", "7"] for r in ROWS)]
    imported = read("t.csv", table([*rows, ["Source: the page", *[""] * 11]]))
    assert is_whole(imported)
    assert "the column 'Remarks' is not read: 1 cell, RUS 'host'" in told(imported, "ignored")
    assert "the column 'Seed' is not read: 25 cells, AUS '7', AUT '7'" in told(imported, "unclear")
    assert "a row with one text only: 'Source: the page'" in told(imported, "ignored")
    more = read("t.csv", table([HEADER, *ROWS, ["Total", *TOTALS], ["Left over", *["0"] * 8, "4"]]))
    assert "a row below the totals that names no NOC is not read: Left over | 0" in told(more, "unclear")
    large = read("t.csv", table([HEADER, *([r[0], "31", *r[2:]] if r[0] == "Canada" else r for r in ROWS)]))
    assert large.report.of("guessed")[0].message.startswith("31 is more than the 3 that an NOC may have there")


def test_several_columns_of_sums_are_told_apart_and_compared() -> None:
    def rows(wrong: str = "") -> list[list[str]]:
        lines = [["Nation", *HEADER[1:5], "Men total", *HEADER[5:9], "Women total", "Total", "Athletes"]]
        for noc, row in TABLE.cells.items():
            men, women = (sum(row[e] for e in events) for events in (EVENTS[:4], EVENTS[4:]))
            own = cells(noc)
            total = wrong if wrong and noc == "CAN" else str(men + women)
            lines.append([noc, *own[:4], str(men), *own[4:8], str(women), total, own[-1]])
        return lines

    imported = read("t.csv", table(rows()))
    assert wrong_cells(imported) == []
    assert "the column 'Total' is not kept: its numbers are sums" in told(imported, "read")
    assert "the column of men has the sums of the start places of each row" in told(imported, "guessed")
    assert not imported.report.of("difference")
    only = read("t.csv", table([[*line[:-2], line[-2]] for line in rows()]))
    assert wrong_cells(only) == []
    assert "the column of athletes has the sums of the start places" in told(only, "guessed")
    assert "they are the only number that the rules allow" in told(only, "guessed")
    faulty = read("t.csv", table(rows("21")))
    assert wrong_cells(faulty) == []
    assert "the column 'Total' is not kept, and is neither sums nor athletes in 1 cell, CAN '21'" in told(
        faulty, "unclear"
    )


def test_a_column_of_athletes_without_a_number_is_none() -> None:
    imported = read("t.csv", table([HEADER, *([*row[:-1], ""] for row in ROWS)]))
    assert is_whole(imported)
    assert "the column 'Athletes' is empty, as if there were none" in told(imported, "missing")
    assert "they are the only number that the rules allow" in told(imported, "guessed")
    half = [HEADER, *([*row[:-1], "" if row[0] == "Canada" else row[-1]] for row in ROWS)]
    with pytest.raises(InputError, match=r"row 4 .*\(CAN\): it has start places and no athletes"):
        read("t.csv", table(half))
    empty = read("t.csv", table([HEADER, *([*row[:4], "", *row[5:]] for row in ROWS)]))
    assert 'the column "Men\'s relay" is empty; nobody has a place there' in told(empty, "guessed")


def test_what_stands_behind_a_name_is_named() -> None:
    rows = [[f"{row[0]} ({row[-1]})", *row[1:]] for row in ROWS]
    imported = read("t.csv", table([HEADER, *rows]))
    assert is_whole(imported)
    assert "row 4 of the quota table: '(10)' behind CAN is not read" in told(imported, "unclear")
    assert "row 1 of the quota table: (2) behind AUS is not read" in told(imported, "unclear")
    host = read("t.csv", table([HEADER, *([f"{r[0]} (H)", *r[1:]] if r[0] == "Russia" else r for r in ROWS)]))
    assert is_whole(host)
    assert "'(H)' behind RUS is not read" in told(host, "ignored")


def test_several_columns_can_be_ignored_or_name_the_noc() -> None:
    doubled = [[*HEADER, "Men's 500 m old", "Women's relay old"], *([*row, "9", "7"] for row in ROWS)]
    old = "ignore=Men's 500 m old,ignore=Women's relay old"
    with pytest.raises(InputError, match="are both read as men-500"):
        read("t.csv", table(doubled), columns="ignore=Women's relay old")
    assert is_whole(read("t.csv", table(doubled), columns=old))
    codes = [["Kürzel", "Wer", *HEADER[1:]], *([TABLE.nocs[n], *row] for n, row in enumerate(ROWS))]
    assert is_whole(read("t.csv", table(codes), columns="noc=Kürzel,noc=Wer"))


def test_columns_are_named_of_the_table_that_has_them() -> None:
    medals = "<table><tr><th>Rank<th>Nation<th>Gold<tr><td>1<td>Canada<td>3<tr><td>2<td>Italy<td>1</table>"
    rows = [["Wer", *HEADER[1:]], *ROWS]
    quota = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    page = f"<html><body>{medals}<table>{quota}</table></body></html>"
    assert is_whole(read("t.html", page, columns="noc=Wer"))
    assert is_whole(read("t.html", page, columns="noc=#1"))


def test_columns_can_be_named() -> None:
    odd = ["Wer", *(f"Lauf {n}" for n in range(1, 9)), "Kopfzahl"]
    with pytest.raises(InputError, match="'Wer' is not matched, 'Lauf 1' is not matched"):
        read("t.csv", table([odd, *ROWS]))
    named = ",".join(f"{event}=Lauf {n}" for n, event in enumerate(EVENTS, 1)) + ",noc=Wer,athletes=Kopfzahl"
    assert is_whole(read("t.csv", table([odd, *ROWS]), columns=named))
    by_place = ",".join(f"{role}=#{n}" for n, role in enumerate(("noc", *TABLE.columns), 1))
    assert is_whole(read("t.csv", table(ROWS), columns=by_place))
    half = [HEADER[:5] + odd[5:9] + HEADER[9:], *ROWS]
    with pytest.raises(InputError, match=r"has no column for women-500, .*; not matched: 'Lauf 5', 'Lauf 6'"):
        read("t.csv", table(half))
    for text, problem in (
        ("men-500", "names no column; write ROLE=HEADER"),
        ("men-5=x", "names no column"),
        ("noc=Wo", "no column is headed 'Wo'"),
        ("athletes=Wer,athletes=Kopfzahl", "names athletes twice, which only one column can be"),
        ("men-500=Wer,men-1000=Wer", "'Wer' is said to be men-500 and men-1000; it can be one of them"),
    ):
        with pytest.raises(InputError, match=problem):
            read("t.csv", table([odd, *ROWS]), columns=text)


def test_athletes_that_the_rules_leave_open_are_not_known() -> None:
    """By the rules of Beijing an NOC with one relay has four or five athletes; one with one start place has one."""
    short = ("500", "1000", "1500", "relay")
    head = ["NOC", *(f"{gender}-{event}" for gender in ("men", "women") for event in short), "mixed-relay"]
    rows = [["BEL", 1, *[0] * 8], ["HUN", 0, 0, 0, 1, *[0] * 5], ["ITA", 0, 0, 1, 0, 0, 0, 1, 0, 0]]
    data = table([head, *rows]).encode()
    imported = import_contents([("t.csv", data)], rules="beijing-2022")
    assert imported.scenario.published is None
    found = imported.scenario.partial
    assert found is not None
    assert found.unknown == {("HUN", "athletes")}
    assert [row["athletes"] for row in found.cells.values()] == [1, 0, 2]
    assert "the rules do not leave one number for HUN; written ?" in told(imported, "missing")
    assert "they are the only number that the rules allow for the start places of each other NOC" in told(imported)
