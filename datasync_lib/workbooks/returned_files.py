"""What units send back, as workbooks: spreadsheets of any kind, sheets saved one by one as CSV, and zip files with either.

The CSV files of one folder or zip file are the sheets of one workbook. What cannot be read is told, and costs itself alone.
"""

import csv
import hashlib
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath

from ..errors import InputError
from ..spreadsheets import RawSheet, read_spreadsheet
from .checking import issue
from .issued import ROW_COLUMNS, ROWS
from .sheets import META

_WORKBOOKS = tuple(
    ".xlsx .xlsm .xltx .xltm .xlsb .xls .xlt .ods .ots .fods .xml .htm .html .mht .mhtml .numbers .pdf".split()
)
_TEXTS = (".csv", ".tsv", ".tab", ".txt")
# What programs and systems lay beside files.
_NOT_OURS = ("~$", ".", "thumbs.db", "desktop.ini", "__macosx")
# A unit's workbook has some megabytes; more than this is something else, and could fill the machine.
_MOST_BYTES = 500_000_000
_MOST_CELLS = 30_000_000
_SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class ReturnedBook:
    """One workbook that came back: its name, which no other has, the hash of its bytes, and its sheets; hidden ones have the names we gave them."""

    name: str
    folder: str
    sha256: str
    sheets: list[RawSheet]


@dataclass(frozen=True)
class _File:
    """One file, on its own or within a zip file: where the folder is that it lies in, and its bytes."""

    folder: str
    name: str
    content: bytes


def returned_books(sources: Path | Iterable[Path]) -> tuple[list[ReturnedBook], list[tuple]]:
    """The workbooks in these files and folders, and what is to be told of files that are none.

    Raises:
        InputError: a path is missing.
    """
    issues: list[tuple] = []
    books: list[ReturnedBook] = []
    texts: dict[str, list[tuple[str, list[RawSheet], str]]] = {}
    read: dict[str, str] = {}
    for file in _files(sources, issues):
        sha256 = hashlib.sha256(file.content).hexdigest()
        try:
            if PurePosixPath(file.name).suffix.lower() in _TEXTS:
                part = (file.name, _text_sheets(file), sha256)
                texts.setdefault(file.folder, []).append(part)
            elif sha256 in read:
                issues.append(_same_file(file, read[sha256]))
            else:
                sheets = read_spreadsheet(file.content, takes_pages=False)
                books.append(ReturnedBook(file.name, file.folder, sha256, sheets))
                read[sha256] = f"{file.folder}/{PurePosixPath(file.name).name}"
        except (InputError, MemoryError) as error:
            issues.append(_unreadable(file.name, error))
    books += [_of_texts(folder, parts) for folder, parts in texts.items()]
    return _told_apart(books), issues


def _told_apart(books: list[ReturnedBook]) -> list[ReturnedBook]:
    """The books, of which those of one name have the name of their folder in front, or the whole of its path, or a number behind."""
    for longer in (_behind_folder, _behind_path):
        counts = Counter(book.name for book in books)
        books = [longer(book) if counts[book.name] > 1 else book for book in books]
    seen: Counter[str] = Counter()
    numbered = []
    for book in books:
        seen[book.name] += 1
        numbered.append(replace(book, name=f"{book.name} ({seen[book.name]})") if seen[book.name] > 1 else book)
    return numbered


def _behind_folder(book: ReturnedBook) -> ReturnedBook:
    return replace(book, name=f"{PurePath(book.folder).name}/{PurePosixPath(book.name).name}")


def _behind_path(book: ReturnedBook) -> ReturnedBook:
    return replace(book, name=f"{book.folder}/{PurePosixPath(book.name).name}")


def _files(sources: Path | Iterable[Path], issues: list[tuple]) -> Iterator[_File]:
    seen = set()
    for path, is_asked_for in _paths(sources):
        if path in seen:
            continue
        seen.add(path)
        suffix = path.suffix.lower()
        if not is_asked_for and suffix not in (*_WORKBOOKS, *_TEXTS, ".zip"):
            issues.append(_other_file(path.name))
            continue
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise InputError("is larger than any workbook that was sent out")
            content = path.read_bytes()
        except (InputError, OSError) as error:
            issues.append(_unreadable(path.name, error))
            continue
        if suffix == ".zip":
            yield from _files_of_zip(path, content, issues)
        elif suffix == ".txt" and not is_asked_for and not _may_be_sheet(content):
            issues.append(_other_file(path.name))
        else:
            yield _File(str(path.parent), path.name, content)


