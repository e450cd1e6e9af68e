"""More files as people have them, of kinds that `peoples_files` has not; the right reading of each was stated first."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill
from peoples_files import (
    COLUMNS,
    ENGLISH,
    EVENTS,
    HEADER,
    JAPANESE,
    NOCS,
    RIGHT,
    SUMS,
    Rows,
    _ods_cells,
    _own,
    body,
    csv_of,
    file,
    html_of,
    ods_of,
    saved,
    workbook,
)

GERMAN = (
    "Australien", "Kanada", "China", "Großbritannien", "Italien", "Japan", "Südkorea", "Niederlande", "Russland", "USA",
)  # fmt: skip


# Rows that are no NOC ----------------------------------------


@file(
    "others.csv",
    doubts=["'Others' is no NOC", "'Unused quota' is no NOC", "men-500 2", "printed totals that count 'Others'"],
)
def others_and_unused_places() -> str:
    others = ["Others", "2", *["0"] * 7, "2"]
    unused = ["Unused quota", "1", "1", *["0"] * 6, "1"]
    totals = [SUMS[0] + 3, SUMS[1] + 1, *SUMS[2:8], SUMS[8] + 3]
    return csv_of([HEADER, *body(), others, unused, ["Total", *totals]])


@file("rest-german.csv", doubts=["'Nicht vergebene Plätze' is no NOC", "'Übrige' is no NOC"])
def rest_in_german_and_a_total_without_a_name() -> str:
    head = ["Nation", *(f"{d} {g}" for g in ("Männer", "Frauen") for d in ("500 m", "1000 m", "1500 m", "Staffel"))]
    rest = [["Übrige", *["0"] * 8, "4"], ["Nicht vergebene Plätze", "0", "2", *["0"] * 7]]
    totals = [SUMS[0], SUMS[1] + 2, *SUMS[2:8], SUMS[8] + 4]
    return csv_of([[*head, "Athleten"], *body(GERMAN), *rest, ["", *totals]], ";")


@file("remaining-first.html", doubts=["'TBD' is no NOC", "'Remaining' is no NOC", "women-1500 2"])
def places_still_open_above_the_rows() -> str:
    rows = [["TBD", *["0"] * 6, "2", "0", "2"], *body(), ["Remaining", "1", *["0"] * 7, "1"]]
    return html_of([HEADER, *rows])


@file("others-long.csv", doubts=["row 2 is of no NOC", "Others | men-500 | 4"])
def others_in_long_form() -> str:
    rows = [[noc, event, str(row[event])] for noc, row in RIGHT.items() for event in (*EVENTS, "athletes")]
    return csv_of([["NOC", "Event", "Places"], rows[0], ["Others", "men-500", "4"], *rows[1:]])


# Known in part ----------------------------------------


@file(
    "open-cells.md",
    doubts=["CAN men-relay '?'", "USA women-500 'tbc'", "JPN athletes 'to be confirmed'"],
    CAN={"men-relay": None},
    USA={"women-500": None},
    JPN={"athletes": None},
)
def cells_that_are_open() -> str:
    rows = body(mark="✓", empty="")
    rows[1][4], rows[9][5], rows[5][9] = "?", "tbc", "to be confirmed"
    return "\n".join(f"| {' | '.join(map(str, r))} |" for r in [HEADER, ["---"] * 10, *rows, ["Total", *SUMS]]) + "\n"


@file("open-in-long-form.csv", doubts=["(CHN), women-1000: 'TBA' says that it is not known"], CHN={"women-1000": None})
def open_in_long_form() -> str:
    rows = [[noc, event, str(row[event])] for noc, row in RIGHT.items() for event in (*EVENTS, "athletes")]
    rows[[(r[0], r[1]) for r in rows].index(("CHN", "women-1000"))][2] = "TBA"
    return csv_of([["NOC", "Event", "Places"], *rows])


@file("nobody-knows.xlsx", doubts=["NED women-1500 'n.t.b.'"], NED={"women-1500": None})
def open_in_dutch() -> bytes:
    names = (
        "Australië", "Canada", "China", "Groot-Brittannië", "Italië", "Japan", "Zuid-Korea", "Nederland", "Rusland",
        "Verenigde Staten",
    )  # fmt: skip
    head = ["Land", *(f"{d} {g}" for g in ("mannen", "vrouwen") for d in ("500 m", "1000 m", "1500 m", "aflossing"))]
    rows = body(names)
    rows[7][7] = "n.t.b."
    return saved(workbook(("Quota", [[*head, "Totaal"], *rows])))


# Digits and signs ----------------------------------------


@file("arabic-digits.csv")
def arabic_indic_digits() -> str:
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    return csv_of(
        [
            HEADER,
            *([r[0], *(c.translate(digits) for c in r[1:])] for r in body()),
            ["Total", *(str(n).translate(digits) for n in SUMS)],
        ]
    )


@file("persian-digits.html")
def persian_digits() -> str:
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    return html_of([HEADER, *([r[0], *(c.translate(digits) for c in r[1:])] for r in body())])


@file("roman-signs.csv", doubts=["'Ⅲ' is read as 3"])
def roman_signs() -> str:
    return csv_of([HEADER, *([r[0], *(" ⅠⅡⅢ"[int(c)].strip() for c in r[1:9]), r[9]] for r in body())])


@file("circled.csv")
def circled_digits() -> str:
    return csv_of([HEADER, *([r[0], *("⓪①②③"[int(c)] for c in r[1:9]), r[9]] for r in body())])


@file("plus-in-brackets.csv", refused=["2 (+1)", "men-1000", "CAN|Canada"])
def a_change_in_brackets() -> str:
    rows = body()
    rows[1][2] = "2 (+1)"
    return csv_of([HEADER, *rows])


@file("range.html", refused=["1–2", "women-500"])
def a_range() -> str:
    rows = body()
    rows[4][5] = "1&ndash;2"
    return html_of([HEADER, *rows])


@file("fraction-date.csv", refused=["Feb-01", "men-1500"])
def a_fraction_that_became_a_date() -> str:
    rows = body()
    rows[2][3] = "Feb-01"
    return csv_of([HEADER, *rows])


@file("iso-date.xlsx", refused=["2014-02-01", "women-1000"])
def a_fraction_that_became_a_day() -> bytes:
    rows: list[list[Any]] = [HEADER, *body()]
    rows[4][6] = datetime.datetime(2014, 2, 1)
    return saved(workbook(("Quota", rows)))


@file("clock.xlsx", refused=["02:01:00", "women-1000"])
def a_ratio_that_became_a_time() -> bytes:
    rows: list[list[Any]] = [HEADER, *body()]
    rows[4][6] = datetime.time(2, 1)
    return saved(workbook(("Quota", rows)))


@file("errors.xlsx", refused=["#REF!", "CHN|China", "men-500"])
def an_error_in_a_cell() -> bytes:
    rows: list[list[Any]] = [HEADER, *body()]
    rows[3][1] = "#REF!"
    return saved(workbook(("Quota", rows)))


@file("error-in-total.xlsx", doubts=["total of men-500: '#DIV/0!' is no number"])
def an_error_in_the_totals() -> bytes:
    return saved(workbook(("Quota", [HEADER, *body(), ["Total", "#DIV/0!", *SUMS[1:]]])))


@file("format-with-a-unit.xlsx", doubts=["'3 places' is read as 3"])
def numbers_with_a_unit_in_their_format() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["B3"].number_format = '0" places"'
    return saved(book)


@file("invisible-format.xlsx", refused=[";;;", "CAN|Canada"])
def a_number_that_its_format_hides() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["B3"].number_format = ";;;"
    return saved(book)


@file("struck.xlsx", doubts=["struck"], CAN={"men-1000": 0})
def a_struck_cell() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["C3"].font = Font(strike=True)
    return saved(book)


@file("struck-row.xlsx", doubts=["struck"])
def a_struck_name() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["A3"].font = Font(strike=True)
    return saved(book)


@file("booleans.xlsx")
def relays_as_booleans() -> bytes:
    rows: list[list[Any]] = [HEADER, *([c == "1" if n in (4, 8) else c for n, c in enumerate(r)] for r in body())]
    return saved(workbook(("Quota", rows)))


@file("merged-over-two-nocs.xlsx", doubts=["spans several rows"], CHN={"men-1000": 3})
def a_merged_cell_over_two_nocs() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active.merge_cells("C3:C4")
    return saved(book)


@file("old-sheet-hidden.xlsx", doubts=["hidden"])
def an_older_table_in_a_hidden_sheet() -> bytes:
    older = [[r[0], *("1" if c != "0" else "0" for c in r[1:9]), r[9]] for r in body()]
    book = workbook(("Quota", [HEADER, *body()]), ("Old", [HEADER, *older]))
    book["Old"].sheet_state = "veryHidden"
    return saved(book)


@file("old-sheet-hidden-first.xlsx", doubts=["hidden"])
def an_older_table_in_a_hidden_sheet_before_all_others() -> bytes:
    older = [[r[0], *("1" if c != "0" else "0" for c in r[1:9]), r[9]] for r in body()]
    book = workbook(("Old", [HEADER, *older]), ("Quota", [HEADER, *body()]))
    book["Old"].sheet_state = "hidden"
    book.active = 1
    return saved(book)


@file("old-sheet-hidden-first.ods", doubts=["hidden"])
def an_older_table_in_a_hidden_sheet_of_opendocument() -> bytes:
    def sheet(name: str, rows: Rows, style: str = "") -> str:
        lines = "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
            + "</table:table-row>"
            for row in rows
        )
        return f'<table:table table:name="{name}"{style}>{lines}</table:table>'

    older = [[r[0], *("1" if c != "0" else "0" for c in r[1:9]), r[9]] for r in body()]
    unseen = '<style:style style:name="x"><style:table-properties table:display="false"/></style:style>'
    old = sheet("Old", [HEADER, *older], ' table:style-name="x"')
    return ods_of(old + sheet("Quota", [HEADER, *body()]), unseen)


@file("genders-german.xlsx")
def a_sheet_per_gender_in_german() -> bytes:
    head = ["Nation", "500 m", "1000 m", "1500 m", "Staffel", "Sportler"]
    men: Rows = [head, *([*r[:5], _own(n, "men")] for n, r in zip(NOCS, body(GERMAN), strict=True))]
    women: Rows = [head, *([r[0], *r[5:9], _own(n, "women")] for n, r in zip(NOCS, body(GERMAN), strict=True))]
    return saved(workbook(("Herren", men), ("Damen", women)))


@file("spans.ods", doubts=["spans several rows"], CHN={"men-500": 3})
def covered_cells_of_opendocument() -> bytes:
    def cell(text: str, more: str = "") -> str:
        kind = f'office:value-type="float" office:value="{text}"' if text.isdigit() else 'office:value-type="string"'
        return f"<table:table-cell {kind}{more}><text:p>{text}</text:p></table:table-cell>"

    lines = [[cell(c) for c in row] for row in [HEADER, *body()]]
    lines[2][1] = cell("3", ' table:number-rows-spanned="2" table:number-columns-spanned="1"')
    lines[3][1] = "<table:covered-table-cell/>"
    rows = "".join(f"<table:table-row>{''.join(line)}</table:table-row>" for line in lines)
    return ods_of(f'<table:table table:name="Quota">{rows}</table:table>')


# Names ----------------------------------------


@file("exonyms.csv")
def other_names_in_english() -> str:
    names = (
        "Commonwealth of Australia", "CANADA", "People's Republic of China", "Great Britain & N.I.", "Italia",
        "Nippon", "Korea, Republic of", "Holland", "Russian Fed.", "U.S.A.",
    )  # fmt: skip
    return csv_of([HEADER, *body(names)])


@file("shouted.csv")
def names_in_capitals_without_umlauts() -> str:
    names = (
        "AUSTRALIEN", "KANADA", "CHINA", "GROSSBRITANNIEN", "ITALIEN", "JAPAN", "SUEDKOREA", "NIEDERLANDE", "RUSSLAND",
        "VEREINIGTE STAATEN",
    )  # fmt: skip
    return csv_of([HEADER, *body(names)])


@file("bare-letters.csv")
def names_without_their_accents() -> str:
    names = (
        "Australie", "Canada", "Chine", "Royaume-Uni", "Italie", "Japon", "Coree du Sud", "Pays-Bas", "Russie",
        "Etats-Unis",
    )  # fmt: skip
    head = ["Pays", *(f"{d} {g}" for g in ("hommes", "femmes") for d in ("500 m", "1000 m", "1500 m", "relais"))]
    return csv_of([[*head, "Athletes"], *body(names)], ";")


@file("small-codes.csv")
def codes_in_small_letters() -> str:
    return csv_of([HEADER, *body([noc.lower() for noc in NOCS])])


@file("slashed-names.csv")
def names_in_two_languages() -> str:
    return csv_of([HEADER, *body([f"{e} / {g}" for e, g in zip(ENGLISH, GERMAN, strict=True)])])


@file("slashed-codes.csv", doubts=["'Qsecond' beside"])
def a_word_behind_the_second_of_two_names() -> str:
    first, *others = zip(NOCS, ENGLISH, strict=True)
    return csv_of([HEADER, *body([f"{first[0]} / {first[0]} Qsecond", *(f"{e} / {n}" for n, e in others)])])


@file("hyphen-codes.csv")
def codes_with_a_dash_and_the_name() -> str:
    return csv_of([HEADER, *body([f"{noc} – {e}" for noc, e in zip(NOCS, ENGLISH, strict=True)])])


# Pages ----------------------------------------


@file("right-one-last.html")
def tables_of_other_things_above() -> str:
    medals = html_of(
        [["Rank", "Nation", "Gold", "Silver"], ["1", "Canada", "3", "2"], ["2", "China", "2", "1"]],
        above="<h2>Medals</h2>",
    )
    dates = html_of(
        [["Date", "Event"], ["10 February", "Men's 1500 m"], ["13 February", "Women's 500 m"]],
        above="<h2>Schedule</h2>",
    )
    tables = [
        page.partition("<body>")[2].partition("</body>")[0]
        for page in (medals, dates, html_of([HEADER, *body()], above="<h2>Quota</h2>"))
    ]
    return f"<h1>Short track 2014</h1>{''.join(tables)}"


@file("ins-del.html", doubts=["struck"], CAN={"men-500": 2})
def deleted_and_inserted() -> str:
    rows = body()
    rows[1][1] = "<del>3</del><ins>2</ins>"
    return html_of([HEADER, *rows])


@file("line-through.html", doubts=["struck"], CAN={"men-500": 0})
def struck_by_a_style() -> str:
    rows = body()
    rows[1][1] = "<span style='text-decoration: line-through'>3</span>"
    return html_of([HEADER, *rows])


@file("small-print.html", refused=["1 declined", "men-500"])
def small_print_in_a_cell() -> str:
    rows = body()
    rows[1][1] = "3<br><small>1 declined</small>"
    return html_of([HEADER, *rows])


@file("inputs.html")
def numbers_in_fields_of_a_form() -> str:
    return html_of([HEADER, *([r[0], *(f"<input type=number value={c}>" for c in r[1:])] for r in body())])


@file("footnotes-in-header.html", doubts=["[a]"])
def footnotes_in_the_header() -> str:
    head = [HEADER[0], "Men's 500 m[a]", *HEADER[2:9], "Athletes<sup>2</sup>"]
    return html_of([head, *body()]) + "<p>[a] declined</p>"


@file("spans-mixed.html")
def a_row_per_gender_with_the_noc_once() -> str:
    lines = [
        "<tr><th rowspan=2>Nation<th rowspan=2>Gender<th colspan=4>Events<th rowspan=2>Athletes</tr>",
        "<tr><th>500 m<th>1000 m<th>1500 m<th>Relay</tr>",
    ]
    for noc, row in zip(NOCS, body(), strict=True):
        men = f"<tr><td rowspan=2>{row[0]}<td>Men<td>{'<td>'.join(row[1:5])}<td>{_own(noc, 'men')}</tr>"
        lines += [men, f"<tr><td>Women<td>{'<td>'.join(row[5:9])}<td>{_own(noc, 'women')}</tr>"]
    return f"<h1>Short track 2014</h1><table>{''.join(lines)}</table>"


@file("continued.html")
def a_header_that_says_continued() -> str:
    rows = body()
    again = ["Nation (cont.)", *HEADER[1:]]
    return html_of([HEADER, *rows[:5], again, *rows[5:], ["Total", *SUMS]])


@file("total-amid.csv", doubts=["Total"])
def a_total_amid_the_rows() -> str:
    rows = body()
    amid = [sum(RIGHT[noc][c] for noc in NOCS[:4]) for c in COLUMNS]
    return csv_of([HEADER, *rows[:4], ["Total", *amid], *rows[4:], ["Grand total", *SUMS]])


@file("wrong-subtotal.csv", doubts=["men-500 '9' (sum 8)"])
def a_subtotal_that_is_wrong_in_a_cell() -> str:
    rows = body()
    amid = [sum(RIGHT[noc][c] for noc in NOCS[:4]) for c in COLUMNS]
    return csv_of([HEADER, *rows[:4], ["Subtotal", amid[0] + 1, *amid[1:]], *rows[4:]])


# Other forms ----------------------------------------


@file("transposed-totals.csv")
def events_as_rows_with_totals_first() -> str:
    lines: list[list[object]] = [["Disziplin", "Gesamt", *GERMAN]]
    labels = [f"{g} {d}" for g in ("Herren", "Damen") for d in ("500 m", "1000 m", "1500 m", "Staffel")]
    for label, event, whole in zip([*labels, "Athleten"], COLUMNS, SUMS, strict=True):
        lines.append([label, whole, *(row[event] for row in RIGHT.values())])
    return csv_of(lines, ";")


@file("transposed-open.csv", doubts=["KOR men-1500 '?'"], KOR={"men-1500": None})
def events_as_rows_with_an_open_cell() -> str:
    lines = [list(column) for column in zip(["Event", *HEADER[1:]], *body(NOCS), strict=True)]
    lines[3][7] = "?"
    return csv_of(lines)


@file("api.json")
def nested_json_of_an_interface() -> str:
    teams = [
        {
            "noc": {"code": noc, "name": name},
            "athletes": row["athletes"],
            "quota": [{"event": e, "places": row[e]} for e in EVENTS],
        }
        for noc, name, row in zip(NOCS, ENGLISH, RIGHT.values(), strict=True)
    ]
    return json.dumps({"meta": {"games": "Short track 2014", "count": 10}, "teams": teams})


@file("genders.json")
def json_with_events_per_gender() -> str:
    names = {"500": "500", "1000": "1000", "1500": "1500", "relay": "relay"}
    return json.dumps(
        [
            {
                "noc": noc,
                "athletes": row["athletes"],
                "men": {d: row[f"men-{d}"] for d in names},
                "women": {d: row[f"women-{d}"] for d in names},
            }
            for noc, row in RIGHT.items()
        ]
    )


@file("nulls.json", doubts=["ITA women-1500 'unknown'"], ITA={"women-1500": None})
def json_with_words_for_nothing() -> str:
    rows: list[dict[str, object]] = [
        {"noc": noc, **{c: n or None for c, n in row.items()}} for noc, row in RIGHT.items()
    ]
    rows[4]["women-1500"] = "unknown"
    return json.dumps(rows)


@file("comments.csv", doubts=["source: invented"])
def comment_lines_above() -> str:
    return "# source: invented\n# as of 2014-01-20\n" + csv_of([HEADER, *body()])


@file("trailing-separators.csv")
def separators_at_the_end_of_lines() -> str:
    return "".join(f"{';'.join(row)};;;\r\n" for row in [HEADER, *body()]) + ";;;;;;;;;;;;\r\n"


@file("wide-bars.txt")
def bars_of_another_width() -> str:
    return "\n".join(f"｜{'｜'.join(row)}｜" for row in [HEADER, *body()]) + "\n"


@file("line-per-cell.txt", refused=["table"])
def a_line_per_cell() -> str:
    return "Short track 2014\n" + "\n".join(cell for row in [HEADER, *body()] for cell in row) + "\n"


@file("table.yaml", refused=["save"])
def yaml() -> str:
    return "short track 2014:\n" + "".join(
        f"  - noc: {noc}\n    men-500: {row['men-500']}\n" for noc, row in RIGHT.items()
    )


@file("table.xml", refused=["save"])
def xml() -> str:
    rows = "".join(f'<team noc="{noc}"><men500>{row["men-500"]}</men500></team>' for noc, row in RIGHT.items())
    return f'<?xml version="1.0"?><quota>{rows}</quota>'


@file("rank-and-code.html")
def rank_flag_code_and_name() -> str:
    lines = [["#", "", "Code", *HEADER]]
    lines += [
        [f"{n}.", f"<img src='{noc}.svg' alt='Flag of {row[0]}'>", noc, *row]
        for n, (noc, row) in enumerate(zip(NOCS, body(), strict=True), 1)
    ]
    return html_of(lines)


# More of these ----------------------------------------


@file("glued-pdf.txt", refused=["row|table|column"])
def a_pdf_whose_blanks_are_gone() -> str:
    return "Short track 2014\n\n" + "\n".join("".join(row) for row in [HEADER, *body()]) + "\n"


@file("wrapped-names.txt", refused=["7 rows of NOCs", "Italy | 2 | 2", "one line"])
def names_over_two_lines() -> str:
    rows = [" ".join([r[0].ljust(16), *(c.rjust(8) for c in r[1:])]) for r in body(empty="-")]
    rows[3] = "Great\nBritain" + rows[3][13:]
    head = " ".join(
        [
            "Nation".ljust(16),
            *(f"{g} {d}".rjust(8) for g in "MW" for d in ("500", "1000", "1500", "Relay")),
            "Athletes".rjust(8),
        ]
    )
    return "\n".join([head, *rows]) + "\n"


@file("legend-below.csv", doubts=["M = men", "* host nation"])
def a_legend_below_the_table() -> str:
    head = ["NOC", *(f"{g}{d}" for g in "MW" for d in ("500", "1000", "1500", "R")), "Athletes"]
    return csv_of([head, *body(NOCS)]) + "M = men; W = women; R = relay\n* host nation\n"


@file("row-headers.html")
def row_headers_and_a_caption() -> str:
    rows = "".join(f"<tr><th scope=row>{r[0]}</th>{''.join(f'<td>{c}</td>' for c in r[1:])}</tr>" for r in body())
    head = "".join(f"<th scope=col>{c}</th>" for c in HEADER)
    caption = "<caption>Short track 2014, quota places</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


@file("screen-reader.html")
def texts_for_screen_readers() -> str:
    rows = [[r[0], *(f"<span aria-hidden='true'>{c}</span>" if c == "3" else c for c in r[1:])] for r in body()]
    return html_of([HEADER, *rows])


@file("abbreviations.html")
def headers_in_abbreviations_with_titles() -> str:
    head = ["NOC", *(f'<abbr title="{label}">{label[0]}{label.split()[1]}</abbr>' for label in HEADER[1:9]), "Athletes"]
    return html_of([head, *body(NOCS)])


@file("two-noc-columns.csv", doubts=["CAN and USA"])
def code_and_name_that_contradict() -> str:
    rows = [[noc, *r] for noc, r in zip(NOCS, body(), strict=True)]
    rows[1][1] = "United States"
    return csv_of([["Code", *HEADER], *rows[:-1], rows[-1]])


@file("percent-and-plus.csv", refused=["+3", "men-500"])
def signed_numbers() -> str:
    rows = body()
    rows[1][1] = "+3"
    return csv_of([HEADER, *rows])


@file("thousand-places.csv", refused=["1,000|1.000|1000", "men-500"])
def a_number_that_is_too_large() -> str:
    rows = body()
    rows[1][1] = "1000"
    return csv_of([HEADER, *rows])


@file("exponent.csv", refused=["3e0"])
def a_number_with_an_exponent() -> str:
    rows = body()
    rows[1][1] = "3e0"
    return csv_of([HEADER, *rows])


@file("letters-like-digits.csv", refused=["l", "CAN|Canada|AUS|Australia"])
def letters_that_look_like_digits() -> str:
    rows = body()
    rows[0][1] = "l"
    return csv_of([HEADER, *rows])


@file("letter-o.csv", refused=["'O'"])
def a_letter_for_nought() -> str:
    rows = body()
    rows[0][3] = "O"
    return csv_of([HEADER, *rows])


@file("equals-formula.csv", refused=["=1+2"])
def a_formula_in_text() -> str:
    rows = body()
    rows[1][1] = "=1+2"
    return csv_of([HEADER, *rows])


@file("quoted-formula.csv")
def numbers_as_formulas_of_texts() -> str:
    return csv_of([HEADER, *([r[0], *(f'="{c}"' for c in r[1:])] for r in body())], ";")


@file("accounting.csv")
def numbers_with_blanks_around() -> str:
    return csv_of([HEADER, *([f"  {r[0]}  ", *(f" {c} " if c != "0" else " -   " for c in r[1:])] for r in body())])


@file("tab-and-blank.txt")
def tabs_with_blanks() -> str:
    return "\n".join("\t ".join(row) for row in [HEADER, *body()]) + "\n"


@file("mac-lines.csv")
def lines_that_end_as_on_an_old_mac() -> bytes:
    return csv_of([HEADER, *body()]).replace("\n", "\r").encode()


@file("no-final-column.csv", doubts=["sum"], refused=[])
def sums_of_places_under_athletes() -> str:
    return csv_of([[*HEADER[:9], "Total places", "Athletes"], *([*r[:9], sum(map(int, r[1:9])), r[9]] for r in body())])


@file("women-first.csv")
def women_before_men() -> str:
    head = [HEADER[0], *HEADER[5:9], *HEADER[1:5], HEADER[9]]
    return csv_of([head, *([r[0], *r[5:9], *r[1:5], r[9]] for r in body())])


@file("mixed-order.html")
def events_in_pairs() -> str:
    order = [0, 1, 5, 2, 6, 3, 7, 4, 8, 9]
    top = (
        "<tr><th rowspan=2>Nation</th>"
        + "".join(f"<th colspan=2>{d}</th>" for d in ("500 m", "1000 m", "1500 m", "Relay"))
        + "<th rowspan=2>Athletes</th></tr>"
    )
    second = "<tr>" + "<th>Men</th><th>Women</th>" * 4 + "</tr>"
    lines = "".join(f"<tr>{''.join(f'<td>{r[n]}</td>' for n in order)}</tr>" for r in body())
    return f"<h1>Short track 2014</h1><table>{top}{second}{lines}</table>"


@file("table-per-event.md")
def a_table_per_event_under_headings() -> str:
    parts = ["# Short track 2014"]
    for event, label in zip(EVENTS, HEADER[1:9], strict=True):
        rows = [f"| {name} | {row[event]} |" for name, row in zip(ENGLISH, RIGHT.values(), strict=True) if row[event]]
        parts.append("\n".join([f"## {label}", "", "| Nation | Places |", "| --- | --- |", *rows, ""]))
    rows = [f"| {name} | {row['athletes']} |" for name, row in zip(ENGLISH, RIGHT.values(), strict=True)]
    parts.append("\n".join(["## Athletes", "", "| Nation | Athletes |", "| --- | --- |", *rows, ""]))
    return "\n".join(parts)


@file("one-struck-number.wiki", doubts=["struck"], CAN={"men-500": 2})
def wikitext_with_a_struck_number() -> str:
    rows = body(mark="{{Tick}}", empty="")
    rows[1][1] = "<s>3</s> 2"
    lines = "\n".join("|-\n| " + " || ".join(r) for r in rows)
    return f'== Short track 2014 ==\n{{| class="wikitable"\n! {" !! ".join(HEADER)}\n{lines}\n|}}\n'


@file("note-column-with-number.csv", doubts=["the column '2010' is not read"])
def last_games_beside() -> str:
    return csv_of([[*HEADER, "2010"], *([*r, "7"] for r in body())])


@file("twin-tables.html", doubts=["CAN men-500: 2 for 3"])
def a_second_table_that_differs() -> str:
    rows = body()
    rows[1] = [rows[1][0], "2", *rows[1][2:]]
    first = html_of([HEADER, *body()], above="<h2>Final</h2>")
    second = html_of([HEADER, *rows], above="<h2>Before reallocation</h2>")
    both = "".join(page.partition("<body>")[2].partition("</body>")[0] for page in (first, second))
    return f"<h1>Short track 2014</h1>{both}"


@file("struck-in-long-form.html", doubts=["'2' is struck out; 0 counts"], AUS={"men-1000": 0})
def a_struck_number_in_long_form() -> str:
    rows = [[noc, event, str(row[event])] for noc, row in RIGHT.items() for event in (*EVENTS, "athletes")]
    rows[1][2] = "<s>2</s>"
    return html_of([["NOC", "Event", "Places"], *rows])


@file("footnote-in-a-list.html", doubts=["[b] at 'KOR (2)'"])
def a_footnote_within_a_list_of_nocs() -> str:
    rows = [["Event", "NOCs"]]
    for event, label in zip(EVENTS, HEADER[1:9], strict=True):
        rows.append([label, "<br>".join(f"{noc} ({r[event]})" for noc, r in RIGHT.items() if r[event])])
    rows[1][1] = rows[1][1].replace("KOR (2)", "KOR (2)[b]")
    return html_of(rows)


@file("pictures-beside-numbers.html", doubts=["CHN women-500 '3' 'arrow up'"])
def pictures_beside_numbers() -> str:
    rows = body()
    rows[2][5] = "3 <img src='up.png' alt='arrow up'>"
    return html_of([HEADER, *rows])


@file(
    "remarks-behind-names.csv", doubts=["'declined 1' behind JPN", "'– host' behind RUS", "'(2 returned)' behind CAN"]
)
def remarks_behind_names() -> str:
    rows = body()
    rows[5][0], rows[8][0], rows[1][0] = "Japan (declined 1)", "Russia – host", "CAN (2 returned)"
    return csv_of([HEADER, *rows])


@file("boxes.md", doubts=["taken for a box that is ticked", "taken for a box that is empty"])
def boxes_as_texts_have_them() -> str:
    rows = body(mark="[x]", empty="[ ]")
    return "\n".join(f"| {' | '.join(row)} |" for row in [HEADER, ["---"] * 10, *rows]) + "\n"


# What a page shows otherwise than as text ----------------------------------------


@file("hidden-part.html", doubts=["'77'", "that the page hides"])
def a_hidden_part_of_a_cell() -> str:
    rows = body()
    rows[1][1] = "<span style='display:none'>77</span>3"
    return html_of([HEADER, *rows])


@file("subscript.html", doubts=["2 at '3'"])
def a_note_in_subscript() -> str:
    rows = body()
    rows[2][2] = "2<sub>2</sub>"
    rows[1][1] = "3<sub>2</sub>"
    return html_of([HEADER, *rows])


@file("linked-footnote.html", doubts=["1 at '3'", "b at 'Italy'"])
def a_link_to_a_footnote() -> str:
    rows = body()
    rows[1][1] = "3<a href='#fn1'>1</a>"
    rows[4][0] = "Italy<a href='#fnb'>b</a>"
    return html_of([HEADER, *rows])


@file("meter.html", refused=["meter 3", "CAN|Canada", "men-500"])
def a_number_that_is_drawn() -> str:
    rows = body()
    rows[1][1] = "<meter value=3 max=3></meter>"
    return html_of([HEADER, *rows])


@file("choices.html")
def lists_to_choose_from() -> str:
    def choice(number: str) -> str:
        options = "".join(f"<option{' selected' if str(n) == number else ''}>{n}</option>" for n in range(4))
        return f"<select>{options}</select>"

    return html_of([HEADER, *([r[0], *map(choice, r[1:9]), r[9]] for r in body())])


@file("nothing-chosen.html", refused=["a choice of nothing", "CHN|China"])
def a_list_without_a_choice() -> str:
    rows = body()
    rows[2][3] = "<select><option>1<option>2</select>"
    return html_of([HEADER, *rows])


@file("table-for-a-number.html", refused=["a table within the cell", "CAN|Canada"])
def a_table_for_a_number() -> str:
    rows = body()
    rows[1][1] = "<table><tr><td>3</td></tr></table>"
    return html_of([HEADER, *rows])


@file("lines.jsonl")
def a_record_per_line() -> str:
    return "\n".join(json.dumps({"noc": noc, **row}) for noc, row in RIGHT.items()) + "\n"


@file("flag-and-more.csv", doubts=["'Canada provisional' beside CAN"])
def a_flag_and_a_remark() -> str:
    rows = body()
    rows[1][0] = "🇨🇦 Canada provisional"
    return csv_of([HEADER, *rows])


@file("rank-with-words.csv", doubts=["CAN 'declined'"])
def words_in_a_column_of_ranks() -> str:
    rows = [[str(n), *r] for n, r in enumerate(body(), 1)]
    rows[1][0] = "declined"
    return csv_of([["Rank", *HEADER], *rows])


@file("long-brackets.csv", doubts=["[declined one place over 500 metres] beside|'[declined one place over"])
def a_remark_in_square_brackets() -> str:
    rows = body()
    rows[1][0] = "Canada [declined one place over 500 metres]"
    return csv_of([HEADER, *rows])


@file("hidden-key.wiki", doubts=["'03'", "that the page hides"])
def hidden_keys_and_a_link_to_a_note_in_wikitext() -> str:
    rows = body(mark="{{yes}}", empty="")
    rows[1][1], rows[2][2] = '<span style="display:none">03</span>3', "2[[#note 1|1]]<sub>2</sub>"
    lines = "\n".join("|-\n| " + " || ".join(row) for row in rows)
    return f'== Short track 2014 ==\n{{| class="wikitable"\n! {" !! ".join(HEADER)}\n{lines}\n|}}\n'


@file("subscript.xlsx", doubts=["2 at '3'"])
def a_note_in_subscript_of_a_workbook() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["B3"].value = CellRichText("3", TextBlock(InlineFont(vertAlign="subscript"), "2"))
    return saved(book)


@file("raised.ods", doubts=["2 at '3'"])
def a_raised_note_of_opendocument() -> bytes:
    lines = [f"<table:table-row>{_ods_cells(r)}</table:table-row>" for r in [HEADER, *body()]]
    raised = "<text:p>3<text:span text:style-name='T1'>2</text:span></text:p>"
    lines[2] = lines[2].replace("<text:p>3</text:p>", raised, 1).replace("float", "string", 1)
    style = "<style:style style:name='T1'><style:text-properties style:text-position='33% 58%'/></style:style>"
    return ods_of(f'<table:table table:name="Quota">{"".join(lines)}</table:table>', style)


@file("men-alone.csv", doubts=["those of men alone are not kept", "CAN 5", "KOR 5"])
def athletes_of_one_gender_beside_all() -> str:
    head = [*HEADER[:9], "Men", "Athletes"]
    return csv_of([head, *([*r[:9], _own(noc, "men"), r[9]] for noc, r in zip(NOCS, body(), strict=True))])


# Lines of a text that fit no table ----------------------------------------


@file("bar-in-tabs.txt")
def a_bar_in_front_of_one_row_by_tabs() -> str:
    rows = body()
    rows[3][0] = f"|{rows[3][0]}"
    return "\n".join("\t".join(row) for row in [HEADER, *rows]) + "\n"


@file("bar-in-blanks.txt")
def a_bar_in_front_of_one_row_by_blanks() -> str:
    rows = body()
    rows[3][0] = f"|{rows[3][0]}"
    return "\n".join("".join(cell.ljust(18) for cell in row) for row in [HEADER, *rows]) + "\n"


@file("bar-beside-words-in-tabs.txt", doubts=["'Men|Women'"])
def a_bar_in_a_column_of_words() -> str:
    rows = [[*row, "Men|Women" if n == 4 else "Men"] for n, row in enumerate(body())]
    return "\n".join("\t".join(row) for row in [[*HEADER, "Remarks"], *rows]) + "\n"


@file("tabs-in-bars.txt")
def one_row_by_tabs_between_bars() -> str:
    lines = [f"| {' | '.join(row)} |" for row in [HEADER, ["---"] * 10, *body()]]
    lines[5] = "\t".join(body()[3])
    return "\n".join(lines) + "\n"


@file(
    "loose-rows.txt",
    doubts=[
        "line 14: it looks like a row and is in no table, so it is not read: 'Poland 1 1 0 0 0 0 0 0 1'",
        "AUT\\t2",
    ],
)
def rows_apart_from_the_table() -> str:
    table = "\n".join(f"| {' | '.join(row)} |" for row in [HEADER, ["---"] * 10, *body()])
    return f"# Quota\n{table}\nPoland 1 1 0 0 0 0 0 0 1\n\nThe host, Russia, has 5 places.\n\nAUT\t2\t2\t1\n"


@file("row-with-two-bars.txt", doubts=["'Poland | 1 | 2'"])
def a_single_row_with_bars() -> str:
    table = "\n".join("\t".join(row) for row in [HEADER, *body()])
    return f"{table}\n\nThose who follow:\n\nPoland | 1 | 2\n\nUnder 3 of 4 conditions.\n"


# What a program or page does not show ----------------------------------------

BLUE = PatternFill("solid", fgColor="FF1F3864")


def headed_in_white() -> Any:
    """A workbook whose header is white on blue, as many are."""
    book = workbook(("Quota", [HEADER, *body()]))
    for cell in book.active[1]:
        cell.font, cell.fill = Font(color="FFFFFFFF"), BLUE
    return book


@file("white.xlsx", doubts=["read as if they were seen: '3' (B3), '1' (D5), '3' (F6), '5' (J11)"])
def white_on_white_in_a_workbook() -> bytes:
    book = headed_in_white()
    sheet = book.active
    sheet["B3"].font = Font(color="00FFFFFF")
    sheet["D5"].font = Font(color=Color(theme=0))
    sheet["F6"].font, sheet["F6"].fill = Font(color="FFFF0000"), PatternFill("solid", fgColor="FFFF0000")
    sheet["J11"].font = Font(size=1)
    return saved(book)


@file(
    "flat-row.xlsx",
    doubts=["hidden rows are read as if they were not: 4", "hidden columns are read as if they were not: C"],
)
def a_row_and_a_column_of_no_size() -> bytes:
    book = headed_in_white()
    book.active.row_dimensions[4].height = 7
    book.active.column_dimensions["C"].width = 7
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            flat = old.read(name).replace(b' ht="7"', b' ht="0"').replace(b' width="7"', b' width="0"')
            new.writestr(name, flat)
    return made.getvalue()


GONE = "<text:span text:style-name='gone'>7</text:span>"
WHITE_STYLES = (
    "<style:style style:name='pale' style:family='table-cell'><style:text-properties fo:color='#ffffff'/></style:style>"
    "<style:style style:name='head' style:family='table-cell'>"
    "<style:table-cell-properties fo:background-color='#1f3864'/>"
    "<style:text-properties fo:color='#ffffff'/></style:style>"
    "<style:style style:name='gone' style:family='text'><style:text-properties text:display='none'/></style:style>"
    "<style:style style:name='struck' style:family='table-cell'>"
    "<style:text-properties style:text-line-through-style='solid'/></style:style>"
)


@file(
    "white.ods",
    doubts=["read as if they were seen: '1' (row 2, column 2)", "hides are not read (1): '7'"],
)
def white_on_white_and_a_hidden_part_in_opendocument() -> bytes:
    lines = [f"<table:table-row>{_ods_cells(r)}</table:table-row>" for r in [HEADER, *body()]]
    lines[0] = lines[0].replace("<table:table-cell", "<table:table-cell table:style-name='head'")
    cells = lines[1].split("<table:table-cell")
    cells[2] = f" table:style-name='pale'{cells[2]}"
    cells[3] = cells[3].replace('value="2"', 'value="72"').replace("<text:p>2", f"<text:p>{GONE}2")
    lines[1] = "<table:table-cell".join(cells)
    return ods_of(f'<table:table table:name="Quota">{"".join(lines)}</table:table>', WHITE_STYLES)


@file("struck-column.ods", doubts=["'1' is struck out"], **{noc: {"men-500": 0} for noc in NOCS})
def a_column_whose_cells_have_its_style() -> bytes:
    lines = "".join(f"<table:table-row>{_ods_cells(r)}</table:table-row>" for r in body())
    titles = _ods_cells(HEADER).replace("<table:table-cell", "<table:table-cell table:style-name='head'")
    head = f"<table:table-row>{titles}</table:table-row>"
    columns = "<table:table-column/><table:table-column table:default-cell-style-name='struck'/><table:table-column/>"
    return ods_of(f'<table:table table:name="Quota">{columns}{head}{lines}</table:table>', WHITE_STYLES)


@file(
    "white.html",
    doubts=[
        "read as if they were seen: '3' (table 1, row 3, cell 2), '1' (table 1, row 5, cell 4), 'Italy'",
        "'5' (table 1, row 11, cell 10)",
    ],
)
def white_on_white_in_a_page() -> str:
    rows = body()
    rows[1][1] = "<font color=white>3</font>"
    rows[3][3] = "<span style='color:#FFF'>1</span>"
    page = html_of([HEADER, *rows]).replace(
        "<tr><td>Italy", "<tr style='color:rgb(9,9,9);background:#090909'><td>Italy"
    )
    page = page.replace("<td>5</td></tr>\n</table>", "<td style='visibility:hidden'>5</td></tr>\n</table>")
    return page.replace("<tr><td>Nation", "<tr style='color:white;background-color:#1f3864'><td>Nation")


@file("keys.html", doubts=["that the page hides are not read (4): '07', '08', '09', '06'"])
def keys_hidden_by_classes_and_otherwise() -> str:
    rows = body()
    rows[1][1:5] = [
        "<span class=key>07</span>3",
        "<span style='visibility:hidden;color:transparent'>08</span>3",
        "<span style='font-size: 0px'>09</span>3",
        "<span style='opacity:0'>06</span>1",
    ]
    rows[2][1] = "<span class=onscreen>3</span>"
    rows[2][2] = "<span class=other style='font-size:0.9em;opacity:0.5'>2</span>"
    styles = ".key, i.key {display: none} @media print {.onscreen {display:none} .a {x:y}} .menu .other {display:none}"
    return html_of([HEADER, *rows]).replace("<head>", f"<head><style>{styles}</style>")


@file("struck-by-a-class.html", doubts=["'2' is struck out", "#ffe4e1"], CAN={"men-500": 0})
def a_number_that_a_class_strikes_out() -> str:
    rows = body()
    rows[1][1] = "<span class=gone>2</span>"
    rows[0][4] = "<!-- -->"
    styles = "/* .x { */ .gone { text-decoration: line-through } td.open { background: #FFE4E1 }"
    page = html_of([HEADER, *rows]).replace("<td><!-- -->", "<td class=open>")
    return page.replace("<head>", f"<head><style>{styles}</style>")


@file(
    "white.wiki",
    doubts=[
        "read as if they were seen: '3' (table 1, row 3), '2' (table 1, row 4)",
        "not read (1): '07'",
        "not read: '99'",
    ],
)
def white_on_white_in_wikitext() -> str:
    rows = body()
    rows[1][1] = "<span style='color:white'>3</span>"
    rows[2][2] = "style='color:#eee;background:#eee' | 2"
    rows[3][1] = "<span style='visibility:hidden'>07</span>1"
    lines = [f"| {' || '.join(row)}" for row in rows]
    lines[5] = f"| style='display:none' | 99 |{lines[5]}"
    joined = "\n|-\n".join(lines)
    head = f"|- style='color:white; background:#1f3864'\n! {' !! '.join(HEADER)}\n|-\n"
    return f'== Short track 2014 ==\n{{| class="wikitable"\n{head}{joined}\n|}}\n'


# As an encyclopaedia, a federation and spreadsheets have them ----------------------------------------


def by_gender() -> list[tuple[str, str, str, list[int]]]:
    """The name, code and gender of each row of a table with one per gender, and its numbers."""
    return [
        (name, noc, gender, [RIGHT[noc][f"{gender}-{event}"] for event in ("500", "1000", "1500", "relay")])
        for name, noc in zip(ENGLISH, NOCS, strict=True)
        for gender in ("men", "women")
    ]


@file("rowspan-genders.html")
def athletes_that_span_the_rows_of_both_genders() -> str:
    lines = ["<tr><th>Nation<th>Gender<th>500 m<th>1000 m<th>1500 m<th>Relay<th>Athletes</tr>"]
    for name, noc, gender, numbers in by_gender():
        cells = "".join(f"<td>{number}" for number in numbers)
        if gender == "men":
            lines.append(f"<tr><td rowspan=2>{name}<td>Men{cells}<td rowspan=2>{RIGHT[noc]['athletes']}</tr>")
        else:
            lines.append(f"<tr><td>Women{cells}</tr>")
    return f"<h1>Short track 2014</h1><table>{''.join(lines)}</table>"


@file("athletes-once.csv")
def athletes_in_the_first_row_of_each_nation() -> str:
    lines = [["Nation", "Gender", "500 m", "1000 m", "1500 m", "Relay", "Athletes"]]
    for name, noc, gender, numbers in by_gender():
        own = [str(RIGHT[noc]["athletes"]), name] if gender == "men" else ["", ""]
        lines.append([own[1], gender.title(), *map(str, numbers), own[0]])
    return csv_of(lines)


WOMEN_FIRST = (*EVENTS[4:], *EVENTS[:4], "athletes")


@file("women-first-once.csv", doubts=["of the two columns '1000 m' the first is taken for the women's"])
def women_first_and_each_gender_named_once() -> str:
    head = [
        ["", "Women", "", "", "", "Men", "", "", "", ""],
        ["NOC", *["500 m", "1000 m", "1500 m", "Relay"] * 2, "Total"],
    ]
    return csv_of([*head, *body(columns=WOMEN_FIRST)], ";")


@file("women-in-the-middle.csv", doubts=["'1500 m' the first is taken for the women's"])
def women_first_and_each_gender_named_above_its_second_column() -> str:
    head = [
        ["", "", "Women", "", "", "", "Men", "", "", ""],
        ["NOC", *["500 m", "1000 m", "1500 m", "Relay"] * 2, "Total"],
    ]
    return csv_of([*head, *body(columns=WOMEN_FIRST)])


@file("letter-r.html", doubts=["'R'"])
def a_letter_for_the_relay_below_women_and_men() -> str:
    head = "<tr><th rowspan=2>Nation<th colspan=4>Women<th colspan=4>Men<th rowspan=2>Athletes</tr>"
    head += f"<tr>{'<th>500<th>1000<th>1500<th>R' * 2}</tr>"
    return html_of(body(columns=WOMEN_FIRST)).replace("<table>\n", f"<table>{head}")


@file("one-row-group.csv", doubts=["'Subtotal Oceania' has the sums of the 1 row above it"])
def continents_of_which_one_has_one_row() -> str:
    groups = {"Oceania": [0], "Americas": [1, 9], "Asia": [2, 5, 6], "Europe": [3, 4, 7, 8]}
    rows, lines = body(), [HEADER]
    for group, numbers in groups.items():
        sums = [str(sum(int(rows[n][at]) for n in numbers)) for at in range(1, 10)]
        lines += [[group, *[""] * 9], *(rows[n] for n in numbers), [f"Subtotal {group}", *sums]]
    return csv_of([*lines, ["Grand total", *map(str, SUMS)]])


@file("ended-early.html", doubts=["'Poland\\t1\\t0\\t0", "in no table, so it is not read: 'Austria 1 1 0 0'"])
def rows_behind_the_end_of_the_table() -> str:
    poland = "<tr><td>Poland<td>1<td>0<td>0<td>0</tr><p>See the 3 notes of 2014.</p><p>Austria 1 1 0 0</p>"
    return html_of([HEADER, *body()]).replace("</table>", f"</table>{poland}")


@file("ended-early.wiki", doubts=["'| {{flag|POL}} || 1 || 0 || 0'|'| POL || 1 || 0 || 0'", "'Austria 1 1 0 0'"])
def rows_behind_the_end_of_a_table_in_wikitext() -> str:
    lines = "".join(f"|-\n| {' || '.join(row)}\n" for row in body())
    more = "|-\n| {{flag|POL}} || 1 || 0 || 0\n|}\nThe [[host]] has 5.\n\nAustria 1 1 0 0\n"
    return f"== Short track 2014 ==\n{{|\n! {' !! '.join(HEADER)}\n{lines}|}}\n{more}"


@file("tied-ranks.csv")
def ranks_with_ties_in_all_notations() -> str:
    ranks = ["T3", "=3", "3", "1", "2.", "5T", "6=", "7", "T-8", "8"]
    return csv_of([["Rank", *HEADER], *([rank, *row] for rank, row in zip(ranks, body(), strict=True))])


@file("one-sheet-per-gender.xlsx", doubts=["men's and women's columns together"])
def a_sheet_per_gender_in_korean() -> bytes:
    names = ("호주", "캐나다", "중국", "영국", "이탈리아", "일본", "대한민국", "네덜란드", "러시아", "미국")
    sheets = []
    for gender, title in (("men", "남자"), ("women", "여자")):
        rows = [
            [name, *numbers, _own(noc, gender)]
            for name, (_, noc, own, numbers) in zip([n for n in names for _ in "mw"], by_gender(), strict=True)
            if own == gender
        ]
        sheets.append((title, [["국가", "500m", "1000m", "1500m", "계주", "선수"], *rows]))
    return saved(workbook(*sheets))


@file("magyar.csv", doubts=["taken for Windows-1250"])
def a_table_saved_in_hungarian() -> bytes:
    names = (
        "Ausztrália", "Kanada", "Kína", "Nagy-Britannia", "Olaszország", "Japán", "Dél-Korea", "Hollandia",
        "Oroszország", "Egyesült Államok",
    )  # fmt: skip
    titles = [f"{gender} {event}" for gender in ("Férfi", "Női") for event in ("500 m", "1000 m", "1500 m", "váltó")]
    lines = [["Ország", *titles, "Versenyzők"], *body(names), ["Összesen", *map(str, SUMS)]]
    return csv_of(lines, ";").encode("cp1250")


# In further languages ----------------------------------------

RELAYS = (4, 8)
"""Where the rows of `body` have the relays."""


def titles(men: str, women: str, relay: str, metres: str = "m", order: str = "{0} {1}") -> list[str]:
    """Headers of the events, by the words for men, women and relay."""
    events = (f"500 {metres}", f"1000 {metres}", f"1500 {metres}", relay)
    return [order.format(gender, event) for gender in (men, women) for event in events]


def grouped(men: str, women: str, relay: str, metres: str, nation: str, athletes: str) -> str:
    """The two header rows of a page, the first with a cell for each gender."""
    events = f"<th>500 {metres}<th>1000 {metres}<th>1500 {metres}<th>{relay}"
    first = f"<th rowspan=2>{nation}<th colspan=4>{men}<th colspan=4>{women}<th rowspan=2>{athletes}"
    return f"<tr>{first}</tr><tr>{events * 2}</tr>"


@file("kota-dagilimi.csv", doubts=["taken for Windows-1254"])
def a_table_saved_in_turkish_capitals() -> bytes:
    names = "AVUSTRALYA, KANADA, ÇİN, BÜYÜK BRİTANYA, İTALYA, JAPONYA, GÜNEY KORE, HOLLANDA, RUSYA, ABD"
    rows = body(names.split(", "))
    head = ["ÜLKE", *titles("ERKEKLER", "KADINLAR", "BAYRAK"), "SPORCU SAYISI"]
    return csv_of([head, *rows, ["TOPLAM", *SUMS]], ";").encode("cp1254")


@file("ukraine.html", doubts=["the plus counts as a mark"])
def a_page_in_ukrainian_with_a_plus_for_each_relay() -> str:
    names = "Австралія, Канада, Китай, Велика Британія, Італія, Японія, Південна Корея, Нідерланди, Росія, США"
    rows = body(names.split(", "), mark="+", empty="—")
    head = grouped("Чоловіки", "Жінки", "Естафета", "м", "Країна", "Спортсменів")
    return html_of([*rows, ["Усього", *SUMS]]).replace("<table>\n", f"<table>{head}")


@file("kazakh.html")
def a_page_in_kazakh() -> str:
    names = "Аустралия, Канада, Қытай, Ұлыбритания, Италия, Жапония, Оңтүстік Корея, Нидерланд, Ресей, АҚШ"
    head = ["Ел", *titles("Ерлер", "Әйелдер", "эстафета", "м"), "Спортшылар"]
    return html_of([head, *body(names.split(", ")), ["Барлығы", *SUMS]])


@file("suomi.xlsx", doubts=["men's and women's columns together"])
def a_sheet_per_gender_in_finnish_with_sums() -> bytes:
    names = [
        "Australia",
        "Kanada",
        "Kiina",
        "Iso-Britannia",
        "Italia",
        "Japani",
        "Etelä-Korea",
        "Alankomaat",
        "Venäjä",
        "Yhdysvallat",
    ]
    sheets = []
    for gender, title in (("men", "Miehet"), ("women", "Naiset")):
        own = [numbers for _, _, one, numbers in by_gender() if one == gender]
        rows = [[name, *numbers, _own(noc, gender)] for name, noc, numbers in zip(names, NOCS, own, strict=True)]
        sums = ["Yhteensä", *(sum(int(row[at]) for row in rows) for at in range(1, 6))]
        sheets.append((title, [[title], ["Maa", "500 m", "1000 m", "1500 m", "Viesti", "Urheilijat"], *rows, sums]))
    return saved(workbook(*sheets))


@file("norge.txt")
def words_for_yes_and_no_in_norwegian() -> str:
    names = [
        "Australia",
        "Canada",
        "Kina",
        "Storbritannia",
        "Italia",
        "Japan",
        "Sør-Korea",
        "Nederland",
        "Russland",
        "USA",
    ]
    rows = [["Nasjon", *titles("Menn", "Kvinner", "stafett"), "Utøvere"], *body(names, "ja", "nei"), ["Sum", *SUMS]]
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


@file("brasil.csv")
def genders_shortened_behind_the_distance_in_portuguese() -> str:
    names = (
        "Austrália, Canadá, China, Grã-Bretanha, Itália, Japão, Coreia do Sul, Países Baixos, Rússia, Estados Unidos"
    )
    head = ["País", *titles("masc.", "fem.", "revezamento", order="{1} {0}"), "Atletas"]
    return csv_of([head, *body(names.split(", "), "Sim", "Não")], ";")


@file("latvija.csv")
def a_table_in_latvian() -> str:
    names = "Austrālija, Kanāda, Ķīna, Lielbritānija, Itālija, Japāna, Dienvidkoreja, Nīderlande, Krievija, ASV"
    head = ["Valsts", *titles("Vīrieši", "Sievietes", "stafete"), "Sportisti"]
    return csv_of([head, *body(names.split(", ")), ["Kopā", *SUMS]], "\t")


@file("romania.html")
def a_page_in_romanian_with_cedillas() -> str:
    names = "Australia, Canada, China, Marea Britanie, Italia, Japonia, Coreea de Sud, Ţările de Jos, Rusia"
    head = ["Ţara", *titles("Bărbaţi", "Femei", "ştafetă"), "Sportivi"]
    return html_of([head, *body([*names.split(", "), "Statele Unite"]), ["Total general", *SUMS]])


@file("ellada.csv")
def a_table_in_greek_capitals() -> str:
    names = "ΑΥΣΤΡΑΛΙΑ, ΚΑΝΑΔΑΣ, ΚΙΝΑ, ΗΝΩΜΕΝΟ ΒΑΣΙΛΕΙΟ, ΙΤΑΛΙΑ, ΙΑΠΩΝΙΑ, ΝΟΤΙΑ ΚΟΡΕΑ, ΟΛΛΑΝΔΙΑ, ΡΩΣΙΑ, ΗΠΑ"
    head = ["ΧΩΡΑ", *titles("ΑΝΔΡΕΣ", "ΓΥΝΑΙΚΕΣ", "ΣΚΥΤΑΛΟΔΡΟΜΙΑ", "Μ."), "ΑΘΛΗΤΕΣ"]
    return csv_of([head, *body(names.split(", ")), ["ΣΥΝΟΛΟ", *SUMS]], ";")


@file("full-width.csv")
def commas_and_digits_of_chinese() -> str:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    names = ["澳洲", "加拿大", "中国", "英国", "意大利", "日本", "韩国", "荷兰", "俄罗斯", "美国"]
    head = [title.translate(wide).replace(" m", "ｍ") for title in titles("男子", "女子", "接力")]
    rows = [[row[0], *(cell.translate(wide) for cell in row[1:])] for row in body(names)]
    return csv_of([["国家／地区", *head, "运动员人数"], *rows], "，")


@file("devanagari.csv")
def devanagari_digits() -> str:
    digits = str.maketrans("0123456789", "०१२३४५६७८९")
    rows = [[str(cell).translate(digits) for cell in row] for row in [*body(), ["Total", *SUMS]]]
    return csv_of([HEADER, *rows])


@file("units.csv", doubts=["'Plätze' is taken for the noun", "'Platz' is taken for the noun"])
def places_and_athletes_with_their_noun_in_german() -> str:
    rows = [
        [
            row[0],
            *(f"{n} {'Platz' if n == '1' else 'Plätze'}" if n != "0" else "–" for n in row[1:9]),
            f"{row[9]} Athleten",
        ]
        for row in body(GERMAN)
    ]
    return csv_of([["Nation", *titles("Herren", "Damen", "Staffel"), "Athleten"], *rows], ";")


# Wikitext ----------------------------------------


def wiki_of(rows: Rows, head: Rows = (HEADER,)) -> str:
    """A table of wikitext; a row of one text is written as it is."""
    lines = "".join(f"|-\n{row[0]}\n" if len(row) == 1 else f"|-\n| {' || '.join(map(str, row))}\n" for row in rows)
    return f"== Short track 2014 ==\n{{| class=wikitable\n! {' !! '.join(map(str, head[0]))}\n{lines}|}}\n"


@file("templates.wiki")
def templates_around_names_and_numbers() -> str:
    rows = body([f"{{{{nowrap|{{{{flagcountry|{noc}}}}}}}}}" for noc in NOCS], mark="{{yes|1}}", empty="{{N/A}}")
    return wiki_of([[*row[:5], f"{{{{nowrap|{row[5]}}}}}", *row[6:9], f"{{{{0}}}}{row[9]}"] for row in rows])


@file("wikipedia-de.wiki")
def german_templates_and_a_flag_with_its_code() -> str:
    names = "{{AUS|Australien}} {{CAN}} {{CHN|#}} {{GBR}} {{ITA}} {{JPN}} {{KOR}} {{NLD|Niederlande}} {{RUS}} {{USA}}"
    rows = body(names.split(), mark="{{Ja}}")
    for row, at in ((row, at) for row in rows for at in RELAYS):
        row[at] = row[at].replace("0", "{{Nein}}")
    return wiki_of(rows, [["Nation", *titles("Männer", "Frauen", "Staffel"), "Sportler"]])


@file("html-in-wiki.wiki")
def an_html_table_in_wikitext_behind_another() -> str:
    rows = [HEADER, *body([f"{{{{flag|{name}}}}}" for name in ENGLISH])]
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"{wiki_of([['1', 'Nobody']], [['Rank', 'Name']])}\n<table>\n{lines}</table>\n"


@file("row-templates.wiki", refused=["{{QuotaRow|AUS", "not understood"])
def rows_that_are_templates() -> str:
    return wiki_of([[f"{{{{QuotaRow|{'|'.join(row)}}}}}"] for row in body(NOCS)]).replace("|-\n", "")


@file("one-row-template.wiki", refused=["{{QuotaRow|CAN", "1 of 10 cells"])
def one_row_that_is_a_template() -> str:
    rows: list[list[str]] = body(NOCS)
    rows[1] = [f"{{{{QuotaRow|{'|'.join(rows[1])}}}}}"]
    return wiki_of(rows)


@file("text-between-rows.wiki", doubts=["'Poland 1 0 0 0 0 0 0 0 1'"])
def a_row_without_its_bars_in_wikitext() -> str:
    rows: list[list[str]] = body(NOCS)
    return wiki_of([*rows[:5], ["Poland 1 0 0 0 0 0 0 0 1"], *rows[5:]])


@file("expr.wiki", refused=["#expr", "CAN|Canada", "men-500"])
def a_number_that_a_wiki_computes() -> str:
    rows = body()
    rows[1][1] = "{{#expr:1+2}}"
    return wiki_of(rows)


# Pages that draw ----------------------------------------


def with_relays(mark: str, none: str = "") -> list[list[str]]:
    """The rows of a table, with signs of one's own in the columns of relays."""
    return [
        [mark if at in RELAYS and cell == "1" else none if at in RELAYS else cell for at, cell in enumerate(row)]
        for row in body()
    ]


