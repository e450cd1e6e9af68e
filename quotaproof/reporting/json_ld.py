"""Standings and places as JSON-LD, in terms of the IPTC Sport Schema 1.1 (https://sportschema.org/ontologies/main/).

The Games and each event are competitions, a ranked list is a phase of its event, and who is ranked or has places
takes part in it. What the schema has no term for (start places, quota places, a ranking of qualifiers that are no named
athletes, the code of an event in the Olympic Data Feed) has a term of this program, in a namespace of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from quotaproof.model.results.race_results import time_text
from quotaproof.model.rules import GENDERS
from quotaproof.model.scenario import Scenario
from quotaproof.nations import name_of

from .basis import Basis

SCHEMA = "https://sportschema.org/ontologies/main/"
OWN = "urn:quotaproof:terms:"
CONTEXT = {
    "sport": SCHEMA,
    "quotaproof": OWN,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "label": "rdfs:label",
    "comment": "rdfs:comment",
}
COMPETITION = "http://cv.iptc.org/newscodes/spct/competition"
Node = dict[str, Any]


def to_json_ld(scenario: Scenario, basis: Basis) -> str:
    """Return a scenario's standings, and the places of the table that a report shows, as the text of a JSON-LD file."""
    # An athlete in several lists is one node.
    nodes = list({node["@id"]: node for node in reversed(list(_nodes(scenario, basis)))}.values())[::-1]
    teams = {one["sport:participationBy"]["@id"] for one in nodes if "sport:participationBy" in one}
    agents = [
        {"@id": name, "@type": "sport:Team", "label": name_of(name.rpartition(":")[2])}
        for name in sorted(teams)
        if name.startswith("urn:quotaproof:noc:")
    ]
    return json.dumps({"@context": CONTEXT, "@graph": [*nodes, *agents]}, indent=2, ensure_ascii=False) + "\n"


def _reference(name: str) -> Node:
    return {"@id": name}


def _noc(noc: str) -> Node:
    return _reference(f"urn:quotaproof:noc:{noc}")


def _nodes(scenario: Scenario, basis: Basis) -> Iterator[Node]:
    games = f"urn:quotaproof:scenario:{quote(scenario.identifier)}"
    quota = list(_quota_places(games, basis))
    yield {
        "@id": games,
        "@type": "sport:Competition",
        "label": scenario.title,
        "comment": f"Places {basis.caption}." if basis.table is not None else " ".join(basis.sentences),
        "sport:competitionType": _reference(COMPETITION),
        "sport:participation": [_reference(one["@id"]) for one in quota],
    }
    yield from quota
    for event in scenario.rules.events:
        own = f"{games}:{event.identifier}"
        places = list(_start_places(own, event.identifier, basis))
        node: Node = {
            "@id": own,
            "@type": "sport:Competition",
            "label": event.label,
            "sport:parent": _reference(games),
            "sport:competitionType": _reference(COMPETITION),
            "quotaproof:startPlaces": event.start_places,
            "sport:participation": [_reference(one["@id"]) for one in places],
        }
        if event.rsc:
            node["quotaproof:rsc"] = event.rsc
        yield node
        yield from places
        for ranking, entries in _rankings(scenario, event.identifier, own):
            shown = f"{event.label}: {ranking.replace('-', ' ')}"
            phase = f"{own}:{ranking}"
            yield {
                "@id": phase,
                "@type": "sport:CompetitionPhase",
                "label": shown,
                "sport:phaseInCompetition": _reference(own),
                "sport:participation": [_reference(one["@id"]) for one in entries if one["@type"] != "sport:Athlete"],
            }
            yield from entries


def _quota_places(games: str, basis: Basis) -> Iterator[Node]:
    """Each NOC's quota places, by gender where the table tells."""
    if basis.table is None:
        return
    for noc, row in basis.table.cells.items():
        if not row.get("athletes"):
            continue
        both = basis.athletes.get(noc)
        node = _participation(f"{games}:quota-places:{quote(noc)}", noc)
        node["quotaproof:quotaPlaces"] = row["athletes"]
        if both is not None:
            node |= {f"quotaproof:quotaPlaces-{gender}": n for gender, n in zip(GENDERS, both, strict=True)}
        yield node


def _start_places(own: str, event: str, basis: Basis) -> Iterator[Node]:
    if basis.table is None:
        return
    for noc, row in basis.table.cells.items():
        if row[event]:
            node = _participation(f"{own}:places:{quote(noc)}", noc)
            yield {**node, "quotaproof:startPlaces": row[event]}


def _participation(name: str, noc: str | None) -> Node:
    """A participation; by nobody where the NOC is not known."""
    node: Node = {"@id": name, "@type": "sport:CompetitorParticipation"}
    if noc is not None and not noc.startswith("?"):
        node["sport:participationBy"] = _noc(noc)
    return node


def _rankings(scenario: Scenario, event: str, own: str) -> Iterator[tuple[str, list[Node]]]:
    """The ranked lists of an event, each with its nodes."""
    ranking = scenario.standings.rankings.get(event)
    if ranking is not None:
        tied = {rank: group[0] for group in ranking.tied for rank in group}
        nodes: list[Node] = []
        for rank, entry in enumerate(ranking.entries, 1):
            node = _participation(f"{own}:ranking:{rank}", entry.noc)
            node["sport:rank"] = str(tied.get(rank, rank))
            if entry.qualifier is not None:
                node["quotaproof:qualifier"] = entry.qualifier
            if entry.points is not None:
                node["sport:score"] = str(entry.points)
            nodes.append(node)
        yield "ranking", nodes
    for (other, name), listed in scenario.lists.items():
        if other != event:
            continue
        measure = next(
            rule.measure for rule in scenario.rules.rankings if rule.identifier == name and event in rule.events
        )
        nodes = []
        for number, one in enumerate(listed.entries, 1):
            node = _participation(f"{own}:{name}:{number}", one.noc)
            node["sport:rank"] = str(one.rank)
            if measure == "points":
                node["sport:score"] = str(one.points)
            elif measure == "time" and one.time is not None:
                node["sport:score"] = time_text(one.time)
            if scenario.rules.event(event).kind == "individual" and one.name:
                athlete = f"urn:quotaproof:athlete:{quote(one.noc)}:{quote(one.athlete)}"
                node |= {"@type": "sport:IndividualParticipation", "sport:participationBy": _reference(athlete)}
                nodes.append({
                    "@id": athlete, "@type": "sport:Athlete", "label": one.name, "sport:nationality": one.noc,
                })  # fmt: skip
            nodes.append(node)
        yield name, nodes
