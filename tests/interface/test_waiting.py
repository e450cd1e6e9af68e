"""Whoever waits sees it within a second, and Ctrl-C ends every command with one sentence."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from quotaproof.cli import cli
from quotaproof.cli.progress import progress
from quotaproof.cli.waiting import WAITING, waiting_words

SLACK = 2.0
"""Seconds more than promised: tests share a machine with others."""

PROGRAM = [sys.executable, "-m", "quotaproof"]
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SEARCH = """
from quotaproof.cli.waiting import stoppable
from quotaproof.solver.engines.cpsat.status import new_solver
from ortools.sat.python import cp_model
import sys
model = cp_model.CpModel()
places = [[model.new_bool_var("") for _ in range(14)] for _ in range(15)]
for row in places:
    model.add(sum(row) >= 1)
for column in zip(*places):
    model.add(sum(column) <= 1)
with stoppable(3):
    solver = new_solver()
    solver.parameters.linearization_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.cp_model_presolve = False
    print("searching", flush=True)
    while True:
        solver.solve(model)
"""


IMPORT = """
import sys
import time
from quotaproof import cli
def imported(**_):
    cli.say("")
    print("importing", flush=True)
    %s
cli.cli = imported
cli.main()
"""
IMPORTS = {
    "a compiled module": """try:
        time.sleep(20)
    except KeyboardInterrupt:
        raise ImportError("initialization failed")""",
    "a dataclass": """exec("time.sleep(20)")""",
}
"""What becomes of Ctrl-C while these are imported."""


SLOW_START = """
import sys
import time
from quotaproof.__main__ import main
class Slow:
    def find_spec(self, name, *_):
        if name == "quotaproof.cli.verify":
            print("importing", flush=True)
            time.sleep(20)
sys.meta_path.insert(0, Slow())
main()
"""
SLOW_END = """
import os
import sys
import time
from quotaproof.__main__ import main
class Slow:
    def __del__(self, write=os.write, sleep=time.sleep):
        write(1, b"ending\\n")
        sleep(0.5)
sys.slow = Slow()  # what Python drops last of all
main()
"""
WORKERS = """
import signal
from quotaproof.solver.processes import in_any_order
for found in in_any_order(lambda _: signal.pthread_sigmask(signal.SIG_BLOCK, ()), [1, 2], 2):
    print(signal.SIGINT in found, flush=True)