@file("font-icons.html")
def icons_with_titles() -> str:
    cross = '<i class="fas fa-times" title="not qualified"></i>'
    return html_of([HEADER, *with_relays('<i class="fas fa-check" title="qualified"></i>', cross)])


@file("sprites.html", refused=["what a style draws (span ok-small)", "CAN|Canada", "men-relay"])
def marks_that_a_style_sheet_beside_the_page_draws() -> str:
    return html_of([HEADER, *with_relays('<span class="ok-small"></span>')])


@file("swatches.html", refused=["what a style draws (div background)", "CAN|Canada", "men-relay"])
def marks_as_coloured_boxes() -> str:
    return html_of([HEADER, *with_relays('<div style="width:1em;height:1em;background:#090"></div>')])


@file("containers.html")
def empty_elements_that_hold_numbers_elsewhere() -> str:
    rows = [[row[0], *(f'<span class="v">{"" if n == "0" else n}</span>' for n in row[1:])] for row in body()]
    return html_of([HEADER, *rows])


@file("cell-classes.html", refused=["what a style draws (td cell yes)", "CAN|Canada", "men-relay"])
def marks_that_a_class_of_the_cell_draws() -> str:
    return html_of([HEADER, *with_relays("MARK")]).replace("<td>MARK</td>", '<td class="cell yes"></td>')


