"""What follows from a result: one sentence below the figure, and the next step, with the notebook where it is done."""

from .conclusion import NOTEBOOKS, Conclusion
from .of_answers import of_error_families, of_flow, of_match_classes, of_rates, of_reports, of_run_changes
from .of_catalogue import of_changes, of_files, of_ocn_census, of_ranks, of_scope
from .of_deletions import of_balance, of_blockers, of_board, of_checks, of_inputs, of_requests, of_samples
from .of_readiness import of_locations, of_milestones, of_scorecard, of_sending, of_uploads
from .of_work import of_decisions, of_findings, of_problem, of_workbooks

__all__ = [
    "NOTEBOOKS",
    "Conclusion",
    "of_balance",
    "of_blockers",
    "of_board",
    "of_changes",
    "of_checks",
    "of_decisions",
    "of_error_families",
    "of_files",
    "of_findings",
    "of_flow",
    "of_inputs",
    "of_locations",
    "of_match_classes",
    "of_milestones",
    "of_ocn_census",
    "of_problem",
    "of_ranks",
    "of_rates",
    "of_reports",
    "of_requests",
    "of_run_changes",
    "of_samples",
    "of_scope",
    "of_scorecard",
    "of_sending",
    "of_uploads",
    "of_workbooks",
]
