"""What can go wrong with a request, each with its HTTP status and one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import languages

Ways = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""What can be done about a problem: words, each with links (their words, their addresses)."""


class RequestError(Exception):
    """A request cannot be answered.

    Parameters
    ----------
    sentence
        One sentence that says why and what would be right.
    status
        HTTP status.
    retry_after
        Seconds after which it makes sense to come again.
    ways
        Links that a page shows below the sentence.

    Attributes
    ----------
    language
        That of the sentence: the page's, if it is a message of the catalogues.
    """

    status = 400

    def __init__(
        self, sentence: str, *, status: int | None = None, retry_after: int | None = None, ways: Ways = ()
    ) -> None:
        self.language = languages.language() if isinstance(sentence, languages.Said) else languages.SOURCE
        self.sentence = re.sub(r"[^\S\xa0]+", " ", sentence.strip())  # blanks that hold words together stay
        self.status = status if status is not None else type(self).status
        self.retry_after = retry_after
        self.ways = tuple(ways)
        super().__init__(self.sentence)


class MissingRulesError(RequestError):
    """An upload has no rules, and none were chosen for it."""


class NotFoundError(RequestError):
    """There is no such scenario, upload or page."""

    status = 404


class TooLargeError(RequestError):
    """More was sent than is read."""

    status = 413


class TooHardError(RequestError):
    """The answer was not found within the limits, so it is unknown."""

    status = 422


class BusyError(RequestError):
    """There are too many questions at present."""

    status = 503

    def __init__(self, sentence: str = "") -> None:
        busy = languages.gettext("The server is busy with other questions; try again in a few seconds.")
        super().__init__(sentence or busy, retry_after=5)


def not_ready() -> BusyError:
    """Return what is said of a server that begins or ends."""
    return BusyError(languages.gettext("The server is not ready; try again in a few seconds."))
