"""Sessions: a folder each, nobody else's, gone after a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quotaproof.web.folder_digest import digest_of
from quotaproof.web.limits import Limits
from quotaproof.web.problems import BusyError, NotFoundError, RequestError
from quotaproof.web.sessions import Sessions, Source


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Iterator[Sessions]:
    found = Sessions(Limits(sessions=2, uploads=1, idle_seconds=60), clock)
    found.start()
    yield found
    found.stop()


def test_a_cookie_finds_its_session_and_no_other(sessions: Sessions) -> None:
    token, session = sessions.create()
    other, another = sessions.create()
    assert sessions.find(token) is session
    assert sessions.find(other) is another
    assert token != other
    assert session.folder != another.folder
    for wrong in (None, "", "x", token[:-1], token + "x", "\udcff"):
        assert sessions.find(wrong) is None


def test_a_session_is_forgotten_with_its_files_after_a_time_without_requests(sessions: Sessions, clock: Clock) -> None:
    token, session = sessions.create()
    (session.next_folder() / "rules.toml").write_text("x")
    clock.now = 50
    assert sessions.find(token) is session
    clock.now = 105
    assert sessions.find(token) is session, "what was looked at 55 seconds ago stays"
    clock.now = 166
    assert sessions.find(token) is None
    assert not session.folder.exists()


def test_there_are_only_so_many_sessions(sessions: Sessions, clock: Clock) -> None:
    tokens = []
    for now in range(3):
        clock.now = now
        tokens.append(sessions.create()[0])
    assert [sessions.find(token) is None for token in tokens] == [True, False, False], "the oldest had to go"
    for token in tokens[1:]:
        found = sessions.find(token)
        assert found is not None
        found.arriving = 1
    with pytest.raises(BusyError) as busy:
        sessions.create()
    assert busy.value.retry_after == 5


def test_uploads_together_have_only_so_many_bytes(clock: Clock) -> None:
    sessions = Sessions(Limits(upload_bytes=100), clock)
    sessions.start()
    made = []
    for now in range(3):
        clock.now = now
        made.append(sessions.create())
        (made[-1][1].next_folder() / "rules.toml").write_bytes(bytes(30))
    _, last = made[-1]
    sessions.make_room(last, 40)
    assert [sessions.find(token) is None for token, _ in made] == [True, False, False]
    with pytest.raises(BusyError):
        sessions.make_room(last, 90)
    assert last.folder.exists()
    sessions.stop()


def test_a_session_has_only_so_many_uploads_and_each_can_be_removed(sessions: Sessions) -> None:
    _, session = sessions.create()
    folder = session.next_folder()
    session.uploads["upload-1"] = Source("upload-1", folder, "d", uploaded=True)
    with pytest.raises(RequestError, match="remove one first"):
        sessions.require_room(session)
    with pytest.raises(NotFoundError):
        session.remove("../upload-1")
    session.remove("upload-1")
    assert not folder.exists()
    sessions.require_room(session)
    assert session.next_folder().name == "upload-2", "an old address never shows a new upload"


def test_nothing_is_left_when_the_server_ends(sessions: Sessions) -> None:
    _, session = sessions.create()
    root = session.folder.parent
    assert root.stat().st_mode & 0o077 == 0, "nobody else may look into it"
    sessions.stop()
    assert not root.exists()


def test_a_digest_tells_names_and_contents_apart(tmp_path: Path) -> None:
    seen = set()
    for name, content in (("a", "bc"), ("ab", "c"), ("a", "bd")):
        folder = tmp_path / f"{name}{content}{len(seen)}"
        folder.mkdir()
        (folder / name).write_text(content)
        seen.add(digest_of(folder))
    assert len(seen) == 3
