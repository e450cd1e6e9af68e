"""Shell completion: what may come where, and its installation in a shell."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quotaproof.model.errors import InputError, QuotaError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from quotaproof.model.scenario import Scenario

SHELLS = ("bash", "zsh", "fish")
PROGRAM, VARIABLE = "quotaproof", "_QUOTAPROOF_COMPLETE"
BEGIN, END = "# >>> quotaproof completion >>>", "# <<< quotaproof completion <<<"
Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
"""What may come in a place, from what is written of it so far."""

FOUND = "found"
"""Means the shell in use, where none is named."""


def scenarios(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the id of a scenario, or the path of a folder."""
    from click.shell_completion import CompletionItem

    from quotaproof.scenarios import identifiers

    items = [CompletionItem(name) for name in identifiers() if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="dir"), *items]  # bash forgets the text before a folder


def scenarios_or_files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the ids of scenarios, and that any path may come too."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file"), *scenarios(context, parameter, incomplete)[1:]]


def _of_scenario(words: Callable[[Scenario], list[str]]) -> Completer:
    """Return a completion by words that the scenario named before has; none if it cannot be read."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from quotaproof.scenarios import load_scenario

        # Behind an option that lacks its value click has not yet named the arguments.
        named = context.params.get("scenario") or next(iter(context.args), "")
        try:
            scenario = load_scenario(named)
        except QuotaError:
            return []
        return [CompletionItem(word) for word in words(scenario) if word.startswith(incomplete)]

    return complete


events = _of_scenario(lambda scenario: [event.identifier for event in scenario.rules.events])
nocs = _of_scenario(lambda scenario: sorted(scenario.nocs))
columns = _of_scenario(lambda scenario: ["men", "women", *(event.identifier for event in scenario.rules.events)])
readings = _of_scenario(
    lambda scenario: [f"{reading.name}={value}" for reading in scenario.open_readings for value in reading.values]
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--install-completion` and `--show-completion` to the program."""
    for name, act, text in (
        ("--show-completion", _show, "Print the completion of a shell: bash, zsh or fish."),
        (
            "--install-completion",
            _install,
            "Install completion in a shell: bash, zsh or fish (default: the one in use).",
        ),
    ):
        command = click.option(
            name,
            type=click.Choice([*SHELLS, FOUND]),
            is_flag=False,
            flag_value=FOUND,
            expose_value=False,
            callback=act,
            metavar="[SHELL]",
            help=text,
        )(command)
    return command


def _shell(value: str) -> str:
    """Return the shell that is meant.

    Raises
    ------
    InputError
        If none is named, and the one in use is none that can be completed.
    """
    shell = Path(os.environ.get("SHELL", "")).name if value == FOUND else value
    if shell not in SHELLS:
        in_use = f"the shell in use is {shell}" if shell else "the shell in use is not known"
        raise InputError(f"{in_use}; name one that can be completed: {', '.join(SHELLS)}")
    return shell


def script(shell: str) -> str:
    """Return what a shell must read to complete quotaproof's words."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise ValueError(f"click knows no completion for {shell}")
    return found(click.Command(PROGRAM), {}, PROGRAM, VARIABLE).source()


def _show(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None and not context.resilient_parsing:
        click.echo(script(_shell(value)))
        context.exit()


def _install(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None and not context.resilient_parsing:
        for line in install(_shell(value)):
            click.echo(line)
        context.exit()


def install(shell: str) -> list[str]:
    """Install completion for the user, and return what was done; a second time changes nothing.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    home = Path(os.environ.get("HOME", "~")).expanduser()
    if shell == "fish":
        config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        target = config / "fish" / "completions" / f"{PROGRAM}.fish"
        return [*_put(target, script(shell)), "New fish shells complete quotaproof's words."]
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    target = data / PROGRAM / f"completion.{shell}"
    profile = home / ".bashrc" if shell == "bash" else Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"
    needed = {"bash": [], "zsh": ["(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }"]}[shell]
    lines = "\n".join([BEGIN, *needed, f'[ -r "{target}" ] && . "{target}"', END])
    done = _put(target, script(shell))
    before = _read(profile)
    head, begin, rest = before.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if begin and end:
        after = f"{head}{lines}{tail}"
    else:
        gap = "" if not before or before.endswith("\n") else "\n"
        after = f"{before}{gap}{lines}\n"
    done += _put(profile, after)
    return [*done, f"New {shell} shells complete quotaproof's words."]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the file cannot be read as text, so nothing was added to it", file=path) from error


def _put(path: Path, content: str) -> list[str]:
    """Write a file if that changes it; a link, such as into a folder of dotfiles, stays one."""
    from quotaproof.model.files import write_text

    if path.exists() and _read(path) == content:
        return [f"{path}: as it should be."]
    real = path.resolve()
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder cannot be made ({error.strerror})", file=real.parent) from error
    mode = real.stat().st_mode if real.exists() else None
    write_text(real, content)
    if mode is not None:
        real.chmod(mode)
    return [f"{path}: written."]
