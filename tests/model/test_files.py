"""Files in and out: bounded reading, rows with their lines, places in TOML, writing whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotaproof.model import files
from quotaproof.model.errors import InputError
from quotaproof.model.files import (
    SIZE_LIMIT,
    csv_text,
    named,
    read_rows,
    read_text,
    read_toml,
    shown,
    toml_line,
    write_bytes,
    write_text,
)
from quotaproof.scenarios import FOLDER

COLUMNS = ("event", "noc")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


# Reading text --------------------------------------------------------------------------------------------------------


def test_a_byte_order_mark_is_no_part_of_the_text(path: Path) -> None:
    path.write_bytes("event\n".encode("utf-8-sig"))
    assert read_text(path) == "event\n"


def test_the_size_limit_itself_is_allowed(path: Path) -> None:
    path.write_bytes(b"x" * 100)
    assert len(read_text(path, 100)) == 100
    with pytest.raises(InputError, match="the file has 100 bytes; at most 99 are read"):
        read_text(path, 99)


def test_every_file_that_ships_is_far_below_the_limits() -> None:
    for file in FOLDER.glob("*/*.*"):
        limit = files.TOML_LIMIT if file.suffix == ".toml" else SIZE_LIMIT
        assert file.stat().st_size * 10 < limit, file


def test_the_line_of_a_wrong_byte_is_named(path: Path) -> None:
    path.write_bytes(b"one\ntwo\nthr\xffee\n")
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert caught.value.line == 3


# Rows ----------------------------------------------------------------------------------------------------------------


def test_rows_keep_the_lines_they_stand_on(path: Path) -> None:
    path.write_text('# head\n\nevent,noc\nmen-500,CAN\n  # note, with an "open quotation\n,\nmen-1000,"ITA"\n')
    rows = read_rows(path, COLUMNS)
    assert [(row.line, dict(row.values)) for row in rows] == [
        (4, {"event": "men-500", "noc": "CAN"}),
        (7, {"event": "men-1000", "noc": "ITA"}),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(path: Path, line_end: str) -> None:
    path.write_bytes(line_end.join(["event,noc", "men-500,CAN", "men-500,ITA"]).encode())
    assert [(row.line, row.noc()) for row in read_rows(path, COLUMNS)] == [(2, "CAN"), (3, "ITA")]


def test_columns_may_stand_in_any_order_and_optional_ones_be_absent(path: Path) -> None:
    path.write_text("noc , event\nCAN,men-500\n")
    (row,) = read_rows(path, COLUMNS, ("points",))
    assert dict(row.values) == {"noc": "CAN", "event": "men-500"}


def test_a_comment_does_not_swallow_the_rows_behind_it(path: Path) -> None:
    path.write_text('event,noc\n# see "here","there\nmen-500,CAN\nmen-500,"ITA"\n')
    assert [row.noc() for row in read_rows(path, COLUMNS)] == ["CAN", "ITA"]


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)


@given(st.lists(st.tuples(cells, cells).filter(lambda row: "".join(row).strip() and row[0].lstrip()[:1] != "#")))
def test_rows_come_back_as_they_were_written(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    file = tmp_path / "rows.csv"
    write_text(file, csv_text(COLUMNS, rows))
    assert [tuple(row.values.values()) for row in read_rows(file, COLUMNS)] == rows


def one_row(path: Path, value: str) -> files.Row:
    return files.Row(path, 7, {"event": value})


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), (" 12 ", 12), ("999999999", 999_999_999)])
def test_whole_numbers(path: Path, text: str, number: int) -> None:
    assert one_row(path, text).integer("event") == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "1e3", "0x1", "1_000", "²", "١", "1000000000", "nan", "1 2"])
def test_anything_else_is_no_whole_number(path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"line 7, field event: .* is not a whole number from 0 to 999,999,999\.$"):
        one_row(path, text).integer("event")


@given(st.integers(0, 1200), st.integers(0, 50), st.integers(50, 999))
def test_a_whole_number_keeps_within_its_bounds(number: int, least: int, most: int) -> None:
    row = one_row(Path("a.csv"), str(number))
    if least <= number <= most:
        assert row.integer("event", least=least, most=most) == number
    else:
        with pytest.raises(InputError, match=f"from {least} to {most}"):
            row.integer("event", least=least, most=most)


def test_an_unknown_noc_is_none_where_it_is_allowed(path: Path) -> None:
    assert one_row(path, " ? ").noc_or_unknown("event") is None
    assert one_row(path, "CAN").noc_or_unknown("event") == "CAN"
    with pytest.raises(InputError, match="not an IOC code"):
        one_row(path, "?").noc("event")


@pytest.mark.parametrize("text", ["can", "CA", "CANA", "ÇAN", "C4N", "CAN\n?", "К" * 3])
def test_other_texts_are_no_ioc_codes(path: Path, text: str) -> None:
    with pytest.raises(InputError, match="three capital letters such as CAN or \\?"):
        one_row(path, text).noc_or_unknown("event")


def test_a_choice_names_what_is_allowed(path: Path) -> None:
    assert one_row(path, " rank ").choice("event", ("rank", "ranked")) == "rank"
    with pytest.raises(InputError, match=r"'Rank' is unknown .do you mean rank or ranked..; use one of rank, ranked"):
        one_row(path, "Rank").choice("event", ("rank", "ranked"))


# Words in messages ---------------------------------------------------------------------------------------------------


@given(
    st.one_of(
        st.text(),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.dates(),
        st.integers().map(lambda n: 10**n if 0 < n < 5000 else n),
    )
)
def test_a_message_repeats_a_value_on_one_short_line(value: object) -> None:
    text = shown(value)
    assert text.isprintable()
    assert len(text) < 10 * files.SHOWN + 10


def test_a_number_of_thousands_of_digits_can_be_named() -> None:
    assert shown(10**9000) == shown(-(10**9000)) == "a number of more than 18 digits"


@given(st.text())
def test_a_key_is_named_on_one_short_line(key: str) -> None:
    assert named(key).isprintable()
    assert named(key)


def test_a_plain_key_is_named_as_it_is() -> None:
    assert named("start-places") == "start-places"
    assert named("") == "''"
    assert named("a\nb") == r"'a\nb'"


# TOML ----------------------------------------------------------------------------------------------------------------

TOML = """\
title = "x"            # 1
events = [1,
  2]
