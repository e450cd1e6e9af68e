"""The part of the checker of certificates for rules whose places go down ranked lists; `checker.py` uses it.

Like that file it needs the standard library and no more; to copy them, put all `checker*.py` into one folder.
The rule file is taken as it is, a table of tables. An accepted certificate proves: under its readings,

1. its lists are those of standings.csv, or those that results.csv gives by [results] and [[rankings]];
2. gone down these lists by the pathways, in their order, each claim is decided as it says, for a fact that is true when
   its turn comes, and there are no others;
3. no tie leaves a choice: all who share a rank have what each of them could have, or nobody's place depends on it (the
   order of tied entries of a reserve list is that of the file, and they are marked);
4. places, entries, reserve lists, places taken back, quota places and totals are what these decisions come to.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING or __package__:
    from .checker_rankings import LAST, ByEvent, ListEntry, Toml, lists_of, readings_of
else:
    from checker_rankings import LAST, ByEvent, ListEntry, Toml, lists_of, readings_of

GENDERS = ("men", "women")
LABELS = {"scenario", "engine"}  # the parts of a certificate that are not compared
APART = ("reallocation",)  # a certificate is of the allocation before any decline


class Answered(NamedTuple):
    """What is asked for, whether it is granted, and every fact that is true of it."""

    about: Toml
    granted: bool
    facts: Sequence[Toml]


class TieError(Exception):
    """A tie leaves a choice."""


def problems(
    document: Toml,
    rules: Toml,
    scenario: Toml,
    rows: Sequence[Toml],
    expected: Toml,
    canonical: Callable[..., str],
) -> list[str]:
    """Return why a certificate is rejected.

    `rows` are of results.csv, if the digest of that file is expected, or else of standings.csv.
    """
    readings = readings_of(rules, document["readings"])
    walk = _Walk(rules, scenario, lists_of(rules, rows, of_results="results" in expected["digests"]))
    found, said = list[str](), iter(document["claims"])
    try:
        for pathway in rules["pathways"]:
            if pathway["kind"] == "reduce-to-total" and readings.get("reduction") == "none":
                continue
            for claim in walk.claims(pathway):
                verdict = {"pathway": pathway["id"], **claim.about, "granted": claim.granted}
                right = [canonical({**verdict, "fact": fact}) for fact in claim.facts]
                if (answer := canonical(next(said, None))) not in right:
                    found.append(f"instead of the claim {answer:.300} there must be {' or '.join(right)}")
    except TieError as tie:
        return [*found, str(tie)]
    found += ["there are more claims than the rules give"] if next(said, walk) is not walk else []
    expected = walk.result() | expected | {"readings": readings, "claims": document["claims"], "unique": True}
    for key in sorted((expected.keys() | document.keys()) - LABELS):
        if key not in document or key not in expected or canonical(document[key]) != canonical(expected[key]):
            found.append(f"{key} must be {canonical(expected.get(key, 'absent')):.300}")
    return found


class _Walk:
    """The claims one after the other, and what was granted so far."""

    def __init__(self, rules: Toml, scenario: Toml, lists: ByEvent) -> None:
        self.rules, self.lists = rules, lists
        self.host: str = scenario.get("host") or ""
        self.events = {event["id"]: event for event in rules["events"]}
        aliases = scenario.get("aliases", ())
        self.lower: dict[str, int] = {noc: a.get("per-event", LAST) for a in aliases for noc in a["federations"]}
        self.places = {event: Counter[str]() for event in self.events}  # start places by NOC
        self.entries: dict[str, list[tuple[ListEntry, str]]] = {}  # who has them, with the pathway, in order
        self.reserve: dict[str, list[tuple[ListEntry, bool]]] = {}  # with whether a tie leaves its order open
        self.taken: dict[str, list[tuple[ListEntry, str]]] = {}
        self.perhaps: dict[str, set[str]] = {}  # of whom a tie leaves open whether they are on the reserve list
        self.athletes = {gender: dict[str, int]() for gender in GENDERS}  # quota places by NOC

    def result(self) -> Toml:
        """Return all that follows from the claims."""
        line = {
            event: [{"noc": one.noc, "athlete": one.athlete, "tied": tied} for one, tied in own]
            for event, own in self.reserve.items()
            if own
        }
        entries, gone = (
            {
                event: [{"noc": one.noc, "athlete": one.athlete, "pathway": by} for one, by in own]
                for event, own in placed.items()
                if own
            }
            for placed in (self.entries, self.taken)
        )
        lists: dict[str, dict[str, list[list[Any]]]] = {}
        for (event, name), ranked in self.lists.items():
            lists.setdefault(event, {})[name] = [[one.rank, one.noc, one.athlete] for one in ranked]
        ties = [[*key, o.rank, o.noc, o.athlete] for key, ranked in self.lists.items() for o in ranked if o.tied]
        places = {event: {noc: n for noc, n in sorted(of.items()) if n} for event, of in self.places.items()}
        totals = {gender: sum(self.athletes[gender].values()) for gender in GENDERS}
        found: Toml = {
            "host": self.host or None,
            "lists": lists,
            "ties": ties,
            "places": places,
            "athletes": self.athletes,
        }
        totals["total"] = sum(totals.values())
        return found | {"entries": entries, "reserve": line, "taken_back": gone, "totals": totals}

    def claims(self, pathway: Toml) -> Iterator[Answered]:
        """Yield the claims of a pathway, and grant those that are to be."""
        match pathway["kind"]:
            case "ranking-places":
                for event, places in pathway["places"].items():
                    yield from self._down_a_list(pathway, event, places)
            case "reserve-list":
                for event, length in pathway["lengths"].items():
                    yield from self._reserve_list(pathway, event, length)
            case "host-places":
                for event in pathway["events"] if self.host else ():
                    yield from self._host(pathway, event)
            case "noc-quota":
                for gender in GENDERS:
                    yield from self._quota(pathway, gender)
            case "reduce-to-total":
                yield from self._reduce(pathway)
            case "sum-of-best":
                for event, places in pathway["places"].items():
                    yield from self._sums(pathway, event, places)
            case "fill-by-rank":
                for event, places in pathway["places"].items():
                    yield from self._fill(pathway, event, places)
            case "rank-tiers":
                for event in pathway["events"]:
                    yield from self._rank_tiers(pathway, event)
            case "kth-entry-tiers":
                for event in pathway["events"]:
                    yield from self._kth_entries(pathway, event)
            case kind if kind not in APART:
                raise ValueError(f"pathways of kind {kind} are not supported")

    def _claim(self, event: str, noc: str, entry: int | None, granted: bool, *facts: Toml) -> Answered:
        gender = self.events[event]["gender"]
        about = {"event": event, "noc": noc, "gender": None if gender == "mixed" else gender, "entry": entry}
        return Answered(about, granted, facts)

    def _cap(self, event: str, noc: str) -> int:
        return min(int(self.events[event].get("per-noc", 1)), self.lower.get(noc, LAST))

    def _room(self, event: str, noc: str) -> int:
        return self._cap(event, noc) - self.places[event][noc]

    def _groups(self, event: str, ranking: str) -> list[list[ListEntry]]:
        """The entries of a list, those that share a rank together."""
        return [list(group) for _, group in groupby(self.lists[event, ranking], key=lambda one: one.rank)]

    def _nocs(self, event: str, ranking: str) -> list[tuple[int, str, list[ListEntry]]]:
        """The NOCs of a list by the rank of their first entry, and then by code, with their entries."""
        found: dict[str, list[ListEntry]] = {}
        for entry in self.lists[event, ranking]:
            found.setdefault(entry.noc, []).append(entry)
        return sorted((entries[0].rank, noc, entries) for noc, entries in found.items())

    def _down_a_list(self, pathway: Toml, event: str, places: int) -> Iterator[Answered]:
        given, by = 0, {one.athlete: name for one, name in self.entries.get(event, ())}
        for group in self._groups(event, pathway["ranking"]):
            able = [e for e in group if e.athlete not in by and self._room(event, e.noc) > 0] if given < places else []
            crowded = any(n > self._room(event, noc) for noc, n in Counter(e.noc for e in able).items())
            if len(group) > 1 and (len(able) > places - given or crowded):
                raise TieError(
                    f"there is no room for all who share rank {group[0].rank} of {pathway['ranking']} of {event}"
                )
            for one in group:
                base = {"rank": one.rank, "ranking": pathway["ranking"], "athlete": one.athlete}
                if one in able:
                    given += 1
                    self.places[event][one.noc] += 1
                    self.entries.setdefault(event, []).append((one, pathway["id"]))
                    fact = {"kind": "listed", **base, "number": given, "places": places}
                    yield self._claim(event, one.noc, one.number, True, fact)
                    continue
                true = [{"kind": "listed-has-place", **base, "by": by[one.athlete]}] if one.athlete in by else []
                full = self._room(event, one.noc) <= 0
                true += [{"kind": "listed-noc-cap", **base, "cap": self._cap(event, one.noc)}] if full else []
                true += [{"kind": "listed-full", **base, "places": places}] if given >= places else []
                yield self._claim(event, one.noc, one.number, False, *true)

    def _reserve_list(self, pathway: Toml, event: str, length: int) -> Iterator[Answered]:
        ranking, line = pathway["ranking"][event], self.reserve.setdefault(event, [])
        had, counted = {one.athlete for one, _ in self.entries.get(event, ())}, Counter[str]()
        for group in self._groups(event, ranking):
            room = {one.noc: self._room(event, one.noc) - counted[one.noc] for one in group}
            able = [one for one in group if one.athlete not in had and room[one.noc] > 0]
            asking, left = Counter(one.noc for one in able), length - len(line)
            over = sum(min(number, room[noc]) for noc, number in asking.items()) > left
            if left > 0:
                torn = {one.athlete for one in able if over or asking[one.noc] > room[one.noc]}
                self.perhaps[event] = self.perhaps.get(event, set()) | torn
            for one in able:
                if len(line) < length and counted[one.noc] < self._room(event, one.noc):
                    counted[one.noc] += 1
                    line.append((one, one.tied))
                    fact = {"kind": "in-reserve", "rank": one.rank, "ranking": ranking, "athlete": one.athlete}
                    yield self._claim(event, one.noc, one.number, False, fact | {"number": len(line)})

    def _host(self, pathway: Toml, event: str) -> Iterator[Answered]:
        """The host's best entry takes the last place or one more, if it has none and may."""
        placed, line, replacing = (
            self.entries.get(event, []),
            self.reserve.get(event, []),
            pathway["mode"] == "replace-last",
        )
        if pathway["mode"] not in ("replace-last", "additional"):
            raise ValueError(f"host places of mode {pathway['mode']} are not known")
        on_list, asked = pathway.get("on-reserve-list", True), {one.athlete for one, _ in line}
        lines = [one["ranking"][event] for one in self.rules["pathways"] if one["kind"] == "reserve-list" and on_list]
        ranking = (lines or [name for own, name in self.lists if own == event])[0]
        own = [one for one in self.lists[event, ranking] if one.noc == self.host]
        perhaps = self.perhaps.get(event, set()) if on_list else set()
        able = [one for one in own if not on_list or one.athlete in asked]
        if self.places[event][self.host] or (replacing and not placed):
            return
        if (
            any(one.athlete in perhaps for one in able[:1] or own)
            or len({e.athlete for e in able if e.rank == able[0].rank}) > 1
        ):
            raise TieError(f"a tie leaves open who of the host may enter {event}")
        if not able:
            return
        facts = [{"kind": "host-added"}]
        if replacing:
            last, by = placed[-1]
            others = [one for one, name in placed[:-1] if name == by and one.rank == last.rank]
            if others and self._down_lists(by):
                raise TieError(f"a tie leaves open who has the last place of {event}, which the host takes")
            placed.pop()
            self.places[event][last.noc] -= 1
            self.reserve[event] = [
                (last, False),
                *((one, tied) for one, tied in line if one.athlete != able[0].athlete),
            ]
            facts = [{"kind": "host-replaces", "replaced_noc": last.noc}]
        elif event in self.reserve:
            self.reserve[event] = [(one, tied) for one, tied in line if one.athlete != able[0].athlete]
        self.entries.setdefault(event, []).append((able[0], pathway["id"]))
        self.places[event][self.host] += 1
        yield self._claim(event, self.host, None, True, *facts)
        if replacing:
            yield self._claim(event, last.noc, None, False, {"kind": "host-replaced"})

    def _down_lists(self, name: str) -> bool:
        """Whether a pathway hands out places down a list, in which a rank may be shared."""
        return any(one["id"] == name and one["kind"] == "ranking-places" for one in self.rules["pathways"])

    def _numbers(self, pathway: Toml, gender: str) -> dict[str, tuple[int, int]]:
        """NOC -> (quota places, individual start places) in a gender."""
        own = [event for event in self.events.values() if event["gender"] == gender]
        single = [event for event in own if event["kind"] == "individual"]
        relays = [event["id"] for event in own if event["kind"] == "relay"]
        sums = Counter[str]()
        for event in single:
            sums.update(self.places[event["id"]])
        found: dict[str, tuple[int, int]] = {}
        for noc in sorted(noc for noc, number in sums.items() if number):
            for cap in pathway["caps"]:
                need = cap.get("each-event")
                if need not in (None, "a-place", "the-maximum"):
                    raise ValueError(f"caps with each-event {need} are not known")
                by = cap.get("by") or [one["id"] for one in self.rules["pathways"]]
                has = {e["id"]: sum(o.noc == noc and p in by for o, p in self.entries.get(e["id"], ())) for e in single}
                least = {e["id"]: {None: 0, "a-place": 1}.get(need, e.get("per-noc", 1)) for e in single}
                team = not cap.get("team", False) or any(self.places[relay][noc] for relay in relays)
                if team and all(has[event] >= number for event, number in least.items()):
                    found[noc] = (min(sums[noc], cap["athletes"]), sums[noc])
                    break
        return found

    def _quota(self, pathway: Toml, gender: str) -> Iterator[Answered]:
        for noc, (number, individual) in self._numbers(pathway, gender).items():
            self.athletes[gender][noc] = number
            kind = "quota-sum" if number == individual else "quota-capped"
            about = {"event": None, "noc": noc, "gender": gender, "entry": None}
            yield Answered(about, True, [{"kind": kind, "athletes": number, "individual": individual}])

    def _reduce(self, pathway: Toml) -> Iterator[Answered]:
        """The last place of the next event of the cycle goes, while its gender has too many quota places."""
        [quotas] = [one for one in self.rules["pathways"] if one["kind"] == "noc-quota"]
        caps, moved = self.rules["total"], True
        while moved:
            moved = False
            for event in pathway["cycle"]:
                gender, placed = self.events[event]["gender"], self.entries.get(event)
                if not placed or sum(self.athletes[gender].values()) <= caps[gender]:
                    continue
                moved = True
                last = placed.pop()
                if any((o.rank, by) == (last[0].rank, last[1]) for o, by in (*placed, *self.taken.get(event, ()))):
                    raise TieError(f"nothing says whose place at rank {last[0].rank} of {event} is taken back first")
                self.taken.setdefault(event, []).append(last)
                self.places[event][last[0].noc] -= 1
                self.athletes[gender] = {noc: number for noc, (number, _) in self._numbers(quotas, gender).items()}
                yield self._claim(event, last[0].noc, None, False, {"kind": "taken-back", "cap": caps[gender]})

    def _sums(self, pathway: Toml, event: str, places: int) -> Iterator[Answered]:
        """Of places that are too many, further ones go before only ones, and of either those of the highest sums."""
        best, worth = pathway.get("best", 2), {one["division"]: one for one in pathway.get("worth", ())}
        read: list[tuple[int, str, int, int, bool]] = []
        for _, noc, entries in self._nocs(event, pathway["ranking"]):
            values = []
            for one in entries:
                bound = worth.get(one.division or "")
                fixed = bound is not None and bound.get("fixed", False)
                values.append(bound["most"] if bound and fixed else min(one.best, bound["most"] if bound else LAST))
            few, first, total = len(values) < best, min(one.best for one in entries), sum(sorted(values)[:best])
            tiers = pathway.get("single", ()) if few else pathway["sums"]
            wanted = next((tier["places"] for tier in tiers if (first if few else total) <= tier["at-most"]), 1)
            read.append((total, noc, wanted, first, few))
        has = {noc: wanted for _, noc, wanted, _, _ in read if wanted > 1}
        excess = sum(has.values()) - places
        for least in (1, 0):
            for total in sorted({total for total, noc, *_ in read if noc in has}, reverse=True):
                losing = [noc for own, noc, *_ in read if own == total and noc in has]
                able = sum(has[noc] - least for noc in losing)
                if 0 < excess < able and len(losing) > 1:
                    raise TieError(
                        f"{', '.join(sorted(losing))} have the sum {total} in {event}, and not all of them lose"
                    )
                for noc in losing if excess > 0 else ():
                    has[noc] -= min(excess, able) if len(losing) == 1 else has[noc] - least
                excess -= max(0, min(excess, able))
        for total, noc, wanted, first, few in sorted(read):
            number = has.get(noc, 1)
            kind = "best-cut" if number < wanted else "best-single" if few else "best-sum"
            kind = ("single-none" if few else "best-none") if noc not in has else kind
            fact = {"kind": kind, "sum": total, "best": best, "rank": first, "places": places}
            self.places[event][noc] += has.get(noc, 0)
            yield self._claim(event, noc, None, has.get(noc, 0) > 0, fact | {"number": number, "wanted": wanted})

    def _fill(self, pathway: Toml, event: str, places: int) -> Iterator[Answered]:
        asking = [(rank, noc) for rank, noc, _ in self._nocs(event, pathway["ranking"]) if not self.places[event][noc]]
        for rank, group in groupby(asking, key=lambda one: one[0]):
            nocs = [noc for _, noc in group]
            if 0 < (left := places - self.places[event].total()) < len(nocs):
                raise TieError(f"{', '.join(nocs)} share rank {rank} of {event}, and {left} can have a place")
            for noc in nocs:
                fact = {"kind": "next-noc" if left > 0 else "next-full", "rank": rank, "ranking": pathway["ranking"]}
                self.places[event][noc] += left > 0
                number = {"number": self.places[event].total()} if left > 0 else {}
                yield self._claim(event, noc, None, left > 0, fact | {"places": places} | number)

    def _rank_tiers(self, pathway: Toml, event: str) -> Iterator[Answered]:
        nocs = self._nocs(event, pathway["ranking"])
        behind = {"at-most": pathway["tiers"][-1]["at-most"], "places": 0}
        reached = [next((t for t in pathway["tiers"] if n <= t["at-most"]), behind) for n in range(1, len(nocs) + 1)]
        for rank, noc, _ in nocs:
            sharing = [number for number, (own, *_) in enumerate(nocs) if own == rank]
            if reached[sharing[0]] != reached[sharing[-1]]:
                raise TieError(f"NOCs share rank {rank} of {event}, and a tier ends among them")
            tier = reached[sharing[0]]
            self.places[event][noc] += tier["places"]
            fact = {"kind": "rank-tier" if tier["places"] else "rank-none", "rank": sharing[0] + 1}
            fact |= {"ranking": pathway["ranking"], "at_most": tier["at-most"], "number": tier["places"]}
            yield self._claim(event, noc, None, tier["places"] > 0, fact)

    def _kth_entries(self, pathway: Toml, event: str) -> Iterator[Answered]:
        nocs, ranking = self._nocs(event, pathway["ranking"]), pathway["ranking"]
        for tier in pathway["tiers"]:
            k, most = tier["entry"], tier["nocs"]
            waiting = [(es[k - 1].rank, noc) for _, noc, es in nocs if len(es) >= k and not self.places[event][noc]]
            waiting.sort()
            if len(waiting) > most and waiting[most - 1][0] == waiting[most][0]:
                raise TieError(
                    f"NOCs share rank {waiting[most][0]} of {event} with their entry number {k}, and not all fit"
                )
            for number, (rank, noc) in enumerate(waiting[:most], 1):
                self.places[event][noc] = k
                fact = {
                    "kind": "kth-entry",
                    "rank": rank,
                    "ranking": ranking,
                    "entry": k,
                    "number": number,
                    "nocs": most,
                }
                yield self._claim(event, noc, None, True, fact)
        for noc in sorted(noc for _, noc, _ in nocs if not self.places[event][noc]):
            yield self._claim(event, noc, None, False, {"kind": "kth-none", "ranking": ranking})
