"""Check a certificate against a scenario folder; to be read in one sitting, with the standard library and no more.

An accepted certificate proves: under its readings, and with tied entries that no draw settles in the order of the file,
the rules and standings of the folder give exactly its places and quota places. It is accepted only if

1. its digests are those of the folder's files, and the folder records no decline;
2. it lists exactly the claims that the rules give each tier, in their order;
3. a claim is granted where all caps hold, for what was granted before, this claim and the host's guaranteed places;
4. a claim is refused where granting it would break a cap, and the fact it names is such a cap with its figures;
5. tier values, places, athletes and totals are what the granted claims add up to, and totals are within their caps.

Caps only bind harder as more is granted, so by 3 and 4 no tier has a better value, and no other allocation has the same
(docs/certificate.md). Claims are gone through once, without search. `quotaproof check` judges the folder first.
Rules whose places go down ranked lists have certificates of another format, which `checker_lists.py` checks.
"""

import csv
import hashlib
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

FORMAT, OF_LISTS = "quotaproof-certificate", "quotaproof-certificate-of-lists"
LAST, GENDERS = 10**9, ("men", "women")
READINGS = {
    "gender-cap": ("nominal", "walk", "hard"),
    "remaining-ties": ("refuse", "men-first", "women-first"),
    "fifth-in-walk": ("yes", "no"),
}
NO_BETTER = "each 0 of a value is a claim whose fact shows used + more > cap, and caps only bind harder later"
LABELS = {"format", "version", "scenario", "engine"}  # the parts of a certificate that are not compared
UNREADABLE = (OSError, ImportError, ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error)

Table = dict[str, Any]
canonical = json.JSONEncoder(sort_keys=True).encode  # the same text for the same value
text_of = partial(Path.read_text, encoding="utf-8-sig")


def check(certificate: str, folder: Path) -> list[str]:
    """Return why a certificate (its text) is rejected for a folder; empty if accepted, ValueError if unreadable."""
    what = "the certificate"
    try:
        document = json.loads(certificate, object_pairs_hook=_once)
        if document["format"] not in (FORMAT, OF_LISTS) or canonical(document["version"]) != "1":
            raise ValueError(f"it must have the format {FORMAT}, or {OF_LISTS}, and the version 1")
        if document["format"] == OF_LISTS:
            what = f"the certificate, or the scenario in {folder},"
            return _of_lists(document, folder)
        readings = {name: values[values.index(document["readings"][name])] for name, values in READINGS.items()}
        what = f"the scenario in {folder}"
        scenario = tomllib.loads(text_of(folder / "scenario.toml"))
        texts = {"readings": canonical(readings), "standings": text_of(folder / "standings.csv")}
        texts["rules"] = text_of(folder / scenario.get("rules", "rules.toml"))
        digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
        rules, entries = tomllib.loads(texts["rules"]), _rows(texts["standings"])
        if (folder / "declines.csv").exists() and _rows(text_of(folder / "declines.csv")):
            return ["the scenario records declines, and a certificate is of the allocation before any"]
        lower = {noc: a.get("per-event", LAST) for a in scenario.get("aliases", ()) for noc in a["federations"]}
        walk = _Walk(rules, scenario.get("host"), readings, entries, lower)
        return walk.problems(document, {"readings": readings, "digests": digests, "ties": walk.ties, "unique": True})
    except UNREADABLE as error:
        raise ValueError(f"{what} cannot be read ({type(error).__name__}: {error!s:.300})") from error


def _of_lists(document: Table, folder: Path) -> list[str]:
    """Check a certificate of rules whose places go down ranked lists, with the two files for these next to this one."""
    if TYPE_CHECKING or __package__:
        from .checker_lists import problems
    else:
        sys.path.append(str(Path(__file__).parent))
        from checker_lists import problems
    scenario = tomllib.loads(text_of(folder / "scenario.toml"))
    ranked = "standings" if (folder / "standings.csv").exists() else "results"
    texts = {ranked: text_of(folder / f"{ranked}.csv"), "rules": text_of(folder / scenario.get("rules", "rules.toml"))}
    texts["readings"] = canonical(document["readings"])
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    expected = {"format": OF_LISTS, "version": 1, "digests": digests}
    return problems(document, tomllib.loads(texts["rules"]), scenario, _rows(texts[ranked]), expected, canonical)


