"""Decisions: what was granted or refused, on which pathway, and the fact that decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .documents import DecisionDocument
from .quantities import counted
from .rules import Gender, Rules

Figures = dict[str, int | str | None]
"""The numbers and names of a deciding fact."""

ONE = {"men": "man", "women": "woman"}

SENTENCES: dict[str, str] = {
    "ranked": "rank {rank} of {event}; start place {number} of {places}",
    "host": "the host has one start place in {event} in any case",
    "event-full": "rank {rank} of {event}; better-ranked entries have its {places:start place}",
    "host-kept": "rank {rank} of {event}; the last of {places:start place} is kept for the host {host}",
    "noc-cap": "rank {rank} of {event}; {noc} already has {cap}, the most it may have",
    "gender-cap": "rank {rank} of {event}; it needs {more}, and the {gender} already need {needed} of {cap}",
    "total-cap": "rank {rank} of {event}; it needs {more}, and all NOCs already need {needed} of {cap}",
    "declined": "rank {rank} of {event}; {noc} gave back what it had there",
    "needed": "{athletes:{one}} for its start places, where it had {had}",
    "needed-had": "{athletes:{one}} for its start places, which it had already",
    "relay": "{athletes:{one}} for the relay",
    "relay-bonus": "{athletes:{one}}: {base} for the relay and one for {individual:individual start place}",
    "largest": "{athletes:{one}}, the largest number of its start places in one event",
    "bonus-granted": "a further {one} for {individual:individual start place}, at rank {rank} of {relay}",
    "enters": "it has {men:man} and {women:woman}, enough for a team in {event}",
    "enters-best": "it has {men:man} and {women:woman} and is among the best {places} of {event} (rank {rank})",
    "enters-host": "it has {men:man} and {women:woman}, and the host has one start place in {event} in any case",
    "not-best": "it has {men:man} and {women:woman}, but ranks behind {places:team} in {event} (rank {rank})",
    "top-up": "it lacks one {one} for {event} and is next in its ranking (rank {rank})",
    "top-up-unranked": "it lacks one {one} for {event} but is not in its ranking",
    "lacks-more": "it has {men:man} and {women:woman} and lacks more than one athlete for a team in {event}",
    "teams-full": "it lacks one {one} for {event} (rank {rank}), which already has {teams:team}",
    "no-quota-place": "rank {rank}: no quota place is left, {total} of {cap} are given",
    "gender-full": "rank {rank}: the {gender} already have {total} of {cap}, and the cap is read as a hard one",
    "next": "next in line at rank {rank} of {relay}, with {individual:individual start place}",
    "tie": "rank {rank} is shared with {others}, and fewer quota places are left than they are",
}
"""The wording of each kind of deciding fact. Names in braces are its figures, with the noun that one counts, if any."""


class _Figure(int):
    """A number that a noun may follow where it is formatted: `{places:start place}`."""

    def __format__(self, noun: str) -> str:
        return counted(self, noun) if noun else str(int(self))


LISTED_SENTENCES: dict[str, str] = {
    "listed": "{name}, rank {rank} of the list {ranking}; place {number} of {places} by this pathway",
    "listed-has-place": "{name}, rank {rank} of the list {ranking}, has a place in {event} already, by {by}",
    "listed-noc-cap": "{name}, rank {rank} of the list {ranking}; {noc} already has {cap}, the most an NOC may have",
    "listed-full": "{name}, rank {rank} of the list {ranking}; all {places} places go to better-ranked entries",
    "listed-tie": "{name} shares rank {rank} of the list {ranking} with others, and there is no place for all of them",
    "in-reserve": "{name}, rank {rank} of the list {ranking}, has no place; number {number} of the reserve list",
    "host-replaces": "{name} of the host takes the place of {replaced} ({replaced_noc}), the last that was handed out",
    "host-added": "{name} of the host enters on top of the start places",
    "host-replaced": "{name} had the last place, which the host takes, and heads the reserve list",
    "quota-sum": "{athletes:{one}}, the sum of its individual start places",
    "quota-capped": "{athletes:{one}}, the most it may have, for {individual:individual start place}",
    "reallocated": "{name} is next on the reserve list of {event}, as number {number}",
    "reallocated-first": "{name}, number {number} of the reserve list of {event}, is the first whose NOC has no place",
    "reallocated-tie": "{name} is tied with others on the reserve list of {event}, and not all can have a place",
    "reallocated-none": "nobody on the reserve list of {event} can take the place, and the rules name nobody behind it",
    "withdrawn-replaced": "the place is the NOC's, which may send another; {name} is its next in the lists of {event}",
    "returned-next": "the next NOC of {competition} without a place in {event}, at rank {rank}",
    "returned-tie": "rank {rank} of {competition} is shared, and there is no place for all of them",
    "returned-none": "no NOC without a place is left in the results of {competition}",
    "returned-elsewhere": "it goes to the next of {competition}, whose results the scenario has not",
    "returned-open": "the rules do not say who takes a place that is given back in {event}",
    "taken-back": "{name} had the last place of {event}, and the {gender} had more than {cap} quota places",
    "best-sum": "{number} places: its {best} best results add up to {sum}",
    "best-single": "{number} places: its only results begin with rank {rank}",
    "best-cut": "{number} instead of {wanted} places: all would come to more than {places}, and its sum {sum} is high",
    "best-none": "no second place: its {best} best results add up to {sum}",
    "single-none": "no second place: its only results begin with rank {rank}",
    "next-noc": "its best entry is at rank {rank} of the list {ranking}; place {number} of {places}",
    "next-full": "its best entry is at rank {rank} of the list {ranking}; all {places} places are given",
    "rank-tier": "NOC number {rank} of the list {ranking}; each up to number {at_most} has {number}",
    "rank-none": "NOC number {rank} of the list {ranking}; places end at number {at_most}",
    "kth-entry": "entry number {entry} is at rank {rank} of the list {ranking}; NOC {number} of {nocs} with {entry}",
    "kth-none": "no entry of it ranks high enough in the list {ranking}",
}
"""The same for what goes by ranked lists."""

TO_NOBODY = ("reallocated-none", "returned-none", "returned-elsewhere", "returned-open")
"""The kinds of decision that say of a place given back, and its NOC, why nobody has it now."""


class Decision(NamedTuple):
    """One grant or refusal.

    `kind` names the deciding fact (a key of `SENTENCES` or `LISTED_SENTENCES`), `figures` its numbers and names.
    `event` and `qualifier` are
    None for quota places, `gender` is None for the mixed relay's start places.
    """

    pathway: str
    event: str | None
    noc: str
    gender: Gender | None
    qualifier: int | None
    granted: bool
    kind: str
    figures: Mapping[str, int | str | None]

    @property
    def reason(self) -> str:
        """The deciding fact in words."""
        figures = {
            name: "unranked" if value is None and name == "rank" else value for name, value in self.figures.items()
        }
        words = {"event": self.event, "noc": self.noc, "gender": self.gender, **figures}
        if "lacking" in words:
            words["one"] = ONE[str(words["lacking"])]
        elif self.gender in ONE:
            words["one"] = ONE[str(self.gender)]
        if "more" in words:
            words["more"] = "one more athlete" if words["more"] == 1 else f"{words['more']} more athletes"
        return (SENTENCES.get(self.kind) or LISTED_SENTENCES[self.kind]).format(
            **{name: _Figure(value) if isinstance(value, int) else value for name, value in words.items()}
        )

    def to_dict(self, rules: Rules) -> DecisionDocument:
        """Return the decision with the JSON keys of the command line."""
        clause = next((p.clause for p in rules.pathways if p.identifier == self.pathway), rules.host_clause)
        return {
            "pathway": self.pathway,
            "event": self.event,
            "noc": self.noc,
            "gender": self.gender,
            "qualifier": self.qualifier,
            "granted": self.granted,
            "clause": rules.host_clause if self.kind in ("host", "host-kept", "enters-host") else clause,
            "reason": self.reason,
            "fact": {"kind": self.kind, **self.figures},
        }
