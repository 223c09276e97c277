"""Symbols and units that somebody names: one that the project does not have is refused everywhere in the same words."""

from collections.abc import Mapping
from typing import Protocol

import polars as pl

from .errors import InputError, did_you_mean
from .settings import Settings


class HasChoices(Protocol):
    """What a project is asked for here."""

    @property
    def location_map(self) -> pl.DataFrame:
        """`location_map.csv` as it is now."""

    @property
    def settings(self) -> Settings:
        """`datasync.toml` as it is now."""


def known_choices(project: HasChoices) -> dict[str, list[str]]:
    """The symbols and units of a project, sorted: symbol (of the settings and the location map), unit (of the map)."""
    places = project.location_map
    mapped = {*places["outgoing_symbol"].drop_nulls(), *places["target_symbol"].drop_nulls()}
    return {
        "symbol": sorted(mapped.union(each.symbol for each in project.settings.symbols)),
        "unit": sorted(set(places["unit"].drop_nulls())),
    }


def refuse_unknown(project: HasChoices, values: Mapping[str, object]) -> None:
    """Refuse a symbol or unit that the project does not have.

    Raises:
        InputError: there is no such symbol or unit; the message lists those there are.
    """
    for name, there_are in known_choices(project).items():
        value = values.get(name)
        if value and there_are and value not in there_are:
            like = did_you_mean(str(value), there_are)
            raise InputError(f"there is no {name} {value!r} in the project; there are: {', '.join(there_are)}{like}")
