"""Why an NOC cannot have more start places in an event whose ranking is not known: the theory of one column."""

from __future__ import annotations

from quotaproof.model.published import Published
from quotaproof.model.quantities import spelled
from quotaproof.model.scenario import Scenario
from quotaproof.solver.engines.cpsat.status import QUICK, Settings

from .target import Target
from .theory import Element, Theory


class ColumnTheory(Theory):
    """Why an NOC cannot have more start places in an event whose ranking is not known: the column of the table."""

    def __init__(self, scenario: Scenario, table: Published, target: Target, settings: Settings = QUICK) -> None:
        super().__init__(settings)
        event = scenario.rules.event(target.column)
        cells = {noc: self.model.new_int_var(0, event.start_places, noc) for noc in table.nocs}
        text = f"the {event.label} has {spelled(event.start_places, 'start place')}"
        cap = self.literal(Element("cap", (event.identifier,), text, data={"cap": event.start_places}))
        self.model.add(sum(cells.values()) <= event.start_places).only_enforce_if(cap)
        for noc in sorted(cells, key=lambda noc: (noc == target.noc, -table.cells[noc][event.identifier], noc)):
            value = table.cells[noc][event.identifier]
            text = f"{noc} has {spelled(value, 'start place')} in the {event.label}, by the table"
            data: dict[str, int | str] = {"noc": noc, "column": event.identifier, "number": value}
            literal = self.literal(Element("published", ("published", noc, event.identifier), text, data=data))
            self.model.add(cells[noc] == value).only_enforce_if(literal)
        if target.noc not in cells:
            cells[target.noc] = self.model.new_int_var(0, 0, target.noc)
        self.model.add(cells[target.noc] >= target.least)
