"""What is left for people to do, and what came back from them."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ..analysis.claims_of_decisions import KEEP
from ..analysis.decided import BOUNCED
from ..plots.chart import count
from ..problems import ASKING, PROBLEMS
from .conclusion import Conclusion

_ANSWERS = {"act": "to act on", "review": "to review", "hold": "on hold"}


def of_findings(findings: pl.LazyFrame) -> Conclusion:
    """Who has most to do.

    Args:
        findings: the table `findings`, or some of its rows.
    """
    asking = findings.lazy().filter(pl.col("answer").is_in(ASKING))
    by_unit = asking.group_by("unit").agg(rows=pl.len(), urgent=(pl.col("priority") == 1).sum()).collect()
    if by_unit.is_empty():
        return Conclusion("Nothing waits for a person.", "Whether a symbol is ready is in notebook 02.")
    named = by_unit.drop_nulls("unit").sort("urgent", "rows", "unit", descending=[True, True, False])
    alone = by_unit.filter(pl.col("unit").is_null())["rows"].sum()
    said = (
        f"Of what comes first, {named['unit'][0]} has most: {count(named['urgent'][0], 'row')} of priority 1"
        if named.height
        else "No row belongs to a unit"
    )
    if alone:
        said += f"; {count(alone, 'row')} without a unit {'is' if alone == 1 else 'are'} for the project team"
    return Conclusion(
        f"{said}.", "Notebook 07 writes each unit its list; each problem has a notebook that explains it."
    )


def of_problem(findings: pl.DataFrame, problem: str) -> Conclusion:
    """What a problem asks for, and what to do with the kind that asks most.

    Args:
        findings: findings of the problem.
        problem: its code.
    """
    kind = PROBLEMS[problem]
    asking = findings.filter(pl.col("answer").is_in(ASKING))
    told = findings.height - asking.height
    if findings.is_empty():
        return Conclusion(f"{kind.title}: nothing was found.", "Nothing to do here.")
    if asking.is_empty():
        return Conclusion(f"{kind.title}: {count(told, 'row')}, and none asks for anything.", "Nothing to do here.")
    counts = dict(asking["answer"].value_counts().iter_rows())
    said = ", ".join(f"{counts[answer]:,} {words}" for answer, words in _ANSWERS.items() if answer in counts)
    said += f"; {told:,} ask for nothing" if told else ""
    most = asking.group_by("class").len().sort("len", "class", descending=[True, False])["class"][0]
    return Conclusion(f"{kind.title}: {said}.", kind.advise(most))


def of_workbooks(written: Sequence[Path]) -> Conclusion:
    """What to do with the workbooks.

    Args:
        written: their paths.
    """
    if not written:
        return Conclusion("There is nothing for any unit.", "Whether a symbol is ready is in notebook 02.")
    return Conclusion(
        f"{count(len(written), 'workbook')} {'is' if len(written) == 1 else 'are'} written.",
        "Send each to its unit, with its page; what comes back goes into decisions/returned, and is taken in below.",
    )


def of_decisions(taken: int, issues: pl.DataFrame, decided_rows: pl.DataFrame, held: pl.DataFrame) -> Conclusion:
    """What came back, whether it counts, and what it changed.

    Args:
        taken: decisions that were new.
        issues: what needs a second look.
        decided_rows: what was decided of each row, and what became of it.
        held: the table `held_numbers`; those of the class decided_keep stay because of decisions.
    """
    if not decided_rows.height and issues.is_empty():
        return Conclusion(
            "Nothing has come back yet.", "Put returned workbooks into decisions/returned, and run this again."
        )
    said = f"{count(taken, 'decision is', 'decisions are')} new, {count(decided_rows.height, 'row has', 'rows have')} one by now"
    said += _kept(decided_rows, held)
    if issues.height:
        return Conclusion(
            f"{said}; {count(issues.height, 'cell')} could not be taken.",
            "The table above names file, sheet and row: ask the unit, and take the workbook in again.",
        )
    if back := decided_rows.filter(pl.col("state") == BOUNCED).height:
        return Conclusion(
            f"{said}; {count(back, 'row was', 'rows were')} called done, and the newest files still show {'it' if back == 1 else 'them'}.",
            "Ask the unit what was done: they stand in its next workbook again.",
        )
    return Conclusion(f"{said}.", "Write the workbooks again, above: they show what was decided.")


def _kept(decided_rows: pl.DataFrame, held: pl.DataFrame) -> str:
    """How many numbers stay because of how many decisions; nothing where none does."""
    numbers = held.filter(pl.col("class") == "decided_keep").height
    keeps = decided_rows.filter((pl.col("problem") == "old_holding") & (pl.col("decision") == KEEP)).height
    if not numbers:
        return ""
    stay = count(numbers, "number stays", "numbers stay")
    return f"; {stay} because of {count(keeps, 'decision', 'decisions')} to keep, or of a list of staff"
