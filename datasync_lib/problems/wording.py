"""Findings in words: the one way from a code, a class and parameters to what people read."""

import polars as pl

from .catalogue import PROBLEMS

_FROM = ("problem", "class", "parameters")
_WORDS = ("problem_title", "class_title", "explanation", "todo")


def in_words(findings: pl.DataFrame, *, on_sheet: bool = False) -> pl.DataFrame:
    """What does each finding say, and what is to be done?

    Args:
        findings: rows with problem, class and parameters; whatever else they have stays.
        on_sheet: whether the columns of the problem's sheet stand beside the words, which then need not repeat them.

    Returns:
        The rows in their order, and problem_title; class_title (null: the finding has no class); explanation, the
        sentences of the problem and the class with the parameters put in; todo, what to do with this class.
    """
    said = [_words(*row, on_sheet=on_sheet) for row in findings.select(_FROM).iter_rows()]
    words = pl.DataFrame(said, schema=dict.fromkeys(_WORDS, pl.String), orient="row")
    return pl.concat([findings, words], how="horizontal")


def _words(code: str, class_: str | None, parameters: str | None, *, on_sheet: bool) -> tuple[str | None, ...]:
    problem = PROBLEMS[code]
    kind = problem.classes.get(class_ or "")
    explanation = problem.explain(class_, parameters, on_sheet=on_sheet)
    return problem.title, kind.title if kind else class_, explanation, problem.advise(class_)
