"""The pages in other languages: which one is chosen, that no message is missing, that numbers and names are right."""

from __future__ import annotations

import ast
import json
import re
import runpy
import tomllib
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jinja2 import nodes
from starlette.testclient import TestClient

from quotaproof.cli import cli
from quotaproof.cli.site import LANGUAGES as OFFERED
from quotaproof.model.start import Start, start_sentence
from quotaproof.scenarios import FOLDER
from quotaproof.web import languages
from quotaproof.web.languages import LANGUAGES, ngettext, percent, preferred, speaking, switches
from quotaproof.web.list_words import became
from quotaproof.web.phrases import each_in_words
from quotaproof.web.rendering import environment
from quotaproof.web.starting import begins_from
from quotaproof.web.wording import english_names, is_english, title_of, worded

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "quotaproof" / "web" / "templates"
OTHERS = [code for code in LANGUAGES if code != "en"]
REFUSALS = {"RequestError", "MissingRulesError", "NotFoundError", "TooLargeError", "TooHardError", "BusyError"}
CATALOGUES = runpy.run_path(str(ROOT / ".ci" / "catalogues.py"))


# Catalogues -----------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_missing_fuzzy_or_unused_and_placeholders_agree(language: str) -> None:
    assert CATALOGUES["faults"](language) == []
    assert len(CATALOGUES["read"](language)) > 50


def test_every_language_has_a_catalogue_and_is_offered_for_a_site() -> None:
    assert CATALOGUES["languages"]() == sorted(OTHERS)
    assert tuple(LANGUAGES) == OFFERED


def test_catalogues_are_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    web = ROOT / "quotaproof" / "web"
    shipped = {
        path
        for pattern in project["tool"]["setuptools"]["package-data"]["quotaproof.web"]
        for path in web.glob(pattern)
    }
    assert {CATALOGUES["file_of"](language) for language in OTHERS} <= shipped
    assert any(text.startswith("babel") for text in project["project"]["optional-dependencies"]["web"])


def test_a_fault_of_a_catalogue_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = CATALOGUES["read"]("de")
    faulty.get("host %(host)s").string = "Gastgeber %(hots)s"
    faulty.add("never used", "nie benutzt")
    faulty.get("Games").flags.add("fuzzy")
    faulty.get("%(num)s event").string = ("%(num)s Wettbewerb", "")
    faulty.delete("Help")
    monkeypatch.setitem(CATALOGUES["faults"].__globals__, "read", lambda _: faulty)
    told = CATALOGUES["faults"]("de")
    for word in ("placeholders", "no page", "fuzzy", "is missing", "no words in every form"):
        assert sum(word in fault for fault in told) == 1, word
    assert len(told) == 5


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Source : %(name)s", "Source\xa0: %(name)s"),
        ("dit « oui » ; puis n° 2 ?", "dit «\xa0oui\xa0»\xa0; puis n°\xa02\xa0?"),
        ('<a href="x ; y">Oui !</a> : <code>a : b</code>', '<a href="x ; y">Oui\xa0!</a>\xa0: <code>a : b</code>'),
    ],
)
def test_french_signs_are_held_to_their_words(text: str, right: str) -> None:
    assert CATALOGUES["spaced"](text) == right
    assert CATALOGUES["lacks_blanks"](text)
    assert not CATALOGUES["lacks_blanks"](right)


def test_the_french_catalogue_holds_its_signs_to_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in ("Aide :", "Aide:", "«Aide\xa0»", "« Aide\xa0»"):
        faulty = CATALOGUES["read"]("fr")
        faulty.get("Help").string = fault
        monkeypatch.setitem(CATALOGUES["faults"].__globals__, "read", lambda _, faulty=faulty: faulty)
        assert len(CATALOGUES["faults"]("fr")) == 1, fault


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {0: "0 events", 1: "1 event", 2: "2 events", 5: "5 events"}),
        ("de", {0: "0 Wettbewerbe", 1: "1 Wettbewerb", 2: "2 Wettbewerbe", 5: "5 Wettbewerbe"}),
        ("fr", {0: "0 épreuve", 1: "1 épreuve", 2: "2 épreuves", 5: "5 épreuves"}),
        ("it", {0: "0 gare", 1: "1 gara", 2: "2 gare", 5: "5 gare"}),
    ],
)
def test_plural_forms_are_those_of_the_language(language: str, forms: dict[int, str]) -> None:
    with speaking(language):
        assert {number: ngettext("%(num)s event", "%(num)s events", number) for number in forms} == forms


