"""Findings in words: the one way from a code, a class and parameters to what people read."""

import polars as pl

from .catalogue import PROBLEMS

_FROM = ("problem", "class", "parameters")
_WORDS = ("problem_title", "class_title", "explanation", "todo")


def in_words(findings: pl.DataFrame) -> pl.DataFrame:
    """What does each finding say, and what is to be done?

    Args:
        findings: rows with problem, class and parameters; whatever else they have stays.

    Returns:
        The rows in their order, and problem_title; class_title (null: the finding has no class); explanation, the
        sentences of the problem and the class with the parameters put in; todo.
    """
    said = [_words(*row) for row in findings.select(_FROM).iter_rows()]
    words = pl.DataFrame(said, schema=dict.fromkeys(_WORDS, pl.String), orient="row")
    return pl.concat([findings, words], how="horizontal")


def _words(code: str, class_: str | None, parameters: str | None) -> tuple[str | None, ...]:
    problem = PROBLEMS[code]
    kind = problem.classes.get(class_ or "")
    return problem.title, kind.title if kind else class_, problem.explain(class_, parameters), problem.todo
