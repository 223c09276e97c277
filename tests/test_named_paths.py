"""A file that a text of the project names is there: README, docs, settings, comments, docstrings, notebooks."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("datasync_lib", "tests", "benchmarks", "notebooks", "docs", "data", "reports")
FOR_PEOPLE = [
    *("README.md", "CHANGELOG.md", "datasync.toml", "data/README.md", "reports/README.md"),
    "datasync_lib/templates/datasync.toml",
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))),
]
FOR_DEVELOPERS = [
    path.relative_to(ROOT).as_posix()
    for room in ("datasync_lib", "tests", "benchmarks", "notebooks")
    for path in sorted((ROOT / room).rglob("*"))
    if path.suffix in (".py", ".ipynb") and path != Path(__file__) and ".ipynb_checkpoints" not in path.parts
]
# Pages that stand outside of the project: docs/sources.md has what is taken from them, and test_sources.py looks there.
SOURCES = ("practice.md", "duplicates.md", "oclc_formats.md")
# What only a project in use has, by what makes it.
IN_USE = {
    "the library": ("data/raw", "data/raw/*", "decisions/signed_fixes.csv", "from_oclc/*", "catalogue/*"),
    "load": ("data/tables", "data/tables/*", "reports/locations_to_map.csv", "reports/rejected"),
    "decisions": ("decisions/decisions.jsonl", "decisions/backup"),
    "deletions": ("reports/deletions/*",),
    "other": ("path/to/*",),
}
MADE = [pattern for patterns in IN_USE.values() for pattern in patterns]

_ENDING = r"\.(?:py|md|toml|ipynb|yml|lock|bat|png|svg)\b"
_FILE = re.compile(rf"(?<![\w*./<>{{}}-])[\w][\w./-]*{_ENDING}(?![\w*(]|\.\w)")
_IN_A_ROOM = re.compile(rf"(?<![\w*./<>{{}}~-])(?:\./)?((?:{'|'.join(ROOMS)})/[\w./-]*)")


def named_in(text: str, *, rooms: bool) -> set[str]:
    """Names of files in a text; rooms: also folders, and files of any ending, below a room of the project."""
    files = set(_FILE.findall(text))
    below = {path.rstrip("./-") for path in _IN_A_ROOM.findall(text)} if rooms else set()
    return {name for name in files | below if name not in SOURCES and not made(name)}


def made(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in MADE)


def is_there(name: str, beside: Path) -> bool:
    """From the root, from beside the text, from the package; a bare name of a module: anywhere in the project."""
    places = (ROOT, beside, ROOT / "datasync_lib")
    bare = "/" not in name and any(next((ROOT / room).rglob(name), None) for room in ROOMS)
    return bare or any((place / name).exists() for place in places)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see `datasync_lib/problems.py`.", {"datasync_lib/problems.py"}),
        ("tests/ benchmarks/ docs/decisions/", {"tests", "benchmarks", "docs/decisions"}),
        ("(practice.md 4.2), docs/sources.md", {"docs/sources.md"}),
        ("`*.md`, <name>.py, a.py.bak and data/raw/x.mrc", set()),
    ],
)
def test_names_are_seen(text, expected):
    assert named_in(text, rooms=True) == expected


@pytest.mark.parametrize("page", FOR_PEOPLE)
def test_what_a_page_names_is_there(page):
    path = ROOT / page
    named = named_in(path.read_text(encoding="utf-8"), rooms=True)
    assert {name for name in named if not is_there(name, path.parent)} == set()


def test_modules_and_pages_that_code_names_are_there():
    wrong = {}
    for path in map(ROOT.joinpath, FOR_DEVELOPERS):
        named = named_in(path.read_text(encoding="utf-8"), rooms=False)
        if gone := {name for name in named if name.endswith((".py", ".md")) and not is_there(name, path.parent)}:
            wrong[path.relative_to(ROOT).as_posix()] = gone
    assert wrong == {}


@pytest.mark.parametrize("name", ["datasync_lib/problems.py", "docs/decisions/00-none.md", "no_such_module.py"])
def test_what_is_gone_is_told(name):
    assert not is_there(name, ROOT)


def test_every_link_of_a_page_leads_somewhere():
    pages = [path for path in map(ROOT.joinpath, FOR_PEOPLE) if path.suffix == ".md"]
    links = {(p, link) for p in pages for link in re.findall(r"\]\(([^)#\s]+)", p.read_text(encoding="utf-8"))}
    assert links
    assert {link for page, link in links if "://" not in link and not (page.parent / link).exists()} == set()
