"""Plays OCLC's answers to a real export: the walk of the project on real records, without OCLC.

What is true of the result is known for the outcomes only, since nothing was planted in the records.
"""

import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..marc import find_inputs, read_pieces
from ..marc.pieces import MarcPiece
from ..oclc.filenames import read_file_name
from ..oclc.output_names import is_record_output
from .export_survey import KEPT, RETIRED, Survey, survey
from .exports import SentFile
from .institution import EXTRACT_DATE, LIST_DATE
from .making import SampleSummary
from .marc_bytes import MarcRecord, iso2709
from .oclc_answers import Job, Reports, received_at
from .playing import Player, Step, unnumbered_outcomes
from .project_files import ProjectFiles
from .texts import Work, latin_work
from .truth import Finding, TruthFiles
from .worldcat_lists import WorldcatLists

_COLLECTIONS = {symbol: (f"1095{i}01", f"1095{i}02") for i, symbol in enumerate(KEPT, 1)}
_LISTS = {"QXL": "mrc", "Q@M": "txt", "QXH": "txt"}
_LONGEST_RECORD = 99_999
_EXCLUSIONS = (
    ("no_worldcat_914", "914", "a", "NO-WORLDCAT"),
    ("community_zone", "035", "a", r"^\((CKB|EXLCZ)\)"),
)


def make_answers(folder: Path, export_file: Path, *, seed: int = 1) -> SampleSummary:
    """Makes a project around a real export, with played answers of OCLC and lists of invented old symbols.

    The export is copied as it is. What it sends is cut from it: each record that takes part in the exchange, under the
    symbol that its location goes to. `truth/` has what the player decided (rejected, created_record, ocn_changed,
    wrong_holding_set, never_reported) with symbol, mms_id, ocn and class; the unit is left empty.

    Args:
        folder: the project folder to make.
        export_file: MARC or MARCXML, also compressed or an archive.
        seed: another seed gives other answers.

    Raises:
        InputError: the export is missing, or there is no bibliographic record in it.
    """
    folder, export_file = Path(folder), Path(export_file)
    if not export_file.is_file():
        raise InputError(f"{export_file} does not exist or is a folder: name one export file")
    found = survey(export_file)
    _project_files(found, export_file.name).write(folder)
    raw = folder / "data" / "raw"
    for name in ("raw/catalogue", "tables"):
        (folder / "data" / name).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(export_file, raw / "catalogue" / _plain_name(export_file.name))
    player = Player(random.Random(seed), found.known, unnumbered_outcomes(1 - found.numbers.height / found.bibs.height))
    summary = SampleSummary(folder, bibs=found.bibs.height)
    with TruthFiles(folder / "truth") as truth:
        with Reports(raw / "reports", random.Random(f"{seed} reports")) as reports:
            _exchange(raw, export_file, found, player, reports=reports, truth=truth, summary=summary)
        summary.held = _lists(raw, found, player)
    summary.findings = dict(truth.counts)
    return summary


def _plain_name(name: str) -> str:
    """A name that says nothing of OCLC: the export is the catalogue here, whatever it was before."""
    if read_file_name(name).family == "unknown" and not is_record_output(name):
        return name
    return "export_" + re.sub(r"(?i)metacoll[^a-z0-9]+", "", name.replace("__", "_"))


def _project_files(found: Survey, name: str) -> ProjectFiles:
    names = dict.fromkeys(KEPT, "kept") | dict.fromkeys(RETIRED, "retired")
    symbols = [
        (symbol, f"{mode} symbol, invented", mode, "own_lists" if mode == "kept" else "oclc_scan_delete")
        for symbol, mode in names.items()
    ]
    collections = [
        (id_, "bib", symbol, f"{symbol} {mode}", mode)
        for symbol, ids in _COLLECTIONS.items()
        for id_, mode in zip(ids, ("ocn", "full"), strict=True)
    ]
    title = f"Played answers for {name}"
    return ProjectFiles(
        title,
        found.mms_suffix,
        symbols,
        collections,
        _EXCLUSIONS,
        found.location_map(),
        EXTRACT_DATE,
        LIST_DATE,
        found.ocn_place,
        is_any_export=True,
    )


def _targets(found: Survey) -> dict[str, list[str]]:
    """The symbols that each bib is sent under; where an export has hardly any holdings, the rest goes to the first one."""
    sendable = found.bibs.filter("is_sendable").select("mms_id")
    lines = pl.DataFrame(
        [(line.library, line.target) for line in found.location_map()],
        schema={"library": pl.String, "target": pl.String},
        orient="row",
    )
    placed = (
        found.holdings.filter(~pl.col("is_suppressed").fill_null(False))
        .join(lines, on="library", how="inner")
        .join(sendable, on="mms_id", how="semi")
    )
    by_bib = placed.group_by("mms_id").agg(pl.col("target").unique().sort())
    targets = dict(by_bib.iter_rows())
    return targets | {mms_id: [KEPT[0]] for mms_id in _without_holdings(found, sendable)}


def _without_holdings(found: Survey, bibs: pl.DataFrame) -> list[str]:
    """Bibs without any holding, when these are most of the export; else none: they are meant to have none."""
    without = bibs.join(found.holdings, on="mms_id", how="anti")["mms_id"].sort().to_list()
    return without if 2 * len(without) > bibs.height else []


