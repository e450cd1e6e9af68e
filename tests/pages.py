"""Pages of our own making, in the layouts in which quota tables are found; the figures are Beijing's published ones.

Each layout shows the same: a quota table with totals, relay tables by criterion, six ranked lists of unknown or drawn
nations with a struck entry at rank 35 of the women's 1500 m and one in bold at rank 37.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from quotaproof.model.published import ATHLETES, Published
from quotaproof.nations import name_of
from quotaproof.scenarios import load_scenario

BEIJING = load_scenario("beijing-2022")
assert BEIJING.published is not None
RIGHT: Published = BEIJING.published
ONE_CELL_ALTERED = load_scenario("altered-beijing-2022").published
assert ONE_CELL_ALTERED is not None
ALTERED: Published = ONE_CELL_ALTERED
TITLE = "A sport at the 2022 Winter Olympics – Qualification"
LENGTHS = {"500": 38, "1000": 38, "1500": 42}
MEN = [("Top 8 and has 8 individual quotas", 5, 25), ("Top 8 and has 7 or less individual quotas", 5, 10),
       ("Top 8 and has 7 or less individual quotas", 4, 4)]  # fmt: skip
WOMEN = [("Top 8 and has 8 individual quotas", 5, 35), ("Top 8 and has 7 or less individual quotas", 4, 4)]
MIXED = ["2 qualified men and women", "Receives an extra quota", "Needs more than 1 quota"]
STRUCK, CAME_IN = ("women-1500", 35), ("women-1500", 37)


@dataclass(frozen=True)
class Content:
    """What a page shows; without names the nations are blank, as where a page has lost its flags."""

    table: Published = RIGHT
    names: bool = True
    lists: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def entry(self, event: str, rank: int) -> tuple[str, int]:
        order = self.lists.get(event, [])
        return order[rank - 1] if rank <= len(order) else ("", 1)


def lists() -> dict[str, list[tuple[str, int]]]:
    """Rankings that fit Beijing's table, of the pages' lengths: those with places, then some without."""
    found = {}
    for gender in ("men", "women"):
        for distance, length in LENGTHS.items():
            event = f"{gender}-{distance}"
            number = {noc: row[event] for noc, row in RIGHT.cells.items()}
            order = [(noc, k) for k in (1, 2, 3) for noc in RIGHT.nocs if number[noc] >= k]
            if event == STRUCK[0]:
                order.insert(34, ("BLR", 1))  # the entry that is struck out: one more is listed than has a place
            without = [noc for noc in ("EST", "SVK", "NOR", "AUT", "BUL", "ESP") if noc not in dict(order)]
            found[event] = (order + [(noc, 1) for noc in without])[:length]
    return found


def cells_of(content: Content, noc: str) -> list[str]:
    row = content.table.cells[noc]
    return [
        "" if not row[c] else "X" if "relay" in c else str(row[c]) for c in content.table.columns if c != ATHLETES
    ] + [str(row[ATHLETES])]


def totals_of(content: Content) -> list[str]:
    return [str(content.table.totals[c]) for c in content.table.columns if c != ATHLETES] + [""]


# Plain text, its spans and flags lost ----------------------------------------


def plain(content: Content) -> str:
    def row(*cells: object) -> str:
        return f"| {' | '.join(str(cell) for cell in cells)} |"

    def name(noc: str) -> str:
        return name_of(noc) if content.names and noc else ""

    out = [f"= {TITLE} =", "", "==Quota allocation==", "Some words.",
           row("Nation", "Men", "Women", "Mixed", "Athletes", *[""] * 6),
           row("500m", "1000m", "1500m", "Relay", "500m", "1000m", "1500m", "Relay", "", "", "")]  # fmt: skip
    out += [row(name(noc), *cells_of(content, noc)) for noc in content.table.nocs]
    out += [row(f"Total: {len(content.table.nocs)} NOCs", *totals_of(content)), "", "==Relays=="]
    for heading, rows in (("Men's", MEN), ("Women's", WOMEN)):
        out += ["", f"==={heading}===", row("Criteria", "Athletes per NOC", "Total Athletes", "NOC")]
        before = ""
        for text, per, total in rows:
            out.append(row(*([] if text == before else [text]), per, total, ""))  # what spanned two rows is lost
            before = text
        out += [row("Next available NOC", "", "", ""), row("Total", "", sum(r[2] for r in rows), "")]
    out += ["", "===Mixed team===", row("Criteria", "NOC"), *(row(text, "") for text in MIXED)]
    out += ["", "==Individual distances==", row("", "Indicates the second best qualifier for a nation")]
    for heading, gender in (("Men's", "men"), ("Women's", "women")):
        out += ["", f"==={heading}==="]
        for distance, length in LENGTHS.items():
            event = f"{gender}-{distance}"
            out += ["", row("World cup rank", f"{distance}m")]
            for rank in range(1, length + 1):
                shown = name(content.entry(event, rank)[0])
                shown = f"<s>{shown}</s>" if (event, rank) == STRUCK else shown
                out.append(row(rank, f"'''{shown}'''" if (event, rank) == CAME_IN and shown else
                               "'" if (event, rank) == CAME_IN else shown))  # fmt: skip
    return "\n".join(out) + "\n"


# Wikitext ----------------------------------------

SHADE = {1: "", 2: "background:#ccccff", 3: "background:#ffcccc"}


def wikitext(content: Content) -> str:
    def flag(noc: str) -> str:
        if not noc or not content.names:
            return ""
        return f"{{{{flagIOC|{noc}|2022 Winter}}}}" if noc != "CAN" else "{{flag|Canada}}"

    out = [f"= {TITLE} =", "==Quota allocation==", '{| class="wikitable" style="text-align:center"', "|-",
           '! rowspan="2" | Nation !! colspan=4 | Men !! colspan="4" | Women !! Mixed', '! rowspan="2" | Athletes',
           "|-", "! 500m !! 1000m !! 1500m !! Relay", "! 500m !! 1000m !! 1500m !! Relay !! Relay"]  # fmt: skip
    for noc in content.table.nocs:
        out += ["|-", f"|align=left|{flag(noc)}||" + "||".join(cells_of(content, noc))]
    out += [
        "|-",
        f"! Total: {len(content.table.nocs)} NOCs",
        "! " + " !! ".join(totals_of(content)),
        "|}",
        "==Relays==",
    ]
    for heading, rows in (("Men's", MEN), ("Women's", WOMEN)):
        out += [f"==={heading}===", '{| class="wikitable"', "! Criteria !! Athletes per NOC !! Total Athletes !! NOC"]
        before = ""
        for text, per, total in rows:
            number = sum(1 for other in rows if other[0] == text)
            first = [] if text == before else [f'| rowspan="{number}" | {text}']
            out += ["|-", *first, f"| {per} || {total} || "]
            before = text
        out += ["|-", "| Next available NOC || || || ", "|-", f"! Total !! !! {sum(r[2] for r in rows)} !! ", "|}"]
    out += ["===Mixed team===", '{| class="wikitable"', "! Criteria !! NOC"]
    for text in MIXED:
        out += ["|-", f"| {text} || "]
    out += ["|}", "==Individual distances==", "{|"]
    for k, word in ((2, "second"), (3, "third")):
        out += ["|-", f'| style="{SHADE[k]}" | ', f"| Indicates the {word} best qualifier for a nation"]
    out += ["|}"]
    for heading, gender in (("Men's", "men"), ("Women's", "women")):
        out += [f"==={heading}===", "{|", "|- valign=top"]  # the lists stand side by side in a table of their own
        for distance, length in LENGTHS.items():
            event = f"{gender}-{distance}"
            out += ["|", '{| class="wikitable"', f"! World cup rank !! {distance}m"]
            for rank in range(1, length + 1):
                noc, k = content.entry(event, rank)
                shown = flag(noc)
                shown = f"<s>{shown}</s>" if (event, rank) == STRUCK else shown
                shown = f"'''{shown or '&nbsp;'}'''" if (event, rank) == CAME_IN else shown
                style = f'style="{SHADE[k]}" ' if content.names and SHADE[k] else ""
                out += ["|-", f"| {rank} || {style}| {shown}" if style else f"| {rank} || {shown}"]
            out += ["|}"]
        out += ["|}"]
    return "\n".join(out) + "\n"


# HTML, as the encyclopaedia serves it ----------------------------------------


def html_page(content: Content) -> str:
    def flag(noc: str) -> str:
        if not noc or not content.names:
            return '<span class="flagicon"></span>'
        name = html.escape(name_of(noc))
        return (
            f'<span class="flagicon"><span><img alt="" src="//example.invalid/{noc}.svg"></span>&nbsp;</span>'
            f'<a href="/wiki/x" title="{name} at the 2022 Winter Olympics">{name}</a>'
        )

    def table(rows: Sequence[str], kind: str = "wikitable") -> str:
        return f'<table class="{kind}"><tbody>{"".join(f"<tr>{row}</tr>" for row in rows)}</tbody></table>'

    def heading(level: int, text: str) -> str:
        edit = '<span class="mw-editsection">[<a href="#">edit</a>]</span>'
        return f'<h{level}><span class="mw-headline">{html.escape(text)}</span>{edit}</h{level}>'

    def cells(values: Sequence[object], tag: str = "td") -> str:
        return "".join(f"<{tag}>{value}</{tag}>" for value in values)

    head = ('<th rowspan="2">Nation</th><th colspan="4">Men</th><th colspan="4">Women</th><th>Mixed</th>'
            '<th rowspan="2">Athletes</th>')  # fmt: skip
    below = cells(["500m", "1000m", "1500m", "Relay"] * 2 + ["Relay"], "th")
    quota = [head, below]
    quota += [f'<td style="text-align:left">{flag(n)}</td>{cells(cells_of(content, n))}' for n in content.table.nocs]
    quota.append(f"<th>Total: {len(content.table.nocs)} NOCs</th>{cells(totals_of(content), 'th')}")
    out = [heading(2, "Quota allocation"), table(quota), heading(2, "Relays")]
    for title, rows in (("Men's", MEN), ("Women's", WOMEN)):
        lines = [cells(["Criteria", "Athletes per NOC", "Total Athletes", "NOC"], "th")]
        before = ""
        for text, per, total in rows:
            number = sum(1 for other in rows if other[0] == text)
            lines.append(("" if text == before else f'<td rowspan="{number}">{text}</td>') + cells([per, total, ""]))
            before = text
        lines += [cells(["Next available NOC", "", "", ""]), cells(["Total", "", sum(r[2] for r in rows), ""], "th")]
        out += [heading(3, title), table(lines)]
    out += [heading(3, "Mixed team"), table([cells(["Criteria", "NOC"], "th"), *(cells([t, ""]) for t in MIXED)])]
    out += [heading(2, "Individual distances")]
    out.append(table([f'<td style="{SHADE[k]}"></td><td>Indicates the {w} best qualifier</td>'
                      for k, w in ((2, "second"), (3, "third"))], ""))  # fmt: skip
    for title, gender in (("Men's", "men"), ("Women's", "women")):
        out.append(heading(3, title))
        boxes = []
        for distance, length in LENGTHS.items():
            event = f"{gender}-{distance}"
            lines = [cells(["World cup rank", f"{distance}m"], "th")]
            for rank in range(1, length + 1):
                noc, k = content.entry(event, rank)
                shown = flag(noc)
                shown = f"<s>{shown}</s>" if (event, rank) == STRUCK else shown
                shown = f"<b>{shown}</b>" if (event, rank) == CAME_IN else shown
                style = f' style="{SHADE[k]}"' if content.names and SHADE[k] else ""
                lines.append(f"<td>{rank}</td><td{style}>{shown}</td>")
            boxes.append(f"<td>{table(lines)}</td>")
        out.append(table(["".join(boxes)], ""))
    return (
        f"<!DOCTYPE html><html><head><title>{html.escape(TITLE)} - Wikipedia</title><script>alert(1)</script></head>"
        f"<body><h1>{html.escape(TITLE)}</h1>{''.join(out)}</body></html>"
    )


LAYOUTS: dict[str, Callable[[Content], str]] = {"txt": plain, "wiki": wikitext, "html": html_page}
