"""What a reader gives for a file, its pieces joined to whole tables."""

from types import SimpleNamespace

import polars as pl

from datasync_lib import oclc
from datasync_lib.marc import Input
from datasync_lib.readers import READERS, Source, find_readers
from datasync_lib.settings import OcnSettings, Settings
from datasync_lib.vocabulary.tables import empty

find_readers([oclc])


def whole_tables(
    source: Input, kind: str, *, maximum: int | None = None, settings: Settings | None = None, **known
) -> SimpleNamespace:
    """The tables that the reader of a kind of list gives; `issues` are the load issues, empty ones are there too."""
    if settings is None:
        settings = Settings() if maximum is None else Settings(ocn=OcnSettings(maximum=maximum))
    given: dict[str, list[pl.DataFrame]] = {
        name: [empty(name)]
        for name in (
            *("worldcat_holdings", "worldcat_repeats", "worldcat_records"),
            *("concordance", "files", "load_issues"),
        )
    }
    for table, frame in READERS[kind].read(Source(source, kind, **known), settings):
        given[table].append(frame)
    tables = {name: pl.concat(frames) for name, frames in given.items()}
    return SimpleNamespace(**tables, issues=tables["load_issues"])