# Templates -----------------------------------------


CALLS = {"_", "gettext", "ngettext", "pgettext", "heading"}
PLAIN = {"quotaproof", "UTC", "proof", "quota", "CP-SAT", "JSON", "API", "PNG"}
"""Words that are the same in every language."""


def words_of(source: str) -> Iterator[str]:
    """Yield what a template shows in English whatever the language is: text of elements, their titles, literals."""
    tree = environment().parse(source)
    text = ""
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            text += part.data if isinstance(part, nodes.TemplateData) else "\x00"
            if not isinstance(part, nodes.TemplateData):
                yield from (one for one in literals(part) if re.search(r"[a-z]{2,} [a-z]|^[A-Z][a-z]", one))
    text = re.sub(r"(?s)<(code|script|style|svg)\b.*?</\1>", " ", text)
    yield from (one for one in re.findall(r'\s(?:title|aria-label|alt|placeholder)="([^"]*)"', text) if spoken(one))
    yield from (one for one in re.split(r"<[^>]*>|\x00", text) if spoken(one))


def spoken(text: str) -> bool:
    return bool(
        re.search(r"[^\W\d_]{2,}", re.sub("|".join(PLAIN), "", unescape(text.replace("\x00", "").partition("<")[0])))
    )


def literals(node: Any) -> Iterator[str]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in CALLS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from literals(child)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.stem)
def test_every_word_of_a_template_is_a_message(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert list(words_of(source)) == []


@pytest.mark.parametrize(
    "source", ["<p>Some words</p>", '<p title="Words">1</p>', '{{ "some words" if x else _("other words") }}']
)
def test_words_that_are_no_message_are_found(source: str) -> None:
    assert len(list(words_of(source))) == 1


def test_every_heading_is_in_the_table_of_headings() -> None:
    from quotaproof.reporting.language import heading_in

    named = {
        text
        for path in TEMPLATES.glob("*.html")
        for text in re.findall(r'\bheading\("([^"]*)"', path.read_text("utf-8"))
    }
    for text in named:
        assert all(heading_in(text, language) for language in OTHERS), text


# Which language -----------------------------------------


def spoken_in(answer: Any) -> tuple[str, str]:
    """The language that a page says it is in, and its header."""
    found = re.search(r'<html lang="([a-z]+)"', answer.text)
    assert found
    return found[1], answer.headers["content-language"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("es, en;q=0.4, fr;q=0.5", "fr"),
        ("it;q=0, de;q=0.1", "de"),
        ("nl", "en"),
        ("de;q=9, fr;q=0.2", "fr"),
        ("," * 5000, "en"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_prefers(client: TestClient, header: str, language: str) -> None:
    assert preferred(header) == language
    answer = client.get("/help", headers={"accept-language": header})
    assert spoken_in(answer) == (language, language)
    assert {word.strip() for word in answer.headers["vary"].split(",")} >= {"accept-language", "cookie"}
    assert "set-cookie" not in answer.headers


def test_a_language_that_is_chosen_is_kept_and_stronger_than_what_the_browser_prefers(client: TestClient) -> None:
    french = {"accept-language": "fr"}
    assert spoken_in(client.get("/help?lang=de", headers=french)) == ("de", "de")
    assert spoken_in(client.get("/help", headers=french)) == ("de", "de")
    assert spoken_in(client.get("/nothing", headers=french)) == ("de", "de")
    assert spoken_in(client.get("/help?lang=it", headers=french)) == ("it", "it")
    assert spoken_in(client.get("/", headers=french)) == ("it", "it")


@pytest.mark.parametrize("named", ["xx", "", "../de", "de%0d%0aset-cookie:a=b", "<b>"])
def test_a_language_that_there_is_not_changes_nothing(client: TestClient, named: str) -> None:
    answer = client.get(f"/help?lang={named}", headers={"accept-language": "fr", "cookie": f"lang={named[:2]}x"})
    assert spoken_in(answer) == ("fr", "fr")
    assert "set-cookie" not in answer.headers


def test_a_page_that_is_kept_is_kept_for_each_language(client: TestClient) -> None:
    address = "/scenarios/sochi-2014"
    pages = {code: client.get(f"{address}?lang={code}").text for code in LANGUAGES}
    assert len(set(pages.values())) == len(LANGUAGES)
    for code, page in pages.items():
        client.cookies.clear()
        client.cookies.set("lang", code)
        assert client.get(address).text == page


def test_the_switch_leads_to_the_same_page_with_all_that_was_asked(client: TestClient) -> None:
    address = "/scenarios/sochi-2014/whatif?decline=FRA&decline=KAZ:men-500&for=JPN"
    page = client.get(address).text
    links = dict(re.findall(r'<a href="([^"]*)" lang="([a-z]+)" hreflang="\2"', page))
    assert links == {f"{address.replace('&', '&amp;')}&amp;lang={code}": code for code in LANGUAGES}
    there = client.get(f"{address}&lang=de")
    assert spoken_in(there) == ("de", "de")
    assert re.findall(r'hreflang="([a-z]+)"[^>]*aria-current="true"', there.text) == ["de"]
    assert switches("/help", "lang=de") == [(code, LANGUAGES[code], f"/help?lang={code}") for code in LANGUAGES]


def test_answers_and_files_are_the_same_in_every_language(client: TestClient) -> None:
    for address in ("/api/scenarios", "/api/scenarios/nothing", "/scenarios/sochi-2014/download/rules/csv"):
        plain, german = client.get(address), client.get(f"{address}?lang=de", headers={"accept-language": "de"})
        assert plain.content == german.content
        assert "content-language" not in german.headers
        assert "set-cookie" not in german.headers
        assert "cookie" not in german.headers.get("vary", "")


def test_a_table_in_a_page_of_somebody_else_keeps_no_language(client: TestClient) -> None:
    answer = client.get("/scenarios/sochi-2014/embed?lang=de")
    assert answer.headers["content-language"] == "de"
    assert "set-cookie" not in answer.headers


# Words -----------------------------------------


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("de", ("Großbritannien", "Südkorea", "1000 m Herren", "Staffel Damen")),
        ("fr", ("Grande-Bretagne", "Corée du Sud", "1000 m hommes", "relais femmes")),
        ("it", ("Gran Bretagna", "Corea del Sud", "1000 m uomini", "staffetta donne")),
    ],
)
def test_nocs_and_events_have_the_names_of_the_language(
    client: TestClient, language: str, names: tuple[str, ...]
) -> None:
    described = client.get("/api/scenarios/sochi-2014").json()
    with speaking(language):
        found = worded(described)
    events = {event["id"]: event["label"] for event in found["events"]}
    assert (found["names"]["GBR"], found["names"]["KOR"], events["men-1000"], events["women-relay"]) == names
    assert {**found, "names": 0, "events": 0, "title": 0} == {**described, "names": 0, "events": 0, "title": 0}


@pytest.mark.parametrize(("language", "text"), [("en", "12.5 %"), ("de", "12,5 %"), ("fr", "12,5 %"), ("it", "12,5 %")])
def test_numbers_are_written_as_in_the_language(language: str, text: str) -> None:
    with speaking(language):
        assert percent(0.125) == text
        assert languages.decimal(5_000_000) == {"en": "5,000,000", "fr": "5\u202f000\u202f000"}.get(
            language, "5.000.000"
        )


class Unmarked(HTMLParser):
    """The text of a page that is not marked as English."""

    VOID = frozenset({"meta", "link", "br", "input", "img", "hr", "path", "rect"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.skipped: list[bool] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        skips = tag in ("code", "script", "style", "title") or told.get("lang") == "en"
        skipped = skips or bool(self.skipped and self.skipped[-1])
        if tag not in self.VOID:
            self.skipped.append(skipped)
        if not skipped:
            self.words += [told[name] or "" for name in ("title", "aria-label", "placeholder") if told.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.skipped.pop()

    def handle_data(self, data: str) -> None:
        if not (self.skipped and self.skipped[-1]):
            self.words.append(data)


ENGLISH = re.compile(r"\b(?:the|which|is|are|of|with|has|have|by|from|and|not|what|its|gives|every)\b", re.IGNORECASE)
BREAKS = re.compile(r"^[:;]\s|(?:\w|\)) ?[:;?!](?:\s|$)|« |[^\xa0]»", re.ASCII)
"""What French does not write: a colon, or another sign of its kind, at which a line can begin."""
GAMES = (
    "sochi-2014",
    "beijing-2022",
    "altered-beijing-2022",
    "pyeongchang-2018",
    "milano-cortina-2026",
    "figure-skating-2014",
    "speed-skating-2026-after-two",
)
ADDRESSES = (
    "/",
    "/help",
    "/nothing",
    "/compare",
    *(f"/scenarios/{name}{part}" for name in GAMES for part in ("", "/embed")),
    "/scenarios/sochi-2014/nations",
    "/scenarios/sochi-2014/rules",
    *(f"/scenarios/{name}/whatif" for name in GAMES),
    "/scenarios/sochi-2014/whatif?decline=FRA&decline=KAZ&for=JPN",
    "/scenarios/sochi-2014/whatif?decline=KAZ:men-1000=1&decline=ITA:men-1000=1&from=published",
    "/scenarios/sochi-2014/whatif?decline=KAZ:men=1&set=total=110&reading=gender-cap=hard&host=none&exclude=USA",
    "/scenarios/beijing-2022/whatif?decline=JPN:men-relay",
    "/scenarios/beijing-2022/whatif?reading=gender-cap=hard",
    "/scenarios/sochi-2014/whatif?decline=Narnia",
    *(f"/scenarios/{name}/lists" for name in GAMES),
    "/scenarios/sochi-2014/lists/men-1000",
    "/scenarios/sochi-2014/lists/men-relay",
    "/scenarios/beijing-2022/lists/men-500",
    "/scenarios/speed-skating-2026-after-two/lists/men-500",
    "/scenarios/figure-skating-2014/lists/pairs",
    "/scenarios/sochi-2014/nations/NZL",
    "/scenarios/sochi-2014/nations/KAZ",
    "/scenarios/beijing-2022/nations/JPN",
    "/scenarios/speed-skating-2026-after-two/nations/NOR",
    "/scenarios/sochi-2014/reserve/men-1000",
    "/scenarios/sochi-2014/reserve/men-1000?from=published",
    "/scenarios/pyeongchang-2018/season",
    "/scenarios/sochi-2014/explain?noc=JPN&column=men&least=4",
    "/scenarios/sochi-2014/explain?noc=KAZ",
    "/scenarios/beijing-2022/explain?noc=JPN&column=men-500",
    "/scenarios/sochi-2014/explain",
    "/scenarios/sochi-2014/lists/nothing",
    "/scenarios/nothing",
    "/scenarios/upload-1",
    "/api",
    "/scenarios/sochi-2014/whatif?form=1&add-noc=Narnia",
)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ("Sochi 2014", "Beijing 2022", "PyeongChang 2018", "Milano Cortina 2026")),
        ("de", ("Sotschi 2014", "Peking 2022", "Pyeongchang 2018", "Mailand-Cortina 2026")),
        ("fr", ("Sotchi 2014", "Pékin 2022", "Pyeongchang 2018", "Milan-Cortina 2026")),
        ("it", ("Soči 2014", "Pechino 2022", "Pyeongchang 2018", "Milano Cortina 2026")),
    ],
)
def test_hosts_have_the_names_of_a_language_in_titles(language: str, names: tuple[str, ...]) -> None:
    games = ("Sochi 2014", "Beijing 2022", "PyeongChang 2018", "Milano Cortina 2026")
    with speaking(language):
        titles = [title_of(f"Figure skating, {one}") for one in games]
        assert tuple(title.partition(", ")[2] for title in titles) == names
        assert not any(map(is_english, titles))
        # What a title says besides is nobody's name, and stays as it is.
        assert title_of("My Games, Sochi 2014") == "My Games, Sochi 2014"
        assert title_of("Figure skating, Elsewhere 2030").endswith(", Elsewhere 2030")


def test_titles_of_shipped_scenarios_are_in_every_language() -> None:
    titles = [tomllib.loads(path.read_text("utf-8"))["title"] for path in sorted(FOLDER.glob("*/scenario.toml"))]
    told = [title for title in titles if not title.startswith("Provisional SOQC")]  # what the federation called them
    assert len(told) > 10
    for language in OTHERS:
        with speaking(language):
            assert [title for title in told if is_english(title_of(title))] == []
            for title in told:
                assert not ENGLISH.search(title_of(title)), title_of(title)
    with speaking("de"):
        assert title_of("Long track speed skating, Milano Cortina 2026: after all four World Cups") == (
            "Eisschnelllauf, Mailand-Cortina 2026: nach allen vier Weltcups"
        )
        assert is_english(title_of("Long track speed skating, Milano Cortina 2026: after three World Cups"))


@pytest.mark.parametrize("invited", [False, True])
@pytest.mark.parametrize("differs", [None, 0, 1, 2])
@pytest.mark.parametrize("start", ["rules", "published"])
def test_what_a_question_starts_from_is_said_as_the_answer_says_it(
    client: TestClient, start: Start, differs: int | None, invited: bool
) -> None:
    scenario = client.get("/api/scenarios/sochi-2014").json()
    told = {"undone_first": None, "invited": invited}
    changes = ["decline KAZ:men-1000", "decline ITA:men-1000"]
    with speaking("en"):
        steps = each_in_words(changes, english_names(scenario))
        assert begins_from(start, changes, told, differs, scenario) == start_sentence(
            start, steps, differs, invited=invited
        )
    for language in OTHERS:
        with speaking(language):
            said = begins_from(start, changes, told, differs, worded(scenario))
            assert not ENGLISH.search(said)
            assert isinstance(said, languages.Said) or not said


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("de", "it needs one more athlete, and the men already need 60 of 60", "die Männer brauchen schon 60 von 60"),
        ("fr", "it needs two more athletes, and all NOCs already need 115 of 115", "il faut 2 athlètes de plus"),
        ("it", "JPN already has 5, the most it may have", "JPN ne ha già 5, il massimo che può avere"),
        ("de", "JPN already has three, the most it may have", "JPN hat schon 3, mehr darf es nicht haben"),
    ],
)
def test_what_holds_an_entry_up_is_in_the_language(language: str, words: str, said: str) -> None:
    with speaking(language):
        assert said in became(words)
        assert "lang=" not in became(words)
    assert became(words) == words


