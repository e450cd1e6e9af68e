"""Why named entries have start places or none: by which list, the caps, the host, the reserve list, and the margins."""

from __future__ import annotations

from quotaproof.model.allocation import Allocation, Placed
from quotaproof.model.pathways import HostPlaces, RankingPlaces
from quotaproof.model.quantities import in_words, spelled
from quotaproof.model.reserve import Reserve, reserve_list
from quotaproof.model.results.ranked_lists import ListedEntry
from quotaproof.model.rules import Event
from quotaproof.model.scenario import Scenario
from quotaproof.solver.explain.answer import Statement
from quotaproof.solver.explain.phrases import ordinal

from .margins import Cut, cuts, label_of, margin_words, named, ranked, rule_of, stands


class EntryWords:
    """What there is to say of an event whose places are of named entries."""

    def __init__(self, scenario: Scenario, allocation: Allocation, event: Event) -> None:
        self.scenario = scenario
        self.allocation = allocation
        self.event = event
        name = event.identifier
        self.placed = {one.athlete: one for one in allocation.entries.get(name, ())}
        self.cuts: tuple[Cut, ...] = tuple(cuts(scenario, allocation, name))
        self.waiting: dict[str | None, Reserve] = {}
        if name in scenario.rules.reserve_events:
            self.waiting = {one.athlete: one for one in reserve_list(scenario, allocation, name)}
        self.clauses: dict[str, str] = {}

    def of_noc(self, noc: str) -> Statement:
        """Return why an NOC has the start places it has, and where its next stands."""
        cap, label = self.event.noc_cap, self.event.label
        own = [one for one in self.allocation.entries.get(self.event.identifier, ()) if one.noc == noc]
        first = f"{noc} has {spelled(len(own), 'start place') if own else 'no start place'} in the {label}"
        # One margin for each list is enough: who is lowest is the first to lose the place.
        lowest = {one.pathway: one.athlete for one in own}
        parts = [self.has(one, margin=lowest[one.pathway] == one.athlete) for one in own]
        text = f"{first}: {'; '.join(parts)}." if parts else f"{first}."
        following = self._following(noc)
        back = [one for one in self.allocation.taken_back.get(self.event.identifier, ()) if one.noc == noc]
        for one in back:
            text += f" {self._label(one.athlete)} had one that was taken back, since too many would have started."
        if not following:
            text += " Nobody else of it is in the lists." if own or back else " Nobody of it is in the lists."
        elif len(own) >= cap:
            most = f"{in_words(cap).capitalize()} is the most an NOC may have"
            text += f" {most}, so {self._label(following[0])}, its next, has none."
        else:
            text += f" Its next is {self._label(following[0])}: {self.lacks(following[0])}."
        return Statement(self.event.identifier, text, dict(self.clauses))

    def of_athlete(self, athlete: str, noc: str) -> Statement:
        """Return why an athlete has a start place or none."""
        name, label = self._label(athlete), self.event.label
        if athlete in self.placed:
            text = (
                f"{name} ({noc}) has a start place in the {label}: {self.has(self.placed[athlete], named_too=False)}."
            )
        elif any(one.athlete == athlete for one in self.allocation.taken_back.get(self.event.identifier, ())):
            text = f"{name} ({noc}) had a place in the {label} that was taken back, since too many would have started."
        else:
            text = f"{name} ({noc}) has no start place in the {label}: {self.lacks(athlete)}."
        return Statement(self.event.identifier, text, dict(self.clauses))

    def lists(self, athlete: str) -> bool:
        """Return whether an athlete is in a list of the event."""
        lists = [one for (event, _), one in self.scenario.lists.items() if event == self.event.identifier]
        return any(entry.athlete == athlete for one in lists for entry in one.entries)

    def has(self, placed: Placed, *, named_too: bool = True, margin: bool = True) -> str:
        """Return by what an entry has its place, and how far it is ahead of the first without one."""
        pathway = next(one for one in self.scenario.rules.pathways if one.identifier == placed.pathway)
        self.clauses[pathway.identifier] = pathway.clause
        name = f"{self._label(placed.athlete)}, " if named_too else ""
        cited = f"({pathway.identifier})"
        if isinstance(pathway, HostPlaces):
            return f"{name}{self._as_host(placed, pathway)} {cited}"
        if not isinstance(pathway, RankingPlaces):
            return f"{name}a place that was given back {cited}"
        entry = self._entry(placed.athlete, pathway.ranking)
        rule = rule_of(self.scenario, self.event.identifier, pathway.ranking)
        cut = next(one for one in self.cuts if one.pathway is pathway)
        words = f"{name}{stands(rule, entry)} {cited}"
        if cut.last_in == entry:
            words += ", the last place by this list"
        if margin and cut.first_out is not None and cut.first_out.rank >= entry.rank:
            ahead = margin_words(cut.rule, entry, cut.first_out)
            words += f", {ahead} ahead of the first without a place, {named(cut.first_out)}"
        return words

    def lacks(self, athlete: str) -> str:
        """Return why an entry has no place: how far behind in each list, its NOC's cap, the host; and its turn."""
        parts = [part for cut in self.cuts if (part := self._behind(cut, athlete))]
        for one in self.allocation.decisions:
            own = one.event == self.event.identifier and one.kind == "host-replaced"
            if own and one.figures.get("name") == self._label(athlete) and self._was_placed(athlete, one.noc):
                self._cite(one.pathway)
                parts.append(f"it had the last place, which the host takes ({one.pathway})")
        turn = self.waiting.get(athlete)
        if turn is not None:
            number = [one.athlete for one in self.allocation.reserve[self.event.identifier]].index(athlete) + 1
            asked = f", {ordinal(turn.turn)} in line for a place given back" if turn.turn else ""
            parts.append(f"number {number} on the reserve list{asked}")
        return "; ".join(parts) or "in no list that places go down"

    def _behind(self, cut: Cut, athlete: str) -> str:
        entries = ranked(self.scenario, self.event.identifier, cut.pathway.ranking)
        entry = next((one for one in entries if one.athlete == athlete), None)
        if entry is None:
            return ""
        self._cite(cut.pathway.identifier)
        where, cited = stands(cut.rule, entry), f"({cut.pathway.identifier})"
        cap = self.event.noc_cap
        if cut.last_in is None:
            return f"{where}, where nobody has a place {cited}"
        if cut.last_in.rank < entry.rank:
            behind = margin_words(cut.rule, cut.last_in, entry)
            return f"{where}, {behind} behind the last place by {cut.rule.identifier}, {named(cut.last_in)} {cited}"
        if self.allocation.number(entry.noc, self.event.identifier) >= cap:
            return f"{where}, when {entry.noc} had all {in_words(cap)} that an NOC may have {cited}"
        return f"{where} {cited}"

    def _as_host(self, placed: Placed, pathway: HostPlaces) -> str:
        for one in self.allocation.decisions:
            if one.pathway == pathway.identifier and one.event == self.event.identifier and one.kind == "host-replaces":
                return f"as host, in the last place, that of {one.figures['replaced']} ({one.figures['replaced_noc']})"
        return f"as host {placed.noc}, on top of the start places"

    def _following(self, noc: str) -> list[str]:
        """An NOC's entries without a place, the nearest first: by the reserve list, then by each list."""
        name = self.event.identifier
        found = [one.athlete for one in self.allocation.reserve.get(name, ()) if one.noc == noc]
        for cut in self.cuts:
            found += [e.athlete for e in ranked(self.scenario, name, cut.pathway.ranking) if e.noc == noc]
        back = {one.athlete for one in self.allocation.taken_back.get(name, ())}
        return [athlete for athlete in dict.fromkeys(found) if athlete not in self.placed and athlete not in back]

    def _was_placed(self, athlete: str, noc: str) -> bool:
        """Whether the host's decision is about this athlete: who is replaced heads the reserve list."""
        line = self.allocation.reserve.get(self.event.identifier, ())
        return bool(line) and line[0].athlete == athlete and line[0].noc == noc

    def _entry(self, athlete: str, ranking: str) -> ListedEntry:
        return next(e for e in ranked(self.scenario, self.event.identifier, ranking) if e.athlete == athlete)

    def _label(self, athlete: str) -> str:
        return label_of(self.scenario, self.event.identifier, athlete)

    def _cite(self, pathway: str) -> None:
        self.clauses |= {
            one.identifier: one.clause for one in self.scenario.rules.pathways if one.identifier == pathway
        }
