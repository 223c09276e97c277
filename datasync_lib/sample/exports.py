"""The example's MARC files: the full export in three forms, holdings records, and what was sent to OCLC.

Everything is written as it is made. Compressed files carry no time, so that the same seed gives the same bytes.
"""

import gzip
import io
import tarfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..oclc.filenames import upload_name
from .institution import INCREMENTS
from .marc_bytes import XML_END, XML_START, MarcRecord, iso2709, marcxml

# A sent file is closed at the end of the block in which it reaches this many records (practice.md 5: 90-100k a file).
RECORDS_PER_FILE = 80_000


def open_gzip(path: Path, files: ExitStack) -> BinaryIO:
    """A .gz file to write, without a time or name in it."""
    raw = files.enter_context(path.open("wb"))
    return files.enter_context(gzip.GzipFile("", "wb", 6, raw, mtime=0))


class Part:
    """A file that appears when there is something to write into it."""

    def __init__(self, path: Path, files: ExitStack) -> None:
        """Names the file; `files` closes it."""
        self._path = path
        self._files = files
        self._stream: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Adds bytes."""
        if self._stream is None:
            self._stream = self._files.enter_context(self._path.open("wb"))
        self._stream.write(data)


class Catalogue:
    """The full export: MARCXML pieces in a tar.gz as Alma publishes them, MARCXML in a .gz, and ISO 2709."""

    def __init__(self, folder: Path, extract: str, files: ExitStack) -> None:
        """Opens the files in the folder; `files` closes them."""
        folder.mkdir(parents=True, exist_ok=True)
        self._day = day = extract
        self._tar = files.enter_context(
            tarfile.TarFile(
                fileobj=open_gzip(folder / f"marlow_{day}_new_1.tar.gz", files), mode="w", format=tarfile.GNU_FORMAT
            )
        )
        self._xml = open_gzip(folder / f"marlow_{day}_new_2.xml.gz", files)
        self._iso = Part(folder / f"marlow_{day}_new_3.mrc", files)
        self._loose = Part(folder / f"marlow_{day}_new_4.mrc", files)
        self._increments = {
            which: Part(folder / f"marlow_{day:%Y%m%d}_increment.mrc", files) for which, day in enumerate(INCREMENTS, 1)
        }
        self._mfhd = Part(folder / f"marlow_{day}_mfhd.mrc", files)
        self._xml.write(XML_START)
        files.callback(self._xml.write, XML_END)
        self._members = 0

    def write(self, records: list[tuple[MarcRecord, bytes, bool]]) -> None:
        """Writes the bibs of a block: record, its ISO 2709, whether it must not go into XML."""
        share = len(records) // 5
        member = io.BytesIO()
        member.write(XML_START)
        for i, (record, iso, needs_iso) in enumerate(records):
            if needs_iso or i >= 3 * share:
                self._iso.write(iso)
            else:
                (member if i < 2 * share else self._xml).write(marcxml(record))
        member.write(XML_END)
        self._members += 1
        info = tarfile.TarInfo(f"marlow_{self._day}_new_1_{self._members}.xml")
        info.size = member.tell()
        member.seek(0)
        self._tar.addfile(info, member)

    def write_loose(self, iso: bytes) -> None:
        """Writes a record that is no bib of ours: into a piece of its own."""
        self._loose.write(iso)

    def write_increment(self, which: int, iso: bytes) -> None:
        """Writes a bib that has changed since: into the first increment, or the second."""
        self._increments[which].write(iso)

    def write_mfhd(self, record: MarcRecord) -> None:
        """Writes a holdings record."""
        self._mfhd.write(iso2709(record))


@dataclass
class SentFile:
    """A file that was sent to OCLC under a collection."""

    symbol: str
    collection: str
    label: str
    part: int = 1
    records: int = 0
    offset: int = 0
    _stream: BinaryIO | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Its name, as OCLC's upload rules want it."""
        return upload_name(self.collection, self.symbol, f"{self.label}.{self.part:02d}")

    def write(self, folder: Path, iso: bytes) -> int:
        """Adds a record; where it begins is what OCLC's job key will tell of it."""
        if self._stream is None:
            folder.mkdir(parents=True, exist_ok=True)
            self._stream = (folder / self.name).open("wb")
        begins = self.offset
        self._stream.write(iso)
        self.offset += len(iso)
        self.records += 1
        return begins

    def close(self) -> None:
        """Closes the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def is_full(self) -> bool:
        """Whether the next block goes into another file."""
        return self.records >= RECORDS_PER_FILE

    def next_part(self) -> None:
        """Goes on in another file."""
        self.close()
        self.part, self.records, self.offset = self.part + 1, 0, 0