def test_what_is_certain_for_a_nation_is_a_sentence_of_the_language(client: TestClient) -> None:
    """Figures by the page itself: one women's relay, three men and five women for certain, the rest open."""
    page = client.get("/scenarios/milano-cortina-2026/nations/USA", headers={"accept-language": "it"}).text
    assert (
        '<p class="answer">Stati Uniti: con certezza staffetta donne e 8 atleti (3 uomini e 5 donne); il resto' in page
    )


def test_games_side_by_side_have_the_names_of_their_hosts(client: TestClient) -> None:
    page = client.get("/compare", headers={"Accept-Language": "de"}).text
    assert "Sotschi 2014" in page and "Peking 2022" in page
    assert "Sochi" not in page and "Beijing 2022" not in page


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_english_on_a_page_in_another_language_is_marked(
    client: TestClient, language: str, address: str
) -> None:
    page = client.get(address, headers={"accept-language": language}).text
    found = Unmarked(page).words
    assert [text for text in found if ENGLISH.search(re.sub(r"/scenarios/\S+|[a-z]+(?:-[a-z]+)+", "", text))] == []
    assert len(found) > 8
    if language == "fr":
        assert [text for text in found if BREAKS.search(text)] == []


@pytest.mark.parametrize(
    ("language", "address", "answer"),
    [
        (
            "de",
            "sochi-2014/whatif?decline=FRA&decline=KAZ&for=JPN",
            "Japan: 1 Startplatz mehr (500 m Herren); gleich viele",
        ),
        ("fr", "sochi-2014/whatif?decline=KAZ:men-1000=1", "1 CNO gagne 1 place de départ."),
        ("it", "sochi-2014/whatif?decline=KAZ:men-1000=1", "1 CON guadagna 1 posto di partenza."),
        ("de", "sochi-2014/whatif?decline=NED:men-relay&for=USA", "Vereinigte Staaten: nichts ändert sich."),
        (
            "fr",
            "sochi-2014/whatif?exclude=GBR&for=GBR",
            "Grande-Bretagne\N{NO-BREAK SPACE}: 11 places de départ de moins (2 × 500 m",
        ),
        (
            "it",
            "beijing-2022/whatif?decline=JPN:men-relay",
            "Nessuno guadagna qualcosa con certezza; per 2 è possibile.",
        ),
        (
            "de",
            "beijing-2022/whatif?decline=JPN:men-relay&for=KAZ",
            "Kasachstan: möglicherweise Staffel Herren +1, +1 Mann.",
        ),
        ("de", "beijing-2022/whatif?decline=JPN:men-relay&for=NZL", "Neuseeland: nichts ändert sich, wie auch immer"),
    ],
)
def test_the_answer_to_a_what_if_is_a_sentence_of_the_language(
    client: TestClient, language: str, address: str, answer: str
) -> None:
    page = client.get(f"/scenarios/{address}", headers={"accept-language": language}).text
    found = re.search(r'id="answer">(.*?)</p>', page)
    assert found
    assert found[1].startswith(answer)


