"""Documents of a scenario: a certificate and its check, and the tables people publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from quotaproof.model.errors import InputError
from quotaproof.model.scenario import Scenario
from quotaproof.model.stated_types import typed

if TYPE_CHECKING:
    from quotaproof.reporting.basis import Shown
    from quotaproof.reporting.render import Format


CERTIFICATE_LIMIT = 50_000_000
"""Largest certificate in bytes that is read; one of Beijing's size has about 100,000."""


@typed
def check(certificate: Mapping[str, Any] | str | Path, scenario: str | Path) -> tuple[str, ...]:
    """Return why a certificate is rejected for a scenario, one sentence each; empty if it is accepted.

    The scenario's files are read twice: by `load_scenario`, which says what is wrong with them, and by the independent
    checker (`quotaproof.checker`), whose word alone counts.

    Parameters
    ----------
    certificate
        The document, or the path of its file.
    scenario
        The id of a scenario, or the path of its folder.

    Raises
    ------
    InputError
        If the certificate or the scenario cannot be read.
    IncompleteError
        If the scenario's standings are not complete.
    """
    from quotaproof.checker import check as independent_check
    from quotaproof.model.files import read_text
    from quotaproof.scenarios import load_scenario
    from quotaproof.solver.certificate import require_standings_file

    file = certificate if isinstance(certificate, str | Path) else None
    try:
        text = read_text(Path(file), CERTIFICATE_LIMIT) if file is not None else json.dumps(certificate)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the certificate is no JSON document ({error})") from error
    loaded = load_scenario(scenario)
    loaded.require_complete()
    if loaded.folder is None:
        raise InputError("the scenario was loaded from no folder")
    require_standings_file(loaded)
    try:
        return tuple(independent_check(text, loaded.folder))
    except ValueError as error:
        raise InputError(str(error), file=file) from error


@typed
def report(
    scenario: Scenario,
    form: Format | Literal["json", "json-ld"] = "markdown",
    *,
    full: bool = False,
    table: Shown | None = None,
    language: str = "en",
) -> str | bytes:
    """Return the tables people publish of a scenario, as a document that says which quota table it shows.

    By default that is what the rules give where the standings are complete, otherwise the published table; if that is
    wrong and has exactly one smallest repair, it is shown repaired. Cells with another published number are marked.

    Parameters
    ----------
    form
        `markdown`, `html`, `wikitext`, `latex`, `xlsx` (then the result is bytes), `json`: the same sentences and
        tables, or `json-ld`: standings and places in terms of the IPTC Sport Schema, rankings to their end.
    full
        Whether rankings are listed to their end, those of relays too; otherwise up to the sixth in line.
    table
        The quota table that is shown: `published`, every cell as published, or `rules`, what the rules give.
    language
        Of headings and names of NOCs: `en`, `de`, `fr`, `it` or `nl`. Sentences stay in English.

    Raises
    ------
    InputError
        If the format or language is unknown, a library that it needs is not installed, or there is no such table.
    LimitError
        If a solver limit was reached.
    """
    from quotaproof.reporting import FORMATS, build, render
    from quotaproof.reporting.language import require_language, translated

    require_language(language)
    if form == "json-ld":
        from quotaproof.reporting.basis import basis_of
        from quotaproof.reporting.json_ld import to_json_ld

        if language != "en":
            raise InputError("JSON-LD has no headings; leave the language out")
        return to_json_ld(scenario, basis_of(scenario, table))
    if form != "json" and form not in FORMATS:
        raise InputError(f"{form!r} is no format of a report; use one of {', '.join(FORMATS)}, json, json-ld")
    document = translated(build(scenario, full=full, table=table), scenario.rules, language)
    if form == "json":
        from quotaproof.reporting.as_json import to_json

        return to_json(scenario.identifier, document)
    return render(document, form)
