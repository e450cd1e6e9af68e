"""Uploads: what is read, and what is refused before it can do harm."""

from __future__ import annotations

import asyncio
import errno
import io
import re
import shutil
import stat
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from quotaproof.model.scenario_loading import load_folder
from quotaproof.scenarios import FOLDER, identifiers
from quotaproof.web.correction_words import import_notes
from quotaproof.web.languages import speaking
from quotaproof.web.limits import Limits
from quotaproof.web.middleware import Guard
from quotaproof.web.problems import RequestError, TooLargeError
from quotaproof.web.uploads import NAMES, read_upload, unzip, write_folder

from .conftest import zipped

LIMITS = Limits()
SOCHI = FOLDER / "sochi-2014"


def archive(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, content in members:
            made.writestr(name, content)
    return buffer.getvalue()


def refused(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(RequestError) as error:
        unzip(data, limits)
    assert error.value.status in (400, 413)
    assert "\n" not in error.value.sentence
    return error.value.sentence


def test_a_zipped_folder_is_read_file_by_file() -> None:
    files = unzip(zipped("sochi-2014"), LIMITS)
    assert files["rules.toml"] == (SOCHI / "rules.toml").read_bytes()
    assert set(files) == {path.name for path in SOCHI.iterdir() if path.is_file()}


def test_files_without_a_folder_are_read_too() -> None:
    assert unzip(archive(("rules.toml", b"x"), ("scenario.toml", b"y")), LIMITS) == {
        "rules.toml": b"x",
        "scenario.toml": b"y",
    }


def test_what_macos_adds_is_passed_over() -> None:
    data = archive(("a/rules.toml", b"x"), ("__MACOSX/a/._rules.toml", b"?"), ("a/.DS_Store", b"?"), ("a/", b""))
    assert unzip(data, LIMITS) == {"rules.toml": b"x"}


@pytest.mark.parametrize(
    "name",
    [
        "../rules.toml",
        "a/../../rules.toml",
        "/etc/rules.toml",
        "..\\rules.toml",
        "C:/rules.toml",
        "C:\\rules.toml",
        "a/b/rules.toml",
        "a/passwd",
        "rules.toml/x",
        "a/published.csv.exe",
    ],
)
def test_a_path_outside_the_folder_or_an_unknown_name_is_refused(name: str) -> None:
    assert "zip file" in refused(archive((name, b"x")))


def test_a_link_is_refused() -> None:
    member = zipfile.ZipInfo("a/rules.toml")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(member, "/etc/passwd")
    assert "link" in refused(buffer.getvalue())


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself() -> None:
    bomb = archive(("published.csv", b"0" * 4_000_000))
    assert len(bomb) < 10_000
    assert "times larger" in refused(bomb)


def test_a_zip_bomb_that_lies_about_its_size_is_cut_off_while_it_is_read() -> None:
    bomb = bytearray(archive(("published.csv", b"0" * 60_000_000)))
    # Both headers say that it unpacks to 10 bytes.
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = bomb.index(signature) + offset
        bomb[at : at + 4] = struct.pack("<I", 10)
    assert refused(bytes(bomb))


def test_many_small_bombs_are_counted_together() -> None:
    limits = replace(LIMITS, unpacked=250_000, ratio=10_000)
    sentence = refused(archive(*((name, b"0" * 99_000) for name in NAMES[: limits.files])), limits)
    assert "more bytes" in sentence


def test_a_zip_file_within_a_zip_file_is_not_opened() -> None:
    assert "not a file of a scenario" in refused(archive(("inner.zip", archive(("rules.toml", b"x")))))


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 500, archive(("rules.toml", b"x" * 5000))[:-30], b"", archive()],
    ids=["head", "noise", "cut", "empty", "no-files"],
)
def test_a_damaged_zip_file_is_refused(data: bytes) -> None:
    assert "zip" in refused(data)


