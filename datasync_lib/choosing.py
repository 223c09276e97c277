"""What a notebook looks at: one symbol, one unit, or all; chosen from those that the project has."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from .choices import known_choices, refuse_unknown
from .plots.chart import Chart, empty_chart
from .shown_findings import to_look_at

if TYPE_CHECKING:
    from IPython.display import HTML

    from .project import Project

_Frame = TypeVar("_Frame", pl.DataFrame, pl.LazyFrame)
_ALL = {"symbol": "all symbols", "unit": "all units"}


def only(frame: _Frame, *, symbol: str = "", unit: str = "") -> _Frame:
    """The rows of one symbol and one unit; empty means all, and a frame without the column stays as it is.

    Where symbols have a line for all of them together (`all`, or none in figures of other projects), it stays.
    """
    columns = frame.lazy().collect_schema().names()
    for column, value in (("symbol", symbol), ("unit", unit)):
        if value and column in columns:
            keep = [value, "all"] if column == "symbol" else [value]
            other = pl.col("project") != "this project" if "project" in columns else pl.lit(False)
            frame = frame.filter(pl.col(column).is_in(keep).fill_null(False) | other)
    return frame


def counted(frame: pl.DataFrame, *, symbol: str = "", unit: str = "") -> pl.DataFrame:
    """The rows of a frame of counts that has one line for each symbol and unit, and lines for all of them."""
    return frame.filter((pl.col("symbol") == (symbol or "all")) & (pl.col("unit") == (unit or "all")))


class Choice:
    """One symbol, one unit, or all: what the figures and tables of a notebook are cut to.

    In JupyterLab it shows two lists to choose from; what is chosen there holds for cells that are run afterwards.

    Args:
        project: whose symbols and units there are.
        symbol: one OCLC symbol; empty: all.
        unit: one unit; empty: all.

    Raises:
        InputError: the project has no such symbol or unit.
    """

    def __init__(self, project: "Project", *, symbol: str = "", unit: str = ""):
        refuse_unknown(project, {"symbol": symbol, "unit": unit})
        self.symbol, self.unit = symbol, unit
        self._project = project
        self._known = known_choices(project)

    def __str__(self) -> str:
        return f"{self.symbol or _ALL['symbol']}, {self.unit or _ALL['unit']}"

    def only(self, frame: _Frame) -> _Frame:
        """The rows of the chosen symbol and unit; a frame that cannot be cut says that it is about all of them."""
        self._tell_what_is_not_cut(frame.lazy().collect_schema().names())
        return only(frame, symbol=self.symbol, unit=self.unit)

    def counted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a frame of counts that has one line for each symbol and unit, and lines for all of them."""
        return counted(frame, symbol=self.symbol, unit=self.unit)

    def to_look_at(self, findings: pl.DataFrame) -> "HTML":
        """The findings of the chosen symbol and unit, with titles, call numbers and links, to sort and search."""
        return to_look_at(self._project, self.only(findings))

    def figure(self, plot: Callable[..., Chart], *frames: _Frame) -> Chart:
        """A figure of frames that were cut; where nothing is left it says so, and not that nothing is loaded.

        Args:
            plot: makes it.
            frames: what it is made from; the first is what it is about.
        """
        if (self.symbol or self.unit) and frames[0].lazy().head(1).collect().is_empty():
            what, all_of_it = (
                f"There is nothing to show for {self}",
                "Choose all symbols and units to see what there is.",
            )
            return empty_chart(plot.__name__.removeprefix("plot_"), what, all_of_it)
        return plot(*frames)

    def _tell_what_is_not_cut(self, columns: list[str]) -> None:
        whole = [_ALL[name] for name in _ALL if getattr(self, name) and name not in columns]
        if whole:
            print(f"This is counted for {' and '.join(whole)} together; it cannot be cut to {self}.")

    def _repr_mimebundle_(self, **_: object) -> dict | tuple:
        """The lists to choose from, and in words what is chosen."""
        import ipywidgets

        lists = [self._list(name, ipywidgets.Dropdown) for name in self._known]
        hint = ipywidgets.HTML("Choose, then run the cells below: Run, Run Selected Cell and All Below.")
        bundle = ipywidgets.VBox([ipywidgets.HBox(lists), hint])._repr_mimebundle_()
        return {**bundle, "text/plain": f"Shown: {self}"}

    def _list(self, name: str, dropdown: Callable) -> object:
        options = [(_ALL[name], ""), *((each, each) for each in self._known[name])]
        shown = dropdown(options=options, value=getattr(self, name), description=name)
        shown.observe(lambda change: setattr(self, name, change["new"]), names="value")
        return shown
