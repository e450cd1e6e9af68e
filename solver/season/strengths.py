"""Strengths fitted from results: a Gaussian rating with shrinkage, whose variances are estimated from the meets held.

A result is a figure z, more is better. It is explained by

    z = (what all results of its race share) + (what all entries numbered k share) + sum of effects + noise,

where every effect is normal with mean 0 and a variance of its own. Who shares an effect is strong together: the results
of an NOC, of its k-th entry, of its k-th entry over one distance, of an NOC at one meet. The variances are those that
make the results of the meets held most probable (restricted likelihood), times a prior of each around a value fixed in
advance, which decides where one meet alone cannot tell two effects apart. Given the variances, what is known of
a strength is a normal distribution, exactly; few results leave it wide and close to what is usual.

Reference: Robinson, "That BLUP is a good thing: the estimation of random effects", Statistical Science 6 (1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.same_values import WithArrays

from .arrays import Floats, Wholes

PRIOR_SPREAD = 0.7
"""Standard deviation of the logarithm of a variance around the value fixed in advance."""

LEAST = 1e-4
"""Added to the diagonal of a matrix of covariances before its root is taken, relative to its trace."""


WIDE_SHARE, WIDE = 0.1, 3.0
"""Share of results with a wider noise, and how many times as wide it is."""

NARROW = (1 - WIDE_SHARE + WIDE_SHARE * WIDE**2) ** -0.5
"""Standard deviation of the other results, where that of all is 1."""


@dataclass(frozen=True, eq=False)
class Effect(WithArrays):
    """What some results share.

    Attributes
    ----------
    name
        Such as `noc` or `noc-meet`.
    levels
        (n,) per result a number, -1 for results that have no such effect; equal numbers share it.
    targets
        (T,) the same per strength asked for; -1 too where the effect is new at each meet.
    usual
        The variance fixed in advance.
    """

    name: str
    levels: Wholes
    targets: Wholes
    usual: float


@dataclass(frozen=True, eq=False)
class Fit(WithArrays):
    """What results say of strengths.

    Attributes
    ----------
    variances
        Effect -> its variance.
    fixed
        (F,) what the columns of fixed effects come to.
    mean
        (T,) the expected strength of each target, without fixed effects.
    roots
        Per block the targets and a matrix R: their strengths are the mean plus R times independent standard normals.
    """

    variances: dict[str, float]
    fixed: Floats
    mean: Floats
    roots: tuple[tuple[Wholes, Floats], ...]

    def draw(self, rng: np.random.Generator, number: int) -> npt.NDArray[np.float32]:
        """Return (number, T) strengths drawn from what is known of them."""
        drawn = np.empty((number, len(self.mean)), dtype=np.float32)
        for targets, root in self.roots:
            standard = rng.standard_normal((number, len(targets)), dtype=np.float32)
            drawn[:, targets] = standard @ root.T.astype(np.float32)
        drawn += self.mean.astype(np.float32)
        return drawn


def field_share(position: int, field: int) -> float:
    """Return the share of a field that a position beats, as a figure of mean 0 and variance 1 over the field."""
    return float((1 - 2 * (position - 0.5) / field) * 3**0.5)


def noise(rng: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Contaminated normal noise of variance 1."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    wide = rng.random(shape, dtype=np.float32) < WIDE_SHARE
    noise *= np.where(wide, np.float32(NARROW * WIDE), np.float32(NARROW))
    return noise


def fit(values: Floats, fixed: Floats, block: Wholes, target_block: Wholes, effects: Sequence[Effect]) -> Fit:
    """Fit variances and strengths.

    Parameters
    ----------
    values
        (n,) results.
    fixed
        (n, F) columns of what is shared by all, such as one column per race.
    block, target_block
        (n,), (T,) numbers from 0; results and strengths in different blocks share no effect.
    effects
        The last one is the noise: each of its levels is in one result.
    """
    from scipy.optimize import minimize

    blocks = Blocks(values, fixed, block, effects)
    usual = np.log([effect.usual for effect in effects])

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, slope = blocks.loss(np.exp(logs))
        away = (logs - usual) / PRIOR_SPREAD
        return value + float((away**2).sum()) / 2, slope * np.exp(logs) + away / PRIOR_SPREAD

    found = minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=[(one - 5, one + 5) for one in usual])
    variances = np.exp(np.asarray(found.x, dtype=np.float64))
    coefficients, weighted = blocks.solved(variances)
    mean = np.zeros(len(target_block))
    roots: list[tuple[Wholes, Floats]] = []
    for number in range(int(target_block.max(initial=-1)) + 1):
        targets = np.flatnonzero(target_block == number)
        if not targets.size:
            continue
        own = np.flatnonzero(block == number)
        prior = np.zeros((len(targets), len(targets)))
        cross = np.zeros((len(targets), len(own)))
        for variance, effect in zip(variances, effects, strict=True):
            asked = effect.targets[targets]
            prior += variance * _same(asked, asked)
            cross += variance * _same(asked, effect.levels[own])
        if own.size:
            inverse, residual = weighted[number]
            mean[targets] = cross @ inverse @ residual
            prior -= cross @ inverse @ cross.T
        roots.append((targets, _root(prior)))
    names = [effect.name for effect in effects]
    return Fit(dict(zip(names, map(float, variances), strict=True)), coefficients, mean, tuple(roots))


def _same(one: Wholes, other: Wholes) -> Floats:
    return np.asarray((one[:, None] == other[None, :]) & (one[:, None] >= 0), dtype=np.float64)


def _root(covariance: Floats) -> Floats:
    """A matrix whose product with its transpose is a matrix of covariances; what rounding made negative is 0."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0, None)), dtype=np.float64)