print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()), flush=True)
"""


class OnTerminal:
    """A process whose stderr is a terminal."""

    def __init__(self, command: list[str], folder: Path | None = None) -> None:
        self.started = time.monotonic()
        self.ours, its = pty.openpty()
        variables = {**os.environ, "TERM": "xterm"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=its, env=variables, start_new_session=True, cwd=folder
        )
        os.close(its)
        self.seen = ""

    def wait_for(self, words: str, seconds: float) -> float:
        """Seconds from the start until stderr has some words."""
        until = time.monotonic() + seconds
        while words not in self.seen and time.monotonic() < until:
            self._read(0.05)
        assert words in self.seen, self.seen
        return time.monotonic() - self.started

    def interrupt(self) -> float:
        """Seconds from Ctrl-C to the end."""
        sent = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        lasted = time.monotonic() - sent
        self._read(0.2)
        os.close(self.ours)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return lasted

    def _read(self, seconds: float) -> None:
        if select.select([self.ours], [], [], seconds)[0]:
            try:
                self.seen += CODES.sub("", os.read(self.ours, 65536).decode(errors="replace"))
            except OSError:  # the other end is closed
                time.sleep(0.01)


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "beijing-2022", "JPN", "men", "--why-not", "5", "--all-reasons"],
        ["infer", "milano-cortina-2026"],
        ["verify", "beijing-2022", "--reading", "gender-cap=hard"],
        ["verify", "milano-cortina-2026"],
        ["explain", "sochi-2014", "KAZ", "men-1000", "--why-not", "3"],
        ["whatif", "milano-cortina-2026", "--decline", "USA:women-relay"],
        ["whatif", "beijing-2022", "--exclude", "ITA"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_command_says_that_it_computes_and_ends_when_told(words: list[str]) -> None:
    run = OnTerminal([*PROGRAM, *words])
    shown = run.wait_for(f"quotaproof {words[0]}: ", 10)
    lasted = run.interrupt()
    assert run.process.returncode == 3, run.seen
    assert run.seen.endswith("quotaproof: stopped.\r\n")
    assert "Traceback" not in run.seen
    assert shown < 1 + SLACK
    assert lasted < 1 + SLACK


HEARING = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.{}); os.execv(sys.argv[1], sys.argv[1:])"
"""A program that becomes another, which then hears or does not hear that a terminal is closed (`nohup`)."""

LONG = {
    "explain": ["explain", "beijing-2022", "JPN", "men", "--why-not", "5", "--all-reasons", "--out", "answer.txt"],
    "site": ["site", "sochi-2014", "--out", "public"],
    "backtest": ["backtest", "--samples", "200000", "--jobs", "2", "--out", "answer.txt"],
    "season": ["season", "pyeongchang-2018", "--after", "2", "--out", "answer.txt"],
}


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="terminals do not tell that they are closed")
@pytest.mark.parametrize("told", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("command", LONG)
def test_a_command_that_is_told_to_end_leaves_nothing(
    command: str, told: str, short_folder: Path, tmp_path: Path
) -> None:
    """Neither a process nor a file, in the folder of the answer or in that of temporary files."""
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING.format("SIG_DFL"), *PROGRAM, *LONG[command]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(short_folder)},
        start_new_session=True,
    )
    try:
        if command == "site":  # pages are being written
            until = time.monotonic() + 60
            while not list(tmp_path.glob(".public-*/index.html")):
                assert time.monotonic() < until and process.poll() is None
                time.sleep(0.01)
        else:
            until_at_work(process.pid, LONG[command].count("--jobs") + 1)
        assert process.poll() is None
        # A terminal that is closed tells all processes that it has.
        (os.killpg if told == "SIGHUP" else os.kill)(process.pid, getattr(signal, told))
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said.strip()) == (3, "quotaproof: stopped.")
        until_gone(process.pid, 10)
    finally:
        kill_all(process.pid)
    assert [*tmp_path.rglob("*"), *short_folder.rglob("*")] == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed otherwise")
def test_a_command_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    """They would work on, and then wait for more for minutes."""
    words = ["backtest", "--samples", "2000000", "--jobs", "2", "--out", "answer.txt"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*PROGRAM, *words], stdout=quiet, stderr=quiet, cwd=tmp_path, start_new_session=True)
    try:
        until = time.monotonic() + 30
        while len(members(process.pid)) < 4:  # itself, one that tidies up, and two that work
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.1)
        until_at_work(process.pid, 2)
        process.kill()
        process.wait()
        until_gone(process.pid, 20)
    finally:
        kill_all(process.pid)


def until_at_work(session: int, processes: int) -> None:
    """Wait until so many processes of a session have taken two seconds of the processor; they begin in less."""
    until = time.monotonic() + 60
    while True:
        listed = subprocess.run(["ps", "-o", "time=", "-s", str(session)], capture_output=True, text=True, check=False)
        taken = [re.split("[-:]", row.strip())[-2:] for row in listed.stdout.splitlines()]
        if sum(60 * int(minutes) + float(seconds) >= 2 for minutes, seconds in taken) >= processes:
            return
        assert time.monotonic() < until
        time.sleep(0.1)


def until_gone(session: int, seconds: float) -> None:
    """Wait for all processes of a session to end."""
    until = time.monotonic() + seconds
    while members(session):
        assert time.monotonic() < until, members(session)
        time.sleep(0.05)


def kill_all(session: int) -> None:
    for left in members(session):
        os.kill(left, signal.SIGKILL)


def members(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    listed = subprocess.run(["ps", "-o", "pid=,stat=", "-s", str(session)], capture_output=True, text=True, check=False)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(number) for number, state in rows if not state.startswith("Z")]


LOST = """
import ctypes, os, signal, sys, time
from quotaproof.cli.waiting import ending_in_order, stoppable

