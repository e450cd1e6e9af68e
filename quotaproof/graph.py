"""The moves of a what-if as a graph: Mermaid, GraphML, SVG and PNG."""

from __future__ import annotations

import textwrap
from collections import defaultdict

from quotaproof import figure
from quotaproof.model.scenario import Scenario
from quotaproof.solver.whatif.consequences import WhatIf
from quotaproof.solver.whatif.moves import Move
from quotaproof.text.whatif import changes_in_words

FREE = "free"


def _arrows(result: WhatIf) -> dict[tuple[str, str], list[Move]]:
    """Moves by giver and taker."""
    arrows: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in result.moves:
        arrows[move.giver or FREE, move.taker or FREE].append(move)
    return dict(arrows)


def _label(moves: list[Move], scenario: Scenario) -> str:
    """What changes hands between two NOCs, in words."""
    counts: dict[str, int] = defaultdict(int)
    for move in moves:
        name = f"{move.event}'s quota" if move.kind == "quota-place" else scenario.rules.event(move.event).label
        counts[name] += 1
    return ", ".join(name if number == 1 else f"{number} x {name}" for name, number in counts.items())


def draw(result: WhatIf, scenario: Scenario, form: str) -> str | bytes:
    """Return the graph in a format: `mermaid`, `graphml`, `svg` or `png`."""
    if form == "mermaid":
        return mermaid(result, scenario)
    return graphml(result) if form == "graphml" else picture(result, scenario, form)


def mermaid(result: WhatIf, scenario: Scenario) -> str:
    """Return the graph as Mermaid text; start places are solid arrows, quota places dotted ones."""
    lines = ["flowchart LR"]
    for (giver, taker), moves in _arrows(result).items():
        for kind, arrow in (("start-place", "-->"), ("quota-place", "-.->")):
            own = [move for move in moves if move.kind == kind]
            if own:
                lines.append(f'    {giver} {arrow}|"{_label(own, scenario)}"| {taker}')
    return "\n".join(lines) + "\n"


def graphml(result: WhatIf) -> str:
    """Return the graph as GraphML text."""
    import networkx as nx

    return "\n".join(nx.generate_graphml(result.graph())) + "\n"


def picture(result: WhatIf, scenario: Scenario, form: str) -> bytes:
    """Return the graph as an SVG or PNG picture: givers on the left, takers on the right.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    arrows = _arrows(result)
    left = list(dict.fromkeys(giver for giver, _ in arrows))
    right = list(dict.fromkeys(taker for _, taker in arrows))
    rows = max(len(left), len(right), 1)
    drawn = figure.figure(11, 1.4 + 0.62 * max(rows, len(arrows)))
    axes = drawn.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(-0.12, 2.4)
    axes.set_ylim(-0.3, max(rows, len(arrows)))
    title = f"{scenario.title}: {changes_in_words(result.changes, scenario)}"
    axes.set_title("\n".join(textwrap.wrap(title, 110)), loc="left", fontsize=11)
    height = max(rows, len(arrows))

    def level(names: list[str], name: str) -> float:
        return height - 0.8 - (names.index(name) + 0.5) * height / len(names) + 0.5

    box = {"boxstyle": "round,pad=0.35", "edgecolor": figure.tone(1.0)}
    for side, names, share in ((0.0, left, 0.3), (1.0, right, 0.1)):
        own = {**box, "facecolor": figure.tone(share)}
        for name in names:
            axes.text(side, level(names, name), name, ha="center", va="center", fontsize=11, bbox=own, zorder=3)
    received: dict[str, list[str]] = defaultdict(list)
    for (giver, taker), moves in arrows.items():
        quota = all(move.kind == "quota-place" for move in moves)
        start, end = (0.06, level(left, giver)), (0.94, level(right, taker))
        style = {"arrowstyle": "->", "color": figure.tone(0.85), "linestyle": "--" if quota else "-"}
        axes.annotate("", xy=end, xytext=start, arrowprops=style)
        source = f"from {giver}: " if sum(other == taker for _, other in arrows) > 1 else ""
        received[taker].append(source + _label(moves, scenario))
    for taker, lines in received.items():
        text = "\n".join(wrapped for line in lines for wrapped in textwrap.wrap(line, 66))
        axes.text(1.09, level(right, taker), text, ha="left", va="center", fontsize=9)
    return figure.saved(drawn, form)
