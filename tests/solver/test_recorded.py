"""Published tables with later changes: what is on record, what it explains, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quotaproof.api import explain, whatif
from quotaproof.model.errors import InputError
from quotaproof.model.later_changes import DeclinedEntry, Invitation, overlay
from quotaproof.model.published import Published
from quotaproof.model.standings.rankings import Standings
from quotaproof.scenarios import load_scenario
from quotaproof.solver.declines import allocate_with_declines, undone_first
from quotaproof.solver.engines import engine, greedy
from quotaproof.solver.verify.later_changes import without_change, without_invitations
from quotaproof.solver.verify.verification import Verification
from quotaproof.solver.verify.verify import verify
from quotaproof.solver.whatif.recipients import Recipients

PYEONGCHANG = replace(load_scenario("pyeongchang-2018"), standings=Standings())
"""With its rankings taken away, so that they are unknown."""
SOCHI = load_scenario("sochi-2014")
assert PYEONGCHANG.published is not None
TABLE: Published = PYEONGCHANG.published


@pytest.fixture(scope="module")
def found() -> Verification:
    return verify(PYEONGCHANG)


def test_the_table_of_pyeongchang_is_explained_by_its_record(found: Verification) -> None:
    assert found.consistent
    assert found.findings == ()
    assert found.repairs == ()
    assert found.totals == (59, 56)
    assert {tuple(values.items()): reachable for values, reachable in found.readings} == {
        (("gender-cap", "walk"),): True,
        (("gender-cap", "nominal"),): True,
        (("gender-cap", "hard"),): True,
    }


def test_every_deviation_is_named_with_the_change_that_explains_it(found: Verification) -> None:
    deviations = {(d.noc, d.column): (d.published, d.expected, d.explained_by) for d in found.deviations}
    # By hand from the table and the rules: 33 and 37 over the distances, PRK's and OAR's athletes, three moved places.
    assert deviations == {
        (None, "men-500"): (33, 32, (4,)),
        (None, "men-1500"): (37, 36, (5,)),
        ("PRK", "athletes"): (2, 1, (4, 5, 6)),
        ("OAR", "athletes"): (7, 8, (7,)),
        ("OAR", "men-relay"): (0, 1, (1,)),
        ("GBR", "men-1500"): (1, 0, (2,)),
        ("KAZ", "men-1500"): (2, 1, (3,)),
    }


def test_what_the_table_alone_proves_of_the_record(found: Verification) -> None:
    """Invitations break caps and rows; declines leave no trace as long as the standings are unknown."""
    needed = [(one.to_dict()["kind"], one.to_dict()["noc"], one.needed) for one in found.changes]
    assert needed == [
        ("decline", "OAR", False),
        ("decline", None, False),
        ("decline", None, False),
        ("invitation", "PRK", True),
        ("invitation", "PRK", True),
        ("invitation", "PRK", True),
        ("withheld", "OAR", True),
    ]


def test_without_an_invitation_on_record_the_table_is_wrong() -> None:
    """The sixth change is that PRK may send two athletes."""
    result = verify(without_change(PYEONGCHANG, 6))
    assert not result.consistent
    assert {(f.kind, f.noc, f.column) for f in result.findings} >= {("row", "PRK", "athletes")}


def test_the_witness_has_the_decliners_ahead_and_the_takers_behind(found: Verification) -> None:
    assert found.witness is not None
    relay = [entry.noc for entry in found.witness.rankings["men-relay"].entries]
    assert sum(TABLE.cells[noc]["men-relay"] for noc in relay[: relay.index("OAR")] if noc) <= 7
    assert relay.index("JPN") == 5
    distance = [(entry.noc, entry.qualifier) for entry in found.witness.rankings["men-1500"].entries]
    for taker in (("GBR", 1), ("KAZ", 2)):
        holders = [
            claim
            for claim in distance[: distance.index(taker)]
            if claim[0] and claim[1] <= TABLE.cells[claim[0]]["men-1500"]
        ]
        assert len(holders) >= 34


def test_a_taker_that_has_nothing_contradicts_the_table() -> None:
    declines = (PYEONGCHANG.declines[0], DeclinedEntry("men-500", None, None, taken_by="GBR"))
    result = verify(replace(PYEONGCHANG, declines=declines))
    assert not result.consistent
    assert [(f.kind, f.noc, f.column) for f in result.findings] == [("record", "GBR", "men-500")]


def test_more_invitations_than_places_contradict_the_table() -> None:
    invitations = (*PYEONGCHANG.invitations, Invitation("women-500", "PRK", 1, "", "told"))
    result = verify(replace(PYEONGCHANG, invitations=invitations))
    assert not result.consistent
    assert ("record", "PRK", "women-500") in {(f.kind, f.noc, f.column) for f in result.findings}
    assert result.repairs == ()


def test_a_fault_is_found_beside_the_record_and_repaired_in_the_numbers_of_the_printed_table() -> None:
    wrong = TABLE.with_cells({("PRK", "athletes"): 3})
    result = verify(replace(PYEONGCHANG, published=wrong))
    assert not result.consistent
    assert ("row", "PRK", "athletes") in {(f.kind, f.noc, f.column) for f in result.findings}
    assert any(f.message.endswith("(without two by invitation)") for f in result.findings)
    changes = [(c.noc, c.column, c.published, c.repaired) for repair in result.repairs for c in repair]
    assert ("PRK", "athletes", 3, 2) in changes


def test_what_ifs_start_from_a_table_without_declines_on_record_and_explanations_without_any_change() -> None:
    with pytest.raises(InputError, match="a table without declines on record"):
        whatif(PYEONGCHANG, ["JPN:men-relay"])
    invited = replace(PYEONGCHANG, declines=())
    with pytest.raises(InputError, match="a table without later changes"):
        explain(invited, "JPN", "men-relay")


def test_a_what_if_with_unknown_standings_leaves_invitations_out() -> None:
    """PRK was invited for two places over 500 and 1500 m: it keeps nothing by the rules, and may gain like anybody."""
    result = whatif(replace(PYEONGCHANG, declines=()), ["JPN:men-relay"])
    assert isinstance(result, Recipients)
    assert result.invited
    assert result.to_dict()["invited"]
    assert result.table.cells["PRK"]["athletes"] == 0
    assert result.table.cells["OAR"]["athletes"] == TABLE.cells["OAR"]["athletes"] + 1
    assert result.freed == {"men-relay": (1, 1), "men": (2, 2)}
    gains = {(claim.noc, claim.column) for claim in result.possible}
    assert {("PRK", "men-relay"), ("PRK", "men")} <= gains
    taken = {noc for noc, row in TABLE.cells.items() if row["men-relay"]}
    assert not any(noc in taken for noc, column in gains if column == "men-relay")


def test_invitations_that_the_table_contradicts_are_no_beginning() -> None:
    invitations = (*PYEONGCHANG.invitations, Invitation("women-500", "PRK", 1, "", "told"))
    with pytest.raises(InputError, match="invitations on record contradict each other"):
        whatif(replace(PYEONGCHANG, declines=(), invitations=invitations), ["JPN:men-relay"])


def test_who_has_places_by_invitation_alone_has_none_to_decline() -> None:
    with pytest.raises(InputError, match=r"PRK has no start place to decline; its places by invitation \(men's 500 m"):
        whatif(replace(PYEONGCHANG, declines=()), ["PRK"])


def test_a_record_that_leaves_open_who_declined_is_undone_for_an_allocation() -> None:
    scenario = replace(SOCHI, declines=(DeclinedEntry("men-1000", None, None),))
    outcome = allocate_with_declines(scenario, engine("greedy"))
    assert outcome.allocation.same_places(greedy.allocate(SOCHI))
    assert outcome.scenario.declines == ()
    assert "men's 1000 m" in (undone_first(scenario) or "")
    assert undone_first(SOCHI) is None


# Complete standings ---------------------------------------------------------------------------------------------------

DECLINE = DeclinedEntry("men-1000", "KAZ", 1, "2014-01-10", "invented", "ITA")
INVITED = (Invitation("men-500", "PRK", 1, "", "invented"), Invitation("men", "PRK", 1, "", "invented"))


def invented() -> Published:
    """What the rules and the standings of Sochi give after one decline, with an NOC invited from outside."""
    table = allocate_with_declines(replace(SOCHI, declines=(DECLINE,)), engine("greedy")).allocation.to_published()
    prk = dict.fromkeys(table.columns, 0) | {"men-500": 1, "athletes": 1}
    return replace(table, cells={**table.cells, "PRK": prk}, totals={"men-500": 33, "athletes": 117})


def test_complete_standings_with_a_record() -> None:
    scenario = replace(SOCHI, published=invented(), declines=(DECLINE,), invitations=INVITED)
    result = verify(scenario)
    assert result.consistent
    assert result.findings == ()
    assert [one.needed for one in result.changes] == [True, True, True]
    assert {(d.noc, d.column, d.published, d.expected) for d in result.deviations} == {
        ("PRK", "men-500", 1, 0),
        ("PRK", "athletes", 1, 0),
        ("KAZ", "men-1000", 0, 1),
        ("ITA", "men-1000", 2, 1),
    }
    assert (result.verdict, {one.status for one in result.explanation}) == ("with-changes", {"on-record"})
    silent = verify(replace(scenario, invitations=()))
    assert not silent.consistent
    assert ("PRK", "men-500", 1, 0) in {(f.noc, f.column, f.published, f.expected) for f in silent.findings}


def test_a_place_on_record_that_went_elsewhere_by_the_rules_is_a_finding() -> None:
    record = (replace(DECLINE, taken_by="HUN"),)
    result = verify(replace(SOCHI, published=invented(), declines=record, invitations=INVITED))
    assert not result.consistent
    (finding,) = result.findings
    assert (finding.kind, finding.noc) == ("record", "HUN")
    assert "by the rules ITA did" in finding.message


def test_a_table_without_invitations_has_totals_without_them_too() -> None:
    scenario = replace(SOCHI, invitations=INVITED)
    base = without_invitations(scenario, invented())
    assert base.cells["PRK"] == dict.fromkeys(base.columns, 0)
    assert base.totals == {"men-500": 32, "athletes": 116}
    assert overlay(INVITED) == {("PRK", "men-500"): 1, ("PRK", "athletes"): 1}
    assert sum(greedy.allocate(SOCHI).totals) == 116