@file("svg-signs.html", refused=["an icon (svg)", "CAN|Canada", "men-relay"])
def marks_as_drawings_without_a_text() -> str:
    return html_of([HEADER, *with_relays('<svg viewBox="0 0 16 16"><path d="M2 8l4 4 8-8"/></svg>')])


@file("svg-titles.html")
def drawings_with_titles() -> str:
    return html_of([HEADER, *with_relays('<svg role="img"><title>Yes</title><path d="M2 8l4 4 8-8"/></svg>')])


@file("generated.html", refused=["what a style draws (b data-n)", "AUS|Australia", "men-500"])
def numbers_that_a_style_writes() -> str:
    rows = [[row[0], *(f'<b data-n="{cell}"></b>' for cell in row[1:])] for row in body()]
    return html_of([HEADER, *rows], above="<style>td b::after{content:attr(data-n)}</style><h1>Short track 2014</h1>")


@file("generated-marks.html", refused=["what a style draws (td q)", "CAN|Canada", "men-relay"])
def marks_that_a_style_writes_behind_a_class() -> str:
    above = "<style>.q:before { content: '\\2713' }</style><h1>Short track 2014</h1>"
    return html_of([HEADER, *with_relays("MARK")], above=above).replace("<td>MARK</td>", '<td class="q"></td>')


