"""What a deletion rests on, for one symbol on one day: looked at once, so that checks and files speak of the same."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Protocol

import polars as pl

from ...analysis.exchange import with_number
from ...errors import InputError
from ...local_lists.evidence_names import symbol_in_name
from ...readers import date_in_name
from ...settings import Settings, SymbolSettings
from ...tables.ages import extract_date

DELETE = "delete"
# How a deletion is carried out, as people read it.
WAYS = {
    "own_lists": "lists of our own",
    "oclc_scan_delete": "OCLC's scan/delete",
    "symbol_merge": "a merge of symbols by OCLC",
}

_HELD = [
    *("symbol", "ocn", "ocn_current", "number", "class", "because", "answer", "mms_id", "unit"),
    *("targets", "rows", "as_of", "file", "record"),
]


class Asked(Protocol):
    """What is asked of a project."""

    folder: Path
    reports: Path

    @property
    def settings(self) -> Settings:
        """`datasync.toml`."""

    @property
    def milestones(self) -> pl.DataFrame:
        """`milestones.csv`."""

    def table(self, name: str) -> pl.LazyFrame:
        """A table or a frame that an analysis gives."""

    def not_as_loaded(self) -> list[str]:
        """Raw files that are not in the tables as they lie there."""


def refuse_unknown(symbol: str, settings: Settings) -> None:
    """Raise InputError for a symbol that the settings do not describe."""
    if settings.symbol(symbol) is None:
        known = ", ".join(each.symbol for each in settings.symbols) or "none"
        raise InputError(f"{symbol} is not among [[symbols]] of the settings ({known}): describe it there first")


@dataclass(frozen=True)
class State:
    """One symbol as it stands.

    Attributes:
        project: the tables, settings and decisions.
        symbol: the symbol.
        today: the day on which it is judged.

    Raises:
        InputError: the settings do not know the symbol.
    """

    project: Asked
    symbol: str
    today: date

    def __post_init__(self) -> None:
        """Refuse a symbol that nobody has described."""
        refuse_unknown(self.symbol, self.project.settings)

    @property
    def decisions(self) -> Path:
        """The folder with what people decided."""
        return self.project.folder / "decisions"

    @property
    def described(self) -> SymbolSettings:
        """The settings of the symbol."""
        return self.project.settings.symbol(self.symbol)

    @cached_property
    def settings(self) -> Settings:
        """The settings as they were when they were first asked for."""
        return self.project.settings

    @cached_property
    def terminals(self) -> pl.DataFrame:
        """What old numbers are called now."""
        return self.project.table("terminals").collect()

    @cached_property
    def held(self) -> pl.DataFrame:
        """Every number that the symbol holds, its class and answer, its number resolved once more (`now`, `is_ambiguous`).

        Sorted by ocn.
        """
        own = self._classed.filter(pl.col("ocn").is_not_null())
        return with_name_of_today(own.select(_HELD).collect(), "ocn", self.terminals).sort("ocn")

    @cached_property
    def unnumbered(self) -> int:
        """How many rows of the list have no number: nobody knows what the symbol holds there."""
        return self._classed.filter(pl.col("ocn").is_null()).select(pl.col("rows").sum()).collect().item()

    @cached_property
    def repeated(self) -> int:
        """How many rows of the list have a number that stands there before."""
        own = self.project.table("repeated_numbers").filter(pl.col("symbol") == self.symbol)
        return own.select(pl.col("rows").sum()).collect().item()

    @property
    def _classed(self) -> pl.LazyFrame:
        return self.project.table("held_numbers").filter(pl.col("symbol") == self.symbol)

    @cached_property
    def going(self) -> pl.DataFrame:
        """What is to go: one row for each number as WorldCat calls it today.

        Returns:
            number; ocns (under which it is held), class, because, mms_id, targets (of the first row of the list). Sorted.
        """
        rows = self.held.filter(pl.col("answer") == DELETE)
        first = ["class", "because", "mms_id", "unit", "targets"]
        return (
            rows.group_by(number="now", maintain_order=True)
            .agg(pl.col("ocn").alias("ocns"), *(pl.col(name).first() for name in first))
            .sort("number", nulls_last=True)
        )

    @cached_property
    def targets(self) -> list[str]:
        """Under which symbols the titles that go are to be found."""
        return sorted(self.going["targets"].explode().drop_nulls().unique())

    @cached_property
    def balance(self) -> pl.DataFrame:
        """The symbol's rows of the balance sheet."""
        return self.project.table("balance_sheet").filter(pl.col("symbol") == self.symbol).collect()

    @cached_property
    def extract_day(self) -> date | None:
        """Of which day the catalogue is; null: unknown."""
        return extract_date(self.project.table("extracts").collect())

    @cached_property
    def list_day(self) -> date | None:
        """Of which day the list is by which numbers go; null: none is loaded, or its day is not known."""
        return self._day_in("list_days")

    @cached_property
    def day_before(self) -> date | None:
        """Of which day the newest list from before the extract is; null: none is loaded."""
        return self._day_in("before_days")

    def _day_in(self, table: str) -> date | None:
        days = self.project.table(table).filter(pl.col("symbol") == self.symbol).select("as_of").collect()
        return days["as_of"].max()

    @property
    def newest_list(self) -> pl.LazyFrame:
        """The rows of the list by which numbers go, as it was loaded; a list whose day nobody knows has no day."""
        is_newest = pl.col("as_of").eq_missing(pl.lit(self.list_day, pl.Date))
        return self.project.table("worldcat_holdings").filter((pl.col("symbol") == self.symbol) & is_newest)

    @cached_property
    def files(self) -> pl.DataFrame:
        """What was loaded."""
        return self.project.table("files").sort("file").collect()

    def evidence(self, table: str) -> pl.DataFrame | None:
        """What a list of staff says of this symbol, or of any, that is not over; null: no such list is loaded.

        Returns:
            file, record, number (null: the row names nothing that has one); a row of a list may have several.
        """
        loaded = self.files.filter(pl.col("kind") == table)
        if loaded.is_empty():
            return None
        rows = self.project.table("listed_rows").filter(pl.col("list") == table).collect()
        mine = rows.filter((pl.col("symbol") == self.symbol) | pl.col("symbol").is_null())
        if mine.is_empty() and loaded["loaded"].sum() > 0:
            return None
        numbers = (
            self.project.table("listed_numbers").filter(pl.col("list") == table).select("file", "record", "number")
        )
        open_ = mine.filter(~pl.col("is_over")).select("file", "record")
        return open_.join(numbers.unique().collect(), on=["file", "record"], how="left")

    def evidence_day(self, table: str) -> date | None:
        """Of which day the newest list of a kind is that may speak of this symbol; null: none of them has a day."""
        codes = [each.symbol for each in self.settings.symbols]
        days = []
        for file in self.files.filter(pl.col("kind") == table)["file"]:
            listed = self.settings.evidence_list_of(file)
            symbol = (listed.symbol if listed else None) or symbol_in_name(file, codes)
            if symbol in (None, self.symbol):
                days.append((listed.as_of if listed else None) or date_in_name(file))
        return max((day for day in days if day and day <= self.today), default=None)

    @cached_property
    def fingerprint(self) -> str:
        """A name for what would go and how: other numbers or classes, another list, another way, another name.

        What somebody signs for lists of our own, which leave alone what waits, is no word on a scan that takes it along.
        """
        way = f"{self.symbol} {self.described.mode} {self.described.deleted_by} {self.list_day} {self.extract_day}"
        is_ours = self.described.deleted_by == "own_lists"
        concerned = self.going.select("number", "class") if is_ours else self.held.select("ocn", "class", "answer")
        said = concerned.write_csv()
        return hashlib.sha256(f"{way}\n{said}".encode()).hexdigest()


def with_name_of_today(rows: pl.DataFrame, column: str, terminals: pl.DataFrame) -> pl.DataFrame:
    """Rows with `now`, what a number is called today (itself where it is ambiguous), and `is_ambiguous`."""
    odd = terminals.filter(pl.col("state") != "ok").select("old_ocn")
    is_odd = pl.col(column).is_in(odd["old_ocn"].implode())
    named = with_number(rows.with_columns(asked=pl.col(column)), "asked", terminals)
    return named.rename({"asked_number": "now"}).drop("asked").with_columns(is_ambiguous=is_odd)
