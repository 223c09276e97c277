"""The one shape of findings and evidence, and how a module fills it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ..problems import PROBLEMS, Problem
from ..vocabulary.tables import conform, empty

_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Found:
    """What an analysis found: `findings` and `evidence`, in the columns of the tables of these names."""

    findings: pl.DataFrame
    evidence: pl.DataFrame


def nothing_found() -> Found:
    """No findings and no evidence."""
    return Found(empty("findings"), empty("evidence"))


def row_keys(problem: str, identity: pl.DataFrame) -> pl.Series:
    """A stable name for each row: 80 bits of a hash over the problem and what identifies the row (practice.md 4.5).

    Decisions rest on these names, so they never change: the parts are text or whole numbers, and null is the empty text.
    """
    parts = (pl.col(name).cast(pl.String).fill_null("") for name in identity.columns)
    texts = identity.select(pl.concat_str(pl.lit(problem), *parts, separator=_SEPARATOR)).to_series()
    return _hashes(texts, 20).alias("row_key")


def _hashes(texts: pl.Series, digits: int) -> pl.Series:
    return pl.Series([hashlib.sha256(text.encode()).hexdigest()[:digits] for text in texts], dtype=pl.String)


def as_findings(
    problem: str,
    rows: pl.DataFrame,
    *,
    identity: list[str],
    parameters: Iterable[str] = (),
    evidence: pl.DataFrame | None = None,
) -> Found:
    """Rows of an analysis as findings.

    Args:
        problem: code in the catalogue of problems.
        rows: one row a finding; columns of the findings table by name (`class`, `group_id`, `unit`, `other_units`, `symbol`,
            `mms_id`, `holding_id`, `ocn`, `file`, `record`), as far as the problem has them, and the parameters.
            A `priority` or `answer` column wins over the catalogue's.
        identity: columns that name the row for good: no unit, no number that a merge may change.
        parameters: columns that go into the explanation in words; list columns stay lists.
        evidence: the identity columns, `what`, `value`, and `file`, `record` where there are any.

    Raises:
        KeyError: the problem or a class is not in the catalogue.
        ValueError: two rows have the same identity.
    """
    catalogue = PROBLEMS[problem]
    if rows.is_empty():
        return nothing_found()
    keyed = rows.with_columns(row_keys(problem, rows.select(identity)), problem=pl.lit(problem))
    if keyed["row_key"].n_unique() != keyed.height:
        twice = keyed.filter(pl.col("row_key").is_duplicated()).select(identity).row(0)
        raise ValueError(f"{problem}: two findings have the same identity {dict(zip(identity, twice, strict=True))}")
    if "class" in keyed.columns:
        known = [*catalogue.classes, None]
        unknown = sorted(set(keyed["class"].unique().to_list()) - set(known), key=str)
        if unknown:
            raise KeyError(
                f"{problem} has no class {', '.join(map(str, unknown))}; known: {', '.join(catalogue.classes)}"
            )
    parameters = list(parameters)
    words = pl.struct(parameters).struct.json_encode() if parameters else pl.lit("{}")
    keyed = keyed.with_columns(*_answer_and_priority(keyed, catalogue), parameters=words)
    rests_on = _evidence(keyed.select("row_key", *identity), identity, evidence)
    return Found(
        conform("findings", keyed.join(_evidence_hash(keyed, rests_on), on="row_key", how="left")).sort(
            "problem", "row_key"
        ),
        rests_on,
    )


def _answer_and_priority(rows: pl.DataFrame, problem: Problem) -> list[pl.Expr]:
    """What the catalogue says of each class, where the analysis does not say its own."""
    class_ = pl.col("class") if "class" in rows.columns else pl.lit(None, dtype=pl.String)
    says = {"answer": (problem.answer, pl.String), "priority": (problem.priority_of, pl.Int32)}
    columns = []
    for name, (of, type_) in says.items():
        by_class = class_.replace_strict({c: of(c) for c in problem.classes}, default=of(None), return_dtype=type_)
        own = [pl.col(name)] if name in rows.columns else []
        columns.append(pl.coalesce(*own, by_class).alias(name))
    return columns


def _evidence(keys: pl.DataFrame, identity: list[str], evidence: pl.DataFrame | None) -> pl.DataFrame:
    if evidence is None or evidence.is_empty():
        return empty("evidence")
    joined = keys.join(evidence, on=identity, how="inner", nulls_equal=True)
    columns = empty("evidence").columns
    return conform("evidence", joined).unique().sort(columns, nulls_last=True)


def _evidence_hash(keyed: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """A hash over the class and the evidence's values; files and rows do not count, so that a reload changes nothing."""
    class_ = pl.col("class").fill_null("") if "class" in keyed.columns else pl.lit("")
    texts = (
        keyed.select("row_key", class_.alias("text"))
        .join(
            evidence.group_by("row_key").agg(
                (pl.col("what") + "=" + pl.col("value").fill_null(""))
                .unique()
                .sort()
                .str.join(_SEPARATOR)
                .alias("rest")
            ),
            on="row_key",
            how="left",
        )
        .select("row_key", (pl.col("text") + _SEPARATOR + pl.col("rest").fill_null("")).alias("text"))
    )
    return texts.select("row_key", evidence_hash=_hashes(texts["text"], 16))


def together(found: Iterable[Found]) -> Found:
    """The findings of several analyses in one, sorted by problem and row key."""
    found = list(found)
    if not found:
        return nothing_found()
    return Found(
        pl.concat([f.findings for f in found]).sort("problem", "row_key"),
        pl.concat([f.evidence for f in found]).sort("row_key", "what", "value", nulls_last=True),
    )
