"""Drawn standings: invented rankings around what is known, for sweeps over many seasons that might have been.

An event whose ranking is known in full is drawn in one of two ways. `noise`: every entry's rank is moved by a normal
error with a standard deviation of so many ranks, and the entries are sorted again; an NOC's entries are numbered anew
in their new order. `uniform`: the same entries in any order, each order as likely as the next.

An event whose ranking is not known in full is drawn uniformly from the rankings that fit: every NOC that the scenario
names, with as many entries as it may have start places; published ranks, and known facts `rank`, `ranked`, `ahead-of`
and `qualified`, hold (drawings that break one are thrown away and drawn again). `declined-rank` and `came-in-rank` say
nothing of who is where, and are not used. How strong an NOC is, and points, are not modelled.

Drawings come in blocks, each with its own random stream from the seed and the block's number, so that a drawing depends
on seed and number alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import InputError
from quotaproof.model.facts import Fact
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.batch import Batch, allocate_batch
from quotaproof.solver.engines.batch.rankings import Numbers

from .plan import Draw

BLOCK = 1024
"""Drawings in a block."""

MOST_ROUNDS = 2000
"""Blocks drawn to fill one before the facts are called too narrow."""

SCALE = 1 << 32
"""Ranks are moved by whole multiples of 1 / SCALE, so that two entries practically never come out equal."""


@dataclass(frozen=True)
class _Source:
    """One event: its entries, and those that are fixed.

    Attributes
    ----------
    loose
        The entries that are drawn, best first where their order is known.
    free, fixed
        The places (from 0) they are put in, and place -> NOC of all others.
    """

    loose: Numbers
    free: npt.NDArray[np.intp]
    fixed: dict[int, int]
    known: bool


@dataclass(frozen=True)
class Sampler:
    """Draws standings of a scenario.

    Attributes
    ----------
    nocs
        Sorted; drawings name NOCs by their place here.
    blocks
        The block drawn last, by its number.
    """

    scenario: Scenario
    nocs: tuple[str, ...]
    draw: Draw
    noise: float
    seed: int
    blocks: dict[int, Numbers] = field(default_factory=dict, compare=False, repr=False)

    def block(self, number: int) -> Numbers:
        """Return a block of drawings as an array (BLOCK, E, R), -1 behind the end of a ranking.

        Raises
        ------
        InputError
            If practically no ranking fits the facts.
        """
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number,)))
        sources = self.sources()
        found: list[Numbers] = []
        missing = BLOCK
        for _ in range(MOST_ROUNDS):
            drawn = self._drawn(rng, sources)
            if self._facts() or self._named():
                drawn = drawn[self._fits(drawn)]
            found.append(drawn[:missing])
            missing -= len(found[-1])
            if not missing:
                return np.concatenate(found)
        raise InputError(
            f"hardly any ranking fits the known facts: {BLOCK - missing} of {BLOCK * MOST_ROUNDS:,} drawings did; "
            "leave facts out to draw from more"
        )

    def rows(self, samples: npt.NDArray[np.intp]) -> Numbers:
        """Return some drawings, in ascending order of their numbers, as an array (B, E, R)."""
        found: list[Numbers] = []
        for number in np.unique(samples // BLOCK):
            if int(number) not in self.blocks:
                self.blocks.clear()
                self.blocks[int(number)] = self.block(int(number))
            found.append(self.blocks[int(number)][samples[samples // BLOCK == number] % BLOCK])
        return np.concatenate(found)

    def sources(self) -> list[_Source]:
        """Return what is drawn from, event by event."""
        return [self._source(event.identifier, event.noc_cap) for event in self.scenario.rules.events]

    def _source(self, event: str, noc_cap: int) -> _Source:
        number = {noc: n for n, noc in enumerate(self.nocs)}
        ranking = self.scenario.standings.rankings.get(event)
        if ranking is not None and ranking.complete:
            loose = np.array([number[str(entry.noc)] for entry in ranking.entries], dtype=np.int16)
            return _Source(loose, np.arange(len(loose)), {}, known=True)
        out = {(f.noc, f.qualifier) for f in self._facts() if f.event == event and f.kind == "ranked" and not f.value}
        fixed: dict[int, int] = {}
        for place, entry in enumerate(ranking.entries if ranking else ()):
            if entry.noc is not None:
                fixed[place] = number[entry.noc]
        for fact in self._facts():
            if fact.event == event and fact.kind == "rank" and fact.noc is not None:
                fixed.setdefault(fact.value - 1, number[fact.noc])
        loose_: list[int] = []
        for noc, n in number.items():
            # Without its entry k an NOC has none behind it either.
            most = next((k - 1 for k in range(1, noc_cap + 1) if (noc, k) in out), noc_cap)
            loose_ += [n] * max(0, most - list(fixed.values()).count(n))
        length = len(ranking.entries) if ranking else max(len(loose_) + len(fixed), *(p + 1 for p in fixed), 0)
        free = [place for place in range(length) if place not in fixed]
        if len(loose_) < len(free):
            raise InputError(
                f"{event} has {len(free)} unknown ranks, and the NOCs of the scenario have only {len(loose_)} entries"
            )
        return _Source(np.array(loose_, dtype=np.int16), np.array(free, dtype=np.intp), fixed, known=False)

    def _drawn(self, rng: np.random.Generator, sources: Sequence[_Source]) -> Numbers:
        longest = max((len(source.free) + len(source.fixed) for source in sources), default=0)
        drawn = np.full((BLOCK, len(sources), longest), -1, dtype=np.int16)
        for event, source in enumerate(sources):
            size = len(source.loose)
            if source.known and self.draw == "noise":
                # Beyond a million ranks nothing changes, and the numbers stay within 64 bits.
                error = np.clip(rng.standard_normal((BLOCK, size)) * self.noise, -1e6, 1e6)
                moved = ((np.arange(size) + error) * SCALE).astype(np.int64) >> 16
            else:
                moved = rng.integers(0, 1 << 40, (BLOCK, size), dtype=np.int64)
            # The NOC travels in the low bits of what is sorted by.
            keys = (moved << 15) | source.loose
            keys.sort(axis=1)
            drawn[:, event, source.free] = (keys & 0x7FFF)[:, : len(source.free)]
            for place, noc in source.fixed.items():
                drawn[:, event, place] = noc
        return drawn

    def _facts(self) -> list[Fact]:
        """Facts on rankings that are not known in full."""
        missing = self.scenario.standings.incomplete_events(self.scenario.rules)
        return [f for f in self.scenario.facts if f.event in missing and f.noc is not None]

    def _fits(self, drawn: Numbers) -> npt.NDArray[np.bool_]:
        """Whether each drawing fits the facts, and the qualifiers that the standings name."""
        number = {noc: n for n, noc in enumerate(self.nocs)}
        events = {event.identifier: n for n, event in enumerate(self.scenario.rules.events)}
        fits = np.ones(len(drawn), dtype=np.bool_)
        places = None
        for event, place, noc, qualifier in self._named():
            fits &= (drawn[:, event, : place + 1] == noc).sum(axis=1) == qualifier
        for fact in self._facts():
            own, noc = drawn[:, events[fact.event]], number[str(fact.noc)]
            if fact.kind == "rank":
                fits &= (own[:, fact.value - 1] == noc) & ((own[:, : fact.value] == noc).sum(axis=1) == fact.qualifier)
            elif fact.kind == "ranked":
                fits &= ((own == noc).sum(axis=1) >= fact.qualifier) == bool(fact.value)
            elif fact.kind == "ahead-of":
                behind = own.shape[1]
                ranks = [
                    np.where((own == n).any(axis=1), (own == n).argmax(axis=1), behind)
                    for n in (noc, number[str(fact.other)])
                ]
                fits &= ranks[0] < ranks[1]
            elif fact.kind == "qualified":
                if places is None:
                    places = allocate_batch(Batch.from_array(settled(self.scenario), drawn, self.nocs)).places
                has = places[:, events[fact.event], noc]
                fits &= has >= fact.value if fact.value else has == 0
        return fits

    def _named(self) -> list[tuple[int, int, int, int]]:
        """Entries named in rankings that are not known in full: (event, place, NOC, qualifier)."""
        number = {noc: n for n, noc in enumerate(self.nocs)}
        found: list[tuple[int, int, int, int]] = []
        for event, one in enumerate(self.scenario.rules.events):
            ranking = self.scenario.standings.rankings.get(one.identifier)
            if ranking is None or ranking.complete:
                continue
            for place, entry in enumerate(ranking.entries):
                if entry.noc is not None and entry.qualifier is not None:
                    found.append((event, place, number[entry.noc], entry.qualifier))
        return found


def settled(scenario: Scenario) -> Scenario:
    """Return a scenario without what belongs to its own season: results, facts, published table, what came later."""
    return replace(scenario, facts=(), published=None, declines=(), invitations=(), classifications=None)
