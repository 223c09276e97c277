"""The sign-off as one page for leadership: it needs no network, prints on paper, and says the same as the workbook."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

import polars as pl

from .sign_off import ANSWERS, SignOff

_STYLE = """
body { font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #222; background: #fff;
  max-width: 900px; margin: 0 auto; padding: 16px 24px 40px; }
h1 { font-size: 26px; margin: 8px 0 4px; } h2 { font-size: 19px; margin: 26px 0 6px; }
p.question { font-size: 18px; background: #eaf3f9; padding: 10px 14px; border-radius: 4px; }
table { border-collapse: collapse; font-size: 13px; width: 100%; } th, td { padding: 3px 8px; text-align: left;
  vertical-align: top; border-bottom: 1px solid #ddd; } th { white-space: nowrap; } td.number { text-align: right; white-space: nowrap; }
tr.total td { font-weight: bold; border-top: 2px solid #222; } td.hash { font: 11px/1.4 ui-monospace, monospace; word-break: break-all; }
.bar { display: flex; height: 30px; border-radius: 3px; overflow: hidden; margin: 8px 0 2px; }
.bar span { color: #fff; font-weight: bold; text-align: center; line-height: 30px; overflow: hidden; }
.delete { background: #a33c00; } .keep { background: #00735a; } .review { background: #6a5d00; } .hold { background: #005a8c; }
.legend i { display: inline-block; width: 12px; height: 12px; margin: 0 5px 0 14px; } .passes { color: #00644e; }
.signed { color: #8f3500; font-weight: bold; } .signatures td { height: 34px; border: 1px solid #999; }
@media print { body { font-size: 11px; max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; }
  .bar, .legend i, p.question { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""
_NARROW = 0.06
_ROLES = ("Head of unit", "Metadata", "ILL", "Director")


def write_page(facts: SignOff, path: Path, files: pl.DataFrame) -> None:
    """Write the page.

    Args:
        facts: what is signed.
        path: where it goes.
        files: the files of the package that are there already: file, bytes, sha256.
    """
    path.write_text(page_of(facts, files), "utf-8")


def page_of(facts: SignOff, files: pl.DataFrame) -> str:
    """The page as text."""
    parts = [
        f"<h1>{escape(facts.title)}</h1>",
        f'<p class="question">{escape(facts.question)}</p>',
        _table(None, facts.facts),
        "<h2>How the list adds up</h2>",
        _bar(facts.answers),
        _balance(facts),
        f"<h2>Checks: {facts.checks.height - facts.signed.height} pass, {facts.signed.height} signed by a person</h2>",
        _checks(facts),
        "<h2>Samples that people looked at</h2>",
        _samples(facts),
        "<h2>Signatures</h2>",
        _signatures(),
        "<h2>Files, with their hashes (SHA-256)</h2>",
        _files(files),
    ]
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(facts.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body>{body}\n</body></html>\n"
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f'<td class="number">{100 * value:.2f} %</td>'
    if isinstance(value, int):
        return f'<td class="number">{value:,}</td>'
    return f"<td>{escape('' if value is None else str(value))}</td>"


def _table(headers: Iterable[str] | None, rows: Iterable[Iterable], *, total: bool = False) -> str:
    """A table; without headers the first cell of a row says what it is."""
    lines = [] if headers is None else ["<tr>" + "".join(f"<th>{escape(h)}</th>" for h in headers) + "</tr>"]
    for row in rows:
        first, *others = row
        head = f"<th>{escape(str(first))}</th>" if headers is None else _cell(first)
        mark = ' class="total"' if total and first == "total" else ""
        lines.append(f"<tr{mark}>{head}{''.join(map(_cell, others))}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _bar(answers: dict[str, int]) -> str:
    """The answers as parts of a bar, and the same in words."""
    shown = [(answer, answers[answer]) for answer in ANSWERS if answers.get(answer)]
    whole = sum(n for _, n in shown)
    # A number that would be cut off stands below only.
    parts = [
        f'<span class="{a}" style="flex: {n} 1 0">{f"{n:,}" if n / whole > _NARROW else ""}</span>' for a, n in shown
    ]
    words = [f'<i class="{a}"></i>{a} {n:,}' for a, n in shown]
    return f'<div class="bar">{"".join(parts)}</div><div class="legend">{" ".join(words)}</div>'


def _balance(facts: SignOff) -> str:
    columns = ["title", "answer", "numbers", "current_numbers", "rows"]
    headers = ["Class", "Answer", "Numbers", "Current numbers", "Rows of the list"]
    return _table(headers, facts.balance.select(columns).iter_rows(), total=True)


def _checks(facts: SignOff) -> str:
    lines = ["<tr><th>Check</th><th>Result</th><th>Numbers</th></tr>"]
    for row in facts.checks.iter_rows(named=True):
        is_signed = row["who"] is not None
        mark = "signed" if is_signed else "passes"
        why = f"<br>{escape(row['why'])} ({escape(row['at'])} UTC)" if is_signed else ""
        said = f'<td class="{mark}">{escape(row["result"])}</td>{_cell(row["numbers"])[:-5]}{why}</td>'
        lines.append(f"<tr>{_cell(row['title'])}{said}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _samples(facts: SignOff) -> str:
    if facts.samples.is_empty():
        return "<p>Nothing goes, so there is no sample.</p>"
    headers = ["Class", "Numbers", "Looked at", "Of", "Wrong", "Wrong at least", "Wrong at most"]
    rows = facts.samples.select("class", "numbers", "looked_at", "wanted", "wrong", "low", "high").iter_rows()
    note = "<p>The last two are the ends of Wilson's interval: the share of wrong ones in the class lies between them with 95 % confidence.</p>"
    return _table(headers, rows) + note


def _signatures() -> str:
    headers = "".join(f"<th>{h}</th>" for h in ("Role", "Name", "Decision (yes, no)", "Date", "Signature"))
    rows = "".join(f"<tr><td>{role}</td>{'<td></td>' * 4}</tr>" for role in _ROLES)
    return f'<table class="signatures"><tr>{headers}</tr>{rows}</table>'


def _files(files: pl.DataFrame) -> str:
    lines = ["<tr><th>File</th><th>Bytes</th><th>SHA-256</th></tr>"]
    for file, size, sha256 in files.select("file", "bytes", "sha256").iter_rows():
        lines.append(f'<tr>{_cell(file)}{_cell(size)}<td class="hash">{sha256}</td></tr>')
    return f"<table>{''.join(lines)}</table>"
