"""Make the second transcriptions of the published tables, by program, from the saved text of their pages.

    python tests/data/make_published_pages.py beijing-2022 PAGE.txt [--out FOLDER]

Each is written to `<scenario>-page.csv` in the columns of `published.csv`, figures only: no sentence of the page is
carried over. `tests/model/test_transcriptions.py` compares them with `scenarios/<scenario>/published.csv`, cell by
cell; README.md here says where the text of each page came from.

Two forms of text are read. In one each row has its cells between bars, and the nations are lost: the NOCs are those of
`NOCS`, in the order of the page. In the other each row is a nation's name with its figures run together
(`Hungary233112X8`), which is read as three figures, a mark or none, three figures, a mark or none, and the athletes. A
figure that is struck out is left out, and so is a row in which nothing else is left.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

EVENTS = ("men-500", "men-1000", "men-1500", "men-relay", "women-500", "women-1000", "women-1500", "women-relay")
COLUMNS = {
    "beijing-2022": (*EVENTS, "mixed-relay", "athletes"),
    "pyeongchang-2018": (*EVENTS, "athletes"),
    "sochi-2014": (*EVENTS, "athletes"),
}
NOCS = {
    "beijing-2022": "AUS BEL CAN CHN CRO CZE FRA GER GBR HKG HUN ISR ITA JPN KAZ LAT NED POL ROC KOR TUR UKR USA",
    "pyeongchang-2018": "AUS BLR BEL CAN CHN CZE FRA GER GBR HUN ISR ITA JPN KAZ LAT NED PRK POL OAR SGP KOR USA",
    "sochi-2014": "AUS AUT BLR CAN CHN CZE FRA GER GBR HKG HUN ISR ITA JPN KAZ LAT LTU NED POL RUS SVK KOR TPE UKR USA",
}
"""NOCs in the order of the page, which is that of their English names there."""

STRUCK = re.compile(r"<s>.*?</s>")
RUN_TOGETHER = re.compile(r"\s*[A-Z][A-Za-z ]*?(\d)(\d)(\d)(X?)(\d)(\d)(\d)(X?)(\d+)\s*")
TOTAL = re.compile(r"Total: \d+ NOCs")


def figures_of(text: str, columns: int) -> Iterator[tuple[bool, list[str]]]:
    """Yield for each row of the first table whether it is the total row, and its figures.

    A mark is `1` and an empty cell `0`. An empty cell of the total row stays empty. What stands in brackets behind a
    figure is left out.

    Raises
    ------
    ValueError
        If a row of the table has another number of cells, or something that is neither a figure nor a mark.
    """
    for line in text.splitlines():
        together = RUN_TOGETHER.fullmatch(line)
        if together:
            yield False, [_number(cell) for cell in together.groups()]
            continue
        total = TOTAL.search(line)
        if total is None and not re.match(r"\|\s*(<s></s>)?\s*\|", line):
            continue
        if total is not None and "|" not in line:
            cells = line[total.end() :].split()
        else:
            cells = [STRUCK.sub("", cell).strip() for cell in line.strip().strip("|").split("|")][1:]
            if total is None and not any(cells):
                continue
        if len(cells) != columns:
            raise ValueError(f"{columns} cells are meant, not {len(cells)}: {line}")
        bare = [re.sub(r"\s*\(.*\)$", "", cell) for cell in cells]
        yield total is not None, bare if total is not None else [_number(cell) for cell in bare]
        if total is not None:
            return


def _number(cell: str) -> str:
    if cell in ("", "X"):
        return "1" if cell else "0"
    if not cell.isdigit():
        raise ValueError(f"{cell!r} is neither a figure nor a mark")
    return cell


def rows_of(scenario: str, text: str) -> list[list[str]]:
    """Return the rows of a page's quota table, the total row last.

    Raises
    ------
    ValueError
        If the table does not have the scenario's rows and columns.
    """
    found = list(figures_of(text, len(COLUMNS[scenario])))
    nocs = [*NOCS[scenario].split(), "TOTAL"]
    if [total for total, _ in found] != [noc == "TOTAL" for noc in nocs]:
        raise ValueError(f"{len(nocs)} rows are meant, the last of them the total; there are {len(found)}")
    return [[noc, *row] for noc, (_, row) in zip(nocs, found, strict=True)]


def main(words: list[str]) -> None:
    """Read the page's text and write its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", choices=COLUMNS)
    parser.add_argument("page", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args(words)
    rows = rows_of(asked.scenario, asked.page.read_text(encoding="utf-8"))
    with (asked.out / f"{asked.scenario}-page.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["noc", *COLUMNS[asked.scenario]], *rows])


if __name__ == "__main__":
    main(sys.argv[1:])
