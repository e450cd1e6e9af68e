"""What could become of more quota places than may start, as text."""

from __future__ import annotations

from quotaproof.model.quantities import counted, joined, men_and_women
from quotaproof.model.rules import GENDERS
from quotaproof.solver.reduce.cycle import CycleOutcome, CycleStep
from quotaproof.solver.reduce.documents import Starter
from quotaproof.solver.reduce.fewest_athletes import Filling
from quotaproof.solver.reduce.reduction import EXPLORATION, Reduction

from .grid import blocks_with_names, grid, names_below, paragraphs

WHO: dict[Starter, str] = {
    "anybody": "any athlete of the NOC",
    "classified": "who is in a list of the event",
    "winners": "who won a place in the event",
}
"""Who may start for an NOC in an event, in words."""

STEPS = ["step", "event", "place", "NOC", "name", "men", "women", "quota places"]
FILLING = ["gender", "who may start", "places", "filled", "fewest athletes", "may start", "left empty"]


def reduction(result: Reduction, form: str, *, color: bool = False) -> str:
    """Return the exploration: the steps of the cycle, then how few athletes fill the places; as CSV the steps alone."""
    steps = _steps(result, full=form == "csv")
    if form == "csv":
        return grid(STEPS, steps, form, color=color)
    caps = result.caps
    head = "## " if form == "markdown" else ""
    qualify = f"{men_and_women(result.allocation.totals)} qualify by quota places"
    blocks = [EXPLORATION, f"{qualify}; {men_and_women((caps['men'], caps['women']))} may start."]
    blocks.append(f"{head}Whom the cycle would cut")
    if result.cycle is None:
        blocks.append("Neither the rules nor the question name a cycle of events; name one with --cycle.")
    else:
        blocks.append(_cycle(result.cycle))
        if steps:
            blocks.append(grid(STEPS, steps, form, color=color, matter=["event", "NOC", "name", "quota places"]))
            blocks.append(names_below(sorted({step.noc for step in result.cycle.steps}), result.scenario.shown))
        blocks.append(_after(result.cycle))
    blocks += [f"{head}How few athletes could fill the start places", _assumptions(result)]
    blocks.append(grid(FILLING, [_filling(one) for one in result.fillings], form, color=color))
    if short := [_short(result, one) for one in result.fillings if one.filled < one.places]:
        blocks.append("\n".join(short))
    # Rows of tables have codes alone, as all tables do; what is said of them has the names.
    return paragraphs(blocks_with_names([block for block in blocks if block], result.scenario), form)


def _steps(result: Reduction, *, full: bool) -> list[list[str]]:
    if result.cycle is None:
        return []
    rules = result.scenario.rules
    return [
        [
            str(step.number),
            step.event if full else rules.event(step.event).label,
            str(step.place),
            step.noc,
            step.name,
            str(step.totals[0]),
            str(step.totals[1]),
            step.reason if full else _short_reason(step),
        ]
        for step in result.cycle.steps
    ]


def _short_reason(step: CycleStep) -> str:
    had, has = step.quota
    if not step.lowers:
        return f"{step.noc} keeps {has}, with {counted(step.individual[1], 'place')}"
    return f"{step.noc} {had} to {has}{', by a lower cap' if has < step.individual[1] else ''}"


def _cycle(cycle: CycleOutcome) -> str:
    rules = cycle.after.rules
    names = [rules.event(event).label for event in cycle.events]
    return f"The lowest place of {joined(names)} goes, in turn, while the gender has more quota places than may start."


def _after(cycle: CycleOutcome) -> str:
    """What the steps come to: how many have no effect, when a gender fits, and what each NOC loses."""
    number, caps = len(cycle.steps), cycle.after.rules.gender_caps
    taken, none = counted(number, "start place"), cycle.without_effect
    words = [f"{taken} taken back, {none} without an athlete less: who has more start places than its cap loses none."]
    for gender in GENDERS:
        step = cycle.down_at(gender)
        if step is not None:
            words.append(f"After step {step} no more than {caps[gender]} {gender} are left; from there on their events")
            words.append("are passed over.")
        elif cycle.before.totals[GENDERS.index(gender)] <= caps[gender]:
            words.append(f"The {gender} fit from the start, so that their events are passed over.")
        else:
            words.append(f"The {gender} never fit: the events of the cycle have no more places to take.")
    lost = [f"{noc} {_athletes(*numbers)}" for noc, numbers in cycle.lost().items()]
    if lost:
        words.append(f"Quota places lost: {', '.join(lost)}.")
    return " ".join(words)


def _athletes(men: int, women: int) -> str:
    numbers = ((men, "man"), (women, "woman"))
    return joined([counted(number, noun) for number, noun in numbers if number])


def _assumptions(result: Reduction) -> str:
    teams = [one for one in result.scenario.rules.events if one.kind == "relay" and one.gender != "mixed"]
    words = (
        "A start place belongs to the NOC. An athlete may start in several events, with one place in each, and an NOC "
        "sends no more athletes than it has quota places."
    )
    numbers = sorted({team.athletes for team in teams})
    if teams and len(numbers) == 1:
        who = f"{numbers[0]} athletes" if numbers[0] > 1 else "one athlete"
        words += f" A team needs at least {who} of its NOC."
    return f"{words} Each number is proved: no fewer athletes fill the places, and no more places can be filled."


def _filling(one: Filling) -> list[str]:
    return [
        one.gender,
        WHO[one.starters],
        str(one.places),
        str(one.filled),
        str(one.fewest),
        str(one.cap),
        str(one.unfilled_at_cap),
    ]


def _short(result: Reduction, one: Filling) -> str:
    """Which NOCs cannot fill all their places, whatever the total."""
    nocs = [
        f"{noc} ({filled} of {places} with {result.allocation.number(noc, one.gender)} quota places)"
        for noc, (filled, places) in one.short.items()
    ]
    return f"{one.gender.capitalize()}, {WHO[one.starters]}: no choice fills all places of {joined(nocs)}."
