"""What follows from the scorecard, and from what stays out."""

from datetime import date

import polars as pl

from ..plots.chart import count
from .conclusion import Conclusion

_ALL = "all"
# What to do first, of the gates that are missed: the others rest on it.
_FIRST = {
    "mapping_completeness": "Fill in location_map.csv first, as listed below: all other counts rest on it.",
    "excluded_unknown": "Find out why these holdings were not sent; until then, delete nothing.",
}
_UNITS_FIRST = "Notebook 07 writes each unit its list; priority 1 comes first."


def of_scorecard(card: pl.DataFrame) -> Conclusion:
    """Which gates are missed, under which symbols.

    Args:
        card: the frame `readiness`.
    """
    gated = card.filter(pl.col("gate").is_not_null() & pl.col("count").is_not_null())
    red, amber = gated.filter(pl.col("colour") == "red"), gated.filter(pl.col("colour") == "amber")
    if gated.is_empty():
        return Conclusion(
            "Nothing can be said of readiness yet.", "Load an export (notebook 01) and fill in location_map.csv."
        )
    if red.is_empty() and amber.is_empty():
        return Conclusion(
            "No gate is missed, and nothing is left to review.", "Send, and see what OCLC says in notebook 04."
        )
    if red.is_empty():
        return Conclusion(f"No gate is missed; {count(amber.height, 'count')} ask for a look.", _UNITS_FIRST)
    by_symbol = red.group_by("symbol", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
    missed = [f"{n:,} {_of(symbol)}" for symbol, n in by_symbol.iter_rows()]
    first = next((step for metric, step in _FIRST.items() if metric in red["metric"]), _UNITS_FIRST)
    return Conclusion(f"Gates missed: {', '.join(missed)}.", first)


def _of(symbol: str) -> str:
    return "for the whole catalogue" if symbol == _ALL else f"of {symbol}"


def of_sending(balance: pl.DataFrame) -> Conclusion:
    """Whether each holding that stays out has a reason.

    Args:
        balance: the frame `sending_balance`.
    """
    unknown = balance.filter(pl.col("class") == "unknown")["holdings"].sum()
    if balance.is_empty():
        return Conclusion("There is no holding to send.", "Load an export with holdings in notebook 01.")
    if unknown:
        return Conclusion(
            f"{count(unknown, 'holding')} stayed out for no reason that we found.",
            "Units see them in notebook 07, and `project.trace` in notebook 08 tells what is known of one; delete nothing before it is explained.",
        )
    return Conclusion(
        "Each holding that stays out has a reason.",
        "A reason can be wrong, too: look at the largest ones, before you send.",
    )


def of_locations(locations: pl.DataFrame) -> Conclusion:
    """Whether there is anything to fill in.

    Args:
        locations: the frame `locations_to_map`.
    """
    if locations.is_empty():
        return Conclusion("Each location is in location_map.csv.", "Nothing to fill in.")
    return Conclusion(
        f"{count(locations.height, 'location')} with {count(locations['holdings'].sum(), 'holding')} wait for a line of their own.",
        "Say for each in location_map.csv: unit, symbol, and whether it takes part.",
    )


def of_uploads(faults: pl.DataFrame) -> Conclusion:
    """Whether the files can be uploaded.

    Args:
        faults: `Project.check_uploads()`.
    """
    refused, files = faults.filter("is_refusal")["file"].n_unique(), faults["file"].n_unique()
    if not files:
        return Conclusion(
            "No file for OCLC that lies here has a fault that we know.", "What OCLC makes of them is in notebook 04."
        )
    if not refused:
        return Conclusion(
            f"OCLC takes the files, {files:,} of them otherwise than they may be meant.",
            "Read the details before you upload.",
        )
    return Conclusion(
        f"OCLC would refuse {count(refused, 'file')}.", "Mend what is named, or the file is lost without a report."
    )


def of_milestones(milestones: pl.DataFrame, *, today: date | None = None) -> Conclusion:
    """What is overdue, or what comes next.

    Args:
        milestones: `Project.milestones`.
        today: the day to judge by; None is today.
    """
    today = today or date.today()
    open_ones = milestones.filter(pl.col("actual").is_null() & pl.col("planned").is_not_null()).sort(
        "planned", "symbol"
    )
    overdue = open_ones.filter(pl.col("planned") < today)
    if open_ones.is_empty():
        return Conclusion("No milestone that has a date is open.", "Plan the next ones in milestones.csv.")
    first = open_ones.row(0, named=True)
    what = f"«{first['milestone']}» of {first['symbol'] or 'all symbols'}, planned for {first['planned'].day} {first['planned']:%B %Y}"
    if overdue.is_empty():
        return Conclusion(
            f"Nothing is overdue; next comes {what}.", "When it is done, write the day into milestones.csv."
        )
    return Conclusion(
        f"{count(overdue.height, 'milestone')} {'is' if overdue.height == 1 else 'are'} overdue, longest {what}.",
        f"Ask {first['owner']}." if first["owner"] else "It has no owner: name one in milestones.csv.",
    )
