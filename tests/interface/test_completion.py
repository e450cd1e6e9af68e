"""Shell completion: installed once, whole, and with the words of a scenario."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).parent / "quotaproof"
PROFILES = {"bash": ".bashrc", "zsh": ".zshrc"}


def run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ZDOTDIR", "SHELL"))}
    return subprocess.run(
        [sys.executable, "-m", "quotaproof", *words],
        env={**clean, "HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def files(home: Path) -> dict[str, str]:
    return {str(path.relative_to(home)): path.read_text() for path in sorted(home.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_second_installation_changes_nothing(shell: str, tmp_path: Path) -> None:
    first = run(tmp_path, "--install-completion", shell)
    assert first.returncode == 0, first.stderr
    once = files(tmp_path)
    assert any("_QUOTAPROOF_COMPLETE" in text for text in once.values())
    assert run(tmp_path, "--install-completion", shell).returncode == 0
    assert files(tmp_path) == once


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_what_a_profile_had_stays(shell: str, tmp_path: Path) -> None:
    profile = tmp_path / PROFILES[shell]
    profile.write_text("alias mine=ls")  # no line end
    profile.chmod(0o600)
    run(tmp_path, "--install-completion", shell)
    text = profile.read_text()
    assert text.startswith("alias mine=ls\n")
    assert text.count(">>> quotaproof") == text.count("<<< quotaproof") == 1
    assert stat.S_IMODE(profile.stat().st_mode) == 0o600
    moved = tmp_path / "elsewhere"
    run(tmp_path, "--install-completion", shell, XDG_DATA_HOME=str(moved))
    assert profile.read_text().count(">>> quotaproof") == 1
    assert str(moved) in profile.read_text()


def test_a_profile_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles" / "bashrc").write_text("# mine\n")
    (tmp_path / ".bashrc").symlink_to("dotfiles/bashrc")
    run(tmp_path, "--install-completion", "bash")
    assert (tmp_path / ".bashrc").is_symlink()
    assert "# mine\n" in (tmp_path / "dotfiles" / "bashrc").read_text()


def test_the_shell_in_use_is_found(tmp_path: Path) -> None:
    assert run(tmp_path, "--install-completion", SHELL="/usr/bin/fish").returncode == 0
    assert list(files(tmp_path)) == [".config/fish/completions/quotaproof.fish"]


def test_an_unknown_shell_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "--install-completion", SHELL="/bin/tcsh")
    assert done.returncode == 2
    assert done.stderr == ("quotaproof: the shell in use is tcsh; name one that can be completed: bash, zsh, fish.\n")
    assert files(tmp_path) == {}


def test_a_profile_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_bytes(b"\xff\xfe")
    done = run(tmp_path, "--install-completion", "bash")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert (tmp_path / ".bashrc").read_bytes() == b"\xff\xfe"


def test_show_completion_prints_and_writes_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "--show-completion", "zsh")
    assert done.returncode == 0
    assert "#compdef quotaproof" in done.stdout
    assert files(tmp_path) == {}


@pytest.mark.parametrize("words", [("--install-completion", "bash", "--help"), ("--install-completion", "-h")])
def test_who_asks_for_help_gets_help_and_no_installation(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(tmp_path, *words, SHELL="/bin/bash")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ")
    assert files(tmp_path) == {}


def completed(tmp_path: Path, *words: str) -> set[str]:
    """Return what the shell is told for a line of words, the last of them not finished."""
    done = run(
        tmp_path,
        _QUOTAPROOF_COMPLETE="bash_complete",
        COMP_WORDS=" ".join(("quotaproof", *words)),
        COMP_CWORD=str(len(words)),
    )
    assert done.stderr == ""
    lines = [line.partition(",") for line in done.stdout.splitlines()]
    return {value for kind, _, value in lines if kind == "plain"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ver",), {"verify"}),
        (("verify", "beij"), {"beijing-2022"}),
        (("reserve", "sochi-2014", "men-1"), {"men-1000", "men-1500"}),
        (("explain", "beijing-2022", "KA"), {"KAZ"}),
        (("explain", "beijing-2022", "KAZ", "women-1"), {"women-1000", "women-1500"}),
        (("whatif", "sochi-2014", "--decline", "LA"), {"LAT"}),
        (("allocate", "sochi-2014", "--format", "j"), {"json"}),
        (("allocate", "sochi-2014", "--reading", "declines"), {"declines=sequential", "declines=rerun"}),
        (("reserve", "no-such-scenario", "men"), set()),
    ],
)
def test_words_of_commands_and_scenarios_are_completed(
    words: tuple[str, ...], expected: set[str], tmp_path: Path
) -> None:
    assert completed(tmp_path, *words) == expected


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_after_installation(tmp_path: Path) -> None:
    run(tmp_path, "--install-completion", "bash")
    ask = (
        'compopt() { :; }; . "$HOME/.bashrc"; COMP_WORDS=(quotaproof verify beij); COMP_CWORD=2; '
        '_quotaproof_completion quotaproof beij verify; echo "${COMPREPLY[@]}"'
    )
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", ask],
        env={**os.environ, "HOME": str(tmp_path), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "beijing-2022" in done.stdout.split(), done.stderr