def alert_of(page: str) -> str:
    """What a page says of a refusal."""
    alert = re.search(r'(?s)<div class="problem" role="alert">(.*?)</div>', page)
    assert alert
    return unescape(alert[1])


def test_what_the_import_refuses_is_marked_as_english_and_the_page_says_so(client: TestClient) -> None:
    german = {"accept-language": "de"}
    sent = {"files": ("a.exe", b"MZ", "text/plain")}
    alert = alert_of(client.post("/uploads", files=sent, headers=german).text)
    assert '<small>Die folgende Meldung ist auf Englisch.</small> <span lang="en">' in alert
    assert "<strong>Das passt nicht.</strong>" in alert
    known = client.get("/scenarios/nothing", headers=german).text
    assert '<p class="lead"><span>Es gibt kein Szenario' in known
    english = alert_of(client.post("/uploads", files=sent).text)
    assert "lang=" not in english
    assert "<small>" not in english


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"text": (None, "")}, "Es wurde keine Datei gesendet"),
        ({"files": ("a.zip", b"PK\x03\x04 damaged")}, "Die ZIP-Datei ist beschädigt"),
        ({"text": (None, "NOC,men"), "base": (None, "nowhere")}, "Es gibt kein Szenario 'nowhere', dessen Regeln"),
    ],
)
def test_what_the_page_refuses_of_an_upload_is_in_its_language(
    client: TestClient, files: dict[str, Any], said: str
) -> None:
    alert = alert_of(client.post("/uploads", files=files, headers={"accept-language": "de"}).text)
    assert f"<span>{said}" in alert
    assert "<small>" not in alert
    in_english = client.post("/api/uploads", files=files, headers={"accept-language": "de"}).json()["error"]
    assert said not in in_english


