"""A conclusion: plain text, and on a page a paragraph in which notebooks are links."""

import html
import re

NOTEBOOKS = (
    "00_start_here",
    "01_load_and_profile",
    "02_reclamation_readiness",
    "03_duplicates",
    "04_oclc_outcomes",
    "05_old_symbol_deletion",
    "06_local_holdings_records",
    "07_unit_workbooks",
    "08_ad_hoc_queries",
)
_BY_NUMBER = {name[:2]: name for name in NOTEBOOKS}
_NEXT = "Next:"


class Conclusion(str):
    """What follows from a result, and what to do next; «notebook 07» is a link where it is shown.

    Args:
        sentence: what follows, with its full stop.
        step: what to do next, with its full stop.
    """

    def __new__(cls, sentence: str, step: str) -> "Conclusion":
        """The two in a row."""
        return super().__new__(cls, f"{sentence} {_NEXT} {step}")

    def _repr_html_(self) -> str:
        text = html.escape(self)
        text = re.sub(r"(?i)notebook (\d\d)", lambda m: f'<a href="{_BY_NUMBER[m[1]]}.ipynb">{m[0]}</a>', text)
        sentence, _, step = text.partition(f" {_NEXT} ")
        style = "border-left: 4px solid #0072B2; padding: 2px 12px; margin: 4px 0; max-width: 1080px"
        return f'<p class="conclusion" style="{style}">{sentence} <b>{_NEXT}</b> {step}</p>'
