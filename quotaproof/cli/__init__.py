"""The command line. It reads words and writes documents; every question is answered by `quotaproof.api`.

One module per job; each holds click commands and imports what answers them when they are called.
"""

from __future__ import annotations

import click

from quotaproof import __version__

from . import (
    allocate,
    catalogue,
    check,
    explain,
    serve,
    standings,
    sweep,
    verify,
    whatif,
)
from .common import BAD_INPUT, LIMIT


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="quotaproof")
def cli() -> None:
    """Prove Olympic quota allocations.

    SCENARIO is an id (see `quotaproof list`) or the path of a scenario folder. Exit codes: 0 done and consistent,
    1 done and inconsistent, 2 bad input, 3 a limit was reached and the result is unknown.
    """


for command in (
    catalogue.list_,
    catalogue.schema,
    standings.standings,
    allocate.allocate,
    check.check,
    verify.verify,
    whatif.whatif,
    whatif.reserve,
    explain.explain,
    sweep.sweep,
    serve.serve,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every error becomes one sentence on stderr and an exit code."""
    from quotaproof.model.errors import InputError, LimitError, QuotaError

    try:
        cli(prog_name="quotaproof", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        raise SystemExit(BAD_INPUT) from error
    except click.ClickException as error:
        raise SystemExit(_say(error.format_message(), BAD_INPUT)) from error
    except click.Abort as error:
        raise SystemExit(_say("stopped.", LIMIT)) from error
    except InputError as error:
        raise SystemExit(_say(str(error), BAD_INPUT)) from error
    except LimitError as error:
        raise SystemExit(_say(f"{error}.", LIMIT)) from error
    except QuotaError as error:
        raise SystemExit(_say(f"internal error, please report it: {error}.", LIMIT)) from error


def _say(sentence: str, code: int) -> int:
    click.echo(f"quotaproof: {' '.join(sentence.split())}", err=True)
    return code
