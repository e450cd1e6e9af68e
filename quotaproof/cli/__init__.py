"""The command line. It reads words and writes documents; every question is answered by `quotaproof.api`.

One module per job; each holds click commands and imports what answers them when they are called.
"""

from __future__ import annotations

import os
import sys
import threading

import click

from quotaproof import __version__
from quotaproof.model import near_words
from quotaproof.model.docstrings import docstring
from quotaproof.model.errors import InputError, LimitError, QuotaError
from quotaproof.model.quantities import joined
from quotaproof.solver.telling import heard_by

from . import (
    allocate,
    backtest,
    catalogue,
    check,
    compare,
    completion,
    explain,
    importing,
    infer,
    reduce,
    report,
    season,
    serve,
    site,
    standings,
    sweep,
    verify,
    whatif,
)
from .common import BAD_INPUT, CONSISTENT, LIMIT, begin, drop_stdout, say
from .waiting import WAITING, stoppable


class CommandsInFull(click.Group):
    """The commands, listed with the whole of their summaries."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        rows = [(name, command.get_short_help_str(limit=1000)) for name, command in sorted(self.commands.items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=CommandsInFull, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="quotaproof")
@completion.options
@click.pass_context
def cli(context: click.Context) -> None:
    """Prove Olympic quota allocations.

    SCENARIO is an id (see `quotaproof list`) or the path of a scenario folder. Exit codes: 0 done and consistent,
    1 done and inconsistent, 2 bad input, 3 a limit was reached and the result is unknown.
    """
    begin()
    if context.invoked_subcommand != "serve":
        name = f"quotaproof {context.invoked_subcommand}"
        WAITING.begin(name)
        context.with_resource(heard_by(lambda what: WAITING.tell(f"{name}: {what}")))


for command in (
    catalogue.list_,
    catalogue.schema,
    standings.standings,
    allocate.allocate,
    check.check,
    verify.verify,
    compare.compare,
    whatif.whatif,
    whatif.reserve,
    explain.explain,
    season.season,
    infer.infer,
    sweep.sweep,
    reduce.reduce,
    backtest.backtest,
    serve.serve,
    site.site,
    importing.import_,
    report.report,
):
    cli.add_command(command)
for command in (cli, *cli.commands.values()):
    if command.help is None and command.callback is not None:  # docstrings were left out
        command.help = docstring(command.callback)


def main() -> None:
    """Run the command line; every error becomes one sentence on stderr and an exit code."""
    # pydantic would go through all installed distributions for a plugin, each time a command starts.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        with stoppable(LIMIT) as told:
            code = _run(told)
    except KeyboardInterrupt:  # said where nobody else can say it as well
        code = _say("stopped.", LIMIT)
    WAITING.end()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        code = _system_error(error)
    raise SystemExit(code)


def _run(told: threading.Event) -> int:
    try:
        try:
            cli(prog_name="quotaproof", standalone_mode=False)
        except Exception:
            if told.is_set():  # whatever became of Ctrl-C on its way
                raise KeyboardInterrupt from None
            raise
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else LIMIT
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return BAD_INPUT
    except click.NoSuchOption as error:
        return _say(_no_such_option(error), BAD_INPUT)
    except click.ClickException as error:
        return _say(error.format_message(), BAD_INPUT)
    except click.Abort:  # what click makes of Ctrl-C
        raise KeyboardInterrupt from None
    except InputError as error:
        from .words import missing_file

        return _say(missing_file(error), BAD_INPUT)
    except LimitError as error:
        return _say(f"{error}.", LIMIT)
    except QuotaError as error:
        return _say(f"internal error, please report it: {error}.", LIMIT)
    except OSError as error:
        return _system_error(error)
    except MemoryError:
        return _say("the memory of this machine is not enough, so the result is unknown.", LIMIT)
    except Exception as error:  # noqa: BLE001 - whatever it is: exit code 1 would say that a table is inconsistent
        return _say(f"internal error, please report it: {type(error).__name__}: {error} ({_place(error)}).", LIMIT)
    return CONSISTENT


def _no_such_option(error: click.NoSuchOption) -> str:
    """Say which option was meant, where one is near, or which other commands have the one that is named."""
    context = error.ctx
    if context is None:
        return f"There is no option {error.option_name}."

    def options(command: click.Command) -> list[str]:
        names = [name for parameter in command.get_params(context) for name in parameter.opts]
        return [name.removeprefix("--") for name in names if name.startswith("--")]

    bare = error.option_name.removeprefix("--")
    near = near_words.near(bare, options(context.command))
    others = [name for name, one in sorted(cli.commands.items()) if bare in options(one)]
    said = f"{context.info_name} has no option {error.option_name}"
    if near:
        return f"{said}; {near_words.question([f'--{name}' for name in near])}"
    had = f"; {joined(others)} {'has' if len(others) == 1 else 'have'} it" if others else ""
    return f"{said}{had}; {context.command_path} --help lists its options."


def _system_error(error: OSError) -> int:
    """Say what the system refused; a reader of stdout (head, less) that has seen enough is no error."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
        return CONSISTENT
    except OSError:
        drop_stdout()
    from quotaproof.temporary import temporary_folder

    try:
        temporary_folder()
    except InputError as none:
        return _say(str(none), BAD_INPUT)
    where = f"{error.filename}: " if error.filename is not None else ""
    return _say(f"{where}the system refused ({error.strerror or error}), so there is no result.", LIMIT)


def _place(error: Exception) -> str:
    """Where an error came up, which is what a report of it needs."""
    import traceback
    from pathlib import Path

    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "nowhere"


def _say(sentence: str, code: int) -> int:
    say(sentence)
    return code