class Blocks:
    """Results block by block, filled up to the same size so that all are solved at once."""

    def __init__(self, values: Floats, fixed: Floats, block: Wholes, effects: Sequence[Effect]) -> None:
        number = int(block.max()) + 1
        self.own = [np.flatnonzero(block == one) for one in range(number)]
        size = max(len(own) for own in self.own)
        self.values = np.zeros((number, size))
        self.fixed = np.zeros((number, size, fixed.shape[1]))
        self.shared = np.zeros((len(effects), number, size, size))
        self.filling = np.zeros((number, size, size))
        self.columns = fixed.shape[1]
        for one, own in enumerate(self.own):
            count = len(own)
            self.values[one, :count] = values[own]
            self.fixed[one, :count] = fixed[own]
            for index, effect in enumerate(effects):
                self.shared[index, one, :count, :count] = _same(effect.levels[own], effect.levels[own])
            self.filling[one, range(count, size), range(count, size)] = 1

    def _covariance(self, variances: Floats) -> Floats:
        return np.asarray(np.tensordot(variances, self.shared, axes=1) + self.filling)

    def loss(self, variances: Floats) -> tuple[float, Floats]:
        """Minus the logarithm of the restricted likelihood, up to a constant, and its slope by each variance."""
        covariance = self._covariance(variances)
        inverse = np.linalg.inv(covariance)
        weighted = inverse @ self.fixed
        information = np.einsum("bif,big->fg", self.fixed, weighted) + np.eye(self.columns) * LEAST
        coefficients = np.linalg.solve(information, np.einsum("bif,bi->f", weighted, self.values))
        residuals = self.values - self.fixed @ coefficients
        pulled = np.einsum("bij,bj->bi", inverse, residuals)
        least = float((residuals * pulled).sum()) + LEAST * float(coefficients @ coefficients)
        value = float(np.linalg.slogdet(covariance)[1].sum() + np.linalg.slogdet(information)[1]) + least
        of_fixed = np.einsum("bif,fg,bjg->bij", weighted, np.linalg.inv(information), weighted)
        of_values = pulled[:, :, None] * pulled[:, None, :]
        slope = np.tensordot(self.shared, inverse - of_fixed - of_values, axes=3)
        return value / 2, np.asarray(slope) / 2

    def solved(self, variances: Floats) -> tuple[Floats, list[tuple[Floats, Floats]]]:
        """Return the fixed effects, and per block the inverse of its covariances and its residuals."""
        inverse = np.linalg.inv(self._covariance(variances))
        information = np.einsum("bif,bij,bjg->fg", self.fixed, inverse, self.fixed) + np.eye(self.columns) * LEAST
        right = np.einsum("bif,bij,bj->f", self.fixed, inverse, self.values)
        coefficients = np.linalg.solve(information, right)
        residuals = self.values - self.fixed @ coefficients
        found: list[tuple[Floats, Floats]] = []
        for one, own in enumerate(self.own):
            count = len(own)
            found.append((np.asarray(inverse[one, :count, :count], dtype=np.float64), residuals[one, :count]))
        return np.asarray(coefficients, dtype=np.float64), found