@file("background-pictures.html", refused=["the picture behind td (url(tick.png))", "CAN|Canada", "men-relay"])
def marks_as_pictures_behind_a_cell() -> str:
    drawn = '<td style="background-image:url(tick.png)"></td>'
    return html_of([HEADER, *with_relays("MARK", "0")]).replace("<td>MARK</td>", drawn)


@file("hidden-by-place.html", doubts=["td:nth-child(3),th:nth-child(3)"])
def a_column_that_a_style_hides_by_its_place() -> str:
    above = "<style>td:nth-child(3),th:nth-child(3){display:none}</style><h1>Short track 2014</h1>"
    return html_of([HEADER, *body()], above=above)


@file("scripts.html")
def scripts_and_styles_in_cells() -> str:
    unseen = '<script type="text/template"><td>9</td></script><style>.x{color:red}</style><noscript>9 of 9</noscript>'
    rows = [[unseen + row[0], *(f'{n}<script>document.write("9")</script>' for n in row[1:])] for row in body()]
    return f"<!-- saved from url=(0042)https://www.example.org/short-track/quota -->\n{html_of([HEADER, *rows])}"


@file("google-sheet.html")
def a_sheet_published_to_the_web() -> str:
    letters = "".join(f'<th class="column-headers-background">{letter}</th>' for letter in "ABCDEFGHIJ")
    frozen = f'<tr><th class="freezebar-cell row-header-shim"></th>{"<td class=freezebar-cell></td>" * 10}</tr>'
    lines = ""
    for number, row in enumerate([HEADER, *body()], 1):
        cells = "".join(f'<td class="s{number % 2}" dir="ltr">{cell}</td>' for cell in row)
        ahead = f'<th class="row-headers-background"><div class="row-header-wrapper">{number}</div></th>'
        lines += f"<tr>{ahead}{cells}</tr>{frozen if number == 1 else ''}"
    head = f'<thead><tr><th class="row-header"></th>{letters}</tr></thead>'
    return f"<title>Quota - Google Drive</title><table class=waffle>{head}<tbody>{lines}</tbody></table>"


