"""Rules are cited by page and section («practice.md 6.2»): every citation has its section in docs/sources.md."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "docs" / "sources.md"
PAGES = ("practice", "duplicates", "oclc_formats")
# Both name the pages to speak of names, not to cite.
NOT_CITING = {SOURCES, Path(__file__), ROOT / "tests" / "test_named_paths.py"}
CITING = [
    path
    for pattern in (
        *("datasync_lib/**/*.py", "datasync_lib/templates/*", "tests/**/*.py", "benchmarks/*.py", "docs/**/*.md"),
        *("notebooks/*.ipynb", "*.md", "*.toml", "*.csv", "Makefile", "data/*.md", "reports/*.md"),
    )
    for path in sorted(ROOT.glob(pattern))
    if path.is_file() and path not in NOT_CITING
]

_PAGE = rf"\b(?:{'|'.join(PAGES)})\.md\b"
# A place in a section may be named by one word: practice.md 2.1 Syracuse, 2.3.
_SECTION = r"E?\d+(?:\.\d+)?[a-z]?\b(?:\s[A-Z]\w+)?"
_CITATION = re.compile(rf"({_PAGE})\s+({_SECTION}(?:(?:,\s+and|,|\s+and|\s+to)\s+{_SECTION})*)")


def headings() -> list[str]:
    return re.findall(r"(?m)^### (\S+ \S+)$", SOURCES.read_text(encoding="utf-8"))


def text_of(path: Path) -> str:
    """The text of a file on one line, so that a citation may run over the end of a line of code or comment."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return re.sub(r"\s*\n\s*(?:#+ )?", " ", text)


def cited_in(text: str) -> Iterator[str]:
    """The sections that a text cites, by their headings; a page without a section is given as it stands."""
    known = headings()
    for page, sections in _CITATION.findall(text):
        parts = re.split(r",\s+and\s+|,\s+|\s+and\s+|\s+(?=to\s)", sections)
        for before, part in zip([None, *parts], parts, strict=False):
            name = f"{page} {part.removeprefix('to ').split()[0]}"
            if part.startswith("to ") and name in known:
                first = known.index(f"{page} {before.split()[0]}")
                yield from known[first : known.index(name) + 1]
            else:
                yield name
    yield from re.findall(_PAGE, _CITATION.sub("", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(practice.md 4.2).", ["practice.md 4.2"]),
        ("practice.md 1.5, 1.6, 2.3, 5; MARC 21", [f"practice.md {s}" for s in ("1.5", "1.6", "2.3", "5")]),
        ("practice.md 0.1", ["practice.md 0.1"]),
        ("oclc_formats.md 1.4, 1.5, 1.7, 2.1 to 2.4)", [f"oclc_formats.md {s}" for s in "1.4 1.5 1.7 2.1 2.1 2.2 2.3 2.4".split()]),
        ("duplicates.md E1, E11", ["duplicates.md E1", "duplicates.md E11"]),
        ("duplicates.md E1, step 9.", ["duplicates.md E1"]),
        ("practice.md 2.1 Syracuse, 2.1a, 2.3", ["practice.md 2.1", "practice.md 2.1a", "practice.md 2.3"]),
        ("practice.md 2.1: 94.6 % match", ["practice.md 2.1"]),
        ("oclc_formats.md 5 and 9.", ["oclc_formats.md 5", "oclc_formats.md 9"]),
        ("by practice.md, perhaps", ["practice.md"]),
        ("practice.md 99.9", ["practice.md 99.9"]),
    ],
)  # fmt: skip
def test_citations_are_read(text, expected):
    assert list(cited_in(text)) == expected


def test_a_citation_may_run_over_lines(tmp_path):
    path = tmp_path / "similarity.py"
    path.write_text("# By the rules (oclc_formats.md\n# 13) of\n# practice.md 4.4,\n#     4.5.\n", encoding="utf-8")
    assert list(cited_in(text_of(path))) == ["oclc_formats.md 13", "practice.md 4.4", "practice.md 4.5"]


def test_every_citation_has_its_section():
    known = set(headings())
    unknown = {
        path.relative_to(ROOT).as_posix(): missing for path in CITING if (missing := {*cited_in(text_of(path))} - known)
    }
    assert unknown == {}


def test_every_section_is_cited():
    cited = {section for path in CITING for section in cited_in(text_of(path))}
    assert [heading for heading in headings() if heading not in cited] == []


def test_sections_say_something_and_stand_in_order():
    parts = re.split(r"(?m)^### (\S+) (\S+)$", SOURCES.read_text(encoding="utf-8"))
    sections = list(zip(parts[1::3], parts[2::3], parts[3::3], strict=True))
    assert [f"{page} {number}" for page, number, text in sections if len(text.split()) < 10] == []
    places = [
        (PAGES.index(page.removesuffix(".md")), [int(n) for n in re.findall(r"\d+", number)], number)
        for page, number, _ in sections
    ]
    assert places == sorted(places)
    assert len({place[::2] for place in places}) == len(places)


def shown_to_users(path: Path) -> Iterator[str]:
    """Texts that a user may see: pages and notebooks whole, of a module its strings but not its docstrings."""
    if path.suffix != ".py":
        yield text_of(path)
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        node.body[0].value for node in ast.walk(tree) if isinstance(node, holders) and ast.get_docstring(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value


def test_no_user_is_sent_to_a_page_that_is_not_here():
    before_users = [path for path in CITING if path.parts[len(ROOT.parts)] not in ("tests", "benchmarks", "docs")]
    assert [p.name for p in before_users for text in shown_to_users(p) if re.search(_PAGE, text)] == []