def test_what_is_refused_of_an_upload_keeps_its_language_when_another_is_chosen(client: TestClient) -> None:
    rules = (FOLDER / "sochi-2014" / "scenario.toml").read_bytes()
    sent = client.post("/uploads", files={"files": ("scenario.toml", rules)}, headers={"accept-language": "de"})
    assert "<span>rules.toml fehlt;" in sent.text
    for page in (
        client.get("/", headers={"accept-language": "it"}),
        client.get("/", headers={"accept-language": "en"}),
    ):
        assert '<span lang="de">rules.toml fehlt;' in page.text
        assert "inglese" not in page.text.partition("<footer")[0]


JSON_ONLY = {("app.py", "_invalid"), ("interface.py", "upload"), ("app.py", "_problem"), ("services.py", "_no_such_id")}
"""Where an error is for programs only, or says what another one said."""


def test_every_refusal_of_the_pages_is_a_message() -> None:
    told = []
    for path in sorted((ROOT / "quotaproof" / "web").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for call in ast.walk(function):
                named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id
                if named in REFUSALS and call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr):
                    told.append((path.name, function.name))
    assert [one for one in told if one not in JSON_ONLY] == []


def test_the_script_has_its_words_from_the_page(client: TestClient) -> None:
    script = (ROOT / "quotaproof" / "web" / "static" / "explorer.js").read_text(encoding="utf-8")
    code = re.sub(r"//[^\n]*", "", script)
    texts = re.findall(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`', code)
    assert len(texts) > 100
    assert [text for text in texts if re.search(r"[A-Z][a-z]+ [a-z]{2}", text)] == []
    page = client.get("/", headers={"accept-language": "de"}).text
    given = json.loads(unescape(re.search(r"data-words='([^']*)'", page)[1]))  # type: ignore[index]
    assert set(re.findall(r"\bwords\.(\w+)", code)) == set(given)
    assert given["picture_is_copied"] == "Das Bild ist kopiert."
    assert (
        given["too_large"].format(size="1.000", most="2")
        == "Die Dateien haben 1.000 Bytes; gelesen werden höchstens 2."
    )


@pytest.mark.parametrize("language", OTHERS)
def test_the_pages_of_an_upload_are_in_the_language_but_for_what_the_import_says(
    client: TestClient, language: str
) -> None:
    headers = {"accept-language": language}
    table = (FOLDER / "sochi-2014" / "published.csv").read_text(encoding="utf-8").replace(",", ";")
    doubtful = table.replace("AUS;", "Narnia;", 1)
    refused = client.post("/uploads", files={"files": ("t.csv", doubtful)}, headers=headers).text
    sent = {"files": ("t.csv", doubtful), "base": (None, "sochi-2014")}
    client.post("/uploads", files=sent, headers=headers, follow_redirects=False)
    home = re.findall(r"/uploads/upload-\d+", client.get("/", headers=headers).text)[-1]
    assert client.get(home, headers=headers).text.count('<a class="mark"') >= 1
    saved = {"cell-0-1-1": "7", "base": "sochi-2014"}
    assert client.post(home, data=saved, headers=headers, follow_redirects=False).status_code == 303
    corrected, listed = (client.get(address, headers=headers).text for address in (home, "/"))
    for page in (refused, corrected, listed):
        found = [text for text in Unmarked(page).words if ENGLISH.search(re.sub(r"--\w+|upload-\d", "", text))]
        assert found == []
    assert "<s>" in corrected


def test_the_picture_of_a_page_is_in_its_language_for_who_has_no_cookie(client: TestClient) -> None:
    page = client.get("/scenarios/sochi-2014?lang=de").text
    assert "/scenarios/sochi-2014/preview.png?lang=de" in page
    assert "preview.png?lang" not in client.get("/scenarios/sochi-2014?lang=en").text
    asked = client.get("/scenarios/sochi-2014/whatif?decline=KAZ:men-1000=1&lang=fr").text
    assert re.search(r"whatif/preview\.png\?decline=[^\"]*&amp;lang=fr", asked)
    german, english = (client.get(f"/scenarios/sochi-2014/preview.png?lang={code}").content for code in ("de", "en"))
    assert german[:4] == b"\x89PNG"
    assert german != english


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_of_an_answer_names_nations_and_events_in_its_own_language(
    client: TestClient, language: str
) -> None:
    address = "/scenarios/sochi-2014/explain?noc=KAZ&column=men-1000"
    page = client.get(address, headers={"accept-language": language}).text
    brief = re.search(r'<ol class="brief" lang="en"><li>([^<]*)', page)
    assert brief
    assert unescape(brief[1]).startswith("Kazakhstan (KAZ) has one start place in the men's 1000 m")
    heading = {"de": "Kasachstan (KAZ), 1000 m Herren", "fr": "Kazakhstan (KAZ), 1000 m hommes"}
    assert heading.get(language, "Kazakistan (KAZ), 1000 m uomini") in page


def test_a_nation_is_understood_by_its_name_in_any_language(client: TestClient) -> None:
    for name in ("Großbritannien", "Grande-Bretagne", "Gran Bretagna", "Great Britain", "gbr"):
        answer = client.get(
            "/scenarios/sochi-2014/whatif", params={"form": "1", "add-noc": name}, follow_redirects=False
        )
        assert answer.headers["location"].endswith("?decline=GBR")


def test_a_site_is_written_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "site"
    result = CliRunner().invoke(cli, ["site", "synthetic-worse-rank-pays", "--out", str(out), "--language", "fr"])
    assert result.exit_code == 0, result.output
    pages = {path.name: path.read_text(encoding="utf-8") for path in out.rglob("*.html")}
    assert all('<html lang="fr">' in page for page in pages.values())
    assert "Aller au contenu" in pages["help.html"]
    assert not any("hreflang" in page for page in pages.values())
    refused = CliRunner().invoke(cli, ["site", "--out", str(out), "--language", "nl"])
    assert refused.exit_code == 2


def test_a_chart_names_nations_without_a_page_of_their_own_in_the_language(client: TestClient) -> None:
    page = client.get("/scenarios/milano-cortina-2026/nations", headers={"accept-language": "it"}).text
    labels = re.findall(r"<text[^>]*>([^<]+)</text>", page)
    assert "Atleti Individuali Neutrali" in labels
    assert "Individual Neutral Athletes" not in page
