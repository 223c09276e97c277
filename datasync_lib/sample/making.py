"""Makes the example institution, block by block."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ..oclc.filenames import upload_name
from . import (  # noqa: F401  they register their cases
    cases_answers,
    cases_cancelled,
    cases_decisions,
    cases_deletions,
    cases_held,
    cases_holdings,
    cases_kept,
    cases_lists,
    cases_numbers,
    cases_owners,
    cases_records,
)
from .at_hand import works_by_number
from .block import Block, Stray
from .cases import PER_BIBS, fill, plant_cases
from .catalogue import bib_record, loose_record, mfhd_record
from .closing import close
from .decided import Decided
from .exports import Catalogue, SentFile
from .institution import (
    COLLECTIONS,
    DELETE_COLLECTIONS,
    EXTRACT_DATE,
    INCREMENTS,
    LHR_COLLECTION,
    LIST_DATE,
    LISTS,
    LOCATION_MAP,
    NAME,
    SYMBOLS,
)
from .marc_bytes import iso2709
from .model import Answer, Bib
from .numbers import MMS_SUFFIX, Numbers
from .oclc_answers import RECEIVED, Job, Reports, Row, received_at
from .project_files import ProjectFiles
from .staff_lists import StaffLists
from .truth import TruthFiles, View, findings, held_numbers, old_holding
from .worldcat_lists import OlderLists, WorldcatLists

# Runs over the file of the first: OCLC's own reruns.
_OF_FIRST = ("rerun", "midnight")
_EXCLUSIONS = (
    ("no_worldcat_914", "914", "a", "(?i)^NO-WORLDCAT"),
    ("community_zone", "035", "a", r"^\((CKB|EXLCZ)\)"),
    ("equipment", "909", "a", "EQUIPMENT"),
)


@dataclass
class SampleSummary:
    """What was made.

    Attributes:
        folder: the project.
        bibs: bibliographic records in the export.
        sent: records sent to OCLC, one for each bib and symbol.
        held: numbers in the WorldCat lists of old symbols.
        findings: how many findings of each problem there are, by (problem, class).
    """

    folder: Path
    bibs: int = 0
    sent: int = 0
    held: int = 0
    findings: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def by_problem(self) -> dict[str, int]:
        """How many findings there are of each problem."""
        counts: Counter[str] = Counter()
        for (problem, _), count in self.findings.items():
            counts[problem] += count
        return dict(counts)

    def __str__(self) -> str:
        planted = ", ".join(f"{problem} {count}" for problem, count in sorted(self.by_problem.items()))
        return (
            f"{self.folder}: {self.bibs:,} bibs, {self.sent:,} records sent, {self.held:,} numbers held under old symbols\n"
            f"to be found, as written in {self.folder / 'truth'}: {planted or 'nothing'}"
        )


def make_sample(folder: Path, *, bibs: int = 2000, seed: int = 1) -> SampleSummary:
    """Makes an example institution: a project with settings, exports, OCLC's reports and lists, and the truth beside it.

    The same size and seed give the same bytes. Everything that is to be found stands in `truth/<problem>.csv`, one row a
    finding: problem, symbol, unit, mms_id, holding_id, ocn, class. `truth/held_numbers.csv` has every number that WorldCat
    holds: symbol, ocn, class, answer, mms_id, unit.

    Args:
        folder: the project folder to make.
        bibs: how many bibs; below about 300 some cases have no room.
        seed: another seed gives another institution.
    """
    folder = Path(folder)
    project_files().write(folder)
    for name in ("tables", "raw"):
        (folder / "data" / name).mkdir(parents=True, exist_ok=True)
    summary, decided = SampleSummary(folder), Decided(folder / "decisions")
    with TruthFiles(folder / "truth") as truth, _RawFolder(folder / "data" / "raw", seed) as raw:
        for block in make_blocks(bibs, seed):
            raw.write(block)
            decided.add(block.decided, block.fixes)
            view = View(block)
            truth.write(findings(view))
            held = list(held_numbers(view))
            truth.write_held(held)
            truth.write(old_holding(held))
            summary.bibs += len(block.bibs)
            summary.sent += sum(len(bib.sent) for bib in block.bibs)
            summary.held += sum(map(len, block.held.values()))
    decided.write()
    summary.findings = dict(truth.counts)
    return summary


def make_blocks(bibs: int, seed: int) -> Iterator[Block]:
    """The institution in blocks of about 2,000 bibs, each closed: sent, answered, held."""
    count = max(1, -(-bibs // PER_BIBS))
    numbers = Numbers()
    for i in range(count):
        size = bibs * (i + 1) // count - bibs * i // count
        block = Block(random.Random(f"{seed} {i}"), numbers)
        plant_cases(block, size)
        fill(block, size)
        close(block)
        yield block


def project_files() -> ProjectFiles:
    """Settings and staff tables of Marlow University."""
    bib = [(id_, "bib", symbol, f"{symbol} {mode}", mode) for (symbol, mode), id_ in COLLECTIONS.items()]
    others = [
        (LHR_COLLECTION, "lhr", "MWU", "local holdings records", "ocn"),
        *((id_, "delete_holdings", s, f"holdings of {s} to delete", "ocn") for s, id_ in DELETE_COLLECTIONS.items()),
    ]
    return ProjectFiles(
        NAME,
        MMS_SUFFIX,
        SYMBOLS,
        [*bib, *others],
        _EXCLUSIONS,
        LOCATION_MAP,
        EXTRACT_DATE,
        LIST_DATE,
        extract_files="catalogue/*",
        increments=INCREMENTS,
    )


class _RawFolder:
    """data/raw, written block by block."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._chance = random.Random(f"{seed} reports")
        self._files = ExitStack()
        self._sent = {
            (symbol, mode, run): SentFile(symbol, id_, _label(mode, run))
            for (symbol, mode), id_ in COLLECTIONS.items()
            for run in ("test", "first", "resent")
        }

    def __enter__(self) -> "_RawFolder":
        day = f"{EXTRACT_DATE:%Y%m%d}"
        self._catalogue = Catalogue(self._folder / "catalogue", day, self._files)
        self._lists = WorldcatLists(self._folder / "worldcat", LISTS, self._files)
        self._staff = StaffLists(self._folder / "lists")
        self._older = OlderLists(self._folder / "worldcat", self._files)
        self._reports = self._files.enter_context(Reports(self._folder / "reports", self._chance))
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._sent.values():
            file.close()
        self._staff.write()
        self._files.close()

    def write(self, block: Block) -> None:
        """Everything that a block gives: records, sent files, answers, lists."""
        records, rows, places = [], defaultdict(list), {}
        for bib in block.bibs:
            record = bib_record(bib, bib.moved_from)
            iso = iso2709(record)
            records.append((record, iso, bib.needs_iso))
            for holding in bib.holdings:
                if holding.is_mfhd:
                    self._catalogue.write_mfhd(mfhd_record(bib, holding))
            places[bib.mms_id] = self._exchange(bib, iso, rows)
            if bib.moved_by:
                self._catalogue.write_increment(bib.moved_by, iso2709(bib_record(bib)))
        self._catalogue.write(records)
        for loose in block.loose:
            if loose.kind == "bib_missing":
                self._catalogue.write_mfhd(mfhd_record(loose.bib, loose.bib.holdings[0]))
            else:
                self._catalogue.write_loose(loose_record(loose))
        for symbol, numbers in block.cancelled.items():
            for offset, number in enumerate(sorted(numbers)):
                rows[_delete_job(symbol)].append(Row(offset, "", number, number, "match"))
        for each in block.misplaced:
            mode, place = places[each.other.mms_id][each.symbol]
            said = Answer(each.symbol, "rerun", "match", each.named.submitted, sent=each.named.submitted)
            rows[self._job(each.symbol, mode, said.run)].append(_row(each.named, said, place))
        for stray in block.strays:
            rows[self._job(stray.symbol, "full", stray.run)].append(_stray_row(stray))
        for job, job_rows in rows.items():
            self._reports.write(job, job_rows)
        works = works_by_number(block)
        self._lists.write(block.held, block.merges, works, block.chance, bibs=block.bibs, no_numbers=block.no_numbers)
        self._lists.write_described(block.described)
        self._older.write(block)
        self._staff.add(block.listed)
        self._next_files()

    def _exchange(self, bib: Bib, iso: bytes, rows: dict[Job, list[Row]]) -> dict[str, tuple[str, int]]:
        """Sends a bib under each of its symbols, and notes what OCLC answers; gives how and at which place of its file."""
        places = {}
        for symbol, mode in bib.sent.items():
            offsets = {"first": self._sent[symbol, mode, "first"].write(self._folder / "sent", iso)}
            offsets["rerun"] = offsets["midnight"] = offsets["first"]
            places[symbol] = mode, offsets["first"]
            if symbol in bib.resent:
                is_cancel = any(answer.is_cancel for answer in bib.answers)
                again = iso[:5] + b"d" + iso[6:] if is_cancel else iso
                offsets["resent"] = self._sent[symbol, mode, "resent"].write(self._folder / "sent", again)
            for answer in bib.answers:
                if answer.symbol == symbol and answer.run != "test":
                    rows[self._job(symbol, mode, answer.run)].append(_row(bib, answer, offsets[answer.run]))
        for answer in bib.answers:
            if answer.run == "test":
                file = self._sent[answer.symbol, "full", "test"]
                file.offset += len(iso)
                rows[self._job(answer.symbol, "full", "test")].append(_row(bib, answer, file.offset))
        return places

    def _job(self, symbol: str, mode: str, run: str) -> Job:
        file = self._sent[symbol, mode, "first" if run in _OF_FIRST else run]
        return Job(symbol, file.collection, file.name, received_at(run, file.collection, file.part))

    def _next_files(self) -> None:
        for (symbol, mode, run), file in self._sent.items():
            if file.is_full():
                for job_run in (run, *_OF_FIRST) if run == "first" else (run,):
                    self._reports.close(self._job(symbol, mode, job_run))
                file.next_part()


def _delete_job(symbol: str) -> Job:
    """The job of a list of numbers whose holdings the library deleted itself."""
    collection = DELETE_COLLECTIONS[symbol]
    return Job(symbol, collection, upload_name(collection, symbol, "del.20250820", "csv"), RECEIVED["deleted"])


def _label(mode: str, run: str) -> str:
    kind = "trusted" if mode == "ocn" else "full"
    return {"test": "test.20250210", "first": f"{kind}.20250720", "resent": f"resent.{kind}.20250720"}[run]


def _row(bib: Bib, answer: Answer, offset: int) -> Row:
    is_unread = answer.action == "data error"
    number = answer.staging or answer.result
    return Row(
        offset,
        "" if is_unread else bib.mms_id,
        answer.sent,
        number,
        answer.action,
        answer.messages,
        answer.staging is not None,
        answer.told,
    )


def _stray_row(stray: Stray) -> Row:
    return Row(stray.offset, "", None, None, stray.action, (("Data Error", "", "invalid_characters_present"),))
