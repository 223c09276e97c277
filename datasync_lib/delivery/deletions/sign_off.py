"""What leadership signs: the same facts for the workbook and the page (practice.md 6.3)."""

from dataclasses import dataclass

import polars as pl

from .gate import Cleared
from .judging import checks_in_words
from .prediction import GOES, MOVES, RESET, STAYS
from .state import DELETE, WAYS, State
from .versions import difference_to_last
from .walk import balance, of_symbol, requests, samples

ANSWERS = ("delete", "keep", "review", "hold")
# What becomes of the numbers, as the page says it.
FATES = {
    GOES: "will be deleted",
    MOVES: "will move with the symbol",
    RESET: "stay, and are set again before the scan",
    STAYS: "stay",
}
LOST = (
    "Local holdings records, local bibliographic data and the registration of retention commitments are not given back by "
    "setting a holding again, and OCLC keeps no copy of what it deletes."
)


@dataclass(frozen=True)
class SignOff:
    """The facts of one sign-off.

    Attributes:
        title: what is asked, in a line.
        question: what is asked, in a sentence with its numbers.
        facts: label and text.
        balance: class, title, answer, rows, numbers, current_numbers; the total last.
        answers: how many numbers have which answer.
        checks: check, result, numbers, who, why, at; those that were signed first.
        samples: class (its title), numbers, looked_at, wanted, wrong, low, high (shares of wrong ones, with 95 % confidence).
        prediction: every number (`prediction.predict`).
        requests: open ILL requests (`walk.requests`).
        collections: titles that nobody could ask for if all of a retired symbol went, by collection.
    """

    title: str
    question: str
    facts: tuple[tuple[str, str], ...]
    balance: pl.DataFrame
    answers: dict[str, int]
    checks: pl.DataFrame
    samples: pl.DataFrame
    prediction: pl.DataFrame
    requests: pl.DataFrame
    collections: pl.DataFrame

    @property
    def signed(self) -> pl.DataFrame:
        """The checks that do not pass and were signed by a person."""
        return self.checks.filter(pl.col("who").is_not_null())


def sign_off_of(cleared: Cleared, prediction: pl.DataFrame) -> SignOff:
    """The facts of a cleared symbol."""
    state, described = cleared.state, cleared.state.described
    fates = dict(prediction.group_by("expected").agg(pl.col("ocn").len()).iter_rows())
    told = [f"{fates[fate]:,} {words}" for fate, words in FATES.items() if fates.get(fate)]
    name = f"{state.symbol} ({described.name})" if described.name else state.symbol
    question = (
        f"Of the {prediction.height:,} numbers that WorldCat holds under {name}, "
        f"{'; '.join(told) or 'none is concerned'}. May this be carried out by {WAYS[described.deleted_by]}?"
    )
    return SignOff(
        title=f"Deletion of holdings under {name}",
        question=question,
        facts=_facts(cleared),
        balance=balance(state),
        answers=dict(state.held.group_by("answer").len().iter_rows()),
        checks=_checks(cleared.checks),
        samples=samples(cleared.state),
        prediction=prediction,
        requests=requests(state),
        collections=of_symbol(state, "not_requestable_by_collection"),
    )


def _facts(cleared: Cleared) -> tuple[tuple[str, str], ...]:
    state = cleared.state
    gone = state.held.filter(pl.col("answer") == DELETE).height
    archived = cleared.checks.filter(pl.col("name") == "before_list_archived")["numbers"].item()
    return (
        ("Institution", state.settings.institution.name),
        ("Symbol", f"{state.symbol}, {state.described.mode}"),
        ("Carried out by", WAYS[state.described.deleted_by]),
        ("Written on", f"{state.today}"),
        ("WorldCat's list of", f"{state.list_day}"),
        ("Catalogue of", f"{state.extract_day}"),
        (
            "Answer is delete for",
            f"{gone:,} numbers on the list, {state.going.height:,} as WorldCat calls its records now",
        ),
        ("Their titles are held by", _then_held_by(state)),
        ("List from before", archived),
        ("Since the last version", difference_to_last(state).words),
        ("Cannot be undone", LOST),
    )


def _then_held_by(state: State) -> str:
    """Which symbols hold how many of the titles that go; one may be held by several."""
    by_symbol = state.going.select(pl.col("targets").fill_null([])).explode("targets", empty_as_null=True)["targets"]
    counts = by_symbol.value_counts(sort=False).sort("targets", nulls_last=True)
    return "; ".join(f"{symbol or 'nobody else'} {count:,}" for symbol, count in counts.iter_rows()) or "nothing goes"


def _checks(checks: pl.DataFrame) -> pl.DataFrame:
    said = pl.concat([checks_in_words(checks), checks.select("title", "who", "why", "at")], how="horizontal")
    day = pl.col("at").str.slice(0, 16).str.replace("T", " ")
    shown = said.with_columns(at=day).select("check", "title", "result", "numbers", "who", "why", "at")
    return shown.sort(pl.col("who").is_null(), maintain_order=True)
