"""What a decline can lead to by the numbers alone, where the table before it is known in part.

Three tables are stated beside each other: before the decline, what is kept, and after it. Each obeys what holds of the
numbers whatever was given back (`NumbersModel`); the first has all facts, and lies in the ranges that `infer` proves.
From one to the next:

- the decliner loses what it gives back, and the mixed relay place where too few athletes are left; everybody else
  keeps everything;
- nobody has less afterwards than what is kept, and the decliner is not offered what it gave back;
- without a new start place in a gender an NOC gains no more quota places there than pathways for what is left over are
  gone through again;
- as first allocated, an event with free places has nobody in line, unless a cap on athletes left somebody out: so
  somebody gains there only if it was full, or such a cap was used up.

All of this is necessary, so what it excludes is excluded; not all that it leaves need be possible.
"""

from __future__ import annotations

from dataclasses import replace

from quotaproof.model.changes import Decline
from quotaproof.model.errors import InputError
from quotaproof.model.kept import reallocation
from quotaproof.model.pathways import LEFT_OVER, TeamTopUp
from quotaproof.model.published import ATHLETES
from quotaproof.model.rules import GENDERS, Event, Gender
from quotaproof.solver.effort import Effort
from quotaproof.solver.engines.cpsat.status import Linear, Settings
from quotaproof.solver.infer.answer import Inference
from quotaproof.solver.infer.bounds import CellBounds, bounds
from quotaproof.solver.infer.counts import OTHERS, NumbersModel
from quotaproof.solver.infer.theory import ANY_OTHER, AssumptionModel

FREED = "freed"
"""The row of the bounds for what comes free."""


