"""Small questions to the subfields of records, answered for all records at once."""

from collections.abc import Iterable, Mapping

import polars as pl

from ..settings import FlagRule

RECORD = ["file", "record"]


def first_values(subfields: pl.DataFrame, names: Mapping[str, Iterable[str]]) -> pl.DataFrame:
    """The first value of each named place: `{"publisher": ("264$b", "260$b")}`, the better place first.

    A place is a tag for a control field, or tag and code.

    Returns:
        file, record, and a column a name; one row for each record that has any of them.
    """
    places = pl.DataFrame(
        [
            {"tag": place[:3], "code": place[4:] or None, "name": name, "order": order}
            for name, wanted in names.items()
            for order, place in enumerate(wanted)
        ],
        schema={"tag": pl.String, "code": pl.String, "name": pl.String, "order": pl.Int32},
    )
    found = (
        subfields.filter(pl.col("value").is_not_null())
        .join(places, on=["tag", "code"], how="inner", nulls_equal=True)
        .sort(*RECORD, "name", "order", "field", "subfield")
        .unique([*RECORD, "name"], keep="first", maintain_order=True)
    )
    wide = found.pivot(on="name", on_columns=list(names), index=RECORD, values="value")
    return wide.with_columns(pl.col(name).cast(pl.String) for name in names)


def joined_fields(subfields: pl.DataFrame, tag: str, codes: str, *, first_only: bool = True) -> pl.DataFrame:
    """The text of a field from some of its subfields, in their order, joined with a blank.

    Returns:
        file, record, field, text; only the first field of the tag when `first_only`.
    """
    texts = (
        subfields.filter((pl.col("tag") == tag) & pl.col("code").is_in(list(codes)) & (pl.col("value") != ""))
        .sort(*RECORD, "field", "subfield")
        .group_by(*RECORD, "field", maintain_order=True)
        .agg(pl.col("value").str.strip_chars().str.join(" ").alias("text"))
    )
    return texts.unique(RECORD, keep="first", maintain_order=True) if first_only else texts


def records_where(subfields: pl.DataFrame, **conditions: pl.Expr) -> pl.DataFrame:
    """For each record whether any of its subfields meets each condition: file, record, and a flag a condition."""
    return subfields.group_by(RECORD, maintain_order=True).agg(
        condition.fill_null(False).any().alias(name) for name, condition in conditions.items()
    )


def fits(rule: FlagRule) -> pl.Expr:
    """Whether a subfield row meets a rule of the settings."""
    here = pl.col("tag") == rule.tag
    if rule.code is not None:
        here &= pl.col("code") == rule.code
    return here & pl.col("value").str.contains(rule.matches)


def any_of(expressions: Iterable[pl.Expr]) -> pl.Expr:
    """Whether any of the conditions holds; false when there are none."""
    result = pl.lit(False)
    for expression in expressions:
        result |= expression
    return result


def fields_wide(
    subfields: pl.DataFrame, tag: str, codes: Mapping[str, str], *, last: Iterable[str] = ()
) -> pl.DataFrame:
    """One row for each field of a tag: `codes` names the subfield of each column.

    Args:
        subfields: the table.
        tag: the tag.
        codes: column name -> code.
        last: columns that take the last of a repeated subfield instead of the first, such as the holding ID beside
            linking numbers, which are $8 too.

    Returns:
        file, record, field, and a text column a name (null when the field lacks the subfield).
    """
    last = set(last)
    here = subfields.filter(pl.col("tag") == tag).sort(*RECORD, "field", "subfield")
    values = [
        pl.col("value")
        .filter(pl.col("code") == code)
        .pipe(lambda e, name=name: e.last() if name in last else e.first())
        .alias(name)
        for name, code in codes.items()
    ]
    return here.group_by(*RECORD, "field", maintain_order=True).agg(values)
