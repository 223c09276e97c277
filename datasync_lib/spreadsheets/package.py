"""The parts of a zip file that is a workbook, by their names as a program means them."""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import unquote

from ..errors import InputError
from ..marc.streams import Limits


@dataclass(frozen=True)
class Package:
    """A zip file: its parts by their names in small letters, for programs differ in capitals and slashes."""

    archive: zipfile.ZipFile
    names: dict[str, str]

    @classmethod
    def of(cls, data: bytes) -> "Package":
        """The package in these bytes.

        Raises:
            InputError: a part is encrypted or there twice, or far more would come out than went in.
        """
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if sum(info.file_size for info in infos) > Limits().allowed(len(data)):
            raise InputError("far more comes out of it than its size allows for: open it and look, or ask for it again")
        if any(info.flag_bits & 1 for info in infos):
            raise InputError("it is protected by a password: unpack it with the password, and give what is in it")
        names = {_plain(info.filename): info.filename for info in infos}
        if len(names) < len(infos):
            raise InputError("a part of it is there twice: fetch it again, or ask for it again")
        return cls(archive, names)

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self.names

    def open(self, part: str) -> BinaryIO:
        """A part as a stream.

        Raises:
            InputError: it is missing.
        """
        if part not in self:
            raise InputError(f"its part {part} is missing")
        return self.archive.open(self.names[_plain(part)])

    def check(self) -> None:
        """Reads what nobody read yet, for a part that broke on its way says something of the others.

        Raises:
            InputError: a part is not what it was when it was written.
        """
        if broken := self.archive.testzip():
            raise InputError(f"its part {broken} is damaged")


def _plain(name: str) -> str:
    return posixpath.normpath(unquote(name).replace("\\", "/").lower().lstrip("/"))
