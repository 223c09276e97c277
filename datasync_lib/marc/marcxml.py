"""MARCXML in pieces."""

from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.parsers import expat

from .pieces import Collected, MarcPiece, Row, wanted
from .streams import Limits


def read_marcxml(stream: BinaryIO, file: str, tags: Collection[str] | None, limits: Limits) -> Iterator[MarcPiece]:
    """The records of a stream, piece by piece."""
    reader = _Reader(tags)
    offset = 0
    while True:
        block = stream.read(min(limits.piece_bytes, 4_000_000))
        try:
            reader.parse(block, not block)
        except (expat.ExpatError, ValueError) as error:
            reader.broken(block, offset, str(error))
            rest = sum(len(more) for more in iter(lambda: stream.read(1 << 20), b""))
            yield reader.take().piece(file, offset, len(block) + rest)
            return
        yield reader.take().piece(file, offset, len(block))
        offset += len(block)
        if not block:
            return


class _Reader:
    """Gathers records from the events of expat, as pymarc's own handler does."""

    def __init__(self, tags: Collection[str] | None) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = lambda text: self._text.append(text)
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._tags = tags
        self._collected = Collected()
        self._record = 0
        self._text: list[str] = []
        self._rows: list[Row] | None = None
        self._started = 0
        self._field: tuple = ()
        self._subfields: list[tuple[str, str]] = []
        self._code = ""
        self._position = 0

    def parse(self, block: bytes, final: bool) -> None:
        self._parser.Parse(block, final)

    def take(self) -> Collected:
        taken, self._collected = self._collected, Collected()
        return taken

    def broken(self, block: bytes, offset: int, message: str) -> None:
        at = self._parser.CurrentByteIndex
        start = self._started if self._rows is not None else at
        data = block[max(0, start - offset) :] or b" "
        self._collected.reject(self._record, start, data, "not_well_formed", f"cannot be read further: {message}")

    def _doctype(self, *_) -> None:
        raise ValueError("the file declares a document type, which is not read for safety")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(":")[2]
        self._text = []
        if element == "record":
            self._rows = [(None, "LDR", None, None, None, None, " " * 10 + "22" + " " * 8 + "4500")]
            self._started, self._position = self._parser.CurrentByteIndex, 0
        elif element in ("controlfield", "datafield"):
            self._field = (attributes.get("tag", ""), attributes.get("ind1", " "), attributes.get("ind2", " "))
            self._subfields = []
        elif element == "subfield":
            self._code = attributes.get("code", "")

    def _end(self, name: str) -> None:
        element, text = name.rpartition(":")[2], "".join(self._text)
        self._text = []
        if self._rows is None:
            return
        if element == "leader":
            self._rows[0] = (None, "LDR", None, None, None, None, text)
        elif element == "controlfield":
            self._rows.append((self._position, self._field[0], None, None, None, None, text))
            self._position += 1
        elif element == "subfield" and self._code:
            self._subfields.append((self._code, text))
        elif element == "datafield":
            self._end_field()
        elif element == "record":
            size = self._parser.CurrentByteIndex + len(f"</{name}>") - self._started
            self._collected.load(self._record, self._started, size, wanted(self._tags, self._rows))
            self._record += 1
            self._rows = None

    def _end_field(self) -> None:
        tag, ind1, ind2 = self._field
        for number, (code, value) in enumerate(self._subfields):
            self._rows.append((self._position, tag, ind1, ind2, number, code, value))
        if not self._subfields:
            self._rows.append((self._position, tag, ind1, ind2, None, None, None))
        self._position += 1
