"""Where numbers end, by the real concordance."""

import polars as pl
from frame_rows import rows

from datasync_lib.analysis.concordance import resolve_concordance


def ends(*edges: tuple[int, int]) -> pl.DataFrame:
    """Ends of the old numbers in some edges old → current; an old number with two of them is ambiguous."""
    given = ({"file": "merges.mrc", "old_ocn": old, "current_ocn": new, "source": "019"} for old, new in edges)
    return resolve_concordance(concordance=rows("concordance", *given))
