"""Reading an upload into a scenario folder: only known names, only so many bytes, nothing outside the folder."""

from __future__ import annotations

import io
import re
import stat
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError
from quotaproof.model.scenario_folder import NAMES, NEEDED, RULES, SCENARIO, SOURCES, told_by_header, toml_text

from .languages import decimal, gettext
from .limits import Limits
from .problems import MissingRulesError, RequestError, TooLargeError

if TYPE_CHECKING:
    from quotaproof.importing.outcome import Remarks
    from quotaproof.pages import Page

CHUNK = 65_536
ZIPPED = b"PK\x03\x04"
SMALL = 100_000
"""Bytes up to which a file may be compressed as well as it can."""

Files = Mapping[str, bytes]
SentParts = Sequence[tuple[str, bytes]]
"""What was sent: (name, content)."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """Pages and sheets that are to be imported, and files of a scenario folder that came with them."""

    pages: SentParts
    own: dict[str, bytes]


def read_upload(parts: SentParts, base: Path | None, keep: bool, limits: Limits) -> dict[str, bytes]:
    """Return the files of the scenario that an upload states, by name.

    Parameters
    ----------
    parts
        (name, content) of what was sent: one zip file of a scenario folder, single files of one, or pages, sheets and
        pasted texts, which are read as `quotaproof import` reads them.
    base
        The folder of the scenario whose rules apply where the upload has none.
    keep
        Whether the other files of the base stay as well (standings, published table, facts, declines).

    Raises
    ------
    RequestError
        If a name is unknown or appears twice, a file is too large or has too many lines, or the zip file is not one or
        not a harmless one.
    """
    sent = [(name, data) for name, data in parts if name or data]
    if not sent:
        raise RequestError(
            gettext("No file was sent; choose a page, a sheet or a zip file of a scenario folder, or paste a table.")
        )
    _require_few(sent, limits)
    if is_import(sent):
        return with_few_lines(imported(page_parts(sent, limits), base, keep), limits)
    files: dict[str, bytes] = {}
    for name, data in sent:
        zipped = data[:4] == ZIPPED or name.lower().endswith(".zip")
        found = unzip(data, limits) if zipped else {_known(name, data): data}
        for own, content in found.items():
            if own in files:
                raise RequestError(gettext("%(name)s was sent twice; send it once.", name=own))
            _require_size(own, len(content), limits)
            files[own] = content
    if sum(map(len, files.values())) > limits.unpacked:
        raise TooLargeError(
            gettext(
                "The files together have more than %(number)s bytes, the most that is read.",
                number=decimal(limits.unpacked),
            )
        )
    missing = [name for name in NEEDED if name not in files]
    if missing and base is None:
        raise MissingRulesError(
            gettext("%(name)s is missing; send it too, or choose a scenario whose rules apply.", name=missing[0])
        )
    if missing and base is not None:
        for path in sorted(base.iterdir()):
            if path.name in NAMES and path.name not in files and (keep or path.name in NEEDED):
                files[path.name] = path.read_bytes()
        if not keep:
            files[SCENARIO.name] = _nothing_complete(files[SCENARIO.name])
    return with_few_lines(files, limits)


def with_few_lines(files: dict[str, bytes], limits: Limits) -> dict[str, bytes]:
    """Return the files of a scenario, unless one has more lines than are read."""
    for name, data in files.items():
        lines = max(data.count(b"\n"), data.count(b"\r"))
        if name.endswith(".csv") and lines > limits.rows:
            told = {"name": name, "number": decimal(lines), "most": decimal(limits.rows)}
            raise TooLargeError(gettext("%(name)s has %(number)s lines; at most %(most)s are read.", **told))
    return files


def is_import(sent: SentParts) -> bool:
    """Return whether what was sent is to be imported, because it is not only files of a scenario folder."""
    return any(_is_page(name, data) for name, data in sent)


def _is_page(name: str, data: bytes) -> bool:
    """Whether something is to be imported: no zip file and no file of a scenario folder that can be read as it is."""
    suffix = Path(name).suffix.lower()
    if suffix in (".toml", ".zip") or name == SOURCES.name:
        return False
    if data[:4] == ZIPPED:
        return suffix in (".xlsx", ".xlsm", ".ods")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return True
    first = next((line for line in text.splitlines() if is_record(line)), "")
    columns = [column.strip() for column in first.split(",")]
    return suffix != ".csv" or told_by_header(columns) is None or len(columns) != len(set(columns))


def imported(
    parts: PageParts,
    base: Path | None,
    keep: bool,
    host: str | None = None,
    amend: Callable[[Page, str | None], Page] | None = None,
    remarks: Remarks | None = None,
) -> dict[str, bytes]:
    """Return the files of the scenario that an import of pages and sheets makes, by the rules sent or named.

    Parameters
    ----------
    host
        The host, if it is not that of the rules; `none` is no host.
    amend
        What is changed in the opened page, which is handed over with the rules by which it is to be read.
    remarks
        Where what there is to say of the import is put.

    Raises
    ------
    RequestError
        If it cannot be read.
    """
    from quotaproof.importing.run import import_page, opened

    with tempfile.TemporaryDirectory(prefix="quotaproof-") as temporary:
        rules = str(base) if base is not None else None
        if RULES.name in parts.own:
            rules = str(Path(temporary) / RULES.name)
            Path(rules).write_bytes(parts.own[RULES.name])
        folder = Path(temporary) / "made"
        try:
            name, page = opened(parts.pages)
            import_page(amend(page, rules) if amend else page, name, folder, rules=rules, host=host, remarks=remarks)
        except InputError as error:
            raise RequestError(str(error).replace(temporary, "").strip("/")) from error
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name in NAMES}
    if base is not None and keep:
        files = {path.name: path.read_bytes() for path in base.iterdir() if path.name in NAMES} | files
    return files | parts.own


def page_parts(sent: SentParts, limits: Limits) -> PageParts:
    """Return what was sent for an import.

    Raises
    ------
    RequestError
        If there are too many files, one is too large, or one is a zip file of a scenario folder.
    """
    sent = [(name, data) for name, data in sent if name or data]
    _require_few(sent, limits)
    for name, data in sent:
        _require_size(name, len(data), limits)
        if data[:4] == ZIPPED and name.lower().endswith(".zip"):
            raise RequestError(
                gettext("A zip file of a scenario folder cannot be sent together with pages; send it alone.")
            )
    own = {name: data for name, data in sent if name in (*NEEDED, SOURCES.name)}
    return PageParts([(name, data) for name, data in sent if name not in own], own)


def _require_few(sent: SentParts, limits: Limits) -> None:
    if len(sent) > limits.files:
        told = {"most": limits.files, "number": len(sent)}
        raise TooLargeError(gettext("At most %(most)s files are read at once; these are %(number)s.", **told))


def write_folder(folder: Path, files: Files) -> None:
    """Write the files into a folder of their own; every name is one of those of a scenario folder."""
    for name, content in files.items():
        if name not in NAMES:
            raise ValueError(f"{name!r} is no file of a scenario")
        (folder / name).write_bytes(content)


def unzip(data: bytes, limits: Limits) -> dict[str, bytes]:
    """Return the scenario files of a zip file, read in memory and counted while they are read.

    Raises
    ------
    RequestError
        If it is no zip file, is encrypted or damaged, or holds a path outside its folder, a link, an unknown name, too
        many files, or more bytes than are read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not _passed_over(member)]
            if len(members) > limits.files:
                told = {"number": decimal(len(members)), "most": limits.files}
                raise TooLargeError(gettext("The zip file holds %(number)s files; at most %(most)s are read.", **told))
            files: dict[str, bytes] = {}
            folders: set[str] = set()
            left = limits.unpacked
            for member in members:
                folder, name = _place(member)
                folders.add(folder)
                if len(folders) > 1:
                    raise RequestError(
                        gettext("The zip file holds files of more than one folder; zip one scenario folder.")
                    )
                if name in files:
                    raise RequestError(gettext("%(name)s is twice in the zip file.", name=name))
                files[name] = _content(archive, member, name, min(limits.file, left), limits)
                left -= len(files[name])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError, OSError) as error:
        raise RequestError(
            gettext("The zip file is damaged, encrypted, or not a zip file at all; zip the folder again.")
        ) from error
    if not files:
        raise RequestError(gettext("The zip file holds no scenario files; zip a scenario folder."))
    return files


