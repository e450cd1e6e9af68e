"""What the commands share: options, exit codes, loading a scenario, writing a document."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from quotaproof.model.errors import InputError, LimitError

from . import completion
from .choices import Seconds, Word
from .waiting import WAITING

if TYPE_CHECKING:
    from quotaproof.model.scenario import Scenario

FORMATS = ("table", "json", "csv", "markdown")
CONSISTENT, INCONSISTENT, BAD_INPUT, LIMIT = 0, 1, 2, 3

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)


def repeated(
    option: str, name: str, metavar: str, help: str, complete: completion.Completer | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return an option that may be repeated; all its values are passed on as `name`."""
    return click.option(option, name, multiple=True, metavar=metavar, shell_complete=complete, help=help)


scenario_argument = click.argument("scenario", shell_complete=completion.scenarios)
reading_option = repeated(
    "--reading", "readings", "NAME=VALUE", "Choose a reading of an open clause.", completion.readings
)
set_option = repeated("--set", "caps", "CAP=N", "Set a cap: total, men, women, EVENT, EVENT:noc.")
seed_option = click.option("--seed", type=click.IntRange(0, (1 << 63) - 1), default=0, help="Where drawing begins.")
format_option = click.option(
    "--format",
    "form",
    type=Word(FORMATS),
    default="table",
    show_default=True,
    help="How the result is written.",
)


workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), help="Processes that solve (as many as there are cores)."
)


def solve_limit_option(help: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option for the time after which a solve of the web explorer is stopped."""
    return click.option(
        "--solve-limit", default=60.0, show_default=True, type=Seconds(0.1, 3600), metavar="SECONDS", help=help
    )


@contextlib.contextmanager
def needing_web(command: str) -> Iterator[None]:
    """Import what the web explorer needs; InputError names what is not installed."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").startswith("quotaproof"):
            raise
        raise InputError(f"{command} needs {error.name}; install it with pip install 'quotaproof[web]'") from error


