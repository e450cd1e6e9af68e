"""Drawn standings: invented rankings around known ones, for sweeps over many seasons that might have been.

Every event's ranking is drawn in one of two ways. `noise`: every entry's rank is moved by a normal error with a
standard deviation of so many ranks, and the entries are sorted again; an NOC's entries are numbered anew in their new
order. `uniform`: the same entries in any order, each order as likely as the next. So all rankings must be known in
full: who is in a ranking that is not known cannot be drawn from the NOCs that a scenario happens to name.

Drawings come in blocks, each with its own random stream from the seed and the block's number, so that a drawing depends
on seed and number alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from quotaproof.model.same_values import WithArrays
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.batch.rankings import Numbers

from .plan import DrawMethod

BLOCK = 1024
"""Drawings in a block."""

SCALE = 1 << 32
"""Ranks are moved by whole multiples of 1 / SCALE, so that two entries practically never come out equal."""


@dataclass(frozen=True, eq=False)
class Sampler(WithArrays):
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
    draw: DrawMethod
    noise: float
    seed: int
    blocks: dict[int, Numbers] = field(default_factory=dict, compare=False, repr=False)

    def block(self, number: int) -> Numbers:
        """Return a block of drawings as an array (BLOCK, E, R), -1 behind the end of a ranking."""
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number,)))
        entries = self._entries()
        longest = max(map(len, entries), default=0)
        drawn = np.full((BLOCK, len(entries), longest), -1, dtype=np.int16)
        for event, own in enumerate(entries):
            size = len(own)
            if self.draw == "noise":
                # Beyond a million ranks nothing changes, and the numbers stay within 64 bits.
                error = np.clip(rng.standard_normal((BLOCK, size)) * self.noise, -1e6, 1e6)
                moved = ((np.arange(size) + error) * SCALE).astype(np.int64) >> 16
            else:
                moved = rng.integers(0, 1 << 40, (BLOCK, size), dtype=np.int64)
            # The NOC travels in the low bits of what is sorted by.
            keys = (moved << 15) | own
            keys.sort(axis=1)
            drawn[:, event, :size] = keys & 0x7FFF
        return drawn

    def rows(self, samples: npt.NDArray[np.intp]) -> Numbers:
        """Return some drawings, in ascending order of their numbers, as an array (B, E, R)."""
        found: list[Numbers] = []
        for number in np.unique(samples // BLOCK):
            if int(number) not in self.blocks:
                self.blocks.clear()
                self.blocks[int(number)] = self.block(int(number))
            found.append(self.blocks[int(number)][samples[samples // BLOCK == number] % BLOCK])
        return np.concatenate(found)

    def _entries(self) -> list[Numbers]:
        """The NOCs of every event's ranking, best first."""
        number = {noc: n for n, noc in enumerate(self.nocs)}
        rankings = self.scenario.standings.rankings
        return [
            np.array([number[noc] for noc, _ in rankings[event.identifier].claims()], dtype=np.int16)
            for event in self.scenario.rules.events
        ]


def settled(scenario: Scenario) -> Scenario:
    """Return a scenario without what belongs to its own season: results, facts, published table, what came later."""
    return replace(scenario, facts=(), published=None, declines=(), invitations=(), classifications=None)
