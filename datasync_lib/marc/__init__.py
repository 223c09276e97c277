"""MARC in and out: ISO 2709 and MARCXML, plain or compressed, clean or damaged, as frames of subfields."""

from .containers import Input, find_inputs
from .pieces import MarcPiece
from .reading import RecordsRejected, is_marc, read_pieces, scan_marc
from .streams import Limits
from .whole_files import MarcFiles, read_marc
from .writing import record_bytes, write_iso2709, write_marcxml

__all__ = [
    "Input",
    "Limits",
    "MarcFiles",
    "MarcPiece",
    "RecordsRejected",
    "find_inputs",
    "is_marc",
    "read_marc",
    "read_pieces",
    "record_bytes",
    "scan_marc",
    "write_iso2709",
    "write_marcxml",
]