def told():
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    time.sleep(0.1)

class Tidied:
    def __del__(self):
        told()

with stoppable(3), ending_in_order():
    try:
        if sys.argv[2] == "called by compiled code":
            ctypes.CFUNCTYPE(None)(told)()
        else:
            Tidied()
        time.sleep(20)
    except KeyboardInterrupt:
        print("heard", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a program there")
@pytest.mark.parametrize("told", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("where", ["called by compiled code", "while something is tidied up"])
def test_what_cannot_be_raised_where_it_comes_is_told_again(where: str, told: str) -> None:
    """Such as in the middle of compiling loops: it was shown as an error, and the command went on."""
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", LOST, told, where], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "heard\n", "")
    assert time.monotonic() - started < 10


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="terminals do not tell that they are closed")
def test_a_command_that_is_to_outlive_its_terminal_does() -> None:
    """As under nohup: what is ignored stays so."""
    words = [sys.executable, "-c", HEARING.format("SIG_IGN"), *PROGRAM, "verify", "beijing-2022"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.3)
    for _ in range(6):
        time.sleep(0.1)
        process.send_signal(signal.SIGHUP)
    shown, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert "the published table is what the rules" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "verify altered-beijing-2022",
            "whether any standings|repairs of one cell, 0 found|way 18 of 18|which of .+ orders",
        ),
        ("verify milano-cortina-2026", "stating the rules for|model 1 of 1, 9 tables seen|a table that the rules give"),
        ("verify pyeongchang-2018", "declines that explain the table|way 12 to read the rules"),
        ("explain beijing-2022 GBR women --why-not 3", "what all rankings share|why not: 2 sets"),
        (
            "explain sochi-2014 KAZ men-1000 --why-not 3",
            "why not: 9 sets|how close in ranks|how close: six adjacent swaps",
        ),
        ("whatif beijing-2022 --exclude ITA", "gains shown by 3 standings"),
    ],
)
def test_long_questions_say_what_is_being_done(words: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(WAITING, "tell", heard.append)
    CliRunner().invoke(cli, words.split())
    assert heard[0] == f"quotaproof {words.split()[0]}: loading the solver"
    for what in said.split("|"):
        assert any(re.search(what, one) for one in heard), heard


@pytest.mark.parametrize("columns", [20, 40, 60, 79])
def test_a_narrow_line_still_says_how_to_stop(columns: int) -> None:
    what = "quotaproof infer: why 101 of 109 numbers can have no other value"
    line = waiting_words("|", what, 17.2, columns)
    assert len(line) <= columns
    assert ("17 s; Ctrl-C stops it" in line) == (columns > 30)
    assert line.startswith("| quotaproof") or columns < 40


@pytest.mark.parametrize("columns", [50, 60, 80, 120])
@pytest.mark.parametrize(("size", "unit"), [(4600, "points"), (1000, "")])
def test_nothing_of_a_bar_is_cut(columns: int, size: int, unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("quotaproof.cli.progress.is_terminal", lambda stream: True)
    with progress("sweep", size, unit) as report:
        assert report is not None
        report(size // 2, 0)
        time.sleep(0.15)
    text = CODES.sub("", written.getvalue())
    assert "…" not in text
    assert (f"{size // 2}/{size} points, " if unit else "50% left") in text
    assert ("gone 0:00:0" in text) == (columns >= 80 or not unit)


def test_a_sweeps_bar_is_there_before_any_point_is_done() -> None:
    run = OnTerminal([*PROGRAM, "sweep", "sochi-2014", "--triples"])
    run.wait_for("0/4600 points", 20)
    lasted = run.interrupt()
    assert run.process.returncode == 3, run.seen
    assert run.seen.endswith("quotaproof: stopped.\r\n")
    assert lasted < 1 + SLACK


def test_ctrl_c_ends_a_search_that_hears_nothing() -> None:
    run = OnTerminal([sys.executable, "-c", SEARCH])
    assert run.process.stdout is not None
    assert run.process.stdout.readline() == b"searching\n"
    time.sleep(0.5)
    lasted = run.interrupt()
    assert run.process.returncode == 3, run.seen
    assert run.seen.endswith("quotaproof: stopped.\r\n")
    assert lasted < 1 + SLACK


@pytest.mark.parametrize("what", IMPORTS)
def test_ctrl_c_during_an_import_ends_as_everywhere(what: str, tmp_path: Path) -> None:
    (tmp_path / "importer.py").write_text(IMPORT % IMPORTS[what], encoding="utf-8")
    run = OnTerminal([sys.executable, "-m", "importer"], tmp_path)
    assert run.process.stdout is not None
    assert run.process.stdout.readline() == b"importing\n"
    lasted = run.interrupt()
    assert run.process.returncode == 3, run.seen
    assert run.seen.endswith("quotaproof: stopped.\r\n")
    assert "internal error" not in run.seen
    assert lasted < 1 + SLACK


def test_nothing_is_shown_where_stderr_is_no_terminal() -> None:
    # It takes seconds, so that on a terminal it says that it computes.
    words = [
        "whatif",
        "milano-cortina-2026",
        "--decline",
        "USA:women-relay",
    ]  # on a terminal it would say that it computes
    run = subprocess.run([*PROGRAM, *words], capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")


def test_ctrl_c_while_the_commands_are_imported_ends_as_everywhere() -> None:
    run = OnTerminal([sys.executable, "-c", SLOW_START])
    assert run.process.stdout is not None
    assert run.process.stdout.readline() == b"importing\n"
    lasted = run.interrupt()
    assert (run.process.returncode, run.seen) == (3, "quotaproof: stopped.\r\n")
    assert lasted < 1 + SLACK


def test_ctrl_c_while_python_ends_changes_neither_exit_code_nor_output() -> None:
    run = OnTerminal([sys.executable, "-c", SLOW_END, "check", "no-such-file"])
    assert run.process.stdout is not None
    assert run.process.stdout.readline() == b"ending\n"
    run.interrupt()
    assert run.process.returncode == 2, run.seen
    assert run.seen.startswith("quotaproof: ")
    assert run.seen.count("\n") == 1


def test_processes_that_compute_leave_ctrl_c_to_the_one_that_started_them() -> None:
    run = subprocess.run([sys.executable, "-c", WORKERS], capture_output=True, text=True, check=False)
    assert (run.stdout.split(), run.stderr) == (["True", "True", "False"], "")


DEAF = """
import sys
import time
from quotaproof import cli
class Lost:
    def __del__(self):
        print("searching", flush=True)
        time.sleep(20)
def searching(**_):
    lost = Lost()
    del lost
    time.sleep(20)
cli.cli = searching
cli.main()
"""
"""What hears Ctrl-C where Python drops whatever is raised."""

ENDED = """
import atexit
import gc
from quotaproof.__main__ import main
atexit.register(lambda: print(gc.get_freeze_count() > 1000, flush=True))
main()
"""


def test_python_does_not_search_for_cycles_while_it_ends() -> None:
    run = subprocess.run([sys.executable, "-c", ENDED, "list"], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1] == "True", run.stderr


def test_ctrl_c_that_is_lost_on_its_way_ends_the_program_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "deaf.py").write_text(DEAF, encoding="utf-8")
    run = OnTerminal([sys.executable, "-m", "deaf"], tmp_path)
    assert run.process.stdout is not None
    assert run.process.stdout.readline() == b"searching\n"
    lasted = run.interrupt()
    assert run.process.returncode == 3, run.seen
    assert run.seen.count("quotaproof: stopped.\r\n") == 1
    assert lasted < 1 + SLACK