def test_a_damaged_member_is_refused() -> None:
    data = bytearray(archive(("rules.toml", b"some text that is stored"), compression=zipfile.ZIP_STORED))
    data[45] ^= 0xFF
    assert "damaged" in refused(bytes(data))


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(archive(("rules.toml", b"x")))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refused(bytes(data))


def test_a_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = archive(("rules.toml", b"x"), ("rules.toml", b"y"))
    assert "twice" in refused(data)


def test_two_folders_are_refused() -> None:
    assert "one folder" in refused(archive(("a/rules.toml", b"x"), ("b/scenario.toml", b"y")))


def test_too_many_files_are_refused() -> None:
    assert "at most 12" in refused(archive(*((f"{number}/rules.toml", b"x") for number in range(13))))


# Single files -----------------------------------------


def parts(*names: str) -> list[tuple[str, bytes]]:
    return [(name, (SOCHI / name).read_bytes()) for name in names]


def test_single_files_make_a_scenario() -> None:
    assert set(read_upload(parts("rules.toml", "scenario.toml", "standings.csv"), None, False, LIMITS)) == {
        "rules.toml",
        "scenario.toml",
        "standings.csv",
    }


def test_a_csv_file_of_another_name_is_told_by_its_header() -> None:
    table = b"# my table\n\n" + (SOCHI / "published.csv").read_bytes()
    files = read_upload([("my table.csv", table)], SOCHI, False, LIMITS)
    assert files["published.csv"] == table
    assert set(files) == {"published.csv", "rules.toml", "scenario.toml"}


@pytest.mark.parametrize("name", ["standings.csv", "classifications.csv", "published.csv"])
def test_each_kind_of_csv_file_has_its_own_header(name: str) -> None:
    assert name in read_upload([("x.csv", (SOCHI / name).read_bytes())], SOCHI, False, LIMITS)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("known.csv", b"event,fact,noc,value,source\n"),
        ("declines.csv", b"event,noc,qualifier,date,source\n"),
        ("draws.csv", b"event,noc,qualifier,draw,date\n"),
        ("invitations.csv", b"event,noc,number,date,source\n"),
        ("standings.csv", b"event,rank,noc,qualifier,points,draw\n"),
    ],
)
def test_each_header_of_the_scenario_format_is_told(name: str, header: bytes) -> None:
    assert name in read_upload([("x.csv", header)], SOCHI, False, LIMITS)


def test_what_a_scenario_folder_may_hold_may_be_sent() -> None:
    for name in identifiers():
        named = {one.file for one in load_folder(FOLDER / name).published_lists}
        assert {path.name for path in (FOLDER / name).glob("*.*")} - named <= {*NAMES}


def test_the_other_files_of_the_base_stay_only_if_asked_for() -> None:
    kept = read_upload(parts("published.csv"), SOCHI, True, LIMITS)
    assert kept["standings.csv"] == (SOCHI / "standings.csv").read_bytes()
    assert "standings.csv" not in read_upload(parts("published.csv"), SOCHI, False, LIMITS)


