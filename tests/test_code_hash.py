"""A result is kept by the code that it was made with: other code, another name; other words, the same one."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

from datasync_lib import code_hash
from datasync_lib.code_hash import code_of
from datasync_lib.marc import read_pieces
from datasync_lib.oclc.reports import read_report

ROOM = Path(code_hash.__file__).parent
SHELF = '''"""Where books stand."""

from {counts} import total


def shelf(books):
    """How many."""
    return total(books)  # all of them
'''
COUNTS = """def total(books, least={1, 2}):
    return len(books) + 0
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A library of two modules that is taken for ours: write(name, text) changes one."""
    monkeypatch.setattr(code_hash, "_ROOM", tmp_path / "house")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "house").mkdir()

    def write(name: str, text: str) -> None:
        (tmp_path / "house" / f"{name}.py").write_text(text, "utf-8")
        code_hash._known.clear()

    write("__init__", "")
    write("shelf", SHELF.format(counts=".counts"))
    write("counts", COUNTS)
    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "house"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("module", "old", "new", "is_other"),
    [
        ("shelf", "How many.", "How many books there are.", False),
        ("shelf", "  # all of them", "", False),
        ("shelf", "Where books stand.", "Where books\n\nstand.", False),
        ("counts", "def total", "# A word before it.\n\n\ndef total", False),
        ("counts", "+ 0", "+ 1", True),
        ("counts", "least", "fewest", True),
        ("counts", "{1, 2}", "{1, 3}", True),
        ("shelf", "from .counts import total", "def total(books):\n    return len(books)", True),
        ("__init__", "", "NAME = 1", False),
    ],
)
def test_code_makes_another_name_and_words_do_not(house, module, old, new, is_other):
    texts = {"shelf": SHELF.format(counts=".counts"), "counts": COUNTS, "__init__": ""}
    shelf = importlib.import_module("house.shelf").shelf
    before = code_of(shelf)
    house(module, texts[module].replace(old, new))
    assert (code_of(shelf) != before) == is_other


def test_one_function_of_several_that_changes_is_seen(house):
    counts, shelf = importlib.import_module("house.counts"), importlib.import_module("house.shelf")
    assert code_of(shelf) == code_of(shelf.shelf) == code_of(shelf, counts) != code_of(counts)


def test_a_function_of_a_notebook_has_the_name_of_its_own_code(monkeypatch):
    names = []
    for body in ("1", "1  # one", "2"):
        cell = {"__name__": "a_cell"}
        exec(f"def answer():\n    return {body}", cell)
        names.append(code_of(cell["answer"]))
    assert names[0] == names[1] != names[2]


def test_names_are_the_same_in_every_process():
    """Sets have another order in each."""
    import os
    import subprocess

    script = "from datasync_lib.code_hash import code_of; from datasync_lib.tables import build; print(code_of(build))"
    said = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOM.parent,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: path.relative_to(ROOM).as_posix())
def test_every_import_of_ours_is_followed(path):
    modules = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {ROOM.parent.joinpath(*alias.name.split(".")) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.level or node.module.startswith("datasync_lib")):
            folder = path.parents[node.level - 1] if node.level else ROOM.parent
            module = folder.joinpath(*(node.module or "").split("."))
            modules |= {module, *(module / alias.name for alias in node.names)}
    imported = {file for each in modules for file in (each.with_suffix(".py"), each / "__init__.py") if file.is_file()}
    assert set(code_hash._imported(path, path.read_text("utf-8"))) == imported


def test_readers_of_marc_know_nothing_of_reports():
    code_hash._known.clear()
    code_of(read_pieces)
    rooms = {path.relative_to(ROOM).parts[0] for path in code_hash._known}
    assert rooms == {"marc", "errors.py"}
    assert code_of(read_pieces) != code_of(read_report)
