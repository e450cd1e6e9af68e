"""Reports with headings in other languages: what is translated, that an import reads them again, what is refused."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import quotaproof
from quotaproof.api import report
from quotaproof.cli import cli
from quotaproof.cli.report import LANGUAGES as OFFERED
from quotaproof.importing.run import import_contents
from quotaproof.model.errors import InputError
from quotaproof.reporting.language import LANGUAGES, event_name, name_in
from quotaproof.reporting.render import FORMATS, Format

OTHERS = LANGUAGES[1:]
NAMES: dict[Format, str] = {
    "markdown": "report.md",
    "html": "report.html",
    "wikitext": "report.wiki",
    "latex": "report.tex",
    "xlsx": "report.xlsx",
}
HEADS = {"de": "Herren 500 m", "fr": "Hommes 500 m", "it": "Uomini 500 m", "nl": "Heren 500 m"}


def test_the_command_offers_the_languages_of_the_reports() -> None:
    assert OFFERED == LANGUAGES


@pytest.mark.parametrize("language", OTHERS)
def test_headings_and_names_are_in_the_language(language: str) -> None:
    text = str(report(quotaproof.load_scenario("sochi-2014"), language=language))
    assert HEADS[language] in text
    heading = {"de": "## Ranglisten", "fr": "## Classements", "it": "## Classifiche", "nl": "## Klasseringen"}
    hungary = {"de": "Ungarn (HUN)", "fr": "Hongrie (HUN)", "it": "Ungheria (HUN)", "nl": "Hongarije (HUN)"}
    assert heading[language] in text
    assert hungary[language] in text
    assert "Hungary" not in text


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_them(form: Format, language: str) -> None:
    found = report(quotaproof.load_scenario("sochi-2014"), form, language=language)
    if isinstance(found, bytes):
        import io

        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(found))
        text = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    else:
        text = found
    assert HEADS[language].partition(" ")[0] in text
    assert "Men 500" not in text


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("form", ["markdown", "html", "wikitext", "xlsx"])
@pytest.mark.parametrize("name", ["sochi-2014", "beijing-2022"])
@pytest.mark.usefixtures("built_once")
def test_an_import_reads_the_quota_table_again(name: str, form: Format, language: str) -> None:
    scenario = quotaproof.load_scenario(name)
    found = report(scenario, form, table="published", language=language)
    data = found if isinstance(found, bytes) else found.encode()
    read = import_contents([(NAMES[form], data)]).scenario
    assert read.published is not None
    assert scenario.published is not None
    assert read.published.cells == scenario.published.cells
    assert read.host == scenario.host


@pytest.mark.usefixtures("built_once")
def test_english_is_as_it_was() -> None:
    scenario = quotaproof.load_scenario("pyeongchang-2018")
    for form in FORMATS:
        assert report(scenario, form, language="en") == report(scenario, form)
    assert ' lang="en"' not in str(report(scenario, "html")).partition("<body>")[2]


def test_html_says_in_which_language_its_headings_are() -> None:
    text = str(report(quotaproof.load_scenario("figure-skating-2018"), "html", language="it"))
    assert '<html lang="en">' in text
    assert '<h2 lang="it">Assegnazione delle quote</h2>' in text


def test_events_of_every_sport_have_a_name() -> None:
    rules = quotaproof.load_scenario("speed-skating-2026").rules
    assert event_name(rules.event("men-team-pursuit"), "nl") == "Ploegenachtervolging, Heren"
    assert event_name(rules.event("women-mass-start"), "de") == "Massenstart, Damen"
    rules = quotaproof.load_scenario("figure-skating-2018").rules
    assert [event_name(event, "fr") for event in rules.events[:2]] == ["Hommes", "Femmes"]


@pytest.mark.parametrize(
    ("noc", "language", "name"),
    [
        ("GBR", "de", "Großbritannien"),
        ("TPE", "fr", "Taipei chinois"),
        ("KOR", "it", "Corea del Sud"),
        ("ROC", "nl", "ROC"),
        ("KOS", "nl", "Kosovo"),
        ("GER", "en", "Germany"),
    ],
)
def test_names_of_nocs(noc: str, language: str, name: str) -> None:
    assert name_in(noc, language) == name


def test_another_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="use one of en, de, fr, it, nl"):
        report(quotaproof.load_scenario("sochi-2014"), language="es")
    result = CliRunner().invoke(cli, ["report", "sochi-2014", "--language", "es"])
    assert result.exit_code == 2
    assert "'en', 'de', 'fr', 'it', 'nl'" in result.output
