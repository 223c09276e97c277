"""The subfields of some records of one file, split by tag: small questions, answered for all records at once.

Every answer is a frame with `record` and the value, so that a record without an answer has no row.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import polars as pl

from ..settings import FlagRule

# What names a record over all files.
RECORD = ["file", "record"]


class Fields:
    """Some whole records of one file.

    Args:
        subfields: columns of the `subfields` table, in the order of the records within each tag.
    """

    def __init__(self, subfields: pl.DataFrame):
        self.file: str = subfields["file"][0] if subfields.height else ""
        self.subfields = subfields
        self._by_tag = subfields.drop("file").partition_by("tag", as_dict=True, include_key=False)

    @cached_property
    def records(self) -> pl.DataFrame:
        """The records, in order: one column, `record`."""
        return self.subfields.select("record").unique().sort("record")

    @cached_property
    def tags(self) -> set[str]:
        """The tags that the records have."""
        return {tag for (tag,) in self._by_tag}

    def tag(self, tag: str) -> pl.DataFrame:
        """The subfields of one tag: record, field, ind1, ind2, subfield, code, value."""
        found = self._by_tag.get((tag,))
        return self.subfields.head(0).drop("file", "tag") if found is None else found

    def by_tag(self) -> pl.DataFrame:
        """All subfields, sorted by tag, so that in Parquet a tag is read alone."""
        parts = [frame.with_columns(tag=pl.lit(tag)) for (tag,), frame in sorted(self._by_tag.items())]
        return pl.concat(parts).with_columns(file=pl.lit(self.file)) if parts else self.subfields

    def values(self, place: str) -> pl.DataFrame:
        """Every value at a place (a tag, or tag$code): record, field, subfield, value."""
        wanted = pl.col("value").is_not_null()
        if len(place) > 3:
            wanted &= pl.col("code") == place[4:]
        return self.tag(place[:3]).filter(wanted).select("record", "field", "subfield", "value")

    def first_values(self, names: Mapping[str, Iterable[str]]) -> pl.DataFrame:
        """All records with the first value of each named place: `{"publisher": ("264$b", "260$b")}`, the better place first."""
        numbers = self.records["record"].to_numpy()
        columns = {name: self._first_of(places, numbers) for name, places in names.items()}
        return self.records.with_columns(**columns)

    def _first_of(self, places: Iterable[str], numbers: np.ndarray) -> pl.Series:
        """The first value of each record at the best place that it has, in the order of `numbers`; null without one.

        The rows of a tag stand in the order of the records, so that no join is needed.
        """
        found, place_of = [], np.full(len(numbers), -1)
        taken = 0
        for place in places:
            values = self.values(place)
            first = np.flatnonzero(np.diff(values["record"].to_numpy(), prepend=-1))
            records = np.searchsorted(numbers, values["record"].to_numpy()[first])
            still_open = place_of[records] < 0
            found.append(values["value"].gather(first[still_open]))
            place_of[records[still_open]] = np.arange(taken, taken + len(found[-1]))
            taken += len(found[-1])
        rows = pl.Series(place_of)
        return pl.concat(found).gather(rows.set(rows < 0, None))

    def texts(self, tag: str, codes: str, *, first_only: bool = True) -> pl.DataFrame:
        """The text of a field from some of its subfields, in their order, joined with a blank.

        Returns:
            record, text; with `first_only` False every field of the tag, and the column field.
        """
        wanted = self.tag(tag).filter(pl.col("code").is_in(list(codes)) & (pl.col("value") != ""))
        if first_only:
            begins = pl.col("record").ne_missing(pl.col("record").shift())
            wanted = wanted.filter(pl.col("field") == pl.when(begins).then("field").forward_fill())
        texts = wanted.group_by("record", "field", maintain_order=True).agg(
            pl.col("value").str.strip_chars().str.join(" ").alias("text")
        )
        return texts.drop("field") if first_only else texts

    def every_value(self, place: str) -> pl.DataFrame:
        """All different values of each record at a place, joined with a semicolon: record, value."""
        return _joined(self.values(place), ["record"])

    def fields_wide(
        self, tag: str, codes: Mapping[str, str], *, last: Iterable[str] = (), every: Iterable[str] = ()
    ) -> pl.DataFrame:
        """One row for each field of a tag: `codes` names the subfield of each column.

        Args:
            tag: the tag.
            codes: column name -> code.
            last: columns that take the last of a repeated subfield instead of the first, such as the holding ID beside
                linking numbers, which are $8 too.
            every: columns that take all different ones, joined with a semicolon.

        Returns:
            record, field, and a text column a name (null when the field lacks the subfield).
        """
        here = self.tag(tag)
        wide = here.select("record", "field").unique(maintain_order=True)
        for name, code in codes.items():
            keep = "last" if name in last else "first"
            values = here.filter(pl.col("code") == code)
            if name in every:
                values = _joined(values, ["record", "field"])
            values = values.unique(["record", "field"], keep=keep, maintain_order=True)
            values = values.select("record", "field", pl.col("value").alias(name))
            wide = wide.join(values, on=["record", "field"], how="left", maintain_order="left")
        return wide

    def where(self, tag: str, condition: pl.Expr | None = None) -> pl.DataFrame:
        """The records that have a field of a tag, with a subfield that meets the condition: record."""
        found = self.tag(tag)
        if condition is not None:
            found = found.filter(condition)
        return found.select("record").unique()

    def fitting(self, rules: Iterable[FlagRule], *, by: str | list[str] = "record") -> pl.DataFrame:
        """The records (or fields, by record and field) that a rule of the settings fits."""
        columns = [by] if isinstance(by, str) else by
        found = [self.tag(rule.tag).filter(fits(rule)).select(columns) for rule in rules]
        return pl.concat(found).unique() if found else self.tag("").select(columns)

    def with_flags(self, frame: pl.DataFrame, **flags: pl.DataFrame) -> pl.DataFrame:
        """A frame of records with a boolean column a flag: whether the record is among those given."""
        return frame.with_columns(
            pl.col("record").is_in(records["record"].implode()).alias(name) for name, records in flags.items()
        )


def _joined(values: pl.DataFrame, of: list[str]) -> pl.DataFrame:
    """All different values of each key as one text; nearly all have just one."""
    each = (
        values.select(*of, pl.col("value").str.strip_chars()).filter(pl.col("value") != "").unique(maintain_order=True)
    )
    if not each.select(of).is_duplicated().any():
        return each
    return each.group_by(of, maintain_order=True).agg(pl.col("value").str.join("; "))


def fits(rule: FlagRule) -> pl.Expr:
    """Whether a subfield of the rule's tag is as a rule of the settings wants it."""
    here = pl.col("value").str.contains(rule.matches)
    return here if rule.code is None else here & (pl.col("code") == rule.code)


def any_of(expressions: Iterable[pl.Expr]) -> pl.Expr:
    """Whether any of the conditions holds; false when there are none."""
    result = pl.lit(False)
    for expression in expressions:
        result |= expression
    return result
