"""What a person asks of a project: SQL, saved queries, what the columns mean, and lists of their own beside the tables."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from .choices import refuse_unknown
from .errors import InputError
from .local_lists.own_files import FOLDER as OWN
from .local_lists.own_files import name_of, read_own
from .results.analyses import Analyses
from .results.asking import Frames, own_frames, run_sql
from .results.dictionary import columns, is_known
from .results.saved_queries import FOLDER as QUERIES
from .results.saved_queries import SavedQuery, listed, read_saved_queries
from .settings import Settings

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["polars", "pandas"]


class Asking:
    """The questions of a `Project`, which has the folder, the settings and the analyses."""

    folder: Path
    settings: Settings
    location_map: pl.DataFrame
    analysis: Analyses
    _kept: Mapping[str, Callable[[], pl.DataFrame]]

    def describe(self, name: str) -> pl.DataFrame:
        """What the columns of a table, result or view mean: column, type, meaning.

        Raises:
            StoreError: there is none of this name.
        """
        return columns(name)

    def sql(
        self, query: str, *, frame: Kind = "polars", values: Mapping | None = None, files: bool = False, **own: object
    ) -> "pl.DataFrame | pd.DataFrame":
        """The answer to a SQL query (DuckDB) over all tables, findings and evidence. It only reads.

        `SHOW TABLES` and `DESCRIBE NAME` say what there is, and what it means. A file in the folder `own/` is known by its
        name: `own/withdrawn.csv` is the table `withdrawn`.

        Args:
            query: one SELECT.
            frame: polars or pandas; pandas with string IDs and nullable integers.
            values: of what the query leaves open, as $symbol.
            files: whether it may read files of this machine beside the tables, as in `FROM 'list.csv'`.
            own: frames of yours (Polars, pandas or Arrow) by the name that the query knows them by.

        Raises:
            InputError: it does more than ask, or an own frame or file has the name of a table.
            DatasyncError: the query was not understood; the message says why and lists the tables.
        """
        beside = self._kept | self._own_files()
        beside |= own_frames(own, self._kept)
        return of_kind(run_sql(query, self.analysis, beside, values=values, files=files), frame)

    def queries(self) -> pl.DataFrame:
        """The saved queries, those in the folder `queries/` and those that come with the program: name, title, leaves_open."""
        return listed(self._saved_queries())

    def query(self, name: str, *, frame: Kind = "polars", **values: object) -> "pl.DataFrame | pd.DataFrame":
        """The answer to a saved query: `project.query("shelf_list", unit="Music")`.

        Args:
            name: of the query.
            frame: polars or pandas.
            values: of what it leaves open; what is not given is as the query says.

        Raises:
            InputError: there is no such query, value, symbol or unit; the message lists those there are.
        """
        (saved,) = self._chosen_queries(name)
        given = saved.values(values)
        refuse_unknown(self, given)
        return self.sql(saved.text, frame=frame, values=given)

    def answers(self, name: str = "", *, most: int = 1000, **values: object) -> Iterator[tuple[str, pl.DataFrame]]:
        """Title and first rows of the answer to a saved query, or to each of them.

        Args:
            name: of the query; empty: all.
            most: how many rows; the title says how many there are, where there are more.
            values: each query takes those that it leaves open; empty ones are as the query says.

        Raises:
            InputError: there is no such query, symbol or unit.
        """
        refuse_unknown(self, values)
        for query in self._chosen_queries(name) if name else self._saved_queries().values():
            given = query.values({key: value for key, value in values.items() if value and key in query.defaults})
            text = f"({query.text.rstrip().rstrip(';')}\n)"
            first = self.sql(f"FROM {text} LIMIT {most + 1}", values=given)
            rows = (
                self.sql(f"SELECT count(*) FROM {text}", values=given).item() if first.height > most else first.height
            )
            note = f" The first {most:,} of {rows:,} rows" if rows > most else ""
            yield query.title + note, first.head(most)

    def own(self, file: str | Path) -> pl.DataFrame:
        """A list of yours with every cell as text: CSV, tab-separated text or a workbook, in any encoding.

        Columns are called by their captions, in small letters. Where one names OCNs or MMS IDs, the columns `ocn` (a number)
        and `mms_id` are there too, to join by. One warning tells of IDs that a spreadsheet has mangled, and of what else was
        odd.

        Args:
            file: its name in the folder `own/` of the project, or a path.

        Raises:
            InputError: there is no such file, or it is no table; the message names the lines.
        """
        places = [self.folder / OWN / file, self.folder / file, Path(file)]
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            raise InputError(f"there is no file {file}: put it into {self.folder / OWN}, or give its path")
        return read_own(path, suffix=self.settings.institution.mms_suffix, maximum=self.settings.ocn.maximum)

    def _saved_queries(self) -> dict[str, SavedQuery]:
        return read_saved_queries(self.folder / QUERIES)

    def _chosen_queries(self, *names: str) -> list[SavedQuery]:
        saved = self._saved_queries()
        if unknown := [name for name in names if name not in saved]:
            raise InputError(f"there is no query {unknown[0]!r}; there are: {', '.join(saved)}")
        return [saved[name] for name in names]

    def _own_files(self) -> Frames:
        """The files in `own/`, by the names that SQL knows them by; read when they are asked for."""
        found: dict[str, Callable[[], pl.DataFrame]] = {}
        for path in sorted((self.folder / OWN).glob("*")):
            if not path.is_file() or path.name.startswith((".", "~")) or path.stem.lower() == "readme":
                continue
            name = name_of(path)
            if name in found or is_known(name) or name in self._kept:
                raise InputError(f"{path}: there is a table {name} already: give the file another name")
            found[name] = partial(self.own, path)
        return found


def of_kind(frame: pl.DataFrame | pl.LazyFrame, kind: str) -> "pl.DataFrame | pl.LazyFrame | pd.DataFrame":
    """A frame as Polars, as it is, or as pandas.

    Raises:
        InputError: another kind is asked for.
    """
    if kind not in ("polars", "pandas"):
        raise InputError(f"frame is {kind!r}; expected polars or pandas")
    return as_pandas(frame.lazy().collect()) if kind == "pandas" else frame


def as_pandas(frame: pl.DataFrame) -> "pd.DataFrame":
    """A pandas frame that keeps what IDs and numbers are: strings, nullable integers and booleans, never floats."""
    import pandas as pd  # here, for who does not ask for pandas need not wait for it to start
    import pyarrow as pa

    types = {
        **dict.fromkeys((pa.string(), pa.large_string(), pa.string_view()), pd.StringDtype()),
        **{pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.uint32(): pd.UInt32Dtype()},
        **{pa.bool_(): pd.BooleanDtype(), pa.float64(): pd.Float64Dtype()},
    }
    return frame.to_arrow().to_pandas(types_mapper=types.get)
