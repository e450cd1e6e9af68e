"""Addresses of the explorer as files of a static edition: which are written, and under which names."""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from .formats import FORMATS, NAMES

OVERVIEW = ("/", "/help")
"""Pages whose links are all followed: they name examples that no other page links to."""

_NOC = re.compile(r"[A-Z]{3}|TOTAL")
_COLUMN = re.compile(r"[a-z][a-z0-9-]*|[0-9]{1,3}")
_DEVICES = ("con", "nul", "aux", "prn")
"""Names that no file can have on some systems."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """What is written: the address that is asked, and the file, below the folder of the edition."""

    address: str
    file: str


def target_of(address: str, scenarios: frozenset[str], linked_from: str) -> PageFile | None:
    """Return what an address on a page is in a static edition; None if that has no such page.

    Parameters
    ----------
    linked_from
        Path of the page that has the link.
    """
    parts = urlsplit(address)
    path, query = unquote(parts.path), parse_qsl(parts.query)
    if path in ("/", "/scenarios"):
        return PageFile("/", "index.html")
    if path in ("/compare", "/help"):
        return PageFile(path, f"{path.removeprefix('/')}.html")
    if path.startswith("/static/"):
        return PageFile(path, path.removeprefix("/"))
    match path.removeprefix("/scenarios/").split("/") if path.startswith("/scenarios/") else []:
        case [name, *below] if name in scenarios:
            return _of_scenario(name, below, query, linked_from in OVERVIEW)
    return None


def _of_scenario(name: str, below: list[str], query: list[tuple[str, str]], freely: bool) -> PageFile | None:
    match below:
        case ["explain"]:
            return _explained(name, query, freely)
        case ["whatif"]:
            return _declined(name, query, freely)
        case ["reserve" | "season" | "download", *_] if query:
            return None
        case []:
            file = "index.html"
        case ["lists" | "nations" | "reserve" as part]:
            file = f"{part}/index.html"
        case ["rules" | "embed" | "season" as part]:
            file = f"{part}.html"
        case ["lists" | "reserve" as part, event]:
            file = f"{part}/{_slug(None, event)}.html"
        case ["nations", noc]:
            file = f"nations/{_slug(noc)}.html"
        case ["preview.png"]:
            file = "preview.png"
        case ["lists", event, "preview.png"]:
            file = f"lists/{_slug(None, event)}.png"
        case ["nations", noc, "preview.png"]:
            file = f"nations/{_slug(noc)}.png"
        case ["download", "published" | "rules" | "verification" as what, form]:
            file = f"files/{name}-{NAMES[what]}.{FORMATS[form].ending}"
        case _:
            return None
    return PageFile("/".join((f"/scenarios/{name}", *below)), f"{name}/{file}")


def _explained(name: str, query: list[tuple[str, str]], freely: bool) -> PageFile | None:
    values = dict(query)
    allowed = ("noc", "column", "least") if freely else ("noc", "column")
    if any(key not in allowed for key in values) or "noc" not in values:
        return None
    kept = [(key, values[key]) for key in allowed if values.get(key)]
    slug = _slug(*(value for _, value in kept))
    return PageFile(f"/scenarios/{name}/explain?{urlencode(kept)}", f"{name}/explain/{slug}.html")


def _declined(name: str, query: list[tuple[str, str]], freely: bool) -> PageFile | None:
    declines = [(key, value) for key, value in query if key == "decline"]
    others = [(key, value) for key, value in query if key != "decline"]
    if any(key != "for" for key, _ in others) or (len(declines) > 1 and not freely):
        return None
    if not declines:
        return PageFile(f"/scenarios/{name}/whatif", f"{name}/whatif/index.html")
    kept = [*declines, *(others if freely else [])]
    first, *further = (word for _, value in declines for word in value.split(":"))
    words = [first, *(word.lower() if _NOC.fullmatch(word) else word for word in further)]
    words += [f"for-{value.lower()}" for _, value in kept[len(declines) :]]
    return PageFile(f"/scenarios/{name}/whatif?{urlencode(kept)}", f"{name}/whatif/{_slug(*words)}.html")


def _slug(noc: str | None, *more: str) -> str:
    """An NOC (or none) and columns as the name of a file, different where upper and lower case are the same too."""
    words = (*([noc] if noc is not None else []), *more)
    text = ".".join(words)
    plain = (noc is None or _NOC.fullmatch(noc)) and all(map(_COLUMN.fullmatch, more))
    if plain and words[0].lower() not in (*_DEVICES, "index"):
        return text
    known = hashlib.sha256("\0".join(words).encode()).hexdigest()[:10]
    return f"{re.sub('[^A-Za-z0-9]+', '-', text)[:40].strip('-')}.{known}"


# Pages ---------------------------------------------------------------------------------------------------------------

_LINK = re.compile(r'<a\b([^>]*?)\shref="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_LOADED = re.compile(r'(<(?:link|script)\b[^>]*?\s(?:href|src)=")(/[^"]*)(")')
_PREVIEW = re.compile(
    r'(\s*<meta property="og:image" content=")([^"]*)(">(?:\s*<meta (?:property="og:image:|name="twitter:)[^>]*>)*)'
)
_HTMX = re.compile(r"""\shx-[a-z-]+(?:="[^"]*"|='[^']*')?""")
_TAG = re.compile(r"<[a-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A page whose links are relative, and what they lead to."""

    text: str
    targets: tuple[PageFile, ...]


def rewritten(page: str, own: PageFile, scenarios: frozenset[str], url: str | None = None) -> Rewritten:
    """Return a page of the explorer as one that needs no server; what links to no page of the edition is plain text.

    Parameters
    ----------
    url
        Where the edition will be served; without it pages name no preview picture, which needs its whole address.
    """
    found: list[PageFile] = []
    here = posixpath.dirname(own.file)
    path = urlsplit(own.address).path

    def relative(address: str) -> str | None:
        target = target_of(address, scenarios, path)
        if target is None:
            return None
        found.append(target)
        fragment = urlsplit(address).fragment
        return posixpath.relpath(target.file, here or ".") + (f"#{fragment}" if fragment else "")

    def link(match: re.Match[str]) -> str:
        before, href, after, words = match.groups()
        address = unescape(href)
        if not address.startswith("/"):
            return match[0]
        there = relative(address)
        return words if there is None else f'<a{before} href="{escape(there)}"{after}>{words}</a>'

    def loaded(match: re.Match[str]) -> str:
        there = relative(unescape(match[2]))
        return f"{match[1]}{there}{match[3]}" if there is not None else ""

    def previewed(match: re.Match[str]) -> str:
        there = target_of(unescape(match[2]), scenarios, path)
        if url is None or there is None:
            return ""
        found.append(there)
        return f"{match[1]}{escape(url.rstrip('/'))}/{escape(there.file)}{match[3]}"

    page = _PREVIEW.sub(previewed, page)
    text = _TAG.sub(lambda tag: _HTMX.sub("", tag[0]), page)
    text = _LOADED.sub(loaded, _LINK.sub(link, text))
    return Rewritten(text, tuple(dict.fromkeys(found)))
