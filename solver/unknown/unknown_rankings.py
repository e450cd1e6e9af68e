"""Unknown standings as decision variables: who is in an event's ranking, and where.

A completion gives every claim (NOC, k) a presence and a position. Positions of an NOC's qualifiers ascend, no two
claims share one, rows of the standings file and known facts hold. Ranks that no claim holds belong to `OTHER`, NOCs
that the scenario does not name; because a published table lists every NOC with a place, OTHER never holds one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.facts import Fact
from quotaproof.model.standings.rankings import Claim, Entry, Ranking, Standings
from quotaproof.solver import cp_model

OTHER = "OTHER"


@dataclass
class EventRanking:
    """The variables of one event's ranking.

    Attributes
    ----------
    most
        The last rank a position can have.
    length
        The number of ranks, if the standings file gives the ranking in full length.
    declined_ranks
        Ranks whose entry was declined (known facts).
    declined
        Entries that declines on record name.
    declined_claims
        Those, and all behind them of the same NOC, which gave these back too.
    unknown_declines
        Number of declines on record whose NOC is unknown.
    takers
        NOC -> how many declined places it is on record to have taken.
    """

    event: Event
    most: int
    length: int | None
    declined_ranks: tuple[int, ...]
    declined: frozenset[Claim] = frozenset()
    declined_claims: frozenset[Claim] = frozenset()
    unknown_declines: int = 0
    takers: Mapping[str, int] = field(default_factory=dict)
    present: dict[Claim, cp_model.IntVar] = field(default_factory=dict)
    position: dict[Claim, cp_model.IntVar] = field(default_factory=dict)
    key: dict[str, cp_model.IntVar] = field(default_factory=dict)

    @property
    def on_record(self) -> bool:
        """Whether a decline in this event is on record."""
        return bool(self.declined or self.unknown_declines)

    @property
    def behind_all(self) -> int:
        """The key of an NOC that is not in the ranking."""
        return self.most + 1


class Completion:
    """Variables for the rankings of some events in a CP-SAT model."""

    def __init__(self, model: cp_model.CpModel, scenario: Scenario, nocs: tuple[str, ...]) -> None:
        self.model = model
        self.scenario = scenario
        self.nocs = nocs
        self.rankings: dict[str, EventRanking] = {}

    def add(self, identifier: str) -> EventRanking:
        """Add an event's ranking (once) and return it."""
        if identifier not in self.rankings:
            self.rankings[identifier] = self._new(self.scenario.rules.event(identifier))
        return self.rankings[identifier]

    def _new(self, event: Event) -> EventRanking:
        """The ranking of an event with what is known of it."""
        identifier = event.identifier
        known = self.scenario.standings.rankings.get(identifier)
        facts = [fact for fact in self.scenario.facts if fact.event == identifier]
        qualifiers = 1 if event.kind == "relay" else max(3, event.noc_cap)
        if known is not None:
            numbers = Counter(entry.noc for entry in known.entries if entry.noc is not None)
            qualifiers = max([qualifiers, *numbers.values()] + [entry.qualifier or 0 for entry in known.entries])
        # What is said of a later qualifier says that the NOC has that many.
        declines = [entry for entry in self.scenario.declined_entries if entry.event == identifier]
        said = [(fact.noc, fact.qualifier) for fact in facts] + [
            (entry.noc, entry.qualifier or 0) for entry in declines
        ]
        own: dict[str | None, int] = {}
        for noc, qualifier in said:
            own[noc] = max(own.get(noc, qualifiers), qualifier)
        claims = [(noc, k) for noc in self.nocs for k in range(1, own.get(noc, qualifiers) + 1)]
        # Facts pin ranks; behind the last of them nothing but the order matters, so there is room for all claims.
        pinned = max([fact.value for fact in facts if fact.kind.endswith("rank")], default=0)
        # An unknown decliner may be an NOC that is not named.
        unnamed = sum(entry.noc is None for entry in declines)
        most = len(known.entries) if known is not None else pinned + len(claims) + unnamed
        ranking = EventRanking(
            event,
            most,
            len(known.entries) if known is not None else None,
            tuple(sorted(fact.value for fact in facts if fact.kind == "declined-rank")),
            **self._record(identifier, claims),
        )
        self._positions(ranking, claims)
        if known is not None:
            self._rows(ranking, known)
        for fact in facts:
            self._fact(ranking, fact)
        return ranking

    def _record(self, identifier: str, claims: Sequence[Claim]) -> dict[str, Any]:
        """What declines on record say of an event."""
        entries = [entry for entry in self.scenario.declined_entries if entry.event == identifier]
        named = frozenset((d.noc, d.qualifier) for d in entries if d.noc is not None and d.qualifier is not None)
        return {
            "declined": named,
            "declined_claims": frozenset(c for c in claims if any(c[0] == n and c[1] >= k for n, k in named)) | named,
            "unknown_declines": sum(entry.noc is None for entry in entries),
            "takers": Counter(entry.taken_by for entry in entries if entry.taken_by is not None),
        }

    def standings(self, solver: cp_model.CpSolver) -> Standings:
        """Return the completion that the solver found; events without variables keep their rankings."""
        rankings = dict(self.scenario.standings.rankings)
        for identifier, ranking in self.rankings.items():
            held = {
                int(solver.value(ranking.position[claim])): claim
                for claim in ranking.position
                if solver.value(ranking.present[claim])
            }
            last = ranking.length or max([*held, *ranking.declined_ranks], default=0)
            entries = tuple(Entry(*held[rank]) if rank in held else Entry(None, None) for rank in range(1, last + 1))
            rankings[identifier] = Ranking(entries)
        return Standings(rankings)

    def _positions(self, ranking: EventRanking, claims: list[Claim]) -> None:
        intervals = []
        for claim in claims:
            noc, k = claim
            name = f"{ranking.event.identifier} {noc} {k}"
            present = ranking.present[claim] = self.model.new_bool_var(f"in {name}")
            position = ranking.position[claim] = self.model.new_int_var(1, ranking.most + len(claims), f"rank {name}")
            self.model.add(position <= ranking.most).only_enforce_if(present)
            intervals.append(self.model.new_optional_fixed_size_interval_var(position, 1, present, name))
            if k > 1:
                before = (noc, k - 1)
                self.model.add_implication(present, ranking.present[before])
                self.model.add(ranking.position[before] < position).only_enforce_if(present)
        self.model.add_no_overlap(intervals)
        for noc in self.nocs:
            key = ranking.key[noc] = self.model.new_int_var(1, ranking.behind_all, "")
            first = (noc, 1)
            self.model.add(key == ranking.position[first]).only_enforce_if(ranking.present[first])
            self.model.add(key == ranking.behind_all).only_enforce_if(~ranking.present[first])

    def _rows(self, ranking: EventRanking, known: Ranking) -> None:
        """Named rows pin a claim; one that is not named can only be in a `?` row that fits its NOC and qualifier.

        The order of tied rows is open, so whatever is said of one of them holds somewhere among their ranks.
        """
        tied = {rank: group for group in known.tied for rank in group}
        free: dict[Entry, list[int]] = {}
        pinned: set[Claim] = set()
        for rank, entry in enumerate(known.entries, 1):
            ranks = tied.get(rank, (rank,))
            if entry.noc is None or entry.qualifier is None:
                free.setdefault(Entry(entry.noc, entry.qualifier), []).extend(ranks)
                continue
            claim = (entry.noc, entry.qualifier)
            pinned.add(claim)
            self.model.add(ranking.present[claim] == 1)
            self.model.add(ranking.position[claim] >= ranks[0])
            self.model.add(ranking.position[claim] <= ranks[-1])
        for claim, present in ranking.present.items():
            if claim not in pinned:
                noc, k = claim
                fits = (Entry(None, None), Entry(None, k), Entry(noc, None))
                domain = cp_model.Domain.from_values([rank for entry in fits for rank in free.get(entry, [])])
                self.model.add_linear_expression_in_domain(ranking.position[claim], domain).only_enforce_if(present)
        for entry, ranks_of_noc in free.items():
            if entry.noc is not None:
                open_claims = [claim for claim in ranking.present if claim[0] == entry.noc and claim not in pinned]
                self._held_by(ranking, open_claims, Counter(ranks_of_noc), tied)

    def _held_by(
        self,
        ranking: EventRanking,
        claims: list[Claim],
        ranks: Counter[int],
        tied: dict[int, tuple[int, ...]],
    ) -> None:
        """Rows that name an NOC and not its qualifier: one of its claims is at each."""
        for group in sorted({tied.get(rank, (rank,)) for rank in ranks}):
            inside = []
            for claim in claims:
                literal = self.model.new_bool_var("")
                self.model.add_implication(literal, ranking.present[claim])
                domain = cp_model.Domain.from_values(list(group))
                self.model.add_linear_expression_in_domain(ranking.position[claim], domain).only_enforce_if(literal)
                inside.append(literal)
            # Each of its rows in a tie has put every rank of the tie on the list.
            self.model.add(sum(inside) >= ranks[group[0]])

    def under_fact(self, fact: Fact) -> tuple[cp_model.IntVar, ...]:
        """Return the literals under which a fact holds; none, as here: it always does.

        Who asks what follows from which facts assumes each by a literal of its own.
        """
        del fact
        return ()

    def _fact(self, ranking: EventRanking, fact: Fact) -> None:
        """Facts on the ranking alone; those on places are the business of the rules."""
        claim, under = (fact.noc or "", fact.qualifier), self.under_fact(fact)
        match fact.kind:
            case "rank" | "declined-rank" | "came-in-rank" if fact.noc is not None:
                self.model.add(ranking.present[claim] == 1).only_enforce_if(*under)
                self.model.add(ranking.position[claim] == fact.value).only_enforce_if(*under)
            case "ranked":
                self.model.add(ranking.present[claim] == fact.value).only_enforce_if(*under)
            case "ahead-of":
                self.model.add(ranking.present[claim] == 1).only_enforce_if(*under)
                self.model.add(ranking.key[claim[0]] < ranking.key[str(fact.other)]).only_enforce_if(*under)
