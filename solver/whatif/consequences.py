"""What `whatif` answers where the standings are complete: who gains and loses, and what it depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quotaproof.model.allocation import Allocation
from quotaproof.model.documents import athletes_document, document_of
from quotaproof.model.rules import Declines
from quotaproof.model.start import Start, start_sentence
from quotaproof.solver.documents import TableDocument, WhatIfDocument

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

from .modes_and_orders import ModeDifference, Orders
from .moves import Move


@dataclass(frozen=True, slots=True)
class Gain:
    """What an NOC gains in a column (an event, `men` or `women`)."""

    noc: str
    column: str
    number: int


@dataclass(frozen=True)
class WhatIf:
    """The answer.

    Attributes
    ----------
    before, after
        The allocations without and with the changes; of `after` the status is `tie` where the changes leave one open.
    moves
        In the order in which places changed hands.
    steps
        (decline, its moves), for declines.
    differences
        Where the other mode gives another allocation.
    mode_refused
        Why the other mode does not answer these declines; empty if it does, or was not tried.
    order
        Whether another order of the declines gives another allocation, and what one gives that does.
    gains
        What each NOC has more of than before, in start places and quota places.
    start
        The table before the changes: what the rules give, or the published table.
    start_changes
        What turns what the rules give into the published table, if it starts from that: the declines, in their order.
    published_differs
        Cells in which the published table, without invitations, is not what the rules give; None if nothing was
        published.
    undone_first
        That later changes on record are undone first, in a sentence; None if they are not.
    invited
        Whether places were added or withheld by invitation; it starts without them.
    """

    scenario: str
    changes: tuple[str, ...]
    mode: Declines
    before: Allocation
    after: Allocation
    moves: tuple[Move, ...]
    steps: tuple[tuple[str, tuple[Move, ...]], ...] = ()
    differences: tuple[ModeDifference, ...] = ()
    mode_refused: str = ""
    order: Orders = field(default_factory=Orders)
    gains: tuple[Gain, ...] = field(default=())
    start: Start = "rules"
    start_changes: tuple[str, ...] = ()
    published_differs: int | None = None
    undone_first: str | None = None
    invited: bool = False

    @property
    def starts_from(self) -> str:
        """What it starts from, in words; empty if nothing was published."""
        return start_sentence(
            self.start, self.start_changes, self.published_differs, self.undone_first, invited=self.invited
        )

    @property
    def net_effect(self) -> dict[str, dict[str, int]]:
        """NOC -> column -> places gained (or, negative, lost), for NOCs and columns with any."""
        effect: dict[str, dict[str, int]] = {}
        for noc, column, before, after in self.before.differing(self.after):
            effect.setdefault(noc, {})[column] = after - before
        return effect

    def to_dict(self) -> WhatIfDocument:
        """Return the answer with the JSON keys of the command line."""
        return document_of(
            WhatIfDocument,
            self,
            necessary=self.gains,
            possible=self.gains,
            steps=[{"change": text, "moves": [move.to_dict() for move in moves]} for text, moves in self.steps],
            before=_table(self.before),
            after=_table(self.after),
            mode_differences=self.differences,
            other_mode_refused=self.mode_refused or None,
            order_matters=self.order.matters,
            other_order=self.order.other,
            other_order_gives=self.order.differences,
            other_order_refused=self.order.refused or None,
            from_changes=self.start_changes,
            **{"from": self.start},
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the moves as a frame with the columns kind, event, from, to, rank, clause, reason.

        Where places go down ranked lists also from_name and to_name.
        """
        import pandas as pd

        columns = ["kind", "event", "from", "to", "rank", "clause", "reason"]
        if self.before.rules.by_lists:
            columns += ["from_name", "to_name"]
        frame = pd.DataFrame([move.to_dict() for move in self.moves], columns=columns)
        return frame.astype({"rank": "Int64"})

    def graph(self) -> nx.MultiDiGraph[Any]:
        """Return the moves as a graph: NOCs as nodes, a place that changes hands as an edge.

        Edges carry kind, event, rank, clause and reason. A place that was or becomes free has the node `free`.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(scenario=self.scenario, changes="; ".join(self.changes))
        for number, move in enumerate(self.moves, 1):
            graph.add_edge(
                move.giver or "free",
                move.taker or "free",
                key=number,
                kind=move.kind,
                event=move.event,
                rank=move.rank or 0,
                clause=move.clause,
                reason=move.reason,
            )
        for noc, effect in self.net_effect.items():
            graph.add_node(noc, net=", ".join(f"{column} {number:+d}" for column, number in effect.items()))
        return graph


def _table(allocation: Allocation) -> TableDocument:
    """An allocation without its decisions, whose words take longer than all else."""
    own = {"athletes": allocation.athletes_documents(), "totals": athletes_document(*allocation.totals)}
    return document_of(TableDocument, allocation, **own)
