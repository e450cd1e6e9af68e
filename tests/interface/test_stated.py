"""Options that have nothing to act on are refused in words, and never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from quotaproof.cli import cli, common
from quotaproof.model.errors import InputError

REFUSED = [
    ("explain sochi-2014 KAZ men --all-reasons", "--all-reasons belongs to --why-not"),
    ("explain sochi-2014 KAZ men --how-close", "--how-close belongs to --why-not"),
    ("explain sochi-2014 KAZ men --no-how-close", "--no-how-close belongs to --why-not"),
    ("explain beijing-2022 KAZ men --engine greedy", "--engine greedy allocates from complete standings"),
    ("whatif beijing-2022 --decline KAZ --engine greedy", "--engine greedy allocates from complete standings"),
    ("whatif sochi-2014 --exclude KAZ --mode rerun", "--mode says how declines are answered, and nobody declines"),
    (
        "whatif sochi-2014 --decline KAZ --mode sequential --reading declines=rerun",
        "--mode sequential and --reading declines=rerun do not agree",
    ),
    ("infer milano-cortina-2026 --next --format csv", "--next is answered beside the table, which is all that CSV has"),
    ("season sochi-2014 --after 1 --samples 0 --seed 5", "--seed is for seasons that are drawn"),
    ("compare sochi-2014 pyeongchang-2018 --rules sochi-2014", "--rules is for files"),
    ("compare sochi-2014 pyeongchang-2018 --columns noc=Land", "--columns is for files"),
    ("sweep sochi-2014 --singles --draw noise", "--draw is for standings that are drawn"),
    ("sweep sochi-2014 --singles --noise 2", "--noise is for standings that are drawn"),
    ("sweep sochi-2014 --singles --seed 3", "--seed is for standings that are drawn"),
    ("sweep sochi-2014 --samples 4 --draw uniform --noise 2", "--noise is for --draw noise"),
    ("sweep sochi-2014 --grid men=58..60 --mode rerun", "--mode says how declines are answered, and here nobody"),
    ("sweep sochi-2014 --exclusions --singles --mode rerun", "and here they are excluded"),
    ("sweep sochi-2014 --singles --mode rerun --reading declines=sequential", "do not agree"),
    ("sweep sochi-2014 --grid gender-cap=walk,hard --reading gender-cap=hard", "both choose gender-cap"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED, ids=[words for words, _ in REFUSED])
def test_an_option_without_effect_is_refused(words: str, sentence: str) -> None:
    done = CliRunner().invoke(cli, words.split())
    assert isinstance(done.exception, InputError), done.output
    assert sentence in str(done.exception)
    assert not done.stdout


@pytest.mark.parametrize(
    "words",
    [
        "explain sochi-2014 KAZ men --engine greedy",
        "whatif sochi-2014 --decline KAZ:men-1000 --mode rerun --reading declines=rerun",
        "compare sochi-2014 sochi-2014 --table-b published",
    ],
)
def test_options_that_have_an_effect_are_taken(words: str) -> None:
    assert CliRunner().invoke(cli, words.split()).exit_code in (0, 1)


@pytest.mark.parametrize(
    "words", ["report sochi-2014 --format xlsx", "whatif sochi-2014 --decline KAZ:men-1000 --format png"]
)
def test_what_is_no_text_is_not_written_to_a_terminal(
    words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(common, "is_terminal", lambda stream: True)
    done = CliRunner().invoke(cli, words.split())
    assert isinstance(done.exception, InputError)
    assert "cannot be shown in a terminal; write it to a file with --out" in str(done.exception)
    file = tmp_path / "file"
    assert CliRunner().invoke(cli, [*words.split(), "--out", str(file)]).exit_code == 0
    assert file.stat().st_size > 1000