[host]                 # 4
events = ["a"]
clause = "y"

[[events-of]]          # 8
id = "a"
team = { men = 2, women = 3 }

[[events-of]]          # 12
id = "b"
[events-of.more]       # 14
deep = 1
[[events-of.list]]     # 16
x = 1
[[events-of.list]]     # 18
x = 2

[[events-of]]          # 21
"id" = "c"
[[events-of.list]]     # 23
x = 3
[a.b]                  # 25
c.d = 1
"""


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("title",), 1),
        (("events",), 2),
        (("events", 1), 2),
        (("host",), 4),
        (("host", "events"), 5),
        (("host", "events", 0), 5),
        (("host", "missing"), 4),
        (("events-of",), 8),
        (("events-of", 0), 8),
        (("events-of", 0, "id"), 9),
        (("events-of", 0, "team", "women"), 10),
        (("events-of", 0, "missing"), 8),
        (("events-of", 1, "id"), 13),
        (("events-of", 1, "more", "deep"), 15),
        (("events-of", 1, "list", 1, "x"), 19),
        (("events-of", 2), 21),
        (("events-of", 2, "id"), 22),
        (("events-of", 2, "list", 0, "x"), 24),
        (("a", "b", "c", "d"), 26),
        (("a",), 25),
        (("missing",), None),
        ((), None),
    ],
)
def test_the_line_of_a_place_in_toml(location: tuple[str | int, ...], line: int | None) -> None:
    assert toml_line(TOML, location) == line
    assert toml_line(TOML.replace("\n", "\r\n"), location) == line


def leaves(value: Any, location: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*location, key))
    elif isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*location, number))
    else:
        yield location


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*/*.toml")), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_key_of_the_files_that_ship_is_found(file: Path) -> None:
    data, text = read_toml(file)
    lines = text.split("\n")
    found = []
    for location in leaves(data):
        line = toml_line(text, location)
        assert line is not None
        assert f"{location[-1]} =" in lines[line - 1], location
        found.append(line)
    assert found == sorted(found)


def test_a_number_that_python_refuses_to_read_is_refused(path: Path) -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        path.write_text(f"x = {'9' * 700}\n")
        with pytest.raises(InputError, match="a number is too long"):
            read_toml(path)
    finally:
        sys.set_int_max_str_digits(before)


@pytest.mark.parametrize(("text", "line"), [("x = 1\ny = \n", 2), ("x = 1\n\ny = '''a\n", 3), ("x = [\n\n", 1)])
def test_the_line_of_a_fault_in_toml_is_named(path: Path, text: str, line: int) -> None:
    path.write_text(text)
    with pytest.raises(InputError, match="this is not valid TOML") as caught:
        read_toml(path)
    assert caught.value.line == line
    assert "(at " not in str(caught.value)


def test_the_longest_line_itself_is_allowed(path: Path) -> None:
    path.write_text(f"x = 1 #{'y' * (files.TOML_LINE_LIMIT - 7)}\n")
    assert read_toml(path)[0] == {"x": 1}
    path.write_text(f"x = 1 #{'y' * (files.TOML_LINE_LIMIT - 6)}\n")
    with pytest.raises(InputError, match="line 1: the line has 2,501 characters; at most 2,500 are read"):
        read_toml(path)


@given(st.text(st.sampled_from("ab.=[]\"'{},# \n1é\t"), max_size=60))
def test_any_text_is_toml_or_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "any.toml"
    file.write_text(text, encoding="utf-8")
    try:
        data, _ = read_toml(file)
    except InputError as error:
        assert "\n" not in str(error)
        assert error.line is None or 1 <= error.line <= text.count("\n") + 1
        with pytest.raises(tomllib.TOMLDecodeError):
            tomllib.loads(text)
    else:
        assert data == tomllib.loads(text)
        for location in leaves(data):
            line = toml_line(text, location)
            assert line is None or 1 <= line <= text.count("\n") + 1


# Writing -------------------------------------------------------------------------------------------------------------


def test_text_is_written_as_utf_8_without_changing_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a.csv", "Zürich\r\n\n")
    assert (tmp_path / "a.csv").read_bytes() == b"Z\xc3\xbcrich\r\n\n"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_an_old_file_is_replaced(path: Path) -> None:
    path.write_text("a long old text")
    write_text(path, "new")
    assert path.read_text() == "new"


def test_a_new_file_has_the_permissions_the_user_asks_for(path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write_text(path, "x")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file cannot be written"):
        write_text(tmp_path / "nowhere" / "a.csv", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file_is_refused_and_nothing_is_left_behind(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.mkdir()
    with pytest.raises(InputError, match="the file cannot be written"):
        write_text(target, "x")
    assert list(tmp_path.iterdir()) == [target]
    assert list(target.iterdir()) == []


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file cannot be written"):
        write_text(tmp_path / ("n" * 300), "x")
    assert list(tmp_path.iterdir()) == []


def fail_with(error: BaseException) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("step", [(os, "fdopen"), (Path, "replace")], ids=["open", "rename"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["disk", "user"])
def test_a_failure_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str], error: BaseException
) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr(*step, fail_with(error))
        with pytest.raises(InputError if isinstance(error, OSError) else KeyboardInterrupt):
            write_bytes(target, b"new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_data_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_bytes(tmp_path / "a.csv", "text")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="not UTF-8"):
        write_text(tmp_path / "a.csv", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_csv_text_has_plain_line_ends_and_quotes_where_it_must() -> None:
    assert csv_text(("a", "b"), [(1, "x,y"), ("", 'say "z"')]) == 'a,b\n1,"x,y"\n,"say ""z"""\n'