def _passed_over(member: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS adds to every zip file."""
    name = member.filename
    return member.is_dir() or name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store"


def _place(member: zipfile.ZipInfo) -> tuple[str, str]:
    """Return (folder, name) of a member that is a plain file at a harmless place with a known name."""
    path = member.filename
    shown = _shown(path)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise RequestError(gettext("%(name)s in the zip file is a link; only plain files are read.", name=shown))
    if path.startswith("/") or "\\" in path or re.match(r"[A-Za-z]:", path) or ".." in path.split("/"):
        raise RequestError(
            gettext("%(name)s in the zip file points outside its folder; zip the folder again.", name=shown)
        )
    folder, _, name = path.rpartition("/")
    if name not in NAMES or "/" in folder:
        raise RequestError(
            gettext(
                "%(name)s in the zip file is not a file of a scenario folder; those are %(names)s.",
                name=shown,
                names=", ".join(NAMES),
            )
        )
    return folder, name


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, most: int, limits: Limits) -> bytes:
    _require_size(name, member.file_size, limits)
    packed = max(1, member.compress_size)
    if member.file_size > SMALL and member.file_size / packed > limits.ratio:
        raise TooLargeError(
            gettext(
                "%(name)s is %(number)s times larger than packed; at most %(most)s times.",
                name=name,
                number=decimal(member.file_size // packed),
                most=limits.ratio,
            )
        )
    parts: list[bytes] = []
    size = 0
    with archive.open(member) as stream:
        # What the archive says of its sizes may be a lie, so bytes are counted as they come.
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > most or (size > SMALL and size / packed > limits.ratio):
                told = {"name": name, "number": decimal(limits.file)}
                raise TooLargeError(
                    gettext("%(name)s unpacks to more bytes than are read (%(number)s a file).", **told)
                )
            parts.append(chunk)
    return b"".join(parts)


def _require_size(name: str, size: int, limits: Limits) -> None:
    if size > limits.file:
        told = {"name": name, "number": decimal(size), "most": decimal(limits.file)}
        raise TooLargeError(gettext("%(name)s has %(number)s bytes; at most %(most)s are read.", **told))


def _known(name: str, data: bytes) -> str:
    """Return which scenario file this is: by its name, or by the header of a CSV file."""
    if name in NAMES:
        return name
    first = next((line for line in data[:CHUNK].decode("utf-8-sig", "replace").splitlines() if is_record(line)), "")
    columns = {column.strip() for column in first.split(",")}
    file = told_by_header(columns) if name.lower().endswith(".csv") else None
    if file is not None:
        return file.name
    raise RequestError(
        gettext(
            "%(name)s is not a file of a scenario folder; those are %(names)s, or a zip file of them.",
            name=_shown(name),
            names=", ".join(NAMES),
        )
    )


def is_record(line: str) -> bool:
    """Return whether a line of a CSV file is one of its table, and no comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _nothing_complete(scenario: bytes) -> bytes:
    """A base's scenario.toml without its claim that standings are complete: they did not come with it."""
    table = tomllib.loads(scenario.decode("utf-8-sig"))
    return toml_text({**table, "complete": []}).encode()


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else f"{name[:60]}…")
