"""JSON Schemas of what commands write with `--format json`."""

from __future__ import annotations

from typing import Any

ANSWERS = (
    *("allocate", "backtest", "check", "compare", "explain", "import", "infer", "list", "reduce", "report", "reserve"),
    *("reserve-all", "season", "standings", "sweep", "verify", "whatif"),
)
"""The commands with a schema; `reserve-all` is `reserve --all`."""


def answer_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of the answer of a command of `ANSWERS`.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    from pydantic import TypeAdapter

    return TypeAdapter(_document(name)).json_schema()


def _document(name: str) -> Any:
    """The type of the document."""
    from quotaproof.model import documents as given
    from quotaproof.solver import documents as asked

    match name:
        case "allocate":
            return given.AllocationDocument
        case "explain":
            return asked.ExplanationDocument
        case "list":
            from quotaproof.scenarios.summaries import SummaryDocument

            return list[SummaryDocument]
        case "reserve":
            return list[given.ReserveDocument]
        case "verify":
            return asked.VerificationDocument
        case "whatif":
            return asked.WhatIfDocument | asked.RecipientsDocument
        case "compare":
            from quotaproof.solver.compare.documents import ComparisonDocument

            return ComparisonDocument
        case "check":
            from quotaproof.answer_documents import CheckDocument

            return CheckDocument
        case "import":
            from quotaproof.answer_documents import ImportReportDocument

            return ImportReportDocument
        case "infer":
            from quotaproof.solver.inference_documents import InferenceDocument

            return InferenceDocument
        case "reduce":
            from quotaproof.solver.reduce.documents import ReductionDocument

            return ReductionDocument
        case "report":
            from quotaproof.reporting.as_json import ReportDocument

            return ReportDocument
        case "reserve-all":
            from quotaproof.solver.whatif.joint_reserve_document import JointReserveDocument

            return JointReserveDocument
        case "backtest" | "season":
            from quotaproof.solver.season import season_documents

            return season_documents.SeasonDocument if name == "season" else season_documents.BacktestDocument
        case "standings":
            from quotaproof.solver.standings_documents import ListedStandingsDocument, StandingsDocument

            return StandingsDocument | ListedStandingsDocument
        case "sweep":
            from quotaproof.solver.sweep.documents import SweepDocument

            return SweepDocument
    raise ValueError(f"no answer is called {name!r}")
