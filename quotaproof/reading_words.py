"""What each way to read an open clause means, in a sentence."""

from __future__ import annotations

MEANINGS: dict[tuple[str, str], str] = {
    ("gender-cap", "nominal"): "The number per gender is only what is meant to come out; the total alone is a limit.",
    ("gender-cap", "walk"): "The number per gender limits the individual start places; further athletes may exceed it.",
    ("gender-cap", "hard"): "No gender may ever have more athletes than that.",
    ("remaining-ties", "refuse"): "If a man and a woman are level for the last place, the question stays open.",
    ("remaining-ties", "men-first"): "If a man and a woman are level for the last place, the man has it.",
    ("remaining-ties", "women-first"): "If a man and a woman are level for the last place, the woman has it.",
    (
        "fifth-in-walk",
        "yes",
    ): "From its eighth individual place on a nation with a relay needs a fifth athlete, and that counts at once.",
    (
        "fifth-in-walk",
        "no",
    ): "The fifth athlete of a nation with a relay is counted after all individual places are given.",
    ("declines", "sequential"): "A place that is given back goes to the next in line; nobody loses what it has.",
    ("declines", "rerun"): "After a decline everything is allocated again without the declined entry.",
    ("soqc-ties", "sum-of-positions"): "Level on points: the lower sum of positions is ahead.",
    ("soqc-ties", "best-result"): "Level on points: the better best result is ahead, then the lower sum of positions.",
    ("tie-positions", "counting"): "Positions are added up over the meets that count.",
    ("reduction", "none"): "Nobody is taken back: nations that have too many reduce themselves.",
    ("reduction", "press-cycle"): "The last place of each event of a cycle is taken back, in turn, until all fit.",
    ("tie-positions", "all"): "Positions are added up over all meets.",
}
"""(reading, value) -> what it means."""


LABELS: dict[tuple[str, str], str] = {
    ("gender-cap", "nominal"): "only what is meant to come out",
    ("gender-cap", "walk"): "a cap on individual start places",
    ("gender-cap", "hard"): "a hard cap",
    ("remaining-ties", "refuse"): "left open",
    ("remaining-ties", "men-first"): "the man first",
    ("remaining-ties", "women-first"): "the woman first",
    ("fifth-in-walk", "yes"): "counted at once",
    ("fifth-in-walk", "no"): "counted afterwards",
    ("declines", "sequential"): "the next in line has it",
    ("declines", "rerun"): "all is allocated again",
    ("soqc-ties", "sum-of-positions"): "the lower sum of positions",
    ("soqc-ties", "best-result"): "the better best result",
    ("tie-positions", "counting"): "over the meets that count",
    ("tie-positions", "all"): "over all meets",
    ("reduction", "none"): "nobody is taken back",
    ("reduction", "press-cycle"): "the last of each event in turn",
}
"""(reading, value) -> a few words for it, as a page says it."""


def label_of(reading: str, value: str) -> str:
    """Return a way to read a clause in a few words; as it is written in a rule file where nothing says it."""
    return LABELS.get((reading, value), value)


def meaning_of(reading: str, value: str) -> str:
    """Return what a way to read a clause means; empty where nothing says it."""
    return MEANINGS.get((reading, value), "")