def _to_a_file(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """What goes to a file does not depend on the terminal."""
    if value is not None:
        _resize(columns=None)
    return value


def _whole(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        _resize(whole=True)


wide_option = click.option(
    "--wide",
    is_flag=True,
    expose_value=False,
    callback=_whole,
    help="Keep all columns of tables, however narrow the terminal is.",
)


def out_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--out`, and `--wide` for what is not written to a file."""
    out = click.option(
        "--out",
        type=FILE,
        callback=_to_a_file,
        help="Write to a file instead of stdout.",
    )
    return out(wide_option(command))


def answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--format`, `--wide` and `--out`: how an answer is written, and where."""
    return format_option(out_option(command))


engine_option = click.option(
    "--engine",
    type=Word(["cp-sat", "greedy"]),
    default="cp-sat",
    show_default=True,
    help="Who allocates: the solver, or the reference in plain Python.",
)


def examples(*commands: str) -> str:
    """Return lines at the end of a command's help: what one writes, as in a shell."""
    return "\n".join(["\b", "Examples:", *(f"  quotaproof {command}" for command in commands)])


def load(scenario: str) -> Scenario:
    """Return a scenario by id or path; see `scenario_meant` and `load_scenario`."""
    from quotaproof.scenarios import load_scenario

    from .words import scenario_meant

    return load_scenario(scenario_meant(scenario))


def load_with_conflicts(scenario: str) -> Scenario:
    """Return a scenario; its facts may contradict each other where they are all there is, for the answer to say so."""
    from quotaproof.scenarios import load_scenario

    from .words import scenario_meant

    meant = scenario_meant(scenario)
    loaded = load_scenario(meant, contradictions=True)
    # Only facts contradict each other: a scenario without any is as it is either way, and is read once.
    return loaded if not loaded.facts or loaded.is_partly_known else load_scenario(meant)


def with_caps(scenario: Scenario, caps: tuple[str, ...]) -> Scenario:
    """Return a scenario with the caps that options such as `total=120` set, which its title then says."""
    if not caps:
        return scenario
    from dataclasses import replace

    from quotaproof.model.changes import apply, parse_cap

    from .words import cap_meant

    caps = tuple(cap_meant(scenario, text) for text in caps)
    changed = apply(scenario, [parse_cap(text) for text in caps])
    return replace(changed, title=f"{scenario.title} ({', '.join(text.replace(' ', '') for text in caps)})")


def chosen(readings: tuple[str, ...]) -> Mapping[str, str]:
    """Return the readings that options such as `gender-cap=hard` choose."""
    from .words import reading_meant

    chosen: dict[str, str] = {}
    for text in readings:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"{text!r} is not a reading; write NAME=VALUE, such as gender-cap=hard")
        name, value = reading_meant(name.strip(), value.strip())
        if chosen.setdefault(name, value) != value:
            raise InputError(f"reading {name} is chosen twice, as {chosen[name]} and as {value}")
    return chosen


def begin() -> None:
    """Write texts as wide as the terminal is; what goes elsewhere has a width that does not depend on it.

    The environment variable COLUMNS has the last word, with a terminal and without.
    """
    from quotaproof.text.size import SIZE, TextSize

    SIZE.set(TextSize(elsewhere="--wide and --format json have them"))
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and len(named) < 6 and int(named):
        _resize(columns=int(named))
    elif is_terminal(sys.stdout):
        with contextlib.suppress(OSError, ValueError):
            _resize(columns=os.get_terminal_size(sys.stdout.fileno()).columns or None)


def _resize(*, columns: int | None = 0, whole: bool = False) -> None:
    """Change the size of texts: their width (None for that without a terminal), or that tables are written whole."""
    from dataclasses import replace

    from quotaproof.text.size import SIZE, WIDTH, fitting

    size = SIZE.get()
    if columns != 0:
        size = replace(size, columns=WIDTH if columns is None else fitting(columns))
    SIZE.set(replace(size, whole=size.whole or whole))


def wants_color(out: Path | None) -> bool:
    """Return whether a document goes to a terminal that shows colours, and nobody has said that there be none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return out is None and is_terminal(sys.stdout)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; where it was closed before the start there is none."""
    return stream is not None and stream.isatty()


def require_shown(form: str, out: Path | None) -> None:
    """Refuse to write to a terminal what is no text; InputError says to name a file."""
    binary = {"xlsx": "an Excel workbook", "png": "a picture"}.get(form)
    if binary is not None and out is None and is_terminal(sys.stdout):
        raise InputError(f"{binary} cannot be shown in a terminal; write it to a file with --out")


def drop_stdout() -> None:
    """Let everything that is still written to stdout go nowhere: it cannot be written, and that has been said."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)


def write(document: str | bytes, out: Path | None) -> None:
    """Write a finished document to a file (whole or not at all) or to stdout.

    Raises
    ------
    InputError
        If the file cannot be written, or the document has a name in it that is not UTF-8.
    LimitError
        If stdout cannot be written to. A reader (head, less) that has seen enough is no error.
    """
    if isinstance(document, str):
        document = _obeyed_by_no_terminal(document, wants_color(out))
    try:
        data = document.encode("utf-8") if isinstance(document, str) else document
    except UnicodeEncodeError as error:
        raise InputError("the result has a name in it that is not UTF-8; rename that file or folder") from error
    if out is not None:
        from quotaproof.model.files import write_bytes

        write_bytes(out, data)
        return
    if sys.stdout is None:
        raise LimitError("stdout is closed, so the result cannot be written; name a file with --out")
    WAITING.end()
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
    except OSError as error:
        drop_stdout()
        raise LimitError(f"the result cannot be written to stdout ({error.strerror})") from error


def _obeyed_by_no_terminal(document: str, color: bool) -> str:
    """The document with control characters made visible, but for the tones of our own texts."""
    from quotaproof.model.errors import visible

    kept = re.split(r"(\x1b\[(?:[01]|3[12])m)", document) if color else [document]
    return "".join(part if place % 2 else visible(part) for place, part in enumerate(kept))


def say(sentence: str) -> None:
    """Say something on stderr, on one line."""
    from quotaproof.model.errors import visible

    WAITING.clear()
    with contextlib.suppress(OSError):
        click.echo(f"quotaproof: {visible(' '.join(sentence.split()))}", err=True)


def with_note(document: str, scenario: Scenario, form: str) -> str:
    """Return a text that begins with the note that changes on record are undone; other formats have it on stderr."""
    from quotaproof.solver.declines import undone_first

    note = undone_first(scenario) if not scenario.standings.incomplete_events(scenario.rules) else None
    if note is None:
        return document
    if form == "markdown":
        return f"{note}\n\n{document}"
    if form != "table":
        tell_aside(note, form)
        return document
    from quotaproof.text.grid import wrap

    return f"{wrap(note)}\n\n{document}"


def tell_aside(note: str | None, form: str) -> None:
    """Say on stderr what a text says itself, with any other format."""
    if note and form not in ("table", "markdown"):
        say(note)


def in_form(form: str, document: Callable[[], object], written: Callable[[Any], str]) -> str:
    """Return an answer as JSON, or as it is written with `quotaproof.text`, which takes time to import."""
    if form == "json":
        return to_json(document())
    from quotaproof import text

    return written(text)


def answer(form: str, out: Path | None, document: Callable[[], object], written: Callable[[Any, bool], str]) -> None:
    """Write an answer as `in_form` does; `written` is told whether there are colours, too."""
    write(in_form(form, document, lambda text: written(text, wants_color(out))), out)


def to_json(document: object) -> str:
    """Return a document as JSON text with a final line end."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # The control characters that JSON does not write as escapes itself.
    return re.sub(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]", lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
