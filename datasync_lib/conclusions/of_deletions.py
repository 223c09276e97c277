"""What follows from each step of a deletion; nothing here says that anything may be deleted: checks and people do."""

import polars as pl

from ..plots.chart import count
from .conclusion import Conclusion

_NOBODY = Conclusion("No symbol is described yet.", "Fill in [[symbols]] of datasync.toml, and load in notebook 01.")


def of_board(board: pl.DataFrame) -> Conclusion:
    """Which symbol is nearest.

    Args:
        board: `Project.deletions()`.
    """
    deletes = board.filter((pl.col("deleted_by") != "nobody") & pl.col("delete").is_not_null())
    if deletes.is_empty():
        return (
            _NOBODY
            if board.is_empty()
            else Conclusion(
                "Nobody deletes under any symbol yet.", "Load WorldCat's lists of the old symbols in notebook 01."
            )
        )
    left = (pl.col("checks_failed") + pl.col("checks_no_input")).alias("left")
    near = (
        deletes.with_columns(left).sort("left", "delete", "symbol", descending=[False, True, False]).row(0, named=True)
    )
    if not near["left"]:
        return Conclusion(
            f"All checks of {near['symbol']} pass.", f"Samples and signatures: datasync deletions {near['symbol']}."
        )
    return Conclusion(
        f"{near['symbol']} is nearest: {count(near['left'], 'check')} of it {'fails or has' if near['left'] == 1 else 'fail or have'} no input.",
        f"«datasync deletions {near['symbol']}» says what mends each.",
    )


def of_inputs(inputs: pl.DataFrame) -> Conclusion:
    """Which lists are missing.

    Args:
        inputs: `Deletion.inputs()`.
    """
    if "rows" not in inputs.columns:
        return _NOBODY
    missing = inputs.filter(pl.col("rows").fill_null(0) == 0)["what"].to_list()
    if not missing:
        return Conclusion("Each list that can speak is loaded.", "See that the days are the ones you expect.")
    return Conclusion(
        f"Nothing is loaded of: {', '.join(missing)}.",
        "Ask for what exists; a list that is missing cannot hold anything back.",
    )


def of_balance(balance: pl.DataFrame) -> Conclusion:
    """How many numbers wait, and for what.

    Args:
        balance: `Deletion.balance()`.
    """
    if "answer" not in balance.columns:
        return _NOBODY
    sums = dict(balance.drop_nulls("answer").group_by("answer").agg(pl.col("numbers").sum()).iter_rows())
    go, hold, review = (sums.get(answer, 0) for answer in ("delete", "hold", "review"))
    if not sums:
        return Conclusion(
            "Nothing is held, as far as a list is loaded.", "Load WorldCat's list of the symbol in notebook 01."
        )
    return Conclusion(
        f"{count(go, 'number')} would go, {hold:,} are held back and {review:,} wait for a person.",
        "What would free most is below; nothing goes before the checks pass and people have signed.",
    )


def of_blockers(blockers: pl.DataFrame) -> Conclusion:
    """What to clear up first.

    Args:
        blockers: `Deletion.blockers()`.
    """
    if "alone" not in blockers.columns:
        return _NOBODY
    if blockers.is_empty():
        return Conclusion("Nothing holds a number back.", "See the checks below.")
    most = blockers.sort("decides", "class", descending=[True, False]).row(0, named=True)
    free = blockers.filter(pl.col("alone") > 0).sort("alone", "class", descending=[True, False])
    said = f"Most numbers, {most['decides']:,}, wait in «{most['class']}»"
    if free.is_empty():
        return Conclusion(f"{said}; no single cause frees any alone.", most["what would change it"])
    quick = free.row(0, named=True)
    return Conclusion(
        f"{said}; clearing up «{quick['class']}» alone frees most at once, {quick['alone']:,}.",
        quick["what would change it"],
    )


def of_checks(checks: pl.DataFrame, symbol: str) -> Conclusion:
    """How many checks are in the way.

    Args:
        checks: `Deletion.checks_in_words()`.
        symbol: whose they are.
    """
    if "result" not in checks.columns:
        return _NOBODY
    failing = checks.filter(pl.col("result") == "fails")
    silent = checks.filter(pl.col("result") == "no input")
    if failing.is_empty() and silent.is_empty():
        return Conclusion("No check fails.", f"Samples, then signatures: datasync deletions {symbol} --sample.")
    first = (failing if failing.height else silent)["check"][0]
    return Conclusion(
        f"{count(failing.height, 'check')} of {checks.height} {'fails' if failing.height == 1 else 'fail'}, {silent.height:,} have no input; first «{first}».",
        f"«datasync deletions {symbol}» says what mends each.",
    )


def of_samples(samples: pl.DataFrame, symbol: str) -> Conclusion:
    """Whether the samples are looked at, and what was wrong in them.

    Args:
        samples: `Deletion.samples()`.
        symbol: whose they are.
    """
    if "looked_at" not in samples.columns:
        return _NOBODY
    wanted, seen, wrong = (samples[name].sum() for name in ("wanted", "looked_at", "wrong"))
    if samples.is_empty():
        return Conclusion("Nothing would go, so there is nothing to look at.", "See what blocks, above.")
    if wrong:
        return Conclusion(
            f"{wrong:,} of {seen:,} that people looked at were wrong.",
            "Find the kind, and clear it up before anything goes.",
        )
    if seen < wanted:
        return Conclusion(
            f"People have looked at {seen:,} of {count(wanted, 'number')} of the samples.",
            f"datasync deletions {symbol} --sample writes what is left to look at.",
        )
    return Conclusion(
        f"People have looked at all {count(seen, 'number')} of the samples, and found none wrong.", "Sign-off follows."
    )


def of_requests(requests: pl.DataFrame, gone: pl.DataFrame) -> Conclusion:
    """What interlibrary loan waits for, and what was deleted although we own it.

    Args:
        requests: `Deletion.requests()`.
        gone: `Deletion.of("deleted_but_owned")`.
    """
    if "touches" not in requests.columns:
        return _NOBODY
    touching = requests.filter(pl.col("touches") == "yes").height
    said = (
        f"{count(requests.height, 'request is', 'requests are')} open, {touching:,} of them on what may go"
        if requests.height
        else "No request is open, as far as a list is loaded"
    )
    if "number" in gone.columns and gone.height:
        return Conclusion(
            f"{said}; {count(gone.height, 'number')} that we own {'is' if gone.height == 1 else 'are'} held by none of our symbols now.",
            "Set these holdings again first.",
        )
    return Conclusion(
        f"{said}.",
        "ILL closes or moves what is open before anything is deleted."
        if touching
        else "Load a new list in the week of the deletion.",
    )
