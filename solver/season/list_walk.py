"""Start places and quota places of many seasons at once where places go down ranked lists.

What the greedy engine does for one season, step by step and for all seasons together; a test compares the two. Ties are
settled by then, so no step leaves anything open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quotaproof.model.errors import UnsupportedError
from quotaproof.model.pathways import (
    AnyPathway,
    HostPlaces,
    ListedPathway,
    NocQuota,
    ParallelWalk,
    QuotaPlaces,
    RankingPlaces,
    Reallocation,
    RelayPlaces,
    Remainder,
    ReserveList,
    TeamTopUp,
    refuse,
)
from quotaproof.model.rules import GENDERS, Rules
from quotaproof.model.same_values import WithArrays

from .arrays import Wholes
from .lists_of_draws import Order

NAME = "odds"

Shorts = npt.NDArray[np.int16]
"""(S, E, N) or (S, N) places."""


@dataclass(frozen=True, eq=False)
class EventLists(WithArrays):
    """An event's athletes and lists.

    Attributes
    ----------
    nocs
        (n,) the number of each athlete's NOC.
    orders
        Ranking -> order of the athletes.
    """

    nocs: Wholes
    orders: Mapping[str, Order]


class Walk:
    """What is given so far in S seasons."""

    def __init__(
        self,
        rules: Rules,
        pathways: Sequence[AnyPathway],
        host: int | None,
        nocs: int,
        lists: Mapping[str, EventLists],
        number: int,
    ) -> None:
        self.pathways = tuple(pathways)
        self.rules, self.host, self.lists, self.number = rules, host, lists, number
        self.rows = np.arange(number)
        self.events = {event.identifier: index for index, event in enumerate(rules.events)}
        self.places: Shorts = np.zeros((number, len(rules.events), nocs), dtype=np.int16)
        self.athletes: Shorts = np.zeros((number, len(GENDERS), nocs), dtype=np.int16)
        self.by = {event: np.full((number, len(own.nocs)), -1, dtype=np.int8) for event, own in lists.items()}
        self.numbered = {pathway.identifier: index for index, pathway in enumerate(pathways)}
        self.sequence = {event: np.zeros((number, len(own.nocs)), dtype=np.int16) for event, own in lists.items()}
        self.reserve: dict[str, Wholes] = {}

    def run(self) -> None:
        """Take all pathways in their order."""
        for pathway in self.pathways:
            match pathway:
                case RankingPlaces():
                    self._ranking_places(pathway)
                case ReserveList():
                    self._reserve_list(pathway)
                case HostPlaces():
                    self._host_places(pathway)
                case NocQuota():
                    self._noc_quota(pathway)
                case Reallocation():
                    continue  # nothing has been declined
                case ListedPathway() | RelayPlaces() | ParallelWalk() | QuotaPlaces() | TeamTopUp() | Remainder():
                    raise UnsupportedError(
                        f"no season is drawn for ranked lists with a pathway of kind {pathway.kind}, such as "
                        f"{pathway.identifier}"
                    )
                case _:
                    refuse(NAME, pathway)

    def _ranking_places(self, pathway: RankingPlaces) -> None:
        for event, places in pathway.places.items():
            lists = self.lists.get(event)
            order = lists.orders.get(pathway.ranking) if lists is not None else None
            if lists is None or order is None:
                continue
            index, cap = self.events[event], self.rules.event(event).noc_cap
            sequence, given = self.sequence[event], np.zeros(self.number, dtype=np.int64)
            before, by = sequence.max(axis=1), self.by[event]
            for rank in range(order.shape[1]):
                athlete = order[:, rank].astype(np.int64)
                noc = lists.nocs[athlete]
                gets = (athlete >= 0) & (given < places) & (sequence[self.rows, athlete] == 0)
                gets &= self.places[self.rows, index, noc] < cap
                given += gets
                sequence[self.rows, athlete] += (gets * (before + given)).astype(np.int16)
                by[self.rows, athlete] = np.where(gets, self.numbered[pathway.identifier], by[self.rows, athlete])
                self.places[self.rows, index, noc] += gets
                if (given >= places).all() or (athlete < 0).all():
                    break

    def _reserve_list(self, pathway: ReserveList) -> None:
        for event, length in pathway.lengths.items():
            lists = self.lists.get(event)
            order = lists.orders.get(pathway.ranking[event]) if lists is not None else None
            if lists is None or order is None:
                continue
            index, cap = self.events[event], self.rules.event(event).noc_cap
            counted = self.places[:, index].copy()
            line = np.full(self.number, -1, dtype=np.int64)
            waiting = np.zeros(self.number, dtype=np.int64)
            for rank in range(order.shape[1]):
                athlete = order[:, rank].astype(np.int64)
                noc = lists.nocs[athlete]
                joins = (athlete >= 0) & (waiting < length) & (self.sequence[event][self.rows, athlete] == 0)
                joins &= counted[self.rows, noc] < cap
                counted[self.rows, noc] += joins
                waiting += joins
                if self.host is not None:
                    line = np.where(joins & (noc == self.host) & (line < 0), athlete, line)
                if (waiting >= length).all() or (athlete < 0).all():
                    break
            self.reserve[event] = line

    def _host_places(self, pathway: HostPlaces) -> None:
        """The host's first on the reserve list (or in the event's first list) takes the last place, or comes on top."""
        for event in pathway.events:
            lists = self.lists.get(event)
            if self.host is None or lists is None:
                continue
            index, sequence = self.events[event], self.sequence[event]
            best = self.reserve.get(event) if pathway.on_reserve_list else self._first(lists, self.host)
            if best is None:
                continue
            last = sequence.argmax(axis=1)
            enters = (self.places[:, index, self.host] == 0) & (best >= 0)
            if pathway.mode == "replace-last":
                enters &= sequence[self.rows, last] > 0
                gone = lists.nocs[last]
                self.places[self.rows, index, gone] -= enters
                sequence[self.rows, last] *= ~enters
            self.places[:, index, self.host] += enters
            top = sequence.max(axis=1) + 1
            entry, by = np.maximum(best, 0), self.by[event]
            sequence[self.rows, entry] += (enters * top).astype(np.int16)
            by[self.rows, entry] = np.where(enters, self.numbered[pathway.identifier], by[self.rows, entry])

    def _first(self, lists: EventLists, noc: int) -> Wholes:
        order = next(iter(lists.orders.values())).astype(np.int64)
        mine = (lists.nocs[order] == noc) & (order >= 0)
        first = mine.argmax(axis=1)
        return np.where(mine.any(axis=1), order[self.rows, first], -1)

    def _noc_quota(self, pathway: NocQuota) -> None:
        for number, gender in enumerate(GENDERS):
            events = [self.events[event.identifier] for event in self.rules.individual(gender)]
            teams = [
                self.events[event.identifier]
                for event in self.rules.events
                if event.kind == "relay" and event.gender == gender
            ]
            individual = self.places[:, events].sum(axis=1)
            most = np.full(individual.shape, -1, dtype=np.int64)
            for cap in pathway.caps:
                holds = most < 0
                if cap.team:
                    holds &= self.places[:, teams].sum(axis=1) > 0
                if cap.each_event is not None:
                    for event in events:
                        least = self.rules.events[event].noc_cap if cap.each_event == "the-maximum" else 1
                        holds &= (self._given_by(event, cap.by) if cap.by else self.places[:, event]) >= least
                most = np.where(holds, cap.athletes, most)
            self.athletes[:, number] = np.minimum(individual, np.maximum(most, 0))

    def _given_by(self, event: int, pathways: tuple[str, ...]) -> Shorts:
        """(S, N) start places of an event that some pathways handed out."""
        found = np.zeros(self.places.shape[::2], dtype=np.int16)
        identifier = self.rules.events[event].identifier
        lists = self.lists.get(identifier)
        if lists is not None:
            told = np.isin(self.by[identifier], [self.numbered[one] for one in pathways])
            told &= self.sequence[identifier] > 0
            for athlete, noc in enumerate(lists.nocs):
                found[:, noc] += told[:, athlete]
        return found
