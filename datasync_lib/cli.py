"""The command `datasync`: every verb of the library for the command line.

Exit codes: 0 done, 3 done but something needs a person (said in one line), 2 cannot (one line says what and how to mend),
1 a fault of ours.

What a command works with is imported when it runs: help and a mistyped command are answered at once.
"""

import sys
import warnings
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

import datasync_lib as ds

from .errors import DatasyncError, GateClosed, InputError

if TYPE_CHECKING:
    import polars as pl

    from .delivery.deletions.deletion import Deletion
    from .project import LoadLog

NEEDS_A_PERSON = 3
CANNOT = 2

app = typer.Typer(
    name="datasync",
    help="Brings a library's catalogue and its holdings in WorldCat back into agreement.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Folder = Annotated[
    Path | None,
    typer.Option("--project", "-p", help="The project's folder; else searched upward from here.", show_default=False),
]


def main() -> NoReturn:
    """Run the command line; a known error is one message and exit code 2."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    # A warning is a line for the person at the screen, as an error is.
    warnings.showwarning = lambda message, *_: print(f"datasync: ! {message}", file=sys.stderr)
    # What a file could not write is told once; that it cannot write while it is given up either says nothing new.
    others = sys.unraisablehook
    sys.unraisablehook = lambda it: None if isinstance(it.exc_value, OSError) else others(it)
    try:
        app(prog_name="datasync")
    except DatasyncError as error:
        print(f"datasync: {error}", file=sys.stderr)
        sys.exit(CANNOT)


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="The folder to make.")]) -> None:
    """Make a project folder with settings to fill in."""
    from .creating import after_new, new_project

    new_project(folder)
    print(after_new(folder))


@app.command()
def load(project: Folder = None) -> None:
    """Bring raw files into the tables; safe to interrupt, repeats nothing already loaded."""
    _end(ds.open_project(project).load())


def _end(log: "LoadLog") -> None:
    print(log)
    if log.notes:
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def status(project: Folder = None) -> None:
    """Files, tables, counts that must add up, and open problems by symbol and unit."""
    opened = ds.open_project(project)
    for title, frame in opened.status().items():
        print(f"\n{title}\n{_as_text(frame)}")


@app.command()
def run(
    project: Folder = None,
    notebook: Annotated[
        list[str] | None, typer.Option(help="Only these, by number or name.", show_default=False)
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A parameter of the notebooks, such as symbol=XYZ.", show_default=False),
    ] = None,
    at_once: Annotated[
        int | None,
        typer.Option(min=1, help="How many notebooks run at the same time.", show_default="as cores, up to 4"),
    ] = None,
) -> None:
    """Execute every notebook in order, without a browser, into reports/: a page each, and each figure as PNG."""
    from .running import AT_ONCE, run_notebooks

    wanted = {"only": notebook, "parameters": _parameters(set_ or []), "at_once": at_once or AT_ONCE}
    run_notebooks(ds.open_project(project), **wanted, done=lambda page: print(page, flush=True))


def _parameters(settings: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in settings]
    wrong = [name for name, sign, _ in pairs if not sign]
    if wrong:
        raise InputError(f"--set {wrong[0]}: expected name=value, such as --set symbol=XYZ")
    return {name: value for name, _, value in pairs}


@app.command()
def workbooks(
    project: Folder = None,
    unit: Annotated[list[str] | None, typer.Option(help="Only these units.", show_default=False)] = None,
) -> None:
    """Write the unit workbooks into reports/."""
    ds.open_project(project).workbooks(units=unit, done=print)


@app.command()
def decisions(
    files: Annotated[list[Path], typer.Argument(help="Workbooks that units sent back, zip files, or folders.")],
    project: Folder = None,
    also_from: Annotated[
        list[str] | None, typer.Option(help="ID of another project whose workbooks are taken too.", show_default=False)
    ] = None,
) -> None:
    """Take returned workbooks in; what cannot be taken is asked about, nothing is lost."""
    taken = ds.open_project(project).take_decisions(files, also_from=also_from or ())
    print(taken, *taken.issues_in_words(), sep="\n")
    if taken.issues.height:
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def trace(
    identifier: Annotated[str, typer.Argument(help="MMS ID, OCN, holding ID or barcode.")], project: Folder = None
) -> None:
    """Everything known of one record or number, on one page."""
    found = ds.open_project(project).trace(identifier)
    print(found)
    if not found.sections:
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def sql(
    text: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="One SELECT over the tables.", show_default=False)
    ] = None,
    *,
    query: Annotated[str | None, typer.Option(help="A saved query; --queries lists them.", show_default=False)] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="What the query leaves open, such as symbol=XYZ.", show_default=False),
    ] = None,
    queries: Annotated[bool, typer.Option("--queries", help="List the saved queries.")] = False,
    project: Folder = None,
    csv: Annotated[
        bool,
        typer.Option(
            "--csv", help="Header and rows to standard output; what a spreadsheet would run gets an apostrophe."
        ),
    ] = False,
    raw: Annotated[bool, typer.Option("--raw", help="With --csv: all texts as they are, for programs.")] = False,
    md: Annotated[bool, typer.Option("--md", help="A Markdown table to standard output.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Write a text-safe Excel file.", show_default=False)] = None,
    files: Annotated[
        bool, typer.Option("--files", help="The query may read files of this machine, as in FROM 'list.csv'.")
    ] = False,
) -> None:
    """Ask the tables in SQL. A query only reads; SHOW TABLES and DESCRIBE NAME say what there is."""
    from .printing import print_answer

    if sum([text is not None, query is not None, queries]) != 1:
        raise InputError("give one SELECT in quotes, or --query NAME, or --queries, which lists the saved ones")
    opened, values = ds.open_project(project), _parameters(set_ or [])
    if queries:
        answer = opened.queries()
    else:
        answer = opened.query(query, **values) if query else opened.sql(text, values=values, files=files)
    print_answer(answer, csv=csv, raw=raw, md=md, xlsx=xlsx)


@app.command()
def tables(
    name: Annotated[str | None, typer.Argument(help="A table or result.", show_default=False)] = None,
) -> None:
    """The data dictionary: every table and result, its columns and what they mean."""
    from .results.described import description, every_table

    if name:
        print(description(name))
        return
    listed = every_table()
    width = listed["name"].str.len_chars().max()
    for (kind,), rows in listed.group_by("kind", maintain_order=True):
        print(f"\n{kind}")
        for each, says in rows.select("name", "says").iter_rows():
            print(f"  {each:<{width}}  {says}")


@app.command()
def uploads(project: Folder = None) -> None:
    """What OCLC would refuse the files for that lie in the raw folder to be sent to it."""
    from .analysis.upload_faults import for_oclc

    opened = ds.open_project(project)
    faults, ours = opened.check_uploads(), for_oclc(opened.store.scan("files").collect())
    if faults.height:
        print(_as_text(faults))
    if ours.is_empty():
        print("No file for OCLC is loaded: its name begins with the collection (1234567.XYZ.text.mrc),")
        print("or it lies in a folder to_send of the raw folder. Other exports are not judged.")
    else:
        refused = faults.filter("is_refusal")["file"].n_unique()
        print(f"{ours.height} files for OCLC, {refused} that it would refuse.")
    if faults.height:
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def deletions(
    symbol: Annotated[
        str | None, typer.Argument(help="The symbol whose holdings are to go; left out: all.", show_default=False)
    ] = None,
    *,
    project: Folder = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the package, if every check passes or is signed.")
    ] = False,
    override: Annotated[str | None, typer.Option(help="Sign for one check that fails.", show_default=False)] = None,
    who: Annotated[str, typer.Option(help="Who signs, or asked OCLC.", show_default=False)] = "",
    why: Annotated[str, typer.Option(help="Why the check may be as it is.", show_default=False)] = "",
    sample: Annotated[bool, typer.Option("--sample", help="Write the sample that people look at.")] = False,
    sampled: Annotated[Path | None, typer.Option(help="Take a sample back.", show_default=False)] = None,
    oclc_count: Annotated[
        int | None, typer.Option(min=0, help="How many holdings OCLC counts under it.", show_default=False)
    ] = None,
    after: Annotated[Path | None, typer.Option(help="A list from after the deletion.", show_default=False)] = None,
    compare: Annotated[bool, typer.Option("--compare", help="The same with the newest list that is loaded.")] = False,
) -> None:
    """Checks, overrides, samples and the package of a symbol's deletion, and the comparison afterwards; or all symbols."""
    opened = ds.open_project(project)
    if symbol is None:
        asked = [write, override, sample, sampled, oclc_count is not None, after, compare]
        if any(asked):
            raise InputError("that is done for one symbol at a time: name it, as in datasync deletions XYZ --write")
        _show_board(opened.deletions())
        return
    deletion = opened.deletion(symbol)
    if after or compare:
        found = deletion.after(after)
        print(f"{found.package} and the list of {found.as_of or 'a day that is not known'}:\n{_as_text(found.counts)}")
        raise typer.Exit(NEEDS_A_PERSON if found.needs_a_person else 0)
    if oclc_count is not None:
        deletion.add_count_of_oclc(oclc_count, who=who)
    if sampled:
        print(f"{deletion.take_sample(sampled)} new answers taken in from {sampled}")
    if sample:
        print(deletion.sample())
    if override:
        deletion.override(override, who=who, why=why)
    _checks_and_package(deletion, write=write)


