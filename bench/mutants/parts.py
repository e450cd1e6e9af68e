"""The parts that must decide rightly, and the tests that concern each, those first that fail soonest."""

from __future__ import annotations

from dataclasses import dataclass

from .faults import ROOT


@dataclass(frozen=True)
class Part:
    """Files by patterns relative to the root; each test is a file, perhaps with more arguments of pytest.

    `share` of a sample of 200 is drawn from these files.
    """

    name: str
    share: int
    patterns: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def paths(self) -> list[str]:
        """The files, sorted, relative to the root."""
        return sorted(str(path.relative_to(ROOT)) for pattern in self.patterns for path in ROOT.glob(pattern))


PARTS = (
    Part(
        "greedy",
        32,
        ("solver/engines/greedy/*.py",),
        (
            "tests/solver/test_borders_on_paper.py -k validator",
            "tests/solver/test_borders.py -k validator",
            "tests/solver/test_borders_of_hosts.py",
            "tests/solver/test_borders_of_reallocation.py",
            "tests/solver/engines/test_listed.py",
            "tests/solver/test_borders_of_lists.py",
            "tests/solver/engines/test_brute_force.py",
            "tests/solver/test_declines.py",
            "tests/solver/engines/test_engines_agree.py",
        ),
    ),
    Part(
        "cp-sat",
        32,
        ("solver/engines/cpsat/*.py",),
        (
            "tests/solver/test_borders_on_paper.py -k validator",
            "tests/solver/test_borders_of_hosts.py",
            "tests/solver/test_borders_of_reallocation.py",
            "tests/solver/engines/test_listed.py",
            "tests/solver/test_borders_of_lists.py",
            "tests/solver/engines/test_tiers.py",
            "tests/solver/engines/test_template.py",
            "tests/solver/test_borders.py -k validator",
            "tests/solver/engines/test_brute_force.py",
            "tests/solver/test_borders_of_lines.py",
            "tests/solver/test_declines.py",
            "tests/solver/engines/test_engines_agree.py",
        ),
    ),
    Part(
        "validator",
        32,
        ("model/validation/*.py", "model/obstacles.py"),
        (
            "tests/solver/test_borders_on_paper.py -k validator",
            "tests/solver/test_borders.py -k validator",
            "tests/solver/test_borders_of_hosts.py",
            "tests/solver/test_borders_of_reallocation.py",
            "tests/solver/test_borders_of_listed_records.py",
            "tests/solver/engines/test_listed.py",
            "tests/solver/test_borders_of_lists.py",
            "tests/solver/test_declines.py",
            "tests/solver/test_borders_of_lines.py",
            "tests/model/test_validation.py",
        ),
    ),
    Part(
        "priority",
        32,
        ("solver/unknown/priority/base.py", "solver/unknown/priority/quota.py", "solver/unknown/priority/starts.py"),
        (
            "tests/solver/test_borders_on_paper.py -k priority",
            "tests/solver/test_borders.py -k priority",
            "tests/solver/test_came_in.py",
            "tests/solver/test_completions.py",
            "tests/solver/test_declines_on_record.py",
        ),
    ),
    Part(
        "history",  # the priority form of declines on record
        6,
        ("solver/unknown/priority/declines.py",),
        ("tests/solver/test_declines_on_record.py", "tests/solver/test_completions.py"),
    ),
    Part(
        "checker",
        24,
        ("quotaproof/checker.py",),
        (
            "tests/solver/test_borders_on_paper.py -k checker",
            "tests/solver/test_borders.py -k checker",
            "tests/interface/test_check_tampered.py",
            "tests/interface/test_check_forged.py",
            "tests/solver/test_certificate.py",
            "tests/interface/test_check_lists.py -k ship",
        ),
    ),
    Part(
        "checker-of-lists",
        16,
        ("quotaproof/checker_lists.py", "quotaproof/checker_rankings.py"),
        ("tests/interface/test_check_lists.py",),
    ),
    Part(
        "batch",
        12,
        ("solver/engines/batch/*.py",),
        ("tests/solver/engines/test_batch.py",),
    ),
    Part(
        "declines",  # what is kept where places are given back, and how declines are answered
        10,
        ("model/kept.py", "model/kept_entries.py", "solver/declines.py", "solver/l*_declines.py"),
        (
            "tests/solver/test_borders_of_reallocation.py",
            "tests/solver/test_borders_on_paper.py -k validator",
            "tests/solver/test_declines.py",
            "tests/solver/test_returned_quota_places.py",
            "tests/solver/test_listed_whatif.py",
            "tests/solver/test_returned_on_record.py",
        ),
    ),
    Part(
        "pathways",
        4,
        ("model/pathways/*.py",),
        (
            "tests/model/test_rules.py",
            "tests/model/test_listed_rules.py",
            "tests/model/test_bad_input.py",
            "tests/solver/test_borders_of_reallocation.py",
            "tests/solver/test_completions.py",
            "tests/solver/test_returned_quota_places.py",
        ),
    ),
)
