"""The rejected records of each input, copied to where a cataloguer can take them up."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from .errors import StoreError
from .tables.loading import LoadedInput
from .tables.store import Store

_ENDING = ".rejected.mrc"
# File systems take 255 bytes a name, and Windows 260 characters a path: what is longer is cut, and told apart by a hash.
_LONGEST = 200
_KEPT = 100


def copy_rejected(store: Store, inputs: Iterable[LoadedInput], folder: Path) -> list[str]:
    """Copy rejected records into a folder, a file an input; what could not be done, or has another name, in sentences."""
    notes = []
    for each in inputs:
        target = folder / copy_name(each.file)
        try:
            if store.copy_out(each.key, "rejected.mrc", target) and target.name != _plain_name(each.file):
                notes.append(f"the name of {each.file} does not suit a file: its rejected records are in {target.name}")
        except StoreError as error:
            notes.append(f"the rejected records of {each.file} were not copied: {error}")
    return notes


def copy_name(file: str) -> str:
    """The name of the copy: the path in the raw folder in one, without what a system may refuse in a name."""
    name = _plain_name(file)
    fit = re.sub(r'[\x00-\x1f<>:"|?*\\]', "_", name).encode("utf-8", "replace").decode()
    if fit == name and len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.sha256(file.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{fit.encode()[:_KEPT].decode(errors='ignore')}-{digest}{_ENDING}"


def _plain_name(file: str) -> str:
    return f"{file.replace('/', '__')}{_ENDING}"