@file("ruby.html")
def a_reading_above_a_name_and_above_a_number() -> str:
    rows = body([*ENGLISH[:5], "<ruby>日本<rp>(</rp><rt>にほん</rt><rp>)</rp></ruby>", *ENGLISH[6:]])
    rows[1][1] = "<ruby>3<rt>1</rt></ruby>"
    return html_of([HEADER, *rows])


@file("rowspan-nought.html")
def a_span_to_the_end_of_its_section() -> str:
    text = html_of([["Group", *HEADER], *body()])
    return text.replace("<tr><td>Australia", "<tr><td rowspan=0>A</td><td>Australia")


@file("soft-hyphens.html")
def soft_hyphens_and_breaks_within_words() -> str:
    names = "Aus&shy;tralia, Can&shy;ada, China, Great&nbsp;Brit&shy;ain, Italy, Japan, South&nbsp;Ko<wbr>rea"
    rows = body([*names.split(", "), "Nether&shy;lands", "Rus&shy;sia", "United&#8203; States"])
    return html_of([["Na&shy;tion", *(title.replace("re", "re&shy;") for title in HEADER[1:])], *rows])


@file("two-columns-each.html", refused=['"Men\'s 500 m Quota" and "Men\'s 500 m Used"'])
def quota_and_used_under_each_event() -> str:
    head = f"<tr><th rowspan=2>Nation{''.join(f'<th colspan=2>{title}' for title in HEADER[1:9])}<th rowspan=2>Athletes"
    rows = [[row[0], *(text for n in row[1:9] for text in (n, str(int(n) // 2))), row[9]] for row in body()]
    return html_of(rows).replace("<table>\n", f"<table>{head}</tr><tr>{'<th>Quota<th>Used' * 8}</tr>")


@file("turned-flags.html")
def events_as_rows_below_flags_alone() -> str:
    flags = "".join(f"<th><img src='{noc}.png' alt='{name}'>" for noc, name in zip(NOCS, ENGLISH, strict=True))
    lines = [f"<tr><th colspan=2>Event{flags}<th>Total</tr>"]
    for at, column in enumerate(EVENTS):
        gender, _, event = column.partition("-")
        head = f"<th rowspan=4>{gender.title()}" if not at % 4 else ""
        cells = "".join(f"<td>{row[column] or ''}" for row in RIGHT.values())
        lines.append(f"<tr>{head}<th>{event}{cells}<td>{SUMS[at]}</tr>")
    cells = "".join(f"<td>{row['athletes']}" for row in RIGHT.values())
    return (
        f"<h1>Short track 2014</h1><table>{''.join(lines)}<tr><th colspan=2>Athletes{cells}<td>{SUMS[8]}</tr></table>"
    )


# Spreadsheets that show other than they hold ----------------------------------------


def formatted(form: str, columns: range | tuple[int, ...] = range(1, 10), sums: Rows = ()) -> bytes:
    """A workbook whose numbers in some columns have a format."""
    book = workbook(("Quota", [HEADER, *body(), *sums]))
    for row in book.active.iter_rows(min_row=2):
        for at in columns:
            row[at].number_format = form
    return saved(book)


@file("accounting.xlsx")
def the_comma_style_of_excel() -> bytes:
    return formatted('_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', sums=[["Total", *SUMS]])


@file("ticks-by-format.xlsx")
def ticks_that_a_format_shows() -> bytes:
    return formatted('[=1]"✓";[=0]"–";General', RELAYS)


@file("signed-format.xlsx", refused=["'+1'", "AUS|Australia", "men-500"])
def numbers_that_a_format_shows_as_changes() -> bytes:
    return formatted("+0;-0;0", range(1, 9))


@file("rounded.xlsx", refused=["'2.4'", "CAN|Canada", "men-500"])
def a_number_that_a_format_rounds() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    book.active["B3"].value = 2.4
    book.active["B3"].number_format = "0"
    return saved(book)


def rewritten(data: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook in one part of which a text is another."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            after.writestr(name, text)
    return buffer.getvalue()


@file("wrong-dimension.xlsx")
def a_sheet_that_says_it_has_one_cell() -> bytes:
    data = saved(workbook(("Quota", [HEADER, *body()])))
    return rewritten(data, "xl/worksheets/sheet1.xml", '<dimension ref="A1:J11"', '<dimension ref="A1"')


@file("furigana.xlsx")
def a_reading_above_a_name_in_a_workbook() -> bytes:
    head = ["国", *titles("男子", "女子", "リレー"), "選手数"]
    reading = '<t>日本</t><rPh sb="0" eb="2"><t>ニッポン</t></rPh><phoneticPr fontId="1"/>'
    return rewritten(
        saved(workbook(("Quota", [head, *body(JAPANESE)]))), "xl/sharedStrings.xml", "<t>日本</t>", reading
    )


@file("medals-above.xlsx")
def another_table_of_nations_above_in_one_sheet() -> bytes:
    medals = [
        ["Medals 2010"],
        ["Nation", "Gold", "Silver", "Bronze", "Total"],
        ["China", 4, 0, 0, 4],
        ["Canada", 2, 2, 1, 5],
    ]
    rows = [*medals, [], [], ["Quota places 2014"], HEADER, *body(), ["Total", *SUMS]]
    return saved(workbook(("Short track", rows)))


@file("text-box.xlsx", doubts=["texts in boxes"])
def a_text_in_a_box_above_the_cells() -> bytes:
    buffer = io.BytesIO(saved(workbook(("Quota", [HEADER, *body()]))))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(
            "xl/drawings/drawing1.xml", "<xdr:wsDr><xdr:sp><xdr:txBody>CAN: 2</xdr:txBody></xdr:sp></xdr:wsDr>"
        )
    return buffer.getvalue()


def shown_in_ods(shown: str, value: str = "") -> bytes:
    """A spreadsheet whose second row has a number in its second cell that is shown otherwise."""
    lines = [_ods_cells(row) for row in [HEADER, *body()]]
    kind = f'office:value-type="float" office:value="{value or 3}"'
    cell = f"<table:table-cell {kind}><text:p>{shown}</text:p></table:table-cell>"
    lines[2] = f"{_ods_cells(['Canada'])}{cell}{_ods_cells(body()[1][2:])}"
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    return ods_of(f'<table:table table:name="Quota">{rows}</table:table>')


@file("unit.ods", doubts=["'3 Pl.' is read as 3"])
def a_number_shown_with_a_unit_in_opendocument() -> bytes:
    return shown_in_ods("3 Pl.")


@file("signed.ods", refused=["'+3'", "CAN|Canada", "men-500"])
def a_number_shown_as_a_change_in_opendocument() -> bytes:
    return shown_in_ods("+3")


@file("rounded.ods", refused=["'2.6'", "CAN|Canada", "men-500"])
def a_number_shown_rounded_in_opendocument() -> bytes:
    return shown_in_ods("3", "2.6")


@file("unseen.ods", refused=["the number 3 that its format hides", "CAN|Canada", "men-500"])
def a_number_that_its_format_hides_in_opendocument() -> bytes:
    return shown_in_ods("")


# Texts ----------------------------------------


@file("columns-one-by-one.txt", refused=["no quota table"])
def a_pdf_copied_column_by_column() -> str:
    return "".join(f"{row[at]}\n" for at in range(10) for row in [HEADER, *body()])


@file("dotted.txt")
def dots_that_lead_to_numbers() -> str:
    titles_above = ("M500", "M1000", "M1500", "M relay", "W500", "W1000", "W1500", "W relay", "Total")
    lines = [f"{row[0]} {'.' * (24 - len(row[0]))} {'  '.join(cell.rjust(7) for cell in row[1:])}" for row in body()]
    return "\n".join(
        ["Short track 2014", "", f"{'Nation'.ljust(26)}{'  '.join(t.rjust(7) for t in titles_above)}", *lines]
    )


@file("quoted-mail.txt")
def a_table_that_a_mail_quotes() -> str:
    lines = "".join(f"> {' | '.join(row)}\n" for row in [HEADER, *body()])
    return f"On 20 January somebody wrote:\n{lines}\nThanks!\n"


@file("quoted-mail.csv")
def commas_that_a_mail_quotes_twice() -> str:
    return "".join(f">> {line}\n" for line in csv_of([HEADER, *body(), ["Total", *SUMS]]).splitlines())


@file("dokuwiki.txt")
def carets_around_the_cells_of_a_header() -> str:
    lines = "".join(f"| {' | '.join(row)} |\n" for row in body(empty=" "))
    return f"====== Short track 2014 ======\n^ {' ^ '.join(HEADER)} ^\n{lines}"


@file("textile.txt")
def signs_for_headers_and_alignment() -> str:
    lines = "".join(f"| {' |>. '.join(row)} |\n" for row in body())
    return f"h1. Short track 2014\n\n|_. {' |_. '.join(HEADER)} |\n{lines}"


@file("terminal.txt")
def colours_of_a_terminal() -> str:
    rows = [[f"\x1b[1;32m{cell}\x1b[0m" for cell in row] for row in [HEADER, *body()]]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


@file("notes.md")
def footnotes_of_markdown() -> str:
    rows = body()
    rows[1][1], rows[2][2], rows[4][3], rows[6][2] = "3[^1]", "2[^a]", "1\\*", "**3**"
    lines = "".join(f"| {' | '.join(row)} |\n" for row in [HEADER, ["---"] * 10, *rows])
    return f"# Short track 2014\n\n{lines}\n[^1]: Reallocated.\n[^a]: After a tie.\n"


@file("notes-of-all-kinds.csv", doubts=["¹)", "*)"])
def footnote_marks_with_brackets() -> str:
    rows = body()
    rows[1][1:4] = ["3¹", "3¹)", "3 ¹⁾"]
    rows[2][1], rows[2][3], rows[4][6], rows[7][2] = "3a)", "3 *)", "3**", "3 (†)"
    rows[6][2:4] = ["3 [a]", "3 [1][2]"]
    return csv_of([HEADER, *rows, ["¹ reallocated"], ["a) declined by GBR"]])


@file("sentences.txt", refused=["no quota table"])
def a_sentence_per_nation() -> str:
    words = (
        "{}: men 500 m {}, 1000 m {}, 1500 m {}, relay {}; women 500 m {}, 1000 m {}, 1500 m {}, relay {}; in all {}.\n"
    )
    return "".join(words.format(*row) for row in body())


@file("insert.sql", refused=["no quota table"])
def statements_for_a_data_base() -> str:
    return "".join(f"INSERT INTO quota VALUES ('{row[0]}', {', '.join(row[1:])});\n" for row in body(NOCS))


@file("page.eml", refused=["copy the table of the message"])
def a_page_in_a_mail() -> str:
    head = (
        "From: a@example.org\nSubject: Quota\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
    )
    return head + html_of([HEADER, *body()]).replace("=", "=3D").replace("</td><td>", "</td><t=\nd>")


@file("excel-2003.xls", refused=["save it as .xlsx or .ods"])
def a_workbook_of_2003() -> str:
    rows = "".join(f"<Row>{''.join(f'<Cell><Data>{n}</Data></Cell>' for n in row)}</Row>" for row in [HEADER, *body()])
    return f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Table>{rows}</Table></Workbook>'


@file("flat.fods", refused=["save it as .xlsx or .ods"])
def a_flat_file_of_libreoffice() -> str:
    rows = "".join(f"<table:table-row>{_ods_cells(row)}</table:table-row>" for row in [HEADER, *body()])
    within = f"<office:body><table:table>{rows}</table:table></office:body>"
    return f'<?xml version="1.0"?><office:document office:version="1.3">{within}</office:document>'


# Names, headers, and what programs add ----------------------------------------


@file("names-of-federations.csv")
def names_as_federations_write_them() -> str:
    names = (
        "AUS - Australia; CAN – Canada; China, PR; Team GB; Italia (ITA); Japan [JPN]; Korea, Rep. of; The Netherlands"
    )
    return csv_of([HEADER, *body([*names.split("; "), "Russian Fed.", "U.S.A."])], ";")


@file("apostrophes.csv")
def apostrophes_of_every_kind() -> str:
    men = ["Men‘s 500 m", "Men’s 1000 m", "Men´s 1500 m", "Men`s relay"]
    women = ["Women′s 500 m", "Womens' 1000 m", "Women's 1500 m", "Women‛s relay"]
    return csv_of([["Nation", *men, *women, "Athletes"], *body()])


@file("kilometres.csv")
def distances_in_kilometres() -> str:
    events = ("0.5 km", "1 km", "1,5km", "relay")
    head = ["NOC", *(f"{gender} {event}" for gender in ("Men", "Women") for event in events), "Athletes"]
    return csv_of([head, *body(NOCS)], ";")


@file("gender-signs.csv")
def signs_of_mars_and_venus() -> str:
    return csv_of([["NOC", *titles("♂", "♀", "relay", order="{1} {0}"), "Athletes"], *body(NOCS)])


@file("number-in-header.csv")
def the_number_of_places_behind_each_event() -> str:
    head = [f"{title} ({number})" for title, number in zip(HEADER[1:9], (32, 32, 36, 8) * 2, strict=True)]
    return csv_of([["Nation", *head, "Athletes"], *body()])


@file("units-below.csv")
def a_row_of_units_below_the_header() -> str:
    return csv_of([HEADER, ["", *["(places)"] * 8, "(number)"], *body()])


@file("mixed-relay.csv", doubts=["Mixed relay"])
def a_column_of_an_event_that_the_games_had_not() -> str:
    rows = [[*row[:9], "1" if number in (1, 2) else "0", row[9]] for number, row in enumerate(body())]
    return csv_of([[*HEADER[:9], "Mixed relay", "Athletes"], *rows])


@file("athletes-split.csv", refused=["'10 (5+5)'", "athletes"])
def athletes_with_both_genders_in_brackets() -> str:
    rows = [[*row[:9], f"{row[9]} ({(int(row[9]) + 1) // 2}+{int(row[9]) // 2})"] for row in body()]
    return csv_of([HEADER, *rows])


@file("triangles.csv", refused=["'3 ▲1'", "'1 ▼'", "CAN|Canada", "men-500"])
def triangles_of_changes() -> str:
    rows = body()
    rows[1][1], rows[3][1] = "3 ▲1", "1 ▼"
    return csv_of([HEADER, *rows])


@file("squares.csv", refused=["🟩", "CAN|Canada", "men-relay"])
def coloured_squares() -> str:
    return csv_of([HEADER, *with_relays("🟩", "⬜")])


@file("wrong-letters.csv", refused=["MÃ¤nner"])
def letters_read_in_the_wrong_code_page() -> str:
    head = ["Nation", *titles("Männer", "Frauen", "Staffel"), "Athleten"]
    return csv_of([head, *body(GERMAN)], ";").encode().decode("cp1252")


@file("of-dos.csv")
def a_file_that_ends_as_those_of_dos() -> bytes:
    return (csv_of([HEADER, *body(), ["Total", *SUMS]]).replace("\n", "\r\n") + "\x1a").encode()


@file("of-r.csv")
def names_of_rows_and_words_for_nothing_of_r() -> str:
    head = ["", "NOC", *(title.replace("'", "").replace(" ", ".") for title in HEADER[1:])]
    rows = [
        [str(number), noc, *row[1:]] for number, (noc, row) in enumerate(zip(NOCS, body(empty="NA"), strict=True), 1)
    ]
    return csv_of(
        [[f'"{cell}"' if not cell.isdigit() and cell != "NA" else cell for cell in row] for row in [head, *rows]]
    )


@file("rows.json")
def json_with_a_list_of_rows() -> str:
    return json.dumps({"range": "Quota!A1:J11", "majorDimension": "ROWS", "values": [HEADER, *body()]})


@file("by-skater.csv", refused=["'Name' is not matched"])
def a_row_per_skater() -> str:
    rows = [["Name", "NOC", "500 m", "1000 m", "1500 m", "Relay"]]
    for _, noc, gender, numbers in by_gender():
        for at in range(max(numbers)):
            marks = ["X" if at < number else "" for number in numbers]
            rows.append([f"{gender.title()} {noc} {at + 1}", noc, *marks])
    return csv_of(rows)


@file("vagas.csv", doubts=["only number that the rules allow"])
def a_row_per_nation_and_event_without_those_of_none() -> str:
    words = {"men": "Masculino", "women": "Feminino", "relay": "Revezamento"}
    rows = [["País", "Gênero", "Prova", "Vagas"]]
    for noc, column in ((noc, column) for noc in NOCS for column in EVENTS if RIGHT[noc][column]):
        gender, _, event = column.partition("-")
        rows.append([noc, words[gender], words.get(event, f"{event} metros"), str(RIGHT[noc][column])])
    return csv_of(rows, ";")


# Struck rows, and footnote marks in small print ----------------------------------------

NONE = dict.fromkeys(COLUMNS, 0)


def struck_row(of_row: str, styles: str = "") -> str:
    text = html_of([HEADER, *body()], above=f"<style>{styles}</style><h1>Short track 2014</h1>")
    return text.replace("<tr><td>Canada", f"<tr {of_row}><td>Canada")


@file("struck-row.html", doubts=["the name of CAN is struck out", "'10' is struck out"], CAN=NONE)
def a_row_whose_style_strikes_it_out() -> str:
    return struck_row('style="text-decoration: line-through"')


@file("struck-row-by-a-class.html", doubts=["the name of CAN is struck out", "'10' is struck out"], CAN=NONE)
def a_row_whose_class_strikes_out_its_cells() -> str:
    return struck_row("class=gone", "tr.gone > td, .other { text-decoration: line-through }")


@file("struck-row.wiki", doubts=["the name of CAN is struck out", "'10' is struck out"], CAN=NONE)
def a_row_of_wikitext_whose_style_strikes_it_out() -> str:
    return wiki_of(body()).replace("|-\n| Canada", '|- style="text-decoration:line-through"\n| Canada')


@file("struck-cell.wiki", doubts=["men-500", "'3' is struck out; 0 counts"], CAN={"men-500": 0})
def a_cell_of_wikitext_whose_style_strikes_it_out() -> str:
    return wiki_of(body()).replace("| Canada || 3", '| Canada || style="text-decoration:line-through" | 3')


@file("small-marks.html", doubts=["1 at '3' (row 3, column 2)", "2 at '10' (row 3, column 10)", "a at '0' (row 2"])
def footnote_marks_by_styles_alone() -> str:
    rows = body()
    rows[1][1] = '3<span style="vertical-align: super">1</span>'
    rows[1][9] = '10<span class="fn">2</span>'
    rows[0][3] = '0<font size="1">a</font>'
    rows[0][4] = '0<span style="font-size:60%">1</span>'
    rows[2][1] = "3<small>1)</small>"
    above = "<style>.fn { font-size: 70%; vertical-align: super }</style><h1>Short track 2014</h1>"
    return html_of([HEADER, *rows], above=above)


@file("small-marks.wiki", doubts=["1 at '3' (row 3, column 2)", "2 at '3' (row 3, column 3)", "1 at '0' (row 2"])
def footnote_marks_in_small_print_of_wikitext() -> str:
    rows = body()
    rows[1][1], rows[1][2] = "3<small>1</small>", "3{{small|2}}"
    rows[0][3], rows[0][4] = '0<span style="vertical-align:super">1</span>', "<small>0</small>"
    return wiki_of(rows)


@file("small-marks.xlsx", doubts=["1 at '3' (row 3, column 2)"])
def a_footnote_mark_in_small_letters_of_a_workbook() -> bytes:
    book = workbook(("Quota", [HEADER, *body()]))
    parts = (TextBlock(InlineFont(sz=11), "3"), TextBlock(InlineFont(sz=6), "1"))
    book.active["B3"].value = CellRichText(*parts)
    return saved(book)


# What stands apart in a cell ----------------------------------------


def athletes_of_canada(cell: str, above: str = "") -> str:
    """A page whose tenth cell of the second row is written in some way."""
    rows = body()
    rows[1][9] = cell
    return html_of([HEADER, *rows], above=f"{above}<h1>Short track 2014</h1>")


APART = ["'1\\n0' is no number of places", "CAN|Canada", "athletes"]


@file("lines-by-elements.html", refused=APART)
def a_number_and_a_line_behind_it() -> str:
    return athletes_of_canada("<div>1</div>0")


@file("lines-by-sections.html", refused=APART)
def a_number_that_unfolds() -> str:
    return athletes_of_canada("<details><summary>1</summary>0</details>")


@file("lines-by-styles.html", refused=APART)
def lines_that_a_style_makes() -> str:
    return athletes_of_canada('1<span class="below">0</span>', "<style>.below { display: block }</style>")


@file("columns-by-styles.html", refused=APART)
def columns_that_a_style_makes() -> str:
    return athletes_of_canada('<div style="display:flex; gap:1em"><b>1</b><b>0</b></div>')


@file("two-fields.html", refused=["'1 0' is no number of places", "CAN|Canada", "athletes"])
def two_fields_in_a_cell() -> str:
    return athletes_of_canada('<input value="1"><input value="0">')


@file("from-its-end.html", refused=["a text that is shown from its end", "CAN|Canada", "athletes"])
def a_number_shown_from_its_end() -> str:
    return athletes_of_canada('<bdo dir="rtl">01</bdo>')


@file("from-its-end.csv", refused=["CAN|Canada", "athletes"])
def a_number_with_a_mark_by_which_it_is_shown_from_its_end() -> str:
    rows = body()
    rows[1][9] = "\u202e01\u202c"
    return csv_of([HEADER, *rows])


@file("spoken.html", doubts=["'10' 'of 19 athletes'"])
def words_for_those_who_hear_the_page() -> str:
    return athletes_of_canada('10<span class="visually-hidden">of 19 athletes</span>')


@file("footnote-classes.html", doubts=["1 at '10'"])
def a_footnote_by_its_class_alone() -> str:
    return athletes_of_canada('10<a class="footnote-ref" href="notes.html">1</a>')


def athletes_in_wikitext(cell: str) -> str:
    """The same in wikitext."""
    rows = body()
    rows[1][9] = cell
    return wiki_of(rows)


@file("lines-by-elements.wiki", refused=APART)
def a_number_and_a_line_behind_it_in_wikitext() -> str:
    return athletes_in_wikitext('<div>1</div><span style="display: block">0</span>')


@file("list-template.wiki", refused=APART)
def a_list_of_two_numbers_in_wikitext() -> str:
    return athletes_in_wikitext("{{ubl|1|0}}")


@file("gap-templates.wiki", refused=["'1 0' is no number of places", "CAN|Canada", "athletes"])
def a_blank_by_a_template_between_two_numbers() -> str:
    return athletes_in_wikitext("1{{nbsp}}0")


@file("from-its-end.wiki", refused=["a text that is shown from its end", "CAN|Canada", "athletes"])
def a_number_shown_from_its_end_in_wikitext() -> str:
    return athletes_in_wikitext('<bdo dir="rtl">01</bdo>')


# What programs leave out or add ----------------------------------------


@file(
    "lacking.json",
    doubts=['what a record lacks and others have counts as empty: record 1 "Men\'s 1500 m", 1'],
    JPN={"men-500": 0},
)
def json_whose_records_lack_keys() -> str:
    rows = [{title: cell for title, cell in zip(HEADER, row, strict=True) if cell != "0"} for row in body()]
    del rows[5]["Men's 500 m"]
    return json.dumps(rows)


@file("date-below.csv", doubts=["'20.01.2014'", "'As of 20 January 2014, 12:00'"])
def dates_below_the_table() -> str:
    return csv_of([HEADER, *body(), ["Total", *SUMS], ["20.01.2014"], ["As of 20 January 2014, 12:00"]], ";")


@file("blanks.csv")
def blanks_between_the_cells_of_a_csv_file() -> str:
    rows = [["NOC", "M500", "M1000", "M1500", "M-Relay", "W500", "W1000", "W1500", "W-Relay", "Total"], *body(NOCS)]
    return "".join("".join(str(cell).ljust(9) for cell in row).rstrip() + "\n" for row in rows)
