"""Pure functions from tables to findings: frames in, frames out; nothing here opens a file.

Each module registers its analyses (`registry.py`); who imports one of them has them all.
"""

from . import (  # noqa: F401
    answer_texts,
    claims,
    concordance,
    counts_of_bibs,
    counts_of_holdings,
    deletions,
    duplicates,
    error_changes,
    errors_in_answers,
    exchange,
    export_checks,
    items,
    local_holdings,
    match_classes,
    matches,
    never_reported,
    ocn_places,
    ocn_quality,
    other_texts,
    outcome_counts,
    outcomes,
    owners,
    ownership,
    readiness,
    reconciliation,
    record_quality,
    rejections,
    report_records,
    sending,
    unread_lists,
    worldcat_overlap,
)
