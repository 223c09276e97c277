"""How reports are written that no source describes."""

from typing import Literal

from pydantic import Field, field_validator

from .kinds import Model

# Reports whose layout a source describes (oclc_formats.md 1.4, 1.5, 1.7, 1.8, 2.1 to 2.4): the settings do not change it.
DESCRIBED_REPORTS = tuple(
    "BibProcessingReport BibExceptionReport BibCrossRefReport BibUnresolvedCrossRefReport xrefrpt unresxrefrpt "
    "bibdetailexcpt scan_delete_report".split()
)
ReportColumn = Literal[
    "job_key", "lsn", "sent_ocn", "result_ocn", "staging_ocn", "action", "kind", "severity", "message", "-"
]


class ReportLayout(Model):
    """How reports of a kind are written that no source describes (oclc_formats.md 14)."""

    kind: str = Field(pattern=r"^[A-Za-z0-9_]+$", description="the report name, such as LbdProcessingReport")
    delimiter: Literal["|", "\t"] = "|"
    header: bool = Field(False, description="the first line is a header")
    columns: tuple[ReportColumn, ...] = Field(min_length=1, description="from left to right; - is left out")

    @field_validator("kind")
    @classmethod
    def _is_not_described(cls, kind: str) -> str:
        if kind in DESCRIBED_REPORTS:
            raise ValueError("the layout of these reports is known; leave this block out")
        return kind

    @field_validator("columns")
    @classmethod
    def _make_a_row(cls, columns: tuple[str, ...]) -> tuple[str, ...]:
        given = [name for name in columns if name != "-"]
        if doubles := sorted({name for name in given if given.count(name) > 1}):
            raise ValueError(f"given more than once: {', '.join(doubles)}")
        table, of_faults = _table_of(columns), {"kind", "severity", "message"} & set(given)
        if table != "exceptions" and of_faults:
            raise ValueError(f"{table} has no place for {', '.join(sorted(of_faults))}; write - for it")
        numbers = {"result_ocn", "staging_ocn"} & set(given)
        if table == "cross_references" and not numbers:
            raise ValueError("expected action, message, severity, result_ocn or staging_ocn among them")
        if table != "cross_references" and len(numbers) == 2:
            raise ValueError("result_ocn or staging_ocn, not both: what the number is depends on the action")
        return columns

    @property
    def table(self) -> str:
        """The table that the rows belong to: outcomes, exceptions, or cross_references."""
        return _table_of(self.columns)


def _table_of(columns: tuple[str, ...]) -> str:
    if "action" in columns:
        return "outcomes"
    return "exceptions" if {"message", "severity"} & set(columns) else "cross_references"
