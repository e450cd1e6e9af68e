"""HTML from templates; everything put into one is escaped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from quotaproof import __version__
from quotaproof.model.errors import visible
from quotaproof.model.quantities import meet_words
from quotaproof.nations import flag_of
from quotaproof.reporting.language import heading_in

from . import correction_words, languages, list_words, statements
from .badges import SIGNS, TONES
from .changes import from_options
from .phrases import meaning, reading_label
from .problems import RequestError, TooLargeError
from .wording import hyphenated, is_english, teams_of

STATIC = resources.files(__package__) / "static"
SCRIPT = "htmx-2.0.11.min.js"

PAGE = 20_000_000
"""Most characters of one page."""


async def rendered(
    request: Request, name: str, context: Callable[[], Mapping[str, Any]], problem: RequestError | None = None
) -> HTMLResponse:
    """Return as `render` does, in a thread: nobody else waits while a long page and what it shows are made."""
    return await asyncio.to_thread(lambda: render(request, name, context(), problem))


def in_english() -> Markup:
    """Return the attribute of an element in English on a page in another language; nothing on an English page."""
    return Markup("" if languages.language() == languages.SOURCE else ' lang="en"')


def problem_language(problem: RequestError) -> Markup:
    """Return the attribute of an element with the sentence of a problem, where it is not in the page's language."""
    own = problem.language
    return Markup("" if own == languages.language() else f' lang="{own}"')


def says_english(problem: RequestError) -> bool:
    """Return whether the sentence of a problem is English on a page in another language, which the page then says."""
    return problem.language == languages.SOURCE != languages.language()


def title_language(title: str) -> Markup:
    """Return the attribute of an element with the title of a scenario, where it is in English only."""
    return in_english() if is_english(title) else Markup()


def answer_language(text: str) -> Markup:
    """Return the attribute of an element with a sentence of an answer, where it is not in the page's language."""
    return Markup() if isinstance(text, languages.Said) else in_english()


def heading(text: str) -> str:
    """Return a heading of a column or table in the language of the page, in the words of a report."""
    return heading_in(text, languages.language())


def _obeyed_by_no_browser(value: object) -> object:
    """A value with control characters made visible; what is escaped already (a filter `e`) stays for a form to return.

    A title of somebody's scenario could turn the words round, so that another number seems to stand there.
    """
    return visible(value.replace("\r\n", "\n")) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment() -> Environment:
    """Return the environment of the templates."""
    found = Environment(
        loader=PackageLoader("quotaproof.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_obeyed_by_no_browser,
    )
    found.add_extension("jinja2.ext.i18n")
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        languages.gettext, languages.ngettext, newstyle=True, pgettext=languages.pgettext
    )
    found.globals |= {"version": __version__, "htmx": SCRIPT, "tones": TONES, "signs": SIGNS, "stop": languages.stop}
    found.globals |= {"meaning_of": meaning, "label_of": reading_label, "list_note": list_words.note}
    said = (in_english, heading, problem_language, says_english, title_language, answer_language, teams_of)
    found.globals |= {function.__name__: function for function in said}
    shown = (
        list_words.from_cut,
        list_words.from_whom,
        list_words.became,
        list_words.entry_name,
        list_words.told_apart,
        list_words.ranking_name,
    )
    worded = (
        languages.decimal,
        languages.percent,
        languages.first_capital,
        languages.in_page_language,
        hyphenated,
        meet_words,
    )
    found.filters |= {function.__name__: function for function in (*shown, *worded)}
    found.filters |= {"with_links": statements.with_links, "sourced": statements.sourced}
    found.filters |= {"by_the_form": correction_words.by_the_form, "import_notes": correction_words.import_notes}
    found.filters |= {"why_not_alone": statements.why_not_alone}
    found.globals |= {"known_numbers": statements.known_numbers}
    found.filters |= {"as_query": from_options, "flag": flag_of, "q": lambda text: quote(str(text), safe=":=-")}
    return found


def _switches(request: Request) -> list[tuple[str, str, str]]:
    """The same page in each language; where a form was sent, the first page."""
    if request.method != "GET":
        return languages.switches("/", "")
    return languages.switches(request.url.path, request.url.query)


def render(
    request: Request, name: str, context: Mapping[str, Any], problem: RequestError | None = None
) -> HTMLResponse:
    """Return a template as a response; `path` is the address as asked for, the status that of the problem shown.

    `static` says that the pages are written in advance: they offer nothing that needs a server.

    Raises
    ------
    TooLargeError
        If the page would be too long.
    """
    static = getattr(request.app.state, "static", False)
    base_url = "" if static else str(request.base_url).rstrip("/")
    given = {"path": request.url.path, "base_url": base_url, "static": static, **context}
    given |= {"language": languages.language(), "switches": _switches(request)}
    parts: list[str] = []
    size = 0
    for part in environment().get_template(name).generate({**given, "problem": problem}):
        parts.append(part)
        size += len(part)
        if size > PAGE:
            raise TooLargeError(
                languages.gettext(
                    "This page would have more than %(number)s characters; ask about less at once.",
                    number=languages.decimal(PAGE),
                )
            )
    text = "".join(parts)
    if problem is None:
        return HTMLResponse(text)
    headers = {} if problem.retry_after is None else {"retry-after": str(problem.retry_after)}
    return HTMLResponse(text, problem.status, headers)
