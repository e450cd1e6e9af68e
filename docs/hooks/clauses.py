"""The rules of every scenario clause by clause, written from the rule files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent.parent
HELD_BACK = {"identifier", "title", "clause"}


def on_files(files: Files, config: Any) -> Files:
    """Add a page for each scenario, and one that lists them."""
    from quotaproof.scenarios import identifiers, load_scenario

    loaded = [load_scenario(identifier) for identifier in identifiers()]
    for scenario in loaded:
        files.append(File.generated(config, f"clauses/{scenario.identifier}.md", content=_page(scenario)))
    files.append(File.generated(config, "clauses/index.md", content=_index(loaded)))
    return files


def _index(loaded: list[Any]) -> str:
    rows = [
        f"| [{s.title}]({s.identifier}.md) | {s.rules.total} | {len(s.rules.events)} | {len(s.rules.pathways)} | "
        f"{len(s.rules.readings)} |"
        for s in loaded
    ]
    return "\n".join(
        [
            "# Rules by clause",
            "",
            "One page per scenario, written from its rule file: what each pathway hands out, the clause it follows,",
            "and the readings of open clauses. [The rules and how they are read](../rules.md) explains the kinds.",
            "",
            "| scenario | quota places | events | pathways | readings |",
            "| :-- | --: | --: | --: | --: |",
            *rows,
            "",
        ]
    )


def _page(scenario: Any) -> str:
    rules = scenario.rules
    lines = [f"# {scenario.title}", ""]
    lines += [f"`{scenario.identifier}`" + (f", host {scenario.host}." if scenario.host else ", without a host."), ""]
    lines += ["## Places", ""]
    caps = ", ".join(f"{number} {gender}" for gender, number in rules.gender_caps.items())
    lines += [f"{rules.total} quota places in all; per gender: {caps}.", ""]
    lines += ["| event | start places | at most per NOC | who is a team |", "| :-- | --: | --: | :-- |"]
    for event in rules.events:
        team = ", ".join(f"{number} {gender}" for gender, number in event.team.items())
        lines.append(f"| `{event.identifier}` | {event.start_places} | {event.noc_cap} | {team} |")
    lines += ["", "## Host places", ""]
    if rules.host_events:
        lines += [f"One start place in each of: {_codes(rules.host_events)}.", "", f"> {rules.host_clause}", ""]
    else:
        lines += ["None.", ""]
    lines += _standings(rules.soqc)
    lines += ["## Pathways, in order of priority", ""]
    for pathway in rules.pathways:
        lines += [f"### {pathway.identifier} {pathway.title}", "", f"> {pathway.clause}", ""]
        lines += [f"Kind `{_kind(pathway)}`. {_first_sentence(type(pathway))}", ""]
        for name in type(pathway).__dataclass_fields__:
            if name not in HELD_BACK and name not in ("kind", "stage"):
                lines.append(f"- {name.replace('_', ' ')}: {_value(getattr(pathway, name))}")
        lines.append("")
    if rules.readings:
        lines += ["## Readings of open clauses", ""]
    for reading in rules.readings:
        chosen = scenario.readings.to_dict()[reading.name]
        values = ", ".join(f"**`{v}`**" if v == chosen else f"`{v}`" for v in reading.values)
        lines += [f"### {reading.name}", "", reading.question, "", f"> {reading.clause}", "", f"Values: {values}.", ""]
    lines += [*_sources(scenario)]
    return "\n".join(lines)


def _standings(soqc: Any) -> list[str]:
    """Return how the standings are computed from results, if the rule file says so."""
    if soqc is None:
        return []
    counting = "all meets" if soqc.counting is None else f"an NOC's best {soqc.counting}"
    factor = "" if soqc.factor == 1 else f", times {soqc.factor}"
    lines = ["## Standings", "", f"> {soqc.clause}", "", f"- meets: {_codes(soqc.meets)}", f"- counting: {counting}"]
    lines += [f"- points for positions 1, 2, ...: {', '.join(map(str, soqc.points))}{factor}"]
    lines += [f"- ties go by: {_codes(soqc.ties)}"]
    if soqc.overrides:
        lines.append(f"- what differs for some events or meets: {len(soqc.overrides)}, see the rule file")
    return [*lines, ""]


def _kind(pathway: Any) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(pathway).__name__).lower()


def _first_sentence(cls: type) -> str:
    return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())


def _codes(values: Any) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"`{key}` {number}" for key, number in value.items()) or "none"
    if isinstance(value, tuple) and value and not isinstance(value[0], str):
        return "; ".join(map(_record, value))
    if isinstance(value, tuple):
        return _codes(value) or "none"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f"`{value}`"


def _record(value: Any) -> str:
    """Return one of several values with fields of their own, such as a tier, in words."""
    names = getattr(value, "_fields", None) or type(value).__dataclass_fields__
    return ", ".join(f"{name.replace('_', ' ')} {_value(getattr(value, name))}" for name in names)


def _sources(scenario: Any) -> list[str]:
    """Return the scenario's SOURCES.md as the last chapter, its headings one level down."""
    text = (scenario.folder / "SOURCES.md").read_text(encoding="utf-8")
    body = text.partition("\n")[2] if text.startswith("# ") else text
    return ["## Where the figures come from", re.sub(r"(?m)^(#+) ", r"#\1 ", body)]
