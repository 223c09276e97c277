"""What a project needs beside its data: datasync.toml, the location map, and the milestones of the symbols."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ..local_lists.staff_tables import LOCATION_MAP, MILESTONES
from ..local_lists.usual_milestones import USUAL
from ..settings import FILE_NAME
from .institution import Line

# The day of each usual milestone, counted from the start of the project.
_DAYS = (0, 30, 41, 190, 201, 215, 260, 280, 310, 330, 390)
_START = date(2025, 1, 6)


@dataclass(frozen=True)
class ProjectFiles:
    """What goes into the settings and staff tables of a project that is made, not filled in by hand.

    Attributes:
        symbols: symbol, name, mode, who deletes.
        collections: ID, type, symbol, name, match mode.
        exclusions: reason, tag, code, regular expression.
        ocn_place: where OCLC reads the OCN of a bib.
        extract_files: which files are the full export.
        increments: the days of what changed in the catalogue after the full export.
        is_any_export: whatever lies in catalogue/ is the catalogue, records that look like WorldCat's too.
    """

    name: str
    mms_suffix: str
    symbols: Sequence[tuple[str, str, str, str]]
    collections: Sequence[tuple[str, str, str, str, str]]
    exclusions: Sequence[tuple[str, str, str, str]]
    location_map: Sequence[Line]
    extract_date: date
    lists_date: date
    ocn_place: str = "035$a"
    extract_files: str = "*"
    increments: Sequence[date] = ()
    is_any_export: bool = False

    def write(self, folder: Path) -> None:
        """Writes datasync.toml, location_map.csv and milestones.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_text(self.settings_text(), encoding="utf-8", newline="\n")
        write_csv(folder / LOCATION_MAP, _MAP_HEADER, map(_map_row, self.location_map))
        write_csv(folder / MILESTONES, _MILESTONE_HEADER, self._milestones())

    def settings_text(self) -> str:
        """The text of datasync.toml."""
        parts = [
            "# Settings of an example project, made by «datasync sample». «datasync new» writes a file with all settings.",
            f'[institution]\nname = "{self.name}"\nmms_suffix = "{self.mms_suffix}"              # ends every MMS ID',
            "# Symbols: kept ones take over the holdings of retired ones.",
            *(_block("symbols", symbol=s, name=n, mode=m, deleted_by=d) for s, n, m, d in self.symbols),
            "# Collections as agreed with OCLC: one where the OCN is trusted, one where OCLC matches on everything.",
            *(_collection(collection, self.ocn_place) for collection in self.collections),
            *['[raw]\ncatalogue = ["catalogue/*"]'] * self.is_any_export,
            *_increments(self.increments),
            "# All other catalogue files are one state of the catalogue; answers of OCLC count as confirmed from this day on.",
            f'[[extracts]]\nfiles = "{self.extract_files}"\ndate = {self.extract_date}\nkind = "full"\nunit = "bib"',
            "# What is kept out of the exchange, and why.",
            *(_block("exclusions", reason=r, tag=t, code=c, matches=m) for r, t, c, m in self.exclusions),
            '[links]\ncatalogue = "https://catalogue.example.org/record/{mms_id}"\n'
            'worldcat = "https://search.worldcat.org/title/{ocn}"',
            '[workbooks]\ncontact = "metadata team, metadata@example.org"\ndeadline = "2025-11-28"',
        ]
        return "\n\n".join(parts) + "\n"

    def _milestones(self) -> Iterable[tuple[str, ...]]:
        for symbol, _, mode, _ in self.symbols:
            for (milestone, owner, only_retired), day in zip(USUAL, _DAYS, strict=True):
                if mode == "retired" or not only_retired:
                    planned = _START + timedelta(days=day)
                    actual = planned + timedelta(days=3)
                    yield symbol, milestone, f"{planned}", f"{actual}" if actual <= self.lists_date else "", owner


def _increments(days: Sequence[date]) -> Iterable[str]:
    """What changed in the catalogue after the full export, a file for each day."""
    for day in days:
        yield f'[[extracts]]\nfiles = "*{day:%Y%m%d}_increment*"\ndate = {day}\nkind = "increment"\nunit = "bib"'


def _block(table: str, **values: str) -> str:
    return "\n".join([f"[[{table}]]", *(f"{key} = '{value}'" for key, value in values.items())])


def _collection(row: tuple[str, str, str, str, str], ocn_place: str) -> str:
    id_, type_, symbol, name, match_mode = row
    text = _block("collections", id=id_, type=type_, symbol=symbol, name=name, match_mode=match_mode)
    place = "014$a" if type_ == "lhr" else ocn_place
    return text + f"\nocn_location = '{place}'\nlsn_location = '001'"


_MAP_HEADER = ("library", "location", "unit", "outgoing_symbol", "target_symbol", "in_scope", "valid_from")
_MILESTONE_HEADER = ("symbol", "milestone", "planned", "actual", "owner")


def _map_row(line: Line) -> tuple[str, ...]:
    scope = {True: "yes", False: "no", None: ""}[line.in_scope]
    return line.library, line.location, line.unit, line.outgoing, line.target, scope, line.valid_from


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """A CSV file with a header; None is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
