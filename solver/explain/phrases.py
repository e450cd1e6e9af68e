"""Numbers, ranks and claims in words, for sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quotaproof.model.kept import entitled
from quotaproof.model.pathways import Remainder
from quotaproof.model.quantities import in_words, joined, spelled
from quotaproof.model.rules import Gender, Rules
from quotaproof.model.scenario import Scenario

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
COLUMNS = {"men": "men", "women": "women", "athletes": "athletes"}


def ordinal(number: int) -> str:
    """Return `first` to `ninth`, then `10th`, `11th`, `21st`, ..."""
    return ORDINALS[number] if 0 < number < len(ORDINALS) else rank_words(number)


def rank_words(number: int) -> str:
    """Return a rank in digits: `1st`, `2nd`, `33rd`."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 13 else ending}"


def column_words(rules: Rules, column: str) -> str:
    """Return a column in words, such as "the men's 500 m" or "men"."""
    return COLUMNS[column] if column in COLUMNS else f"the {rules.event(column).label}"


def summed(numbers: Iterable[tuple[str, int]]) -> str:
    """Return NOCs with their numbers, the largest first: `CAN 3, CHN 3, NED 2`."""
    totals: dict[str, int] = {}
    for noc, number in numbers:
        totals[noc] = totals.get(noc, 0) + number
    return ", ".join(f"{noc} {number}" for noc, number in sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def remainder_words(pathway: Remainder) -> str:
    """Return the condition of a pathway for quota places left over, in words."""
    parts = [f"exactly {spelled(pathway.quota_places, 'quota place')}"]
    if pathway.individual_places is not None:
        parts.append(f"exactly {spelled(pathway.individual_places, 'individual start place')}")
    if pathway.relay_only:
        parts.append("a relay place")
    return joined(parts)


def follows(scenario: Scenario, row: Mapping[str, int], noc: str, gender: Gender) -> tuple[str, int]:
    """Return what an NOC's start places in a gender are and give, in words, and the quota places that follow."""
    rules, quota = scenario.rules, scenario.rules.quota_places
    numbers, has_relay = rules.starts_in(gender, row)
    places = spelled(sum(numbers), "individual start place")
    if has_relay:
        bonus = quota.bonus_from is not None and sum(numbers) >= quota.bonus_from
        number = entitled(rules, row, gender, counts_bonus=scenario.readings.fifth_in_walk == "yes")
        less = f", fewer than {in_words(quota.bonus_from)}" if quota.bonus_from and not bonus else ""
        return f"{noc}'s {gender} have the relay and {places}{less}: {spelled(number, 'quota place')}", number
    number = max(numbers, default=0)
    if not number:
        return f"{noc}'s {gender} have no start place", 0
    without = "no relay and " if rules.relay(gender) is not None else ""
    most = f"at most {in_words(number)} in one event: {spelled(number, 'quota place')}"
    return f"{noc}'s {gender} have {without}{places}, {most}", number
