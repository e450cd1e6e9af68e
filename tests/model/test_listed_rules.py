"""Rule files and scenario folders with ranked lists: what they say, and one sentence for what does not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import quotaproof
from quotaproof import allocate, certificate
from quotaproof.model.errors import InputError, UnsupportedError
from quotaproof.model.results.listed_file import lists_csv
from quotaproof.model.rules_file import load_rules
from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import FOLDER, load_scenario

SOCHI = FOLDER / "sochi-2014"
LONG_TRACK, FIGURE = FOLDER / "speed-skating-2026-after-two", FOLDER / "figure-skating-2018"
TIERS = """
[[pathways]]
id = "P1"
kind = "{kind}"
title = "Tiers"
clause = "a clause"
ranking = "worlds"
events = ["men", "women", "pairs", "ice-dance"]
tiers = {tiers}
"""


def refused(path: Path, base: Path, old: str, new: str) -> InputError:
    """Return the error for a rule file in which a text is another."""
    text = (base / "rules.toml").read_text(encoding="utf-8")
    assert old in text
    file = path / "rules.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_rules(file)
    assert caught.value.line is not None or caught.value.field is None
    return caught.value


@pytest.mark.parametrize(
    ("base", "old", "new", "field", "words"),
    [
        (LONG_TRACK, 'ranking = "times"\nuses', 'ranking = "tims"\nuses', "pathways.2.ranking", "no list 'tims'"),
        (LONG_TRACK, "men-500 = 21", "men-600 = 21", "pathways.1.places", "'men-600' is not an event"),
        (LONG_TRACK, "men-500 = 7\n", "men-500 = 8\n", "pathways.2.places", "28 start places, and 29 are handed out"),
        (LONG_TRACK, 'by = ["P1"]', 'by = ["P9"]', "pathways.5.caps", "P9 is no pathway before this one"),
        (LONG_TRACK, "athletes = 7\n", "athletes = 7\nteam = true\n", "pathways.5.caps", "the last cap"),
        (LONG_TRACK, 'mode = "replace-last"', 'mode = "replace"', "pathways.4.mode", "replace-last"),
        (LONG_TRACK, "men-team-pursuit = 4\n", "", "pathways.3.lengths", "both a ranking and a length"),
        (LONG_TRACK, 'ties = ["ranking:points"]', 'ties = ["ranking:point"]', "rankings.5.ties", "has no such list"),
        (LONG_TRACK, 'measure = "time"', 'measure = "speed"', "rankings.5.measure", "rank"),
        (LONG_TRACK, 'kind = "noc-quota"', 'kind = "noc-quotas"', "pathways.5.kind", "'noc-quotas' is unknown"),
        (LONG_TRACK, "per-noc = 3\n", "per-noc = 3\nathletes = 3\n", "events.1.athletes", "and no other event"),
        (LONG_TRACK, 'divisions = ["A"]', "divisions = []", "results.points.1.divisions", "at least 1 item"),
        (
            LONG_TRACK,
            'events = ["men-mass-start", "women-mass-start"]\ndivisions',
            "events = []\ndivisions",
            "results.points.1.events",
            "at least 1 item",
        ),
        (LONG_TRACK, "measure =", "results = []\nmeasure =", "rankings.1.results", "at least 1 item"),
        (FIGURE, "at-most = 13, places = 3", "at-most = 13, places = 4", "pathways.1.sums", "may have 3 places"),
        (FIGURE, "at-most = 13, places = 3", "at-most = 0, places = 3", "pathways.1.sums.1.at-most", "equal to 1"),
        (FIGURE, "at-most = 28", "at-most = 12", "pathways.1.sums", "each tier must reach further"),
        (FIGURE, 'gender = "mixed"\nkind = "couple"', 'gender = "men"\nkind = "couple"', "events.3.gender", "one man"),
        (FIGURE, "at-most = 28, places = 2", "at-most = 28, places = 3", "pathways.1.sums", "fewer places than"),
        (FIGURE, 'uses = ["P1"]\n\n[pathways.places]\nmen = 24', "[pathways.places]\nmen = 9", "pathways.2.places",
         "24"),
        (LONG_TRACK, 'name = "reduction"', 'name = "declines"', "readings.1", "belongs to SOQCs"),
        (LONG_TRACK, 'values = ["none", "press-cycle"]', 'values = ["none", "cycle"]', "readings.1.values", "no value"),
        (LONG_TRACK, "repeats = []", 'repeats = ["P1"]', "pathways.7.repeats", "counted again"),
        (LONG_TRACK, "repeats = []", 'repeats = []\nranking = "times"', "pathways.7.competition", "belong together"),
        (LONG_TRACK, "repeats = []", 'repeats = []\nuntil = "2026-01-17"', "pathways.7.until", "of qualifiers"),
        (FIGURE, 'ranking = "qualifying"\n', "", "pathways.3.ranking", "belong together"),
        (LONG_TRACK, '"noc-replaces"', '"replaced"', "pathways.7.withdrawn", "goes-on"),
        (SOCHI, "repeats = []", 'repeats = []\nwithdrawn = "goes-on"', "pathways.4.withdrawn", "ranked lists"),
        (FIGURE, "events = []", 'events = ["men"]', "host.events", "host-places"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence_with_its_field(
    tmp_path: Path, base: Path, old: str, new: str, field: str, words: str
) -> None:
    error = refused(tmp_path, base, old, new)
    assert error.field == field
    assert words in error.problem


@pytest.mark.parametrize(
    ("kind", "tiers", "words"),
    [
        ("rank-tiers", "[{ at-most = 3, places = 3 }, { at-most = 3, places = 2 }]", "reach further down"),
        ("rank-tiers", "[{ at-most = 3, places = 4 }]", "may have 3 places in men, not 4"),
        ("rank-tiers", "[{ at-most = 20, places = 3 }]", "30 start places, and the tiers come to 60"),
        (
            "rank-tiers",
            "[{ at-most = 3, places = 2 }, { at-most = 5, places = 2 }]",
            "fewer places than the",
        ),
        (
            "kth-entry-tiers",
            "[{ entry = 2, nocs = 2 }, { entry = 2, nocs = 1 }]",
            "an earlier entry than",
        ),
        ("kth-entry-tiers", "[{ entry = 3, nocs = 11 }]", "30 start places, and the tiers come to 33"),
    ],
)
def test_tiers_must_fit_the_caps(tmp_path: Path, kind: str, tiers: str, words: str) -> None:
    text = (FIGURE / "rules.toml").read_text(encoding="utf-8")
    file = tmp_path / "rules.toml"
    file.write_text(text[: text.index("[[pathways]]")] + TIERS.format(kind=kind, tiers=tiers), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_rules(file)
    assert words in caught.value.problem


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ('kind = "fill-by-rank"\nranking = "worlds"\nplaces = {men = 24}', "pathways.3", "men is handed out by P2 too"),
        ('kind = "ranking-places"\nranking = "worlds"\nplaces = {men = 1}', "pathways.3", "is handed out by P1 too"),
        (
            'kind = "host-places"\nmode = "additional"\non-reserve-list = false\nevents = ["men"]',
            "pathways.3.events",
            "has no places of named entries before",
        ),
        ('kind = "reserve-list"\nranking = {men = "worlds"}\nlengths = {men = 3}', "pathways.3", "and reserve-list"),
    ],
)  # fmt: skip
def test_places_of_nocs_have_an_event_to_themselves(tmp_path: Path, more: str, field: str, words: str) -> None:
    text = (FIGURE / "rules.toml").read_text(encoding="utf-8")
    pathway = f'\n[[pathways]]\nid = "P3"\ntitle = "t"\nclause = "c"\n{more}\n'
    text = text[: text.rindex("[[pathways]]")]
    (tmp_path / "rules.toml").write_text(text + pathway, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_rules(tmp_path / "rules.toml")
    assert caught.value.field == field
    assert words in caught.value.problem


def test_what_sums_leave_is_filled_up_to_the_same_number(tmp_path: Path) -> None:
    text = (FIGURE / "rules.toml").read_text(encoding="utf-8")
    head, rest = text.rsplit("men = 24", 1)
    (tmp_path / "rules.toml").write_text(f"{head}men = 25{rest}", encoding="utf-8")
    with pytest.raises(InputError, match="women has 24 places by P1, so it must have as many here") as caught:
        load_rules(tmp_path / "rules.toml")
    assert caught.value.field == "pathways.2.places"


def test_rules_go_by_lists_or_by_qualifiers_and_not_by_both(tmp_path: Path) -> None:
    text = (FIGURE / "rules.toml").read_text(encoding="utf-8")
    more = '\n[[pathways]]\nid = "P9"\nkind = "quota-places"\ntitle = "q"\nclause = "c"\nrelay-athletes = 4\n'
    (tmp_path / "rules.toml").write_text(text + more, encoding="utf-8")
    with pytest.raises(InputError, match="quota-places goes by SOQCs of qualifiers"):
        load_rules(tmp_path / "rules.toml")
    with pytest.raises(UnsupportedError, match="no pathway of kind quota-places"):
        load_scenario("figure-skating-2018").rules.quota_places  # noqa: B018


@pytest.mark.parametrize("name", ["known.csv", "declines.csv", "classifications.csv"])
def test_a_file_that_says_nothing_of_ranked_lists_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(FIGURE, folder)
    (folder / name).write_text("event\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"{name}: this file belongs to SOQCs of qualifiers"):
        load_folder(folder)


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("men-500,points,1,CAN,Bad Id", "athlete", "not an athlete's id"),
        ("men-500,tims,1,CAN,can-a", "ranking", "'tims' is unknown"),
        ("men-500,points,2,CAN,can-a", "rank", "rank 1 of men-500 is missing"),
        ("men-500,points,1=,CAN,can-a", "rank", "write 1= on every row"),
        ("men-500,points,1,Canada,can-a", "noc", "not an IOC code"),
    ],
)
def test_a_standings_file_of_lists_is_checked(tmp_path: Path, row: str, field: str, words: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(LONG_TRACK, folder)
    (folder / "standings.csv").write_text(f"event,ranking,rank,noc,athlete\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_folder(folder)
    assert (caught.value.field, caught.value.line) == (field, 2)
    assert words in caught.value.problem


@pytest.mark.parametrize(
    ("base", "header", "row", "field", "words"),
    [
        (LONG_TRACK, "event,rank,noc,athlete", "men-500,1,CAN,can-a", "ranking", "use one of points, times"),
        (FIGURE, "event,rank,noc,athlete,division", "men,1,CAN,can-a,free", "division", "use one of free programme,"),
        (LONG_TRACK, "event,ranking,rank,noc", "men-500,points,1,CAN", "athlete", "must have event,rank,noc,athlete"),
    ],
)
def test_a_column_of_ranked_lists_may_be_missing_only_where_nothing_is_left_open(
    tmp_path: Path, base: Path, header: str, row: str, field: str, words: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(base, folder)
    (folder / "standings.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_folder(folder)
    assert caught.value.field == field
    assert words in caught.value.problem


def test_an_only_list_need_not_be_named_and_a_rank_that_counts_by_division_needs_it(tmp_path: Path) -> None:
    """A rank of 16 counts 16 in the free programme, and one of 17 counts 16 there and 18 in the short programme."""
    folder = tmp_path / "copy"
    shutil.copytree(FIGURE, folder)
    file = folder / "standings.csv"
    rows = ["event,rank,noc,athlete", *(f"men,{rank},CAN,can-{rank:02}" for rank in range(1, 17))]
    file.write_text("\n".join(rows), encoding="utf-8")
    assert [one.athlete for one in load_folder(folder).lists["men", "worlds"].entries][-1] == "can-16"
    file.write_text("\n".join([*rows, "men,17,CAN,can-17"]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_folder(folder)
    assert (caught.value.field, caught.value.line) == ("division", 18)
    assert caught.value.problem == (
        "rank 17 counts differently by division, and none is given; use one of free programme, short programme only"
    )


@pytest.mark.parametrize("name", ["figure-skating-2014", "figure-skating-2018"])
def test_lists_of_figure_skating_give_in_a_file_what_the_results_give(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(FOLDER / name, folder)
    given = load_folder(folder)
    lines = [line.split(",") for line in lists_csv(given.lists).splitlines()]
    assert [line.pop(1) for line in lines][:2] == ["ranking", "worlds"]
    (folder / "standings.csv").write_text("\n".join(map(",".join, lines)), encoding="utf-8")
    read = load_folder(folder)
    assert read.lists != given.lists
    assert allocate(read, "greedy").places == allocate(given, "greedy").places
    assert allocate(read).places == allocate(given).places
    assert quotaproof.check(certificate(read, allocate(read)), folder) == ()


def test_an_event_is_named_in_words() -> None:
    labels = [event.label for event in load_scenario("figure-skating-2018").rules.events]
    assert labels == ["men", "women", "pairs", "ice dance"]
    assert load_scenario("speed-skating-2026").rules.event("men-team-pursuit").label == "men's team pursuit"


def test_an_event_is_handed_out_in_one_way(tmp_path: Path) -> None:
    """Places of NOCs and places of entries are not mixed, and the host's place is among named entries."""
    text = (FIGURE / "rules.toml").read_text(encoding="utf-8")
    text = text[: text.rindex("[[pathways]]")]
    head = 'title = "t"\nclause = "c"\n'
    rest = '\n[[pathways]]\nid = "P3"\n{}'
    for more, words in (
        (f'kind = "ranking-places"\n{head}ranking = "worlds"\nplaces = {{ men = 2 }}\n', "handed out by P1 too"),
        (f'kind = "fill-by-rank"\n{head}ranking = "worlds"\nplaces = {{ men = 24 }}\n', "handed out by P2 too"),
        (
            f'kind = "host-places"\n{head}mode = "additional"\non-reserve-list = false\nevents = ["men"]\n',
            "no places of named entries",
        ),
    ):
        (tmp_path / "rules.toml").write_text(text + rest.format(more), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load_rules(tmp_path / "rules.toml")
        assert words in caught.value.problem


def test_a_reading_of_the_reduction_needs_a_pathway_that_reduces(tmp_path: Path) -> None:
    text = (FIGURE / "rules.toml").read_text(encoding="utf-8")
    stated = (LONG_TRACK / "rules.toml").read_text(encoding="utf-8")
    (tmp_path / "rules.toml").write_text(text + stated[stated.index("[[readings]]") :], encoding="utf-8")
    with pytest.raises(InputError, match="no pathway of kind reduce-to-total"):
        load_rules(tmp_path / "rules.toml")


def test_a_cap_per_federation_is_refused_where_nocs_have_several_places_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(FIGURE, folder)
    alias = '\n[[aliases]]\ncode = "OAR"\nfederations = ["RUS"]\nper-event = 1\nclause = "c"\nsource = "s"\n'
    with (folder / "scenario.toml").open("a", encoding="utf-8") as file:
        file.write(alias)
    with pytest.raises(InputError, match="no meaning where NOCs have several places at once, by sum-of-best"):
        load_folder(folder)


def test_results_name_the_federation_and_not_the_alias(tmp_path: Path) -> None:
    """The results of long track 2026 say AIN; a cap per federation needs to know which of them."""
    folder = tmp_path / "copy"
    shutil.copytree(LONG_TRACK, folder)
    alias = '\n[[aliases]]\ncode = "AIN"\nfederations = ["RUS", "BLR"]\nper-event = 1\nclause = "c"\nsource = "s"\n'
    with (folder / "scenario.toml").open("a", encoding="utf-8") as file:
        file.write(alias)
    with pytest.raises(InputError, match=r"results\.csv.*RUS or BLR"):
        load_folder(folder)