def test_without_the_standings_nothing_is_said_to_be_complete() -> None:
    files = read_upload(parts("published.csv"), SOCHI, False, LIMITS)
    assert b"complete = []" in files["scenario.toml"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([], "No file was sent"),
        ([("", b"")], "No file was sent"),
        ([("notes.txt", b"x")], "nor any other table"),
        ([("../rules.toml", b"x")], "not a file of a scenario"),
        ([("x.csv", b"a,b\n1,2\n")], "by which rules it is to be read"),
        ([("rules.toml", b"x"), ("rules.toml", b"y")], "sent twice"),
        ([("published.csv", b"noc,athletes\n")], "scenario.toml is missing"),
    ],
)
def test_what_is_no_scenario_is_refused_in_one_sentence(sent: list[tuple[str, bytes]], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        read_upload(sent, None, False, LIMITS)


def test_a_large_file_and_many_files_are_refused() -> None:
    with pytest.raises(TooLargeError, match="bytes"):
        read_upload([("published.csv", b"noc,athletes\n" + b"x" * 5_000_000)], SOCHI, False, LIMITS)
    with pytest.raises(TooLargeError, match="At most 12 files"):
        read_upload([(f"{n}.csv", b"x") for n in range(13)], SOCHI, False, LIMITS)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("name", ["published.csv", "standings.csv"])
def test_a_file_of_too_many_lines_is_refused(name: str, end: bytes) -> None:
    header = b"noc,men-500,athletes" if name == "published.csv" else b"event,rank,noc,qualifier"
    with pytest.raises(TooLargeError, match=f"{name} has 20,001 lines; at most 20,000 are read"):
        read_upload([(name, (header + end) + (b"?,0,0" + end) * 20_000)], FOLDER / "sochi-2014", False, LIMITS)


def test_only_known_names_are_ever_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no file of a scenario"):
        write_folder(tmp_path, {"../x": b""})
    write_folder(tmp_path, {"rules.toml": b"x"})
    assert [path.name for path in tmp_path.iterdir()] == ["rules.toml"]


# Pages, sheets and pasted tables ----------------------------------------

TABLE = (SOCHI / "published.csv").read_text()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_published_table_with_semicolons_is_read_by_its_name_or_any_other(encoding: str) -> None:
    data = TABLE.replace(",", ";").replace("noc", "País").encode(encoding)
    for name in ("published.csv", "my table.csv", "table.txt"):
        assert read_upload([(name, data)], SOCHI, False, LIMITS)["published.csv"] == TABLE.encode()


def test_an_import_keeps_the_other_files_of_the_base_if_asked_for_and_takes_rules_that_were_sent() -> None:
    table = ("t.csv", TABLE.replace(",", ";").encode())
    kept = read_upload([table], SOCHI, True, LIMITS)
    assert kept["standings.csv"] == (SOCHI / "standings.csv").read_bytes()
    assert "standings.csv" not in read_upload([table], SOCHI, False, LIMITS)
    rules = ("rules.toml", (SOCHI / "rules.toml").read_bytes())
    assert read_upload([table, rules], None, False, LIMITS)["published.csv"] == TABLE.encode()
    with pytest.raises(RequestError, match="cannot be sent together with pages"):
        read_upload([table, ("a.zip", zipped("sochi-2014"))], SOCHI, False, LIMITS)


def test_a_pasted_table_is_shown_with_how_it_was_read(client: TestClient) -> None:
    text = TABLE.replace(",", "\t").replace("\n", "\r\n")
    answer = client.post("/uploads", data={"text": text, "base": "sochi-2014"}, files={"files": ("", b"")})
    assert answer.status_code == 200
    assert "How the upload was read" in answer.text
    assert "Read by the rules of sochi-2014." in answer.text
    remarks = re.search(r'<div class="scroll remarks".*?</div>', answer.text, re.DOTALL)
    assert remarks is not None and "<h3>Guessed</h3>" in remarks[0] and "<h3>Missing</h3>" in remarks[0]
    assert "quotaproof import" not in answer.text and "## " not in answer.text and "<pre" not in answer.text
    refused = client.post("/api/uploads", data={"text": "x"}, files={"files": ("", b"")})
    assert refused.status_code == 400
    assert "pasted-text: " in refused.text


def test_how_an_upload_was_read_is_text_whatever_signs_are_in_it() -> None:
    sources = (
        "# Sources: x\n\nEverything was read.\nThe rules are those of `sochi-2014`. Nothing else.\n\n- a.csv\n"
        "\n## Left out\n\n- row *1*: ## [b](http://c) `d`.\n- <b>row 2</b>: e.\n\n## Of another version\n\n- f.\n"
    )
    notes = import_notes(sources)
    assert notes.rules == "sochi-2014"
    assert notes.remarks == (
        ("Left out", ("row *1*: ## [b](http://c) `d`.", "<b>row 2</b>: e.")),
        ("Of another version", ("f.",)),
    )
    with speaking("de"):
        assert import_notes(sources).remarks[0][0] == "Weggelassen"
    assert import_notes("") == import_notes("# Sources: x\n")


def test_a_page_and_a_workbook_are_uploads_too(client: TestClient) -> None:
    page = "<h1>Short track 2014</h1><table>" + "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(','))}</tr>" for line in TABLE.splitlines()
    )
    answer = client.post("/uploads", files={"files": ("page.html", page.encode(), "text/html")})
    assert answer.status_code == 200
    assert "the title names 2014" in answer.text