@app.command("what-if")
def what_if(
    symbol: Annotated[str | None, typer.Argument(help="Only this symbol.", show_default=False)] = None,
    *,
    project: Folder = None,
    location_map: Annotated[
        Path | None, typer.Option("--map", help="Another location map.", show_default=False)
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="Another datasync.toml, with other exclusions.", show_default=False)
    ] = None,
    extract_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Another day of the extract.", show_default=False)
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write each number that differs.", show_default=False)] = None,
) -> None:
    """What would become of held numbers with another map, other exclusions or another day; nothing is changed."""
    from .settings import read_settings
    from .spreadsheets.safe_text import write_for_people
    from .workbooks.replacing import replacing

    opened = ds.open_project(project)
    supposed = opened.what_if(
        symbol,
        location_map=location_map,
        settings=read_settings(settings) if settings else None,
        extract_date=extract_date.date() if extract_date else None,
    )
    print(supposed)
    if supposed.changes.height:
        print(_as_text(supposed.counts))
    if csv:
        with replacing(csv) as beside:
            write_for_people(supposed.changes, beside)
        print(f"{csv}: {supposed.changes.height:,} rows")


def _show_board(board: "pl.DataFrame") -> None:
    """All symbols, a line a question; and those of which a check fails."""
    from .delivery.deletions.board import board_in_words

    if board.is_empty():
        raise InputError("no symbol is described yet: fill in [[symbols]] of datasync.toml")
    print(_as_text(board_in_words(board)))
    if closed := [row["symbol"] for row in board.to_dicts() if row["checks_failed"] or row["checks_no_input"]]:
        print(f"Checks fail for {', '.join(closed)}; datasync deletions SYMBOL lists them, and what mends them")
        raise typer.Exit(NEEDS_A_PERSON)