# Writing over what is there ------------------------------------------------------------------------------------------


def test_a_file_that_is_written_anew_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")
    for mode in (0o600, 0o640, 0o444):
        file.chmod(mode)
        write_text(file, "new")
        assert (stat.S_IMODE(file.stat().st_mode), file.read_text()) == (mode, "new")


@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing yet"])
def test_a_link_stays_and_what_it_leads_to_is_written(there: bool, tmp_path: Path) -> None:
    folder, link = tmp_path / "far", tmp_path / "link.txt"
    folder.mkdir()
    if there:
        (folder / "real.txt").write_text("old")
    link.symlink_to(folder / "real.txt")
    write_text(link, "new")
    assert link.is_symlink()
    assert (folder / "real.txt").read_text() == "new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["far", "link.txt", "real.txt"]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(InputError, match="cannot be written"):
        write_text(tmp_path / "a", "new")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_pipe_and_a_device_are_written_into(tmp_path: Path) -> None:
    pipe, nothing = tmp_path / "pipe", tmp_path / "nothing"
    os.mkfifo(pipe)
    nothing.symlink_to("/dev/null")
    with ThreadPoolExecutor(1) as thread:
        read = thread.submit(pipe.read_text)
        write_text(pipe, "through")
        assert read.result(10) == "through"
    write_text(nothing, "gone")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert nothing.is_symlink()
    assert Path("/dev/null").is_char_device()


def test_a_full_device_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(InputError, match="No space left on device"):
        write_text(tmp_path / "full", "x")
    assert len(list(tmp_path.iterdir())) == 1


def test_what_this_process_has_open_is_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    with file.open("w") as stream:
        stream.write("first\n")
        stream.flush()
        write_text(Path(f"/dev/fd/{stream.fileno()}"), "second\n")
    assert file.read_text() == "first\nsecond\n"