# No room, and no folder ----------------------------------------------------------------------------------------------


def kept_files(client: TestClient) -> list[Path]:
    root = client.app.state.services.sessions._root  # type: ignore[attr-defined]
    return sorted(path for path in root.rglob("*") if path.name != "lock" and path.parent != root)


@pytest.mark.parametrize("address", ["/uploads", "/api/uploads"])
@pytest.mark.parametrize("write", ["write_bytes", "mkdir"])
def test_a_full_disk_is_one_sentence_and_nothing_stays(
    address: str, write: str, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept_files(client)
    form = {"files": ("sochi.zip", zipped("sochi-2014"))}
    with monkeypatch.context() as patch:

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(Path, write, full)
        answer = client.post(address, files=form, follow_redirects=False)
    assert answer.status_code == 507
    assert "The server has no room on its disk for what was sent; nothing of it was kept." in answer.text
    assert kept_files(client) == before
    assert client.post(address, files=form, follow_redirects=False).status_code in (201, 303)


def test_an_upload_that_is_changed_on_a_full_disk_stays_as_it_was(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/uploads", files={"files": ("sochi.zip", zipped("sochi-2014"))})
    before = kept_files(client)
    for _ in range(2):  # the second time as the first: nothing counts as being checked for ever
        with monkeypatch.context() as patch:

            def full(*_: object, **__: object) -> str:
                raise OSError(errno.ENOSPC, "No space left on device")

            patch.setattr("quotaproof.web.sessions.tempfile.mkdtemp", full)
            answer = client.post("/uploads/upload-1/name", data={"name": "Other"}, follow_redirects=False)
        assert answer.status_code == 507
        assert kept_files(client) == before
    assert client.post("/uploads/upload-1/name", data={"name": "Other"}, follow_redirects=False).status_code == 303
    assert "0 still being checked" not in client.get("/uploads").text


def test_a_folder_that_was_cleared_away_is_made_anew(client: TestClient) -> None:
    form = {"files": ("sochi.zip", zipped("sochi-2014"))}
    assert client.post("/uploads", files=form, follow_redirects=False).status_code == 303
    root = client.app.state.services.sessions._root  # type: ignore[attr-defined]
    shutil.rmtree(root)
    assert client.get("/uploads/upload-1").status_code == 404
    assert client.post("/uploads", files=form, follow_redirects=False).status_code == 303
    assert client.get("/uploads/upload-2").status_code == 200
    client.cookies.clear()
    assert client.post("/api/uploads", files=form).status_code == 201


@pytest.mark.parametrize("length", [b"300000", None], ids=["stated", "in chunks"])
def test_what_nobody_reads_of_a_body_is_taken_before_the_answer(length: bytes | None) -> None:
    told: list[str] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await receive()  # and not the rest
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})

    async def receive() -> dict[str, Any]:
        told.append("part")
        return {"type": "http.request", "body": bytes(100_000), "more_body": told.count("part") < 3}

    async def send(message: dict[str, Any]) -> None:
        told.append(message["type"])

    sized = (b"content-length", length) if length else (b"transfer-encoding", b"chunked")
    scope = {"type": "http", "method": "POST", "path": "/uploads", "headers": [(b"host", b"127.0.0.1"), sized]}
    guarded = Guard(answer, LIMITS)({**scope, "query_string": b"", "raw_path": b"/uploads"}, receive, send)
    with ThreadPoolExecutor(1) as thread:  # tests of pages in a browser leave a running loop in this one
        thread.submit(asyncio.run, guarded).result()
    assert told == ["part", "part", "part", "http.response.start", "http.response.body"]
