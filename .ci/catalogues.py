"""Messages of the web explorer's pages and their catalogues: extract them, merge them, say what is missing.

    python .ci/catalogues.py update   # new messages into each catalogue, old ones out of it
    python .ci/catalogues.py check    # fails if a message is missing, fuzzy, unused or has other placeholders

A catalogue needs no further step: the explorer compiles it when its language is first asked for.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from quotaproof.event_lists import TIES
from quotaproof.reading_words import LABELS, MEANINGS

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "quotaproof" / "web"
LOCALE = WEB / "locale"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "noted": None,
}
TEMPLATES = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)s|%%?")
WIDTH = 120
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "it": "nplurals=2; plural=(n != 1);",
}
"""Those of whole numbers below a million; babel's own differ between its versions."""

HIGH = ":;?!»"
"""Before these, and behind «, French has a blank at which no line breaks."""
NO_BREAK = "\N{NO-BREAK SPACE}"
AS_IT_IS = re.compile(r"(<code>.*?</code>|<[^>]*>)")
"""Parts of a message that are no prose."""


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def file_of(language: str) -> Path:
    """Return the catalogue of a language."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def template() -> Catalog:
    """Return all messages of the templates and modules, without translations."""
    found = Catalog(project="quotaproof", charset="utf-8")
    sources = [(path, "jinja2") for path in sorted(WEB.glob("templates/*.html"))]
    sources += [(path, "python") for path in sorted(WEB.glob("*.py"))]
    for path, kind in sources:
        read = extract(kind, io.BytesIO(path.read_bytes()), KEYWORDS, options=TEMPLATES if kind == "jinja2" else None)
        for _, text, _, context in read:
            found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    for text, home in [(text, "reading_words") for words in (LABELS, MEANINGS) for text in words.values()] + [
        (tie, "event_lists") for tie in TIES.values()
    ]:
        found.add(text, locations=[(f"quotaproof/{home}.py", 0)])
    return found


def read(language: str) -> Catalog:
    """Return the catalogue of a language."""
    with file_of(language).open("rb") as stream:
        return read_po(stream, locale=language)


def spaced(text: str) -> str:
    """Return a French text in which no line breaks before a colon, or inside guillemets."""
    parts = AS_IT_IS.split(text)
    for number in range(0, len(parts), 2):
        part = re.sub(rf" (?=[{HIGH}])", NO_BREAK, parts[number])
        parts[number] = re.sub("(?<=«) |(?<=n°) ", NO_BREAK, part)
    return "".join(parts)


def lacks_blanks(text: str) -> bool:
    """Whether a French text has a colon, or another sign of its kind, without a blank that holds it to its word."""
    prose = "".join(AS_IT_IS.split(text)[::2])
    return re.search(rf"(?<=[^{NO_BREAK}(])[{HIGH}]|«(?!{NO_BREAK})", prose) is not None


def written(catalogue: Catalog) -> bytes:
    """Return the bytes of a catalogue: in order of its messages, without numbers of lines or dates of its own."""
    for message in catalogue if str(catalogue.locale) == "fr" else ():
        forms = message.string
        # A message that is new has no words yet.
        message.string = (
            tuple(spaced(form or "") for form in forms) if isinstance(forms, tuple | list) else spaced(forms or "")
        )
    stream = io.BytesIO()
    write_po(
        stream, catalogue, width=WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True, omit_header=True
    )
    language = str(catalogue.locale)
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[language]}\\n"\n\n'
    )
    return head.encode() + stream.getvalue()


def update() -> None:
    """Put new messages into each catalogue, and take those out that no page has."""
    messages = template()
    for language in languages():
        path = file_of(language)
        catalogue = read(language) if path.exists() else Catalog(locale=language, charset="utf-8")
        catalogue.update(messages, no_fuzzy_matching=True)
        path.write_bytes(written(catalogue))


def faults(language: str) -> list[str]:
    """Return what is wrong with a catalogue, one sentence each."""
    catalogue, messages = read(language), template()
    told = [f"no page has {message.id!r}" for message in catalogue if message.id and not _in(messages, message)]
    told += [f"{message.id!r} is missing" for message in messages if message.id and not _in(catalogue, message)]
    for message in catalogue:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        if message.fuzzy:
            told.append(f"{message.id!r} is marked fuzzy")
        if not all(forms) or (len(ids) > 1 and len(forms) != catalogue.num_plurals):
            told.append(f"{message.id!r} has no words in every form")
        named = [set(PLACEHOLDER.findall(text)) for text in ids]
        if any(form and set(PLACEHOLDER.findall(form)) not in (named[0], named[-1]) for form in forms):
            told.append(f"{message.id!r} has other placeholders")
        if any(
            form and (form[0].isspace(), form[-1].isspace()) != (ids[0][0].isspace(), ids[0][-1].isspace())
            for form in forms
        ):
            told.append(f"{message.id!r} begins or ends with other blanks")
        if language == "fr" and any(map(lacks_blanks, forms)):
            told.append(f"{message.id!r} needs a no-break blank before each of {HIGH} and behind «")
    return told


def _edges(text: str) -> tuple[bool, bool]:
    """Whether a text begins and ends with a blank."""
    return text[0].isspace(), text[-1].isspace()


def _in(catalogue: Catalog, message: Message) -> bool:
    found = catalogue.get(message.id, message.context)
    return found is not None and found.pluralizable == message.pluralizable


def check() -> int:
    """Say what is wrong with the catalogues; the exit code."""
    found = [f"{language}: {fault}" for language in languages() for fault in faults(language)]
    for language in languages():
        write_mo(io.BytesIO(), read(language))
    print("\n".join(found) or f"{', '.join(languages())}: complete, {len(template())} messages")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] != ["check"]:
        sys.exit("usage: catalogues.py update|check")
    sys.exit(check())
