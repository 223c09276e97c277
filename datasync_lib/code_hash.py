"""A name for the code that a result was made by: other code, another name, and nobody keeps a version by hand.

What a function does depends on its own module and on the modules of ours that this one imports, and they in turn. All
of them are hashed as Python compiles them: without comments, docstrings, line numbers and `assert`, so that words make
nothing anew. A library that we use is not looked into.
"""

import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType

_ROOM = Path(__file__).parent
_NAME = __name__.partition(".")[0]
_IMPORTS = re.compile(
    rf"^[ \t]*(?:from[ \t]+(\.[\w.]*|{_NAME}[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)|import[ \t]+({_NAME}[\w.]*))",
    re.MULTILINE,
)
# By module file: when it was changed last, its name with the hash of its code, and the files of ours that it imports.
_known: dict[Path, tuple[int, str, tuple[Path, ...]]] = {}


def code_of(*things: ModuleType | Callable) -> str:
    """The name of the code of these modules, or of the modules that these functions and classes stand in."""
    todo = [path for each in things if (path := _file_of(each))]
    loose = [_hash_of(each.__code__) for each in things if not _file_of(each)]
    found: dict[Path, str] = {}
    while todo:
        path = todo.pop()
        if path not in found:
            found[path], imported = _look_at(path)
            todo += imported
    return hashlib.sha256("\n".join([*sorted(found.values()), *loose]).encode()).hexdigest()[:16]


def _file_of(thing: ModuleType | Callable) -> Path | None:
    """The file of a module, or of the one that a function stands in; a cell of a notebook has none."""
    module = thing if isinstance(thing, ModuleType) else sys.modules.get(thing.__module__)
    file = getattr(module, "__file__", None)
    return Path(file) if file else None


def _shown(path: Path) -> str:
    """The same name on every machine."""
    return path.relative_to(_ROOM).as_posix() if path.is_relative_to(_ROOM) else path.name


def _look_at(path: Path) -> tuple[str, tuple[Path, ...]]:
    changed = path.stat().st_mtime_ns
    known = _known.get(path)
    if known is None or known[0] != changed:
        source = path.read_text("utf-8")
        code = compile(source, path.name, "exec", optimize=2, dont_inherit=True)
        named = f"{_shown(path)} {_hash_of(code)}"
        known = _known[path] = changed, named, tuple(dict.fromkeys(_imported(path, source)))
    return known[1:]


def _imported(path: Path, source: str) -> Iterator[Path]:
    """The modules of ours that a module imports, wherever in the module that happens."""
    for base, names, plain in _IMPORTS.findall(source):
        dotted = plain or base
        level = len(dotted) - len(dotted.lstrip("."))
        folder = path.parents[level - 1] if level else _ROOM.parent
        module = folder.joinpath(*filter(None, dotted[level:].split(".")))
        below = [module / name for name in re.findall(r"(?:^|[(,])\s*(?:#[^\n]*\s+)*(\w+)", names)]
        for each in (module, *below):
            yield from (file for file in (each.with_suffix(".py"), each / "__init__.py") if file.is_file())


def _hash_of(code: CodeType) -> str:
    digest = hashlib.sha256()
    for word in _words(code):
        digest.update(word.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _words(code: CodeType) -> Iterator[str]:
    """What makes up some compiled code, but for the places where it stood in its file."""
    yield f"{code.co_name} {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount} {code.co_flags}"
    yield f"{code.co_names} {code.co_varnames} {code.co_freevars} {code.co_cellvars} {code.co_code.hex()}"
    yield getattr(code, "co_exceptiontable", b"").hex()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words(constant)
        else:
            yield f"{type(constant).__name__} {sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant!r}"
