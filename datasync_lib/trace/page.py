"""The page of one identifier, as text and as HTML."""

import html
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Trace:
    """The page of one identifier: a headline, and sections of rows by title."""

    identifier: str
    headline: str
    sections: dict[str, pl.DataFrame]

    def __str__(self) -> str:
        files = sorted({file for frame in self.sections.values() for file in frame["file"].drop_nulls()})
        numbers = {file: f"[{number}]" for number, file in enumerate(files, start=1)}
        parts = [f"{title}\n{_as_text(_with_sources(frame, numbers))}" for title, frame in self.sections.items()]
        legend = "\n".join(f"{number} {file}" for file, number in numbers.items())
        return "\n\n".join([self.headline, *parts, legend]).rstrip()

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{html.escape(self.headline)}</b></p>"]
        for title, frame in self.sections.items():
            parts += [f"<h4>{html.escape(title)}</h4>", _html_table(frame)]
        return "\n".join(parts)


def _with_sources(frame: pl.DataFrame, numbers: dict[str, str]) -> pl.DataFrame:
    """File and record as one short column, and no column that is empty throughout."""
    source = pl.col("file").replace(numbers) + pl.format(" {}", pl.col("record").fill_null(0))
    short = frame.with_columns(source.alias("where")).drop("file", "record")
    return short.select(c for c in short.columns if short[c].null_count() < short.height)


def _as_text(frame: pl.DataFrame) -> str:
    """One row as a list of its values, several as a table."""
    if frame.height == 1:
        width = max(len(name) for name in frame.columns)
        return "\n".join(
            f"  {name:<{width}}  {value}" for name, value in frame.row(0, named=True).items() if value is not None
        )
    with pl.Config(
        tbl_rows=60, tbl_cols=20, tbl_width_chars=220, fmt_str_lengths=100, tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True, tbl_formatting="ASCII_MARKDOWN",
    ):  # fmt: skip
        return str(frame)


def _html_table(frame: pl.DataFrame) -> str:
    empty_left_out = [c for c in frame.columns if frame[c].null_count() < frame.height]
    return (
        frame.select(empty_left_out)
        .to_pandas(use_pyarrow_extension_array=True)
        .to_html(index=False, na_rep="", max_rows=60)
    )
