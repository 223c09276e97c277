"""Figures for notebooks and slides: each takes the frame of an analysis and gives a figure whose title is the finding."""

from .board import plot_deletions
from .changes import plot_catalogue_changes
from .chart import Chart
from .held import plot_balance_sheet, plot_holding_classes, plot_lhr_problems, plot_shared_ocns
from .loading import plot_catalogue, plot_files, plot_ocn_census, plot_places
from .milestones import plot_milestones
from .outcomes import plot_error_families, plot_match_rates, plot_outcome_flow, plot_run_changes
from .readiness import plot_findings_by_unit, plot_readiness, plot_sending
from .work import plot_work

__all__ = [
    "Chart",
    "plot_balance_sheet",
    "plot_catalogue",
    "plot_catalogue_changes",
    "plot_deletions",
    "plot_error_families",
    "plot_files",
    "plot_findings_by_unit",
    "plot_holding_classes",
    "plot_lhr_problems",
    "plot_match_rates",
    "plot_milestones",
    "plot_ocn_census",
    "plot_outcome_flow",
    "plot_places",
    "plot_readiness",
    "plot_run_changes",
    "plot_sending",
    "plot_shared_ocns",
    "plot_work",
]