def _paths(sources: Path | Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """The files, and whether each was named itself."""
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    for path in map(Path, given):
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.lower().startswith(_NOT_OURS))
            yield from ((p, False) for p in inside)
        elif path.exists():
            yield path, True
        else:
            raise InputError(
                f"{path} does not exist; give the path of a returned workbook, or of a folder with several"
            )


def _files_of_zip(path: Path, content: bytes, issues: list[tuple]) -> Iterator[_File]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = [each for each in package.infolist() if not each.is_dir()]
            if any(each.filename.startswith("xl/") for each in names) or "mimetype" in package.namelist():
                yield _File(str(path.parent), path.name, content)  # a workbook under another name
                return
            if sum(each.file_size for each in names) > _MOST_BYTES:
                raise InputError("holds more than any workbooks that were sent out")
            for each in names:
                inside = PurePosixPath(each.filename.replace("\\", "/"))
                if any(part.lower().startswith(_NOT_OURS) for part in inside.parts):
                    continue
                if inside.suffix.lower() in (*_WORKBOOKS, *_TEXTS):
                    yield _File(f"{path}/{inside.parent}", f"{path.name}/{inside}", package.read(each))
                else:
                    issues.append(_other_file(f"{path.name}/{inside}"))
    except (InputError, OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        issues.append(_unreadable(path.name, error))


# Sheets as text


def _text_sheets(file: _File) -> list[RawSheet]:
    sheet = _sheet_text(file.content)
    if sheet is None:
        raise InputError(
            "is text without the column «Row key», so nothing tells which record a row is about: save the whole workbook as .xlsx, and give that file"
        )
    head = sheet[0] if sheet else []
    name = ROWS if tuple(head[:2]) == ROW_COLUMNS[:2] else META if head[:1] == ["workbook_version"] else ""
    return [RawSheet(name or PurePosixPath(file.name).stem, sheet)]


def _sheet_text(content: bytes) -> list[list[str]] | None:
    """The rows of a sheet of ours that was saved as text; None: it is none."""
    text = _decoded(content)
    for separator in _SEPARATORS:
        if text.count(separator) > _MOST_CELLS:
            raise InputError("has more cells than any sheet that was sent out")
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            continue
        if any(_is_ours(row) for row in rows[:1000]):
            return rows
    return None


def _may_be_sheet(content: bytes) -> bool:
    try:
        return _sheet_text(content) is not None
    except InputError:
        return False


def _is_ours(row: list[str]) -> bool:
    cells = {" ".join(cell.casefold().split()) for cell in row}
    return len(row) > 1 and not cells.isdisjoint({"row key", "seal 1", "row_key", "workbook_version"})


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace")


def _of_texts(folder: str, parts: list[tuple[str, list[RawSheet], str]]) -> ReturnedBook:
    """The sheets of one folder as one workbook; a list of rows that comes in several files is put together."""
    sheets = [sheet for _, own, _ in parts for sheet in own]
    lists = [sheet for sheet in sheets if sheet.name == ROWS]
    together = (
        [RawSheet(ROWS, [*lists[0].rows, *(row for sheet in lists[1:] for row in sheet.rows[1:])])] if lists else []
    )
    facts = [sheet for sheet in sheets if sheet.name == META]
    others = [sheet for sheet in sheets if sheet.name not in (ROWS, META)]
    names = [name for name, own, _ in parts if own[0].name not in (ROWS, META)] or [name for name, _, _ in parts]
    name = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    sha256 = hashlib.sha256("".join(sorted(each for *_, each in parts)).encode()).hexdigest()
    # Of two workbooks in one folder nobody can tell whose facts are whose.
    return ReturnedBook(name, folder, sha256, [*others, *together, *(facts if len(facts) == 1 else [])])


def _unreadable(name: str, error: Exception) -> tuple:
    """What is wrong with a file and what to do with it tells the reader; what keeps it closed, the system."""
    if isinstance(error, MemoryError):
        what, todo = f"{name} needs more memory than there is.", "Copy its rows into the workbook as it was sent out."
    elif isinstance(error, InputError):
        what, todo = f"{name} {str(error).splitlines()[0]}.", "Then import it again."
    else:
        what, todo = f"{name} could not be opened: {error}.", "Close it in other programs, and import it again."
    return issue("unreadable_workbook", name, what=what, todo=todo)


def _same_file(file: _File, other: str) -> tuple:
    what = f"{file.folder}/{PurePosixPath(file.name).name} is the same file as {other}, and was read once."
    return issue("same_file", file.name, what=what, todo="Nothing.", is_taken=True)


def _other_file(name: str) -> tuple:
    return issue(
        "other_file",
        name,
        what=f"{name} is none of the kinds of files in which a workbook comes back, and was not read.",
        todo="If it holds decisions, enter them in the workbook; if not, nothing.",
        is_taken=True,
    )
