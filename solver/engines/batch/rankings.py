"""Many standings under the same rules as one array, batch x event x rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import InputError
from quotaproof.model.same_values import WithArrays
from quotaproof.model.scenario import Scenario
from quotaproof.model.standings.rankings import Standings

from .program import Program, compose, require_room_for_host

Numbers = npt.NDArray[np.int16]
Flags = npt.NDArray[np.uint8]

MOST_NOCS = np.iinfo(np.int16).max


@dataclass(frozen=True, eq=False)
class Batch(WithArrays):
    """Standings that share rules, readings and host.

    Attributes
    ----------
    nocs
        Sorted; an NOC's number is its place here.
    entries
        (B, E, R) the NOC at each rank, best first; -1 behind the end of a ranking. An NOC's k-th entry is its
        qualifier k.
    guaranteed
        (B, E), or (1, E) for all alike: whether the host has a place in an event in any case.
    abstains
        (B, N), or (1, N) for all alike: NOCs that will not enter a mixed relay.
    """

    program: Program
    host: str | None
    nocs: tuple[str, ...]
    entries: Numbers
    guaranteed: Flags
    abstains: Flags
    template: Scenario = field(repr=False)

    def __post_init__(self) -> None:
        wanted = (len(self.program.rules.events),)
        if self.entries.dtype != np.int16 or self.entries.ndim != 3 or self.entries.shape[1:2] != wanted:
            raise InputError(
                f"the rankings must be an int16 array of shape (batch, {wanted[0]} events, ranks), "
                f"not {self.entries.dtype} of shape {self.entries.shape}"
            )
        if self.entries.size and not (self.entries.min() >= -1 and self.entries.max() < len(self.nocs)):
            raise InputError(f"the rankings hold a number that is no NOC; they go from -1 to {len(self.nocs) - 1}")

    def __len__(self) -> int:
        return int(self.entries.shape[0])

    @cached_property
    def noc_cap(self) -> npt.NDArray[np.int64]:
        """(E, N) the most start places each NOC may have in each event."""
        events = self.program.rules.events
        caps = [[self.template.noc_cap(event, noc) for noc in self.nocs] for event in events]
        return np.array(caps, dtype=np.int64).reshape(len(events), len(self.nocs))

    @property
    def host_number(self) -> int:
        """The host's number, or -1."""
        return self.nocs.index(self.host) if self.host is not None else -1

    @classmethod
    def of(cls, scenarios: Sequence[Scenario]) -> Batch:
        """Return a batch of the standings of scenarios that have everything else in common.

        Raises
        ------
        IncompleteError
            If the standings of one are not complete.
        InputError
            If there is no scenario, if rules, readings or host differ, or if a tie in the standings is not settled
            (its orders are the business of the engines greedy and cp-sat).
        """
        if not scenarios:
            raise InputError("a batch needs at least one scenario")
        first = scenarios[0]
        for scenario in scenarios:
            scenario.require_complete()
            for name in ("rules", "readings", "host", "aliases", "waived", "abstains"):
                if getattr(scenario, name) != getattr(first, name):
                    raise InputError(f"the scenarios of a batch must have the same {name}")
            if scenario.standings.tied_groups():
                event, ranks = scenario.standings.tied_groups()[0]
                raise InputError(
                    f"ranks {ranks[0]} to {ranks[-1]} of {event} are tied in {scenario.identifier}, and a batch takes "
                    "settled standings only; use greedy or cp-sat"
                )
        nocs = sorted({noc for scenario in scenarios for noc in scenario.standings.nocs} | named(first))
        events = [event.identifier for event in first.rules.events]
        rankings = [[scenario.standings.rankings[event].entries for event in events] for scenario in scenarios]
        return cls.from_rankings(
            first, [[[entry.noc for entry in entries] for entries in own] for own in rankings], tuple(nocs)
        )

    @classmethod
    def from_rankings(
        cls, template: Scenario, rankings: Sequence[Sequence[Sequence[str | None]]], nocs: tuple[str, ...]
    ) -> Batch:
        """Return a batch from NOCs in lists, batch x event x rank, with all else as in `template`."""
        number: dict[str | None, int] = {noc: n for n, noc in enumerate(nocs)}
        longest = max((len(entries) for own in rankings for entries in own), default=0)
        array = np.full((len(rankings), len(template.rules.events), longest), -1, dtype=np.int16)
        for own, rows in zip(array, rankings, strict=True):
            for row, entries in zip(own, rows, strict=True):
                row[: len(entries)] = [number[noc] for noc in entries]
        return cls.from_array(template, array, nocs)

    @classmethod
    def from_array(cls, template: Scenario, entries: Numbers, nocs: tuple[str, ...]) -> Batch:
        """Return a batch from an array (B, E, R) of places in `nocs`, with all else as in `template`.

        Raises
        ------
        InputError
            If there are too many NOCs, they are not sorted, the host is not among them, or the array does not fit.
        """
        if len(nocs) > MOST_NOCS or list(nocs) != sorted(set(nocs)):
            raise InputError(f"the NOCs of a batch must be sorted, each once, and at most {MOST_NOCS:,}")
        if template.host is not None and template.host not in nocs:
            raise InputError(f"the host {template.host} is not among the NOCs of the batch")
        rules = template.rules
        guaranteed = [template.is_host_event(event.identifier) for event in rules.events]
        abstains = [any((event.identifier, noc) in template.abstains for event in rules.events) for noc in nocs]
        return cls(
            program=compose(rules, template.readings),
            host=template.host,
            nocs=nocs,
            entries=np.ascontiguousarray(entries),
            guaranteed=np.array([guaranteed], dtype=np.uint8),
            abstains=np.array([abstains], dtype=np.uint8),
            template=template,
        )

    def require_room_for_host(self) -> None:
        """Raise InputError unless the host's guaranteed places fit the caps."""
        if self.host is not None:
            # A host that has given guaranteed places back needs less, so the largest guarantee decides.
            require_room_for_host(self.program, self.guaranteed.max(axis=0))

    def with_entries(self, entries: Numbers) -> Batch:
        """Return the batch with other rankings."""
        return replace(self, entries=np.ascontiguousarray(entries))

    def take(self, elements: npt.NDArray[np.intp]) -> Batch:
        """Return some elements as a batch."""
        return replace(
            self,
            entries=self.entries[elements],
            guaranteed=self.guaranteed if len(self.guaranteed) == 1 else self.guaranteed[elements],
            abstains=self.abstains if len(self.abstains) == 1 else self.abstains[elements],
        )

    def scenario(self, number: int, identifier: str | None = None) -> Scenario:
        """Return one element of the batch as a scenario."""
        orders: dict[str, list[tuple[str, int]]] = {}
        for event, row in zip(self.program.rules.events, self.entries[number], strict=True):
            seen: dict[str, int] = {}
            orders[event.identifier] = []
            for noc in (self.nocs[n] for n in row if n >= 0):
                seen[noc] = seen.get(noc, 0) + 1
                orders[event.identifier].append((noc, seen[noc]))
        name = identifier or f"{self.template.identifier}-{number}"
        return replace(self.template, identifier=name, standings=Standings.of(orders))


def closed_up(entries: Numbers, gone: npt.NDArray[np.bool_]) -> Numbers:
    """Return rankings without some entries; those behind move up."""
    order = np.argsort(gone, axis=-1, kind="stable")
    return np.take_along_axis(np.where(gone, np.int16(-1), entries), order, axis=-1)


def named(scenario: Scenario) -> set[str]:
    """Return the NOCs that matter beside the standings: the host, and those that abstain."""
    return {noc for _, noc in scenario.abstains} | ({scenario.host} if scenario.host is not None else set())
