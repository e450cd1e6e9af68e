"""An explanation as text."""

from __future__ import annotations

from quotaproof.model.quantities import counted
from quotaproof.model.scenario import Scenario
from quotaproof.solver.explain import Distance, Explanation
from quotaproof.solver.explain.answer import cited, further_reasons, reason_lines, verdict

from .grid import blocks_with_names, bullet_of, noc_with_name, paragraphs

JUDGED = {
    "published": "as published; the standings are not known in full",
    "partly-known": "the table is known in part: what is certain and what is possible",
    "repaired": "as repaired; the published table cannot be right, and the standings are not known in full",
}


def explanation(result: Explanation, form: str, scenario: Scenario | None = None, *, how_close: bool = True) -> str:
    """Return an explanation in the formats `table` (plain sentences) and `markdown`.

    Parameters
    ----------
    scenario
        What was asked about, so that each NOC has its name where it comes first; codes alone if not given.
    how_close
        Whether the least changes were looked for; only then it means something that there are none.
    """
    markdown = form == "markdown"
    bullet = bullet_of(form)
    subject = result.subject if result.athlete is not None else noc_with_name(result.noc)
    judged = f" ({JUDGED[result.judged]})" if result.judged in JUDGED else ""
    blocks = [f"{'## ' if markdown else ''}{result.title}: {subject}{judged}"]
    blocks += [f"**{one.text}**" if markdown else one.text for one in result.differs]
    blocks += [statement.text for statement in result.why]
    clauses = {name: clause for statement in result.why for name, clause in statement.clauses.items()}
    answer = result.why_not
    if answer is not None:
        blocks.append(f"{'### ' if markdown else ''}{verdict(answer)}")
        if answer.note and not answer.possible:
            blocks.append(answer.note)
        for number, reason in enumerate(answer.reasons, 1):
            if len(answer.reasons) > 1:
                blocks.append(f"Reason {number}, {counted(reason.size, 'fact or clause', 'facts and clauses')}:")
            blocks.append("\n".join(f"{bullet}{line}" for line in reason_lines(reason)))
            clauses |= cited(reason)
        if further := further_reasons(answer):
            blocks.append(further)
        enough = [d for d in answer.distances if d.amount is not None]
        if enough:
            blocks.append("How close? Each of these changes alone would make it true:")
            blocks.append("\n".join(_distance(d, bullet, markdown, result.scenario) for d in enough))
        elif how_close and not answer.possible and result.judged != "partly-known":
            blocks.append("How close? No single change of a rank or a cap that was tried would make it true.")
        blocks += [f"{d.text[0].upper()}{d.text[1:]}." for d in answer.distances if d.amount is None]
    if clauses:
        blocks.append("Clauses:")
        blocks.append("\n".join(f"{bullet}{name}: {clause}" for name, clause in sorted(clauses.items())))
    return paragraphs(blocks if scenario is None else blocks_with_names(blocks, scenario), form)


def _distance(distance: Distance, bullet: str, markdown: bool, scenario: str) -> str:
    options = " ".join(distance.changes)
    if options:
        if markdown:  # a page has a link in place of these words
            return f"{bullet}{distance.text} [whatif: `{options}`]"
        return f"{bullet}{distance.text} (to try it: quotaproof whatif {scenario} {options})"
    saved = " (the option --witness saves the standings)" if distance.standings is not None else ""
    return f"{bullet}{distance.text}{saved}"