def _checks_and_package(deletion: "Deletion", *, write: bool) -> None:
    """The checks as a table, and the package where it is asked for and may be written."""
    try:
        package = deletion.write() if write else None
    except GateClosed:
        package = None
    from .delivery.deletions.judging import checks_in_words

    checks = deletion.checks()
    print(_as_text(checks_in_words(checks)))
    closed = checks.filter(~checks["is_open"])
    for row in closed.iter_rows(named=True):
        print(f"! {row['name']}: {row['mends']}")
    if closed.height:
        print(f"{closed.height} of {checks.height} checks fail{': nothing was written' if write else ''}")
        raise typer.Exit(NEEDS_A_PERSON)
    print(package or "Every check passes or is signed; --write writes the package")


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    bibs: Annotated[int, typer.Option(min=60, help="How many bibs.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same institution.")] = 1,
    answers_for: Annotated[
        Path | None, typer.Option(help="A real export; OCLC's answers to it are played.", show_default=False)
    ] = None,
) -> None:
    """Make the example institution, a project with the truth beside it; or play OCLC's answers to a real export."""
    from .creating import after_sample, copy_notebooks
    from .sample import make_answers, make_sample

    if (folder / "datasync.toml").exists():
        raise InputError(f"{folder} is a project already: name another folder")
    print(make_answers(folder, answers_for, seed=seed) if answers_for else make_sample(folder, bibs=bibs, seed=seed))
    copy_notebooks(folder)
    print(after_sample(folder))


@app.command()
def demo(bibs: Annotated[int, typer.Option(min=60, help="How many bibs.")] = 2000) -> None:
    """The main job on the example institution: sample, load, run and workbooks in ./demo/."""
    from .running import run_demo

    run_demo(Path("demo"), bibs=bibs)


@app.command()
def lab(
    project: Folder = None,
    *,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="This port and no other.", show_default="8888 or the next")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    ip: Annotated[
        str, typer.Option(help="Listen at this address; 0.0.0.0: all.", show_default="this machine only")
    ] = "",
    allow_root: Annotated[bool, typer.Option("--allow-root", help="Run as root outside a container too.")] = False,
) -> None:
    """Open JupyterLab on the project's notebooks."""
    from .lab import Lab

    how = Lab(port=port, ip=ip, opens_browser=browser, as_root=allow_root)
    raise typer.Exit(how.open(ds.open_project(project).folder))


def _as_text(frame: "pl.DataFrame") -> str:
    from .printing import as_text

    return as_text(frame)
