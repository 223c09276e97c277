"""What analyses need beside frames: values of the settings and days, by the names of their parameters."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from ..settings import Settings
from ..tables.ages import extract_date
from ..tables.build import tags_to_load

Table = Callable[[str], pl.LazyFrame]


def decision_date(location_map: pl.DataFrame, today: date) -> date | None:
    """The day from which the location map is as it is today; None: it has no line that began on a day.

    So a result is stale when a line of the map begins to hold, and not every morning.
    """
    return location_map.filter(pl.col("valid_from") <= today)["valid_from"].max()


VALUES: dict[str, Callable[[Settings, Table], Any]] = {
    "symbols": lambda settings, _: settings.symbols,
    "worldcat_lists": lambda settings, _: settings.worldcat_lists,
    "evidence_lists": lambda settings, _: settings.evidence_lists,
    "extract_entries": lambda settings, _: settings.extracts,
    "mms_suffix": lambda settings, _: settings.institution.mms_suffix,
    "collections": lambda settings, _: settings.collections,
    "delete_collections": lambda settings, _: settings.delete_collections,
    "lhr_ocn_places": lambda settings, _: {c.symbol: c.ocn_location for c in settings.collections if c.type == "lhr"},
    "lhr_marks": lambda settings, _: settings.lhr_marks,
    "changes_since": lambda settings, _: settings.changes.since,
    "changes_until": lambda settings, _: settings.changes.until,
    "noise": lambda settings, _: settings.noise,
    "gates": lambda settings, _: settings.gates,
    "maximum": lambda settings, _: settings.ocn.maximum,
    "institution_record_ranges": lambda settings, _: settings.ocn.institution_record_ranges,
    "loaded_tags": lambda settings, _: tags_to_load(settings),
    "extract_date": lambda _, table: extract_date(table("extracts").collect()),
    "decision_date": lambda _, table: decision_date(table("location_map").collect(), date.today()),
}


def plain(value: Any) -> Any:
    """A value of the settings as something that `key_of` can name."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, frozenset | set):
        return sorted(value)
    return value
