"""The pictures of the documentation, drawn from the program itself: `make pictures`."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
FONT = "font-family='ui-monospace, Menlo, Consolas, monospace'"
SANS = "font-family='system-ui, Helvetica, Arial, sans-serif'"
TIP = (
    "<defs><marker id='tip' viewBox='0 0 10 10' refX='9' refY='5' markerWidth='8' markerHeight='8' orient='auto'>"
    "<path d='M0 0L10 5L0 10z'/></marker></defs>"
)

PACKAGES = {
    "quotaproof": ("quotaproof/", "the interface: command line, Python interface, texts"),
    "quotaproof.solver": ("solver/", "engines, and the questions asked of them"),
    "quotaproof.model": ("model/", "the domain, and the validator"),
    "quotaproof.scenarios": ("scenarios/", "data, and a loader by id"),
}


def verification(width: int = 112) -> str:
    """Return the terminal with what `quotaproof verify beijing-2022` says first, as SVG without any web font."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    for line in terminal_lines():
        text = Text(line)
        text.highlight_regex(r"^\$ .*", "bold")
        text.highlight_regex(r"the published table is what the rules give", "bold green")
        text.highlight_regex(r"58 men and 54 women|cannot be meant as a hard limit", "bold")
        text.highlight_regex(r"The rules do not give the table", "bold red")
        text.highlight_regex(r"^  - .*: .* before .*", "bold")
        console.print(text, highlight=False, soft_wrap=True)
    svg = console.export_svg(title="quotaproof", unique_id="quotaproof", code_format=_template())
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def terminal_lines() -> list[str]:
    """Return the lines shown: the verdict, the readings, and what the table says of rankings that nobody published."""
    done = subprocess.run(
        [sys.executable, "-m", "quotaproof", "verify", "beijing-2022"], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    end = (
        next(number for number, line in enumerate(lines) if re.search(r"before (Great Britain \()?GBR\)?\.$", line)) + 1
    )
    return ["$ quotaproof verify beijing-2022", *lines[:end], "..."]


def _template() -> str:
    """Return rich's SVG without the font it would fetch from elsewhere."""
    from rich._export_format import CONSOLE_SVG_FORMAT

    return re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def arrows() -> dict[tuple[str, str], int]:
    """Return which package imports which, and in how many modules."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_architecture import MODULES, imports, package_of

    found: dict[tuple[str, str], set[str]] = {}
    for module in MODULES:
        for target, _ in imports(module):
            if target in MODULES and package_of(target) != package_of(module):
                found.setdefault((package_of(module), package_of(target)), set()).add(module)
    return {pair: len(modules) for pair, modules in sorted(found.items())}


def contents() -> dict[str, list[str]]:
    """Return the modules of each package; a subpackage counts as one, written with a slash."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_architecture import MODULES, package_of

    found: dict[str, set[str]] = {name: set() for name in PACKAGES}
    for module in MODULES:
        home = package_of(module)
        inside = module.removeprefix(home).lstrip(".")
        if inside:
            head, dot, _ = inside.partition(".")
            package = dot or any(other.startswith(f"{module}.") for other in MODULES)
            found[home].add(f"{head}/" if package else head)
    found["quotaproof.scenarios"] |= {f"{path.parent.name}/" for path in ROOT.glob("scenarios/*/scenario.toml")}
    return {name: sorted(one for one in modules if one != "__main__") for name, modules in found.items()}


def architecture() -> str:
    """Return the packages with their modules and imports, as SVG."""
    inside, between = contents(), arrows()
    boxes: dict[str, tuple[int, int, int, int]] = {}
    y = 20
    for name in ("quotaproof", "quotaproof.solver", "quotaproof.model"):
        rows = len(_rows(inside[name], 84))
        boxes[name] = (20, y, 640, 58 + 18 * rows)
        y += boxes[name][3] + 46
    top, bottom = boxes["quotaproof.solver"][1], y - 46
    boxes["quotaproof.scenarios"] = (720, top, 230, bottom - top)
    height = bottom + 44
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 970 {height}' width='970' height='{height}' role='img'>",
        "<title>Packages of quotaproof, and which imports which</title>",
        TIP,
        f"<rect width='970' height='{height}' fill='white'/>",
    ]
    for name, (x, top, width, tall) in boxes.items():
        folder, words = PACKAGES[name]
        parts.append(f"<rect x='{x}' y='{top}' width='{width}' height='{tall}' rx='6' fill='#f6f6f6' stroke='black'/>")
        parts.append(f"<text x='{x + 14}' y='{top + 24}' {FONT} font-size='16' font-weight='bold'>{folder}</text>")
        if name == "quotaproof.scenarios":
            lines = [words, "", *inside[name]]
            at = x + 14, top + 46
        else:
            parts.append(f"<text x='{x + 130}' y='{top + 24}' {SANS} font-size='13'>{escape(words)}</text>")
            lines = _rows(inside[name], 84)
            at = x + 14, top + 50
        for number, line in enumerate(lines):
            font = SANS if line == words else FONT
            where = f"x='{at[0]}' y='{at[1] + 18 * number}' {font} font-size='12' xml:space='preserve'"
            parts.append(f"<text {where}>{escape(line)}</text>")
    parts += _lines(boxes, between)
    note = "An arrow: that many modules import from the package it points to. There is no arrow back."
    parts.append(f"<text x='20' y='{height - 14}' {SANS} font-size='12'>{note}</text>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def _rows(words: list[str], width: int) -> list[str]:
    rows = [""]
    for word in words:
        if len(rows[-1]) + len(word) + 2 > width:
            rows.append("")
        rows[-1] += f"{'  ' if rows[-1] else ''}{word}"
    return rows


def _lines(boxes: dict[str, tuple[int, int, int, int]], between: dict[tuple[str, str], int]) -> Iterator[str]:
    for (giver, taker), number in between.items():
        x1, y1, w1, h1 = boxes[giver]
        x2, y2, _, h2 = boxes[taker]
        if taker == "quotaproof.scenarios":
            path = f"M{x1 + w1} {y1 + 30}H{x2 + 115}V{y2}"
            at = x2 + 123, y2 - 8
        elif giver == "quotaproof.scenarios":
            middle = y2 + h2 // 2
            path = f"M{x1} {middle}H{x2 + boxes[taker][2]}"
            at = x1 - 36, middle - 7
        elif y2 - (y1 + h1) < 60:
            path = f"M{x1 + 200} {y1 + h1}V{y2}"
            at = x1 + 208, y2 - 18
        else:  # around the package between them
            path = f"M{x1 + w1} {y1 + h1 - 16}H{x1 + w1 + 22}V{y2 + 24}H{x2 + boxes[taker][2]}"
            at = x1 + w1 + 28, y1 + h1 + 20
        yield f"<path d='{path}' fill='none' stroke='black' marker-end='url(#tip)'/>"
        yield f"<text x='{at[0]}' y='{at[1]}' {SANS} font-size='12'>{number}</text>"


ROWS = (
    ("follow from start places", "start places, P3"),
    ("for the mixed relay", "mixed relay, P4"),
    ("from quota places left over", "left over, P5"),
)
"""Where quota places come from: the words of the explanation, and of the banner."""


def banner() -> str:
    """Return where the quota places of Beijing 2022 come from, beside its published table and its rule, as SVG."""
    import quotaproof

    scenario = quotaproof.load_scenario("beijing-2022")
    result = quotaproof.verify(scenario)
    if scenario.published is None or not result.consistent or result.totals is None:
        raise SystemExit("the banner says that the table of Beijing 2022 is what the rules give, and it is not")
    said = {statement.subject: statement.text for statement in quotaproof.explain(scenario, "TOTAL").why}
    rows = [(name, *(_part(said[gender], words) for gender in ("men", "women"))) for words, name in ROWS]
    height = 212
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 760 {height}' width='760' height='{height}' role='img'>",
        "<title>The 112 quota places of Beijing 2022, from the rules: 58 men and 54 women, as published</title>",
        f"<rect width='760' height='{height}' fill='white'/>",
    ]

    def text(x: int, y: int, words: str, extra: str = "") -> None:
        parts.append(f"<text x='{x}' y='{y}' {FONT} font-size='14' {extra}>{escape(words)}</text>")

    bold, end = "font-weight='bold'", "text-anchor='end'"
    text(340, 28, "men", f"{bold} {end}")
    text(570, 28, "women", f"{bold} {end}")
    parts.append("<path d='M20 38H740' stroke='black'/>")
    for number, (name, *columns) in enumerate(rows):
        y = 60 + 24 * number
        text(20, y, name)
        for x, (count, nocs) in zip((340, 570), columns, strict=True):
            text(x, y, f"+{count}" if number and count else str(count), end)
            text(x + 12, y, nocs)
    y = 60 + 24 * len(rows)
    parts.append(f"<path d='M20 {y - 17}H740' stroke='black'/>")
    caps = scenario.rules.gender_caps
    text(20, y, "the rules give", bold)
    text(20, y + 24, "the page's rule says")
    for x, number, gender in ((340, result.totals[0], "men"), (570, result.totals[1], "women")):
        text(x, y, str(number), f"{bold} {end}")
        text(x, y + 24, str(caps[gender]), end)
    text(660, y, f"= {sum(result.totals)}", bold)
    note = (
        f"The published table has exactly what the rules give, for all {len(scenario.published.nocs)} NOCs; "
        f"{caps['men']} and {caps['women']} can be no hard limit."
    )
    parts.append(f"<text x='20' y='{height - 18}' {SANS} font-size='13'>{escape(note)}</text>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def _part(said: str, words: str) -> tuple[int, str]:
    """Return how many quota places a sentence says come from there, and which NOCs got them."""
    found = re.search(rf"(\d+) {words} \((?:([^();]*); )?P\d\)", said)
    if found is None:
        return 0, ""
    return int(found[1]), re.sub(r" 1\b", "", found[2] or "")


PICTURES = {"architecture.svg": architecture, "banner.svg": banner, "verify.svg": verification}


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (FOLDER / name).write_text(draw(), encoding="utf-8")
        print(FOLDER / name)