class NumbersAfter(AssumptionModel):
    """The numbers before a decline, of what is kept, and after it; its cells are gains, and what comes free.

    Parameters
    ----------
    inference
        What `infer` says of the table before the decline; its facts can all be true.
    """

    exact = False

    def __init__(self, inference: Inference, decline: Decline, settings: Settings, effort: Effort) -> None:
        asked = inference.question
        self.decline, self.scenario, self.rules = decline, asked.scenario, asked.scenario.rules
        self.as_first_allocated = asked.state == "december"
        self.before = NumbersModel(asked, settings, effort)
        super().__init__(settings, effort, self.before.model)
        unlisted = replace(asked, sources={}, lists_everybody=False)
        self.kept = NumbersModel(unlisted, settings, effort, self.model)
        self.after = NumbersModel(unlisted, settings, effort, self.model)
        for one in (self.before, self.kept, self.after):
            for literal in one.literals.values():
                self.model.add(literal == 1)
        self.rows = self.after.nocs
        self._ranges(inference)
        self._give_back()
        self._take()
        self.cells = {
            (noc, column): self.after.cells[noc, column] - self._had(noc, column)
            for noc in self.rows
            for column in (*self._events, *GENDERS)
            if noc != OTHERS
        }
        for column in (*self._events, *GENDERS):
            self.cells[FREED, column] = self._had(decline.noc, column) - self.kept.cells[decline.noc, column]

    @property
    def _events(self) -> tuple[str, ...]:
        return tuple(event.identifier for event in self.rules.events)

    def _had(self, noc: str, column: str) -> Linear:
        """A number before the decline; 0 for NOCs that a table does not list."""
        return self.before.cells.get((noc, column), 0)

    def _ranges(self, inference: Inference) -> None:
        rows = {**inference.cells, ANY_OTHER: inference.any_other_noc}
        for noc, row in rows.items():
            for column, one in row.items():
                if (noc, column) in self.before.cells:
                    self.model.add_linear_constraint(self.before.cells[noc, column], one.lowest, one.highest)

    # What is given back, and what is kept ---------------------------------------

    @property
    def given_back(self) -> tuple[str, ...]:
        """The events in which something is given back."""
        return events_of(self.decline, self.rules.events)

    def _give_back(self) -> None:
        model, noc, decline = self.model, self.decline.noc, self.decline
        for row in self.rows:
            for column in (*self._events, *GENDERS, ATHLETES):
                if row != noc:
                    model.add(self.kept.cells[row, column] == self._had(row, column))
                model.add(self.after.cells[row, column] >= self.kept.cells[row, column])
        given = self.given_back
        model.add(sum(self._had(noc, event) for event in given) >= (decline.number or 1))
        for event in self.rules.events:
            e = event.identifier
            kept, had = self.kept.cells[noc, e], self._had(noc, e)
            if e in given:
                model.add(kept == (had - decline.number if decline.number is not None else 0))
                model.add(self.after.cells[noc, e] == kept)
            elif event.team:
                lacking = []
                for gender, least in event.team.items():
                    lacks = model.new_bool_var("")
                    model.add(self.kept.cells[noc, gender] <= least - 1).only_enforce_if(lacks)
                    lacking.append(lacks)
                model.add(kept <= had)
                model.add(had - kept <= sum(lacking))
            else:
                model.add(kept == had)
        for gender in GENDERS:
            model.add(self.kept.cells[noc, gender] <= self._had(noc, gender))

    # Who takes it ---------------------------------------

    def _take(self) -> None:
        repeats = reallocation(self.rules).repeats
        again = [p for p in self.rules.pathways if p.stage == LEFT_OVER and p.identifier in repeats]
        # Where the fifth place is not counted in the walk, it may have been refused before, and be given now.
        further = len(again) + int(self.scenario.readings.fifth_in_walk == "no")
        for event in self.rules.events:
            if event.team and not any(isinstance(p, TeamTopUp) and p.event == event.identifier for p in again):
                for row in self.rows:
                    self.model.add(self.after.cells[row, event.identifier] == self.kept.cells[row, event.identifier])
        for gender in GENDERS:
            own = [event for event in self.rules.events if event.gender == gender]
            if self.as_first_allocated:
                for event in own:
                    self._in_line(event, gender)
            for row in self.rows:
                if row == OTHERS:
                    continue
                gains = self.model.new_bool_var("")
                more = sum(
                    self.after.cells[row, event.identifier] - self.kept.cells[row, event.identifier] for event in own
                )
                self.model.add(more >= 1).only_enforce_if(gains)
                most = self.kept.cells[row, gender] + further
                self.model.add(self.after.cells[row, gender] <= most).only_enforce_if(~gains)

    def _in_line(self, event: Event, gender: Gender) -> None:
        """Somebody gains in an event only if it was full, or a cap on athletes may have left somebody out."""
        quota, e = self.rules.quota_places, event.identifier
        bonus = int(quota.bonus_from is not None)
        rise = (quota.relay_athletes if event.kind == "relay" else 1) + bonus
        full, total_used = self.model.new_bool_var(""), self.model.new_bool_var("")
        self.model.add(sum(self._had(row, e) for row in self.rows) >= event.start_places).only_enforce_if(full)
        everybody = sum(self._had(row, ATHLETES) for row in self.rows)
        self.model.add(everybody >= self.rules.total - rise + 1).only_enforce_if(total_used)
        reasons = [full, total_used]
        if self.scenario.readings.gender_cap != "nominal":
            gender_used = self.model.new_bool_var("")
            own = sum(self._had(row, gender) for row in self.rows)
            self.model.add(own >= self.rules.gender_caps[gender] - rise + 1).only_enforce_if(gender_used)
            reasons.append(gender_used)
        nobody = self.model.new_bool_var("")
        for row in self.rows:
            self.model.add(self.after.cells[row, e] == self.kept.cells[row, e]).only_enforce_if(nobody)
        self.model.add_bool_or([*reasons, nobody])


def events_of(decline: Decline, events: tuple[Event, ...]) -> tuple[str, ...]:
    """Return the events in which a decline may give something back."""
    if decline.event is not None:
        return (decline.event,)
    return tuple(event.identifier for event in events if decline.gender in (None, event.gender))


def gain_bounds(inference: Inference, decline: Decline, settings: Settings, effort: Effort) -> CellBounds:
    """Return the bounds of every gain, and of what comes free, by the numbers alone.

    Raises
    ------
    InputError
        If the NOC has less to give back in every table that the facts allow.
    LimitError
        If the effort is spent before it is known whether it has as much in one.
    """
    numbers = NumbersAfter(inference, decline, settings, effort)
    rules = numbers.rules
    most = {event.identifier: event.noc_cap for event in rules.events} | dict.fromkeys(GENDERS, rules.total)
    found = bounds([numbers], (), most)
    if found is None:
        raise InputError(
            f"in no table with these facts has {decline.noc} what it is to give back ({decline}); infer says what it "
            "can have"
        )
    return found
