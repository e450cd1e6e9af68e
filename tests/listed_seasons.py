"""Seasons drawn as results of races, in folders of their own, under rule files as they are. All of it is synthetic."""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from quotaproof.model.scenario_folder import scenario_text
from quotaproof.scenarios import FOLDER

NOCS = ("NED", "JPN", "CHN", "CAN", "USA", "POL", "NOR", "GER", "KOR", "ITA", "KAZ", "AUT", "EST", "HUN")
HEADER = ("meet", "event", "race", "division", "rank", "noc", "athlete", "name", "time", "points", "note")

TIERS = """
title = "Tiers"
[total]
athletes = 400
men = 200
women = 200
[host]
events = []
clause = "none"
[[events]]
id = "men-sprint"
gender = "men"
kind = "individual"
start-places = 110
per-noc = 6
[[events]]
id = "men-skeleton"
gender = "men"
kind = "individual"
start-places = 25
per-noc = 3
[[events]]
id = "men-luge"
gender = "men"
kind = "individual"
start-places = 9
per-noc = 1
[results]
clause = "synthetic"
meets = ["one", "two", "three"]
[[results.points]]
points = POINTS
[[rankings]]
id = "list"
clause = "synthetic: the two best meets count"
events = ["men-sprint", "men-skeleton", "men-luge"]
measure = "points"
counting-meets = 2
ties = ["best-results", "best-time", "latest-meet"]
[[pathways]]
id = "P1"
kind = "rank-tiers"
title = "By the rank of NOCs"
clause = "Places as in biathlon 2022: ranks 1 to 3 six, 4 to 10 five, 11 to 20 four"
ranking = "list"
events = ["men-sprint"]
tiers = [{ at-most = 3, places = 6 }, { at-most = 10, places = 5 }, { at-most = 20, places = 4 }]
[[pathways]]
id = "P2"
kind = "kth-entry-tiers"
title = "By the third, second and first"
clause = "Places as in skeleton 2022, fewer NOCs: so many with three, two and one"
ranking = "list"
events = ["men-skeleton"]
tiers = [{ entry = 3, nocs = 2 }, { entry = 2, nocs = 3 }, { entry = 1, nocs = 4 }]
[[pathways]]
id = "P3"
kind = "fill-by-rank"
title = "One each"
clause = "One each down the list"
ranking = "list"
places = { men-luge = 9 }
""".replace("POINTS", str([*range(90, 30, -3), *range(30, 0, -1)]))
"""Rules of tiers as a file; the numbers are those that the kinds are described with."""


def rules_text(name: str) -> str:
    """Return a rule file: that of a scenario, or the one with tiers."""
    return TIERS if name == "tiers" else (FOLDER / name / "rules.toml").read_text(encoding="utf-8")


def write_season(name: str, seed: int, folder: Path, *, reduction: str | None = None) -> Path:
    """Write a season under the rules of that name: every meet of every event has been held."""
    rng = random.Random(f"{name} {seed}")
    rules = tomllib.loads(rules_text(name))
    folder.mkdir(parents=True)
    (folder / "rules.toml").write_text(rules_text(name), encoding="utf-8")
    text = scenario_text(
        title="Synthetic season",
        games="Synthetic",
        host=rng.choice([*NOCS, None]),
        complete=[],
        readings={"reduction": reduction} if reduction else {},
    )
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    nocs = sorted(rng.sample(NOCS, rng.randint(6, len(NOCS))))
    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for event in rules["events"]:
            strength = _field(event, nocs, rng)
            for meet in rules["results"]["meets"]:
                writer.writerows(_races(rules, event["id"], meet, strength, rng))
    return folder


def _field(event: dict[str, Any], nocs: list[str], rng: random.Random) -> dict[tuple[str, str], float]:
    """Those who race an event, (NOC, athlete) -> how slow they are."""
    if event["kind"] == "relay":
        return {(noc, noc.lower()): rng.gauss(0, 1) for noc in rng.sample(nocs, min(11, len(nocs)))}
    field: dict[tuple[str, str], float] = {}
    for noc in nocs:
        level = rng.gauss(0, 1)
        for number in range(rng.randint(1, 4)):
            field[noc, f"{noc.lower()}-{event['gender']}-{number}"] = level + rng.gauss(0, 1)
    return field


def _races(
    rules: dict[str, Any], event: str, meet: str, strength: dict[tuple[str, str], float], rng: random.Random
) -> Iterator[tuple[object, ...]]:
    """The rows of one meet: Divisions A and B, or who reached the free programme and who did not."""
    worlds = any(one.get("measure") == "rank" for one in rules["rankings"])
    order = sorted(strength, key=lambda one: strength[one] + rng.gauss(0, 0.6))
    first = order[: rng.randint(12, 20)]
    divided = any(one.get("divisions") for one in rules["results"].get("points", ()))
    for place, (noc, athlete) in enumerate(order, 1):
        inside = (noc, athlete) in first
        rank = place if inside or worlds or not divided else place - len(first)
        division = ("free programme" if inside else "short programme only") if worlds else "A" if inside else "B"
        time = f"{34 + (place + rng.randint(0, 3)) // 8}.{rng.randint(0, 99):02}"
        if not worlds and rng.random() < 0.04:
            yield meet, event, 1, division, "", noc, athlete, "", "DNF", "", ""
        else:
            shown = division if worlds or divided else ""
            yield meet, event, 1, shown, rank, noc, athlete, "", "" if worlds else time, "", ""


RULE_SETS: dict[str, Callable[[int], dict[str, str | None]]] = {
    "speed-skating-2026": lambda seed: {"reduction": ("none", "press-cycle")[seed % 2]},
    "figure-skating-2018": lambda seed: {},
    "tiers": lambda seed: {},
}
"""Rule sets whose seasons are drawn, with the readings of a seed."""
