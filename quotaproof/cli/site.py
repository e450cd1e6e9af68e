"""The command `site`."""

from __future__ import annotations

from pathlib import Path

import click

from quotaproof.model.errors import InputError

from . import completion
from .choices import Word
from .common import examples, needing_web, solve_limit_option, workers_option

LANGUAGES = ("en", "de", "fr", "it")
"""Those of the explorer's pages."""


@click.command(
    epilog=examples("site --out public", "site sochi-2014 my-games --out public", "site --out public-de --language de")
)
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...", shell_complete=completion.scenarios)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write; an earlier edition goes.")
@solve_limit_option("After so long the solve of one page is stopped; the page says so.")
@click.option(
    "--url", metavar="URL", help="Where it will be served: pages then name preview pictures for links to them."
)
@workers_option
@click.option(
    "--language",
    type=Word(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the pages; answers' sentences stay English.",
)
def site(
    scenarios: tuple[str, ...], out: Path, solve_limit: float, url: str | None, workers: int | None, language: str
) -> None:
    """Write the web explorer as static pages, which any web host serves and a browser opens from the folder.

    Without a SCENARIO all that come with quotaproof are written: their tables with verdicts, ranked lists, nations and
    rules, an explanation of each number, and the answer to each single decline.
    """
    import re
    from dataclasses import replace

    from quotaproof.model.quantities import counted

    from .common import say
    from .progress import growing
    from .waiting import ending_in_order

    if url is not None and not re.fullmatch(r"https?://[^\s\"'<>?#]+", url):
        raise InputError(f"--url {url[:80]!r} is no address of a site; it begins with https:// and has no ? or #")
    with needing_web("site"):
        from quotaproof.web import edition
    folders = _folders(scenarios)
    limits = replace(edition.NEVER_KEPT, solve_seconds=solve_limit)
    limits = replace(limits, workers=workers) if workers else limits
    with ending_in_order(), growing("pages") as on_pages:
        written = edition.write_edition(out, folders, limits, on_pages, language=language, url=url)
    for address in written.undecided:
        say(f"no answer within the limit of {solve_limit:g} s: {address}; its page says so")
    size = f"{written.size / 1e6:,.1f} MB"
    click.echo(f"{out}: {counted(len(folders), 'scenario')}, {counted(written.files, 'file')}, {size}.")


def _folders(scenarios: tuple[str, ...]) -> dict[str, Path]:
    """Name in addresses -> folder, of scenarios by id or path; each is loaded, so that a fault is told before all."""
    import re

    from quotaproof.scenarios import FOLDER, SYNTHETIC, identifiers, load_scenario

    from .words import scenario_meant

    known = identifiers()
    found: dict[str, Path] = {}
    for scenario in map(scenario_meant, scenarios or known):
        load_scenario(scenario)
        name = scenario
        if scenario not in known:
            path = Path(scenario)
            name = path.resolve().name if path.is_dir() else f"{SYNTHETIC}{scenario}"
        folder = FOLDER / name if scenario in known or not Path(scenario).is_dir() else Path(scenario).resolve()
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", name) or name == "static":
            raise InputError(
                f"the folder {name[:80]!r} gives its pages their address: name it with small letters, digits and "
                "hyphens (and not static)"
            )
        if found.setdefault(name, folder) != folder:
            raise InputError(f"two scenarios have the name {name}; rename the folder of one")
    return found
