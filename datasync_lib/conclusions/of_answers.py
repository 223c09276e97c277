"""What follows from OCLC's answers."""

import polars as pl

from ..analysis.match_classes import CHANGED
from ..plots.chart import count, percent
from ..problems import PROBLEMS
from .conclusion import Conclusion

_NO_REPORTS = Conclusion(
    "OCLC has not answered anything that is loaded.", "Put its reports into data/raw and load them in notebook 01."
)


def of_flow(flow: pl.DataFrame) -> Conclusion:
    """What has to be done with records that OCLC did not take.

    Args:
        flow: the frame `outcome_flow`.
    """
    if flow.is_empty():
        return _NO_REPORTS
    by_answer = dict(flow.group_by("answer").agg(pl.col("records").sum()).iter_rows())
    left, silent = by_answer.get("not taken", 0), by_answer.get("no answer", 0)
    if not left and not silent:
        return Conclusion("OCLC took every record.", "Whether it was the right one each time is below.")
    said = [f"{count(left, 'record waits', 'records wait')} to be corrected"] * bool(left)
    said += [f"{count(silent, 'record has', 'records have')} no answer, so that nothing is known of them"] * bool(
        silent
    )
    return Conclusion(
        f"{'; '.join(said)}.",
        "Units get those to correct in notebook 07; ask OCLC for reports that are missing (last table of this page).",
    )


def of_rates(rates: pl.DataFrame, most: float) -> Conclusion:
    """Whether the share of created records asks for a look at each.

    Args:
        rates: the frame `match_rates`.
        most: the share that may be created: `[gates] created_max`.
    """
    own = rates.filter(pl.col("project") == "this project")
    if own.is_empty():
        return _NO_REPORTS
    together = own.filter(pl.col("symbol").is_null()) if own["symbol"].has_nulls() else own
    created = together.filter(pl.col("action") == "create")
    records, share = created["records"].sum(), created["share"].sum()
    if share > most:
        return Conclusion(
            f"OCLC created {count(records, 'record')}, {percent(share)} of all: above {percent(most)}, something keeps ours from matching.",
            "Look at each of them, at the end of this page or in notebook 07, before more is sent.",
        )
    return Conclusion(
        f"OCLC created {count(records, 'record')}, not above {percent(most)}.",
        "What it found wrong with the others is below.",
    )


def of_error_families(families: pl.DataFrame) -> Conclusion:
    """Which family to begin with: the one that keeps most records out.

    Args:
        families: the frame `error_families`.
    """
    real = families.filter(~pl.col("is_noise")).sort(
        "open_records", "family", descending=[True, False], nulls_last=True
    )
    if real.is_empty():
        return Conclusion(
            "OCLC found nothing wrong, as far as exception reports are loaded.",
            "See the answers that need a person, below.",
        )
    first = real.row(0, named=True)
    if not first["open_records"]:
        return Conclusion(
            "No message stands on a record that is still out.",
            "Correct these when there is time: they keep nothing out.",
        )
    name = (first["family"] or first["kind"] or "no message").rstrip(".")
    return Conclusion(
        f"Most records that are still out, {first['open_records']:,}, have «{name}».",
        "Begin with this one: where a rule of Alma's export mends it, all go in at once; the bibs are in notebook 07.",
    )


def of_run_changes(changes: pl.DataFrame) -> Conclusion:
    """What later runs made worse.

    Args:
        changes: the frame `run_changes`.
    """
    said = dict(changes["change"].value_counts().iter_rows())
    failed, other = said.get("failed", 0), said.get("other number", 0)
    if changes.is_empty():
        return Conclusion(
            "No record was answered twice.", "Load the reports of the next run here to see what it solved."
        )
    if not failed and not other:
        return Conclusion("No later run took anything back.", "Nothing to do here.")
    parts = [f"{count(failed, 'time')} a record that OCLC had taken failed later"] * bool(failed)
    parts += [f"{count(other, 'time')} one got another number, so that our holding may stand on two"] * bool(other)
    return Conclusion(
        f"{'; '.join(parts)}.",
        f"«{PROBLEMS['wrong_holding_set'].title}» below names the earlier numbers; correct the failed ones and send them again.",
    )


def of_match_classes(counts: pl.DataFrame) -> Conclusion:
    """How many matches a person has to judge.

    Args:
        counts: the frame `match_counts`.
    """
    if counts.is_empty():
        return _NO_REPORTS
    by_class = dict(counts.group_by("class").agg(pl.col("records").sum()).iter_rows())
    unexplained, no_text = sum(by_class.get(c, 0) for c in CHANGED if c != "merged"), by_class.get("no_text", 0)
    if not unexplained:
        return Conclusion(
            "No answer has another number without a merge that explains it.", "Created records are below."
        )
    step = "Judge them in the tables below, «suspect» first."
    if no_text:
        step += " For those without a text, load WorldCat's records: the texts then speak for or against."
    return Conclusion(
        f"{unexplained:,} answers have another number that no merge explains, {no_text:,} of them without a text to judge by.",
        step,
    )


def of_reports(reconciliation: pl.DataFrame, expected: pl.DataFrame) -> Conclusion:
    """Whether reports are missing, or do not agree.

    Args:
        reconciliation: the frame `report_reconciliation`.
        expected: the frame `expected_reports`.
    """
    odd = reconciliation.filter(~pl.col("is_explained").fill_null(True)).height
    missing = expected.filter(pl.col("is_missing").fill_null(False))
    if expected.is_empty() and reconciliation.is_empty():
        return Conclusion(
            "There is nothing to compare.", "Put the files that were sent, and the reports, into data/raw."
        )
    if not odd and missing.is_empty():
        return Conclusion(
            "Reports agree, and none is missing.", "What the answers mean for old symbols is in notebook 05."
        )
    said = [f"{count(odd, 'count')} of the reports {'is' if odd == 1 else 'are'} not explained"] * bool(odd)
    said += [
        f"{count(missing.height, 'file')} that we sent {'has' if missing.height == 1 else 'have'} no report"
    ] * bool(missing.height)
    return Conclusion(
        f"{'; '.join(said)}.",
        "Fetch them before OCLC removes them, or ask OCLC; a record without an answer keeps its old holding.",
    )