def _exchange(
    raw: Path,
    export_file: Path,
    found: Survey,
    player: Player,
    *,
    reports: Reports,
    truth: TruthFiles,
    summary: SampleSummary,
) -> None:
    """Sends every record, in the order of the export, and writes what OCLC answers."""
    targets = _targets(found)
    submitted = dict(found.numbers.select("mms_id", "ocn").iter_rows())
    files = {
        (symbol, mode): SentFile(symbol, id_, f"{mode}.20250721")
        for symbol, ids in _COLLECTIONS.items()
        for id_, mode in zip(ids, ("trusted", "full"), strict=True)
    }
    for source in find_inputs(export_file):
        for piece in read_pieces(source):
            rows = defaultdict(list)
            for mms_id, record in _bib_records(piece):
                iso = iso2709(record)
                if not _fits(record, iso):
                    continue
                number = submitted.get(mms_id)
                steps = player.steps(number) if mms_id in targets else []
                # the first record of an ID is the one that is sent
                for symbol in targets.pop(mms_id, []):
                    file = files[symbol, "full" if number is None else "trusted"]
                    offset = file.write(raw / "sent", iso)
                    summary.sent += 1
                    for step in steps:
                        job = Job(
                            file.symbol, file.collection, file.name, received_at(step.run, file.collection, file.part)
                        )
                        rows[job].append(player.row(step, offset, mms_id, number))
                    truth.write(_findings(mms_id, symbol, number, steps, player))
            for job, job_rows in rows.items():
                reports.write(job, job_rows)
            for file in files.values():
                if file.is_full():
                    file.next_part()
    for file in files.values():
        file.close()


def _bib_records(piece: MarcPiece) -> Iterator[tuple[str, MarcRecord]]:
    """The bibliographic records of a stretch, put together from their subfields, with their 001."""
    columns = ("field", "tag", "ind1", "ind2", "code", "value")
    for (_, _), rows in piece.subfields.group_by("file", "record", maintain_order=True):
        record, last = MarcRecord("00000nam a2200000 i 4500"), None
        for number, tag, ind1, ind2, code, value in rows.select(columns).iter_rows():
            if number is None:
                record.leader = f"{value:24.24}"
            elif ind1 is None:
                record.control(tag, value or "")
            elif number == last:
                record.fields[-1][2].append((code, value))
            else:
                record.fields.append((tag, ind1 + (ind2 or " "), [(code, value)] if code is not None else []))
            last = number
        mms_id = next((entry[1].strip() for entry in record.fields if entry[0] == "001"), "")
        if mms_id and record.leader[6] not in "uvxyz":
            record.leader = record.leader[:9] + "a" + record.leader[10:]
            yield mms_id, record


def _fits(record: MarcRecord, iso: bytes) -> bool:
    """Whether ISO 2709 can hold the record; OCLC would not take it otherwise either (oclc_formats.md 6)."""
    if len(iso) > _LONGEST_RECORD:
        return False
    directory = iso[24 : iso.index(b"\x1e")]
    return len(directory) == 12 * len(record.fields)


def _findings(mms_id: str, symbol: str, submitted: int | None, steps: list[Step], player: Player) -> Iterator[Finding]:
    """What follows from the answers to one record under one symbol."""

    def finding(problem: str, ocn: int | None = None, class_: str | None = None) -> Finding:
        return Finding(problem, symbol, None, mms_id, None, ocn, class_)

    if not steps:
        yield finding("never_reported")
        return
    last = steps[-1]
    if last.action in ("unresolved", "data error", "processing error"):
        yield finding("rejected", class_=last.action.replace(" ", "_"))
    elif submitted is not None and last.result != submitted:
        is_merge = player.merges.get(submitted) == last.result
        yield finding("ocn_changed", last.result, "merged" if is_merge else "no_text")
    if last.action == "create":
        yield finding("created_record", last.result)
    if len(steps) > 1 and all(step.action == "match" for step in steps) and steps[0].result != last.result:
        yield finding("wrong_holding_set", steps[0].result, "no_list")


def _lists(raw: Path, found: Survey, player: Player) -> int:
    """Lists of what the invented old symbols hold: most of what they should, and some that nobody has."""
    outgoing = {line.library: line.outgoing for line in found.location_map()}
    current = dict(found.numbers.select("mms_id", "ocn").iter_rows())
    works = {row["mms_id"]: _work(row) for row in found.bibs.iter_rows(named=True)}
    held: dict[str, dict[int, Work]] = {symbol: {} for symbol in RETIRED}
    placed = found.holdings.select("mms_id", "library").iter_rows()
    places = [(mms_id, outgoing.get(library)) for mms_id, library in placed]
    places += [(mms_id, RETIRED[0]) for mms_id in _without_holdings(found, found.bibs)]
    for mms_id, symbol in places:
        number = current.get(mms_id)
        if symbol in held and number and mms_id in works and player.chance.random() < 0.95:
            held[symbol].setdefault(number, works[mms_id])
    for numbers in held.values():
        for _ in range(2 + len(numbers) // 50):
            numbers[player.new_number()] = latin_work(player.chance)
    by_number = {current[mms_id]: work for mms_id, work in works.items() if current.get(mms_id)}
    by_number |= {new: by_number[old] for old, new in player.merges.items() if old in by_number}
    with ExitStack() as files:
        lists = WorldcatLists(raw / "worldcat", _LISTS, files, sender=KEPT[0])
        lists.write(held, player.merges.items(), by_number, player.chance)
    return sum(map(len, held.values()))


def _work(row: dict) -> Work:
    """What WorldCat's record says of a bib: the same."""
    return Work(
        title=row["title"] or "Untitled",
        subtitle="",
        author=(row["main_entry"] or "Anonymous").rstrip(" .,"),
        place="Place of publication not identified",
        publisher=(row["publisher"] or "publisher not identified").rstrip(" ,"),
        year=row["year"] or 1900,
        language=(row["language"] or "und")[:3].ljust(3),
        country=(row["place_code"] or "xx ")[:3].ljust(3),
        subject="",
        class_letters="",
    )
