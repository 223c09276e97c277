"""The house keeps its own rules: style, notebooks without outputs, short modules, imports in one direction."""

import ast
import json
import subprocess
import sys
from collections.abc import Container, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import datasync_lib

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "datasync_lib"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

FLOW = (
    ("identifiers",),
    ("errors", "code_hash", "version", "interactive_tables"),
    ("vocabulary",),
    ("problems", "settings"),
    ("marc",),
    ("spreadsheets",),
    ("readers",),
    ("oclc",),
    ("local_lists",),
    ("tables",),
    ("analysis",),
    ("results",),
    ("workbooks", "plots", "sample"),
    ("delivery",),
    ("choices",),
    ("asking", "creating", "kernels", "load_notes", "printing", "rejected_copies", "trace", "viewing", "conclusions"),
    ("project",),
    ("shown_findings",),
    ("choosing",),
    ("pages",),
    ("lab", "running"),
    ("cli",),
    ("__init__", "__main__"),
)
RANK = {part: rank for rank, parts in enumerate(FLOW) for part in parts}

READS_OR_WRITES = ("open", "read_text", "read_bytes", "write_text", "write_bytes")
TEXT_MODES = ("r", "w", "a", "x", "rt", "wt")
LINTED = ("datasync_lib", "tests", "benchmarks", "notebooks")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(dotted: str) -> str:
    """The room of the house that a dotted name is in."""
    return dotted.split(".")[1]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def module_of(dotted: str, names: Container[str]) -> str | None:
    """The module that an imported name is, or is defined in."""
    return next((name for name in (dotted, dotted.rpartition(".")[0]) if name in names), None)


def part_of(path: Path) -> str:
    return room(".".join(path.relative_to(ROOT).with_suffix("").parts))


def imported(path: Path) -> Iterator[str]:
    """The dotted names of the package that a module imports, wherever in the module that happens."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = list(path.relative_to(ROOT).parent.parts)
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = base + (node.module.split(".") if node.module else [])
            modules = [".".join([*whole, alias.name]) for alias in node.names]
        else:
            continue
        yield from (module for module in modules if module.startswith("datasync_lib."))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls in a module by the name of what is called."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", None) or getattr(node.func, "attr", ""), node


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_nothing_to_say(command):
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, *LINTED], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_nine_notebooks_are_there():
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number:02d}" for number in range(9)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_notebooks_are_committed_without_outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code if cell["outputs"]] == []
    assert {cell["execution_count"] for cell in code} <= {None}


def test_no_module_is_two_things():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_every_room_has_its_place_in_the_flow():
    assert {part_of(path) for path in MODULES} - set(RANK) == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_imports_from_its_right(path):
    here = part_of(path)
    wrong = {part for part in map(room, imported(path)) if part != here and RANK.get(part, len(FLOW)) >= RANK[here]}
    assert wrong == set()


def test_no_modules_import_each_other_in_a_circle():
    """At any length, and also where the import is only for a type or inside of a function."""
    names = {module_name(path): path for path in MODULES}
    needed = {
        name: {target for each in imported(path) if (target := module_of(each, names)) and target != name}
        for name, path in names.items()
    }
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


@pytest.mark.parametrize("path", sorted((PACKAGE / "analysis").glob("*.py")), ids=name_of)
def test_analysis_never_opens_a_file(path):
    prefixes = ("read_csv", "read_parquet", "read_excel", "scan_", "write_", "sink_")
    opened = [name for name, _ in calls(path) if name in READS_OR_WRITES or name.startswith(prefixes)]
    assert opened == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_text_files_are_opened_as_utf_8(path):
    """The default of Windows is another encoding."""
    for name, call in calls(path):
        values = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        is_builtin = isinstance(call.func, ast.Name) and not any("b" in str(value) for value in values)
        opens_text = name == "open" and (is_builtin or any(value in TEXT_MODES for value in values))
        if opens_text or name in ("read_text", "write_text"):
            named = any(keyword.arg == "encoding" for keyword in call.keywords)
            assert named or any(str(value).startswith("utf-8") for value in values), f"line {call.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_needs_posix(path):
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    imported = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    assert imported & {"fcntl", "resource", "pwd", "grp", "termios"} == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_takes_much_takes_it_by_name(path):
    """More than five parameters by position, the object itself not counted, say nothing where they are given."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    functions = [node for node in tree if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    by_position = [(f.name, [p.arg for p in (*f.args.posonlyargs, *f.args.args)]) for f in functions]
    taken = [(name, names[names[:1] in (["self"], ["cls"]) :]) for name, names in by_position]
    assert [(name, names) for name, names in taken if len(names) > 5] == []


def test_every_name_of_the_package_is_there():
    assert [name for name in datasync_lib.__all__ if getattr(datasync_lib, name, None) is None] == []
    assert set(datasync_lib.__all__) <= set(dir(datasync_lib))
    with pytest.raises(AttributeError, match="module 'datasync_lib' has no attribute 'open_projects'"):
        _ = datasync_lib.open_projects


@pytest.mark.parametrize(
    ("start", "not_waited_for"),
    [
        ("datasync_lib.cli", {"polars", "pydantic", "datasync_lib.project"}),
        (
            "datasync_lib.project",
            {"pandas", "tqdm.auto", "matplotlib", "great_tables", "itables", "xlsxwriter", "nbclient"},
        ),
    ],
)
def test_a_start_waits_for_nothing_that_it_does_not_use(start, not_waited_for):
    code = f"import sys, {start}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert start in loaded.split()
    assert not_waited_for & set(loaded.split()) == set()
