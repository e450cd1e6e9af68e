"""The command `serve`."""

from __future__ import annotations

import click

from .common import examples, needing_web, solve_limit_option, workers_option


@click.command(epilog=examples("serve", "serve --port 0 --no-browser"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option(
    "--allow-host", "allowed", multiple=True, metavar="NAME", help="Host name that requests may be addressed to."
)
@solve_limit_option()
@click.option("--no-browser", is_flag=True, help="Open no browser (one is opened where this runs in a terminal).")
@workers_option
def serve(
    host: str, port: int, allowed: tuple[str, ...], solve_limit: float, no_browser: bool, workers: int | None
) -> None:
    """Open the web explorer: tables, explanations and what-ifs as pages, and the same as JSON.

    It listens on this machine only, unless --host says otherwise; then name with --allow-host how others address it.
    """
    import sys
    from dataclasses import replace

    from .common import is_terminal
    from .waiting import left_to_a_server

    with needing_web("serve"):
        from quotaproof.web import server
        from quotaproof.web.limits import Limits
    limits = replace(Limits(), solve_seconds=solve_limit, wait_seconds=solve_limit + 30)
    limits = replace(limits, workers=workers) if workers else limits
    left_to_a_server()
    server.serve(host, port, allowed, limits, click.launch if is_terminal(sys.stderr) and not no_browser else None)