def _once(pairs: list[tuple[str, Any]]) -> Table:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("duplicate key in an object")
    return dict(pairs)


def _rows(text: str) -> list[dict[str, str]]:
    """Return the records of a CSV file; lines that are empty or start with # are passed over."""
    lines = [line for line in text.split("\n") if line.strip(", \t") and not line.lstrip().startswith("#")]
    return [{name.strip(): cell.strip() for name, cell in row.items()} for row in csv.DictReader(lines, strict=True)]


class _Walk:
    """The claims one after the other, and what was granted so far; host places count from the beginning."""

    def __init__(self, rules: Table, host: str | None, readings: Table, entries: list[Table], lower: Table) -> None:
        self.rules, self.host, self.readings, self.caps, self.lower = rules, host, readings, rules["total"], lower
        self.events = {event["id"]: event for event in rules["events"]}
        self.relay = {event["gender"]: event["id"] for event in rules["events"] if event["kind"] == "relay"}
        [self.quota] = [pathway for pathway in rules["pathways"] if pathway["kind"] == "quota-places"]
        if any(event.get("per-noc", 1) > self.quota["relay-athletes"] for event in rules["events"]):
            raise ValueError("a relay could lower what an NOC needs, so a cap could bind less as more is granted")
        self.ties = [[e["event"], e["rank"], e["noc"]] for e in entries if "=" in e["rank"] and not e.get("draw")]
        self.rankings: dict[str, list[tuple[str, int]]] = {event: [] for event in self.events}
        for entry in sorted(entries, key=lambda e: (int(e["rank"].rstrip("=")), int(e.get("draw") or 0))):
            self.rankings[entry["event"]].append((entry["noc"], int(entry["qualifier"])))
        self.rank = {e: {noc: r for r, (noc, _) in enumerate(order, 1)} for e, order in self.rankings.items()}
        if not all(self.rank.values()) or any("?" in ranks for ranks in self.rank.values()):
            raise ValueError("a ranking is not known in full")
        self.places = {event: Counter[str]() for event in self.events}  # start places by NOC
        self.athletes = {gender: Counter[str]() for gender in GENDERS}  # quota places by NOC
        self.used = Counter[str]()  # athletes by gender: those that start places need, then quota places
        self.taken, self.teams = Counter[str](), 0  # start places by event; NOCs with the athletes for a mixed relay
        self.kept: set[str] = set()  # events with a place for the host that no claim has taken yet
        hosted = rules["host"]["events"] if host else ()
        for event in hosted:  # who lacks a team's athletes cannot enter it
            of, athletes = self.events[event], self.quota["relay-athletes"]
            if all(self.relay.get(gender) in hosted and athletes >= n for gender, n in of.get("team", {}).items()):
                self._grant({"event": event, "noc": host, "gender": of["gender"]})
                self.kept.add(event)

    def problems(self, document: Table, expected: Table) -> list[str]:
        """Return everything that is wrong with a certificate."""
        found, tiers, said = list[str](), list[Table](), iter(document["claims"])
        for pathway, name, groups in self._tiers():
            tier, value = f"{pathway['id']}/{name}", ""
            for group in groups:
                for claim, facts in [(claim, self._against(claim)) for claim in group]:  # all before any is granted
                    verdict = {"tier": tier, **claim, "granted": not facts}
                    right = [canonical({**verdict, "fact": fact}) for fact in facts or (None,)]
                    if (answer := canonical(next(said, None))) not in right:
                        found.append(f"instead of the claim {answer:.300} there must be {' or '.join(right)}")
                    if not facts and len(group) > 1 and self._against(claim):
                        found.append(f"there is no room for all who share a place in line: {right[0]}")
                    if not facts:
                        self._grant(claim)
                    value += "0" if facts else "1"
            tiers.append({"tier": tier, "clause": pathway["clause"], "value": value})
        found += [f"the host has no place in {event}" for event in sorted(self.kept)]
        found += ["there are more claims than the rules give"] if next(said, self) is not self else []
        totals = {"men": self.used["men"], "women": self.used["women"], "total": self.used.total()}
        caps = {"total": self.caps["athletes"]} | (self.caps if self.readings["gender-cap"] == "hard" else {})
        found += [f"{n} quota places ({of}); the cap is {caps[of]}" for of, n in totals.items() if n > caps.get(of, n)]
        expected |= {"claims": document["claims"], "tiers": tiers, "no_better_value": NO_BETTER, "host": self.host}
        expected |= {"places": self.places, "entitled": self.entitled, "athletes": self.athletes, "totals": totals}
        for key in sorted((expected.keys() | document.keys()) - LABELS):
            if key not in document or key not in expected or canonical(document[key]) != canonical(expected[key]):
                found.append(f"{key} must be {canonical(expected.get(key, 'absent')):.300}")
        return found

    def _tiers(self) -> Iterator[tuple[Table, str, list[list[Table]]]]:
        """Yield each tier, pathway and name, with its claims, those that share a place in line together."""
        for pathway in self.rules["pathways"]:
            match pathway["kind"]:
                case "relay-places" | "parallel-walk":
                    yield pathway, "start-places", self._start_places(pathway["events"])
                case "quota-places":  # what start places entitle to is no choice
                    nocs = sorted({noc for places in self.places.values() for noc in places})
                    self.entitled = {g: {n: need for n in nocs if (need := self._need(n, g))} for g in GENDERS}
                    self.athletes = {gender: Counter(numbers) for gender, numbers in self.entitled.items()}
                    if self.readings["fifth-in-walk"] == "no" and "bonus-from" in pathway:
                        yield pathway, "bonus", self._line(pathway)
                case "team-top-up":
                    yield pathway, "top-up", self._mixed(pathway["event"], complete=False)
                    yield pathway, "teams", self._mixed(pathway["event"], complete=True)
                case "remainder":
                    yield pathway, "remainder", self._line(pathway)
                case kind if kind != "reallocation":  # a certificate is of the allocation before any decline
                    raise ValueError(f"pathways of kind {kind} are not supported")

    def _start_places(self, events: list[str]) -> list[list[Table]]:
        """Rank 1 of each event, then rank 2 of each, and so on; at the end the host where it is not ranked."""
        rows = enumerate(zip_longest(*(self.rankings[event] for event in events)), 1)
        claims = [(e, rank, *entry) for rank, row in rows for e, entry in zip(events, row, strict=True) if entry]
        claims += [(e, None, self.host, None) for e in events if e in self.kept and self.host not in self.rank[e]]
        gender = {event: self.events[event]["gender"] for event in events}
        return [[{"event": e, "rank": r, "noc": n, "qualifier": k, "gender": gender[e]}] for e, r, n, k in claims]

    def _line(self, pathway: Table) -> list[list[Table]]:
        """NOCs that meet the condition for a quota place left over, by relay rank."""
        claims = []
        for gender in GENDERS:
            for noc, number in sorted(self.athletes[gender].items()):
                relay, places = self._holds(noc, gender)
                if pathway is self.quota:
                    fits = relay and sum(places) >= pathway["bonus-from"]
                else:
                    fits = number == pathway["quota-places"] and (relay or not pathway.get("relay-only", True))
                    fits = fits and sum(places) == pathway.get("individual-places", sum(places))
                claims += [{"noc": noc, "gender": gender}] if fits else []
        return self._by_rank(claims)

    def _mixed(self, event: str, *, complete: bool) -> list[list[Table]]:
        """NOCs that lack athletes for a team, or those that have a team, by the mixed relay's ranking."""
        team, nocs = self.events[event]["team"], sorted({*self.athletes["men"], *self.athletes["women"]})
        lacks = {noc: [g for g in GENDERS for _ in range(team[g] - self.athletes[g][noc])] for noc in nocs}
        if complete:
            return self._by_rank([{"event": event, "noc": noc, "gender": "mixed"} for noc in nocs if not lacks[noc]])
        self.teams = sum(not gaps for gaps in lacks.values())
        short = {noc: gaps for noc, gaps in lacks.items() if gaps}
        return self._by_rank([{"for": event, "noc": n, "gender": short[n][0], "lacks": len(short[n])} for n in short])

    def _by_rank(self, claims: list[Table]) -> list[list[Table]]:
        """Claims by rank, those outside the ranking last, and then by gender where the reading says so."""
        behind = {"men-first": "women", "women-first": "men"}.get(self.readings["remaining-ties"])
        groups: dict[tuple[int, bool], list[Table]] = {}
        for claim in claims:
            ranking = claim.get("event", claim.get("for", self.relay.get(claim["gender"], "")))
            rank = self.rank.get(ranking, {}).get(claim["noc"])
            place = (rank or LAST, "for" not in claim and claim["gender"] == behind)
            groups.setdefault(place, []).append({**claim, "rank": rank})
        return [group for _, group in sorted(groups.items())]

    def _against(self, claim: Table) -> list[Table]:
        """Return the caps that granting a claim would break, by what has been granted so far."""
        noc, gender, event = claim["noc"], claim["gender"], claim.get("event")
        more, binding = 1, self.readings["gender-cap"] in (("walk", "hard") if event else ("hard",))
        bounds: dict[str, tuple[int, int, int]] = {}  # kind of cap: used so far, more for this claim, cap
        if event:
            of, one = self.events[event], int(event not in self.kept or noc != self.host)  # a kept place counts already
            more = self._need(noc, gender, event if one else "") - self._need(noc, gender)
            bounds["noc-cap"] = (self.places[event][noc], one, min(of.get("per-noc", 1), self.lower.get(noc, LAST)))
            full = "host-kept" if event in self.kept else "event-full"
            bounds[full] = (self.taken[event], one, of["start-places"])
        elif "for" in claim:
            bounds["lacks-more"] = (0, claim["lacks"], 1)
            bounds["unranked"] = (0, 1, int(claim["rank"] is not None))
            bounds["teams-full"] = (self.teams, 1, self.events[claim["for"]]["start-places"])
        if binding and gender in GENDERS:
            bounds["gender-cap"] = (self.used[gender], more, self.caps[gender])
        bounds["total-cap"] = (self.used.total(), more, self.caps["athletes"])
        return [{"kind": kind, "used": u, "more": m, "cap": c} for kind, (u, m, c) in bounds.items() if u + m > c]

    def _holds(self, noc: str, gender: str, extra: str = "") -> tuple[int, list[int]]:
        """Return an NOC's places in a gender's relay, and in each individual event, with one extra place."""
        own = {e: self.places[e][noc] + (e == extra) for e, of in self.events.items() if of["gender"] == gender}
        return own.pop(self.relay.get(gender, ""), 0), list(own.values())

    def _need(self, noc: str, gender: str, extra: str = "") -> int:
        """Return the athletes an NOC needs in a gender for its start places and one extra place."""
        relay, numbers = self._holds(noc, gender, extra)
        if not relay or gender == "mixed":
            return max(numbers, default=0)
        bonus = self.quota.get("bonus-from", LAST) if self.readings["fifth-in-walk"] == "yes" else LAST
        return int(self.quota["relay-athletes"]) + (sum(numbers) >= bonus)

    def _grant(self, claim: Table) -> None:
        noc, gender, event = claim["noc"], claim["gender"], claim.get("event")
        if event in self.kept and noc == self.host:
            self.kept.remove(event)
        elif event:
            self.used[gender] += self._need(noc, gender, event) - self._need(noc, gender)
            self.places[event][noc] += 1
            self.taken[event] += 1
        else:
            self.athletes[gender][noc] += 1
            self.used[gender] += 1
            self.teams += "for" in claim


if __name__ == "__main__":
    try:
        problems = check(text_of(Path(sys.argv[1])), Path(sys.argv[2]))
    except (IndexError, OSError, ValueError) as error:
        print(f"bad input: {error}", file=sys.stderr)
        sys.exit(2)
    print("\n".join(problems[:20]) or "accepted")
    sys.exit(bool(problems))
