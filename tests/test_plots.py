"""Figures say in their title what the data say, write the numbers on, and can be read on a slide."""

import io
import random
from datetime import UTC, date, datetime
from itertools import pairwise

import matplotlib.colors as colors
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.text import Text

from datasync_lib import plots
from datasync_lib.plots import flow as flow_module
from datasync_lib.plots.chart import percent
from datasync_lib.problems import PROBLEMS

FILES = pl.DataFrame(
    {
        "file": ["a.mrc", "b.mrc", "r.txt", "x.docx"],
        "kind": ["catalogue", "catalogue", "BibProcessingReport", "unknown"],
        "found": [1000, 204, 90, 1],
        "loaded": [1000, 200, 90, 1],
        "rejected": [0, 4, 0, 0],
    }
)
FORMATS = pl.DataFrame({"symbol": "all", "unit": "all", "format": ["book", "serial", None], "bibs": [6, 2, 1]})
SCOPE = pl.DataFrame(
    {
        "library": ["LAW", "LAW", "MAIN", None],
        "location": ["a", "b", "c", "d"],
        "is_mapped": [True, True, True, False],
        "in_scope": [True, False, True, None],
        "holdings": [5, 2, 40, 3],
    }
)
CENSUS = pl.DataFrame(
    {
        "place": ["035$a", "035$a", "035$a", "035$z"],
        "spelling": ["(OCoLC)<8>", "(OCoLC)ocn<9>", "(PPT)b<8>", "(OCoLC)<8>"],
        "verdict": ["ok", "institution_record", "not_oclc", "ok"],
        "readings": [900, 60, 30, 10],
    }
)
COMPARISON = pl.DataFrame(
    {
        "place": ["035$a", "014$a"],
        "other_place": ["079$a", "035$a"],
        "both": [1154, 10],
        "same": [0, 10],
        "partly": [1, 0],
        "different": [1153, 0],
        "share_different": [1153 / 1154, 0.0],
    }
)
CATALOGUE_CHANGES = pl.DataFrame(
    [
        ("bib", "new", False, 7),
        ("bib", "gone", False, 1100),
        ("holding", "changed", False, 2),
        ("number", "gone", True, 1300),
        ("number", "changed", False, 5),
        ("location", "changed", False, 1),
    ],
    schema=["what", "change", "with_bib", "changes"],
    orient="row",
)
STATES = pl.DataFrame(
    {
        "state": ["before", "now"],
        "as_of": [date(2025, 6, 20), date(2025, 7, 20)],
        "files": [["a.mrc"], ["b.mrc"]],
        "is_told": False,
    }
)
RANKS = pl.DataFrame({"place": ["079$a", "035$a"], "proposed_rank": [1, 2], "present_rank": [2, 1]})
SCORECARD = pl.DataFrame(
    [
        ("all", "mapping_completeness", "Locations mapped", 0.998, 998, 1000, "at least 100 %", "red"),
        ("all", "sparse", "Sparse", 0.004, 4, 1000, "at most 0.5 %", "green"),
        ("all", "open_ill", "Open ILL", None, None, None, "none", "grey"),
        ("all", "scope_bibs", "Bibs", 1000.0, 1000, None, None, "grey"),
        ("ABC", "sparse", "Sparse", 0.02, 10, 500, "at most 0.5 %", "red"),
        ("XYZ", "sparse", "Sparse", 0.006, 3, 500, "at most 0.5 %", "amber"),
    ],
    schema=["symbol", "metric", "title", "value", "count", "of", "gate", "colour"],
    orient="row",
)
SENDING = pl.DataFrame(
    {
        "symbol": ["ABC", "ABC", "XYZ", None, None],
        "class": ["sent", "unknown", "sent", "host", "unmapped"],
        "holdings": [80, 3, 20, 5, 2],
    }
)


def findings(*rows: tuple) -> pl.DataFrame:
    schema = {
        "problem": pl.String, "class": pl.String, "unit": pl.String, "priority": pl.Int32, "mms_id": pl.String,
        "holding_id": pl.String, "group_id": pl.String, "parameters": pl.String,
    }  # fmt: skip
    answers = [PROBLEMS[problem].answer(class_) for problem, class_, *_ in rows]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(answer=pl.Series(answers, dtype=pl.String))


FINDINGS = findings(
    ("rejected", "unresolved", "Law", 1, "1", None, None, "{}"),
    ("rejected", "data_error", None, 1, None, None, None, "{}"),
    ("missing_ocn", "no_number", "Law", 3, "2", None, None, "{}"),
    ("not_sent", "bib_suppressed", "Main", 3, "3", "22", None, "{}"),
    ("old_holding", "covered", "Main", 1, "3", None, None, "{}"),
    ("old_holding", "in_error", "Main", 1, "1", None, None, "{}"),
    ("shared_ocn", "same_library", "Law", 2, "4", None, "ocn 7", '{"libraries": ["LAW", "MAIN"]}'),
    ("shared_ocn", "same_library", "Law", 2, "5", None, "ocn 7", '{"libraries": ["LAW"]}'),
    ("shared_ocn", "other_format", "Main", 1, "6", None, "ocn 9", '{"libraries": []}'),
    ("lhr_problem", "linking", "Law", 2, "4", "221", None, "{}"),
    ("lhr_problem", "shared_ocn", "Law", 1, "4", "221", None, "{}"),
    ("lhr_problem", "linking", "Law", 2, "5", "222", None, "{}"),
)
_NOTHING = dict.fromkeys(
    [
        "held",
        "delete",
        "keep",
        "hold",
        "review",
        "milestones",
        "open_ill",
        "not_requestable",
        "deleted_but_owned",
        "people",
    ]
)
BOARD = pl.DataFrame(
    [
        {"symbol": "ABC", "mode": "retired", "deleted_by": "own_lists", "held": 4000, "delete": 3900, "keep": 0, "hold": 60, "review": 40,
         "milestones": 11, "milestones_done": 9, "milestones_overdue": 2, "checks_passed": 20, "checks_signed": 1, "checks_failed": 5,
         "checks_no_input": 1, "open_ill": 3, "not_requestable": 17, "deleted_but_owned": 0, "people": 2, "people_since": 1},
        {"symbol": "XYZ", "mode": "kept", "deleted_by": "nobody", "checks_passed": 9, "checks_signed": 0, "checks_failed": 0,
         "checks_no_input": 18} | _NOTHING,
    ],
    infer_schema_length=None,
)  # fmt: skip
MILESTONES = pl.DataFrame(
    [
        ("ABC", "Sent", date(2025, 7, 1), date(2025, 7, 4), "Systems"),
        ("XYZ", "Sent", date(2025, 7, 1), date(2025, 7, 4), "Systems"),
        ("ABC", "Reviewed", date(2025, 8, 1), None, "Units"),
        ("ABC", "Deleted", date(2025, 10, 1), None, "Metadata"),
        ("XYZ", "Later", None, None, ""),
    ],
    schema={"symbol": pl.String, "milestone": pl.String, "planned": pl.Date, "actual": pl.Date, "owner": pl.String},
    orient="row",
)
FLOW = pl.DataFrame(
    [
        ("ABC", "sent", "taken", "match", 900),
        ("ABC", "sent", "taken", "create", 20),
        ("ABC", "sent", "not taken", "unresolved", 50),
        ("XYZ", "sent", "taken", "match", 20),
        ("XYZ", "sent", "no answer", "never reported", 5),
        ("XYZ", "no sent file", "not taken", "data error", 5),
    ],
    schema=["symbol", "sent", "answer", "outcome", "records"],
    orient="row",
)
RATES = pl.DataFrame(
    [
        ("this project", None, "match", 920, 0.92),
        ("this project", None, "unresolved", 60, 0.06),
        ("this project", None, "create", 20, 0.02),
        ("NYPL and BPL 2022", None, "match", 7_591_717, 0.945646),
        ("NYPL and BPL 2022", None, "unresolved", 238_200, 0.029671),
        ("NYPL and BPL 2022", None, "create", 192_886, 0.024026),
        ("NYPL and BPL 2022", None, "data error", 870, 0.000108),
    ],
    schema={"project": pl.String, "symbol": pl.String, "action": pl.String, "records": pl.Int64, "share": pl.Float64},
    orient="row",
)
FAMILIES = pl.DataFrame(
    [
        ("Validation Error", "CRITICAL", "Record is sparse.", 12, 10, 9, False),
        ("Validation Error", "MINOR", "Invalid code in N $x in N T.", 40, 30, 0, False),
        ("Processing Error", None, None, 2, 2, 2, False),
        ("Validation Error", "MINOR", "Invalid subfield N $0 in N T.", 500, 400, 9, True),
    ],
    schema=["kind", "severity", "family", "rows", "records", "open_records", "is_noise"],
    orient="row",
)
CHANGES = pl.DataFrame(
    {
        "symbol": ["ABC"] * 4 + ["XYZ"],
        "run": [2, 2, 2, 3, 2],
        "change": ["solved", "solved", "same", "failed", "other number"],
    }
)
BALANCE = pl.DataFrame(
    [
        ("OLD", "in_error", "hold", 10, 0),
        ("OLD", "covered", "delete", 80, 0),
        ("OLD", "drifted", "review", 3, 0),
        ("OLD", "not_yet_classed", "review", 7, 0),
        ("OLD", "total", None, 100, 4),
        ("ABC", "covered", "keep", 40, 0),
        ("ABC", "total", None, 40, 0),
    ],
    schema=["symbol", "class", "answer", "numbers", "rows_without_number"],
    orient="row",
)
HOLDINGS = pl.DataFrame({"mms_id": "991", "holding_id": list("12345"), "is_mfhd": [True] * 4 + [False]})

# Each figure, the sentence that it must say, and what must stand on it.
WORK = pl.DataFrame(
    {
        "unit": ["Law", "Main", "Main", "Main", "Main", "Main", None],
        "problem": ["missing_ocn", "missing_ocn", "missing_ocn", "rejected", "shared_ocn", "shared_ocn", "shared_ocn"],
        "state": ["not decided", "not decided", "waits", "in work", "bounced", "closed", "no problem"],
        "rows": [40, 17, 3, 1, 2, 4, 1],
    }
)
ROUNDS = pl.DataFrame(
    {
        "unit": ["Main", "Main"],
        "problem": ["missing_ocn", "missing_ocn"],
        "state": ["not decided", "not decided"],
        "rows": [31, 22],
        "at": [datetime(2025, 9, 20, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)],
    }
)
FIGURES = {
    "deletions": (
        plots.plot_deletions, [BOARD],
        "0 of 1 deletion may be carried out: 3,900 numbers would go, 100 wait for a person",
        ["retired", "4,000", "20 / 5 / 1 1 signed", "9 of 11 2 overdue", "2, 1 since", "no input", "9 / 0 / 18"],
    ),
    "files": (
        plots.plot_files, [FILES],
        "1,291 of 1,295 pieces loaded from 4 files: 4 rejected, 1 file needs a look",
        ["catalogue (2 files)", "1,204, 4 of them rejected", "unknown (1 file)"],
    ),
    "catalogue": (
        plots.plot_catalogue, [FORMATS, SCOPE],
        "9 bibs, 66.7 % of format book; 50 holdings, 3 in locations that nobody has mapped",
        ["not told", "(no library)", "40", "7"],
    ),
    "catalogue_changes": (
        plots.plot_catalogue_changes, [CATALOGUE_CHANGES, STATES],
        "Since 2025-06-20: bibs: 7 new, 1,100 gone; holdings: 2 changed; 5 bibs with other numbers; 1 holding moved",
        ["1,300 gone, 5 changed", "places of holdings", "none", "suppression"],
    ),
    "ocn_census": (
        plots.plot_ocn_census, [CENSUS],
        "910 of 1,000 readings are OCNs; 60 look like OCNs but cannot be used",
        ["60  institution record", "035$a   (OCoLC)<8>"],
    ),
    "places": (
        plots.plot_places, [COMPARISON, RANKS],
        "035$a and 079$a differ on 1,153 of 1,154 bibs: let 079$a come first",
        ["1,153 of 1,154 differ", "0 of 10 differ"],
    ),
    "readiness": (
        plots.plot_readiness, [SCORECARD],
        "1 of 2 symbols is not ready: 2 of 1,000 holdings have no mapped location",
        ["✗ 99.8 %", "✓ 0.4 %", "✗ 2 %", "! 0.6 %", "Not counted, since nothing is loaded for it: Open ILL."],
    ),
    "sending": (
        plots.plot_sending, [SENDING],
        "100 of 110 holdings were sent; for 3 we found no reason why not",
        ["no reason found", "location not mapped", "host of a boundwith", "100"],
    ),
    "findings_by_unit": (
        plots.plot_findings_by_unit, [FINDINGS],
        "10 findings to look at, 5 of priority 1; most: Law (7)",
        ["Rejected  (1)", "Missing OCN  (3)", "no unit known", "–"],
    ),
    "milestones": (
        lambda frame: plots.plot_milestones(frame, today=date(2025, 9, 1)), [MILESTONES],
        "2 of 4 milestones are done, 1 is overdue; next: Deleted (ABC) on 2025-10-01",
        ["Sent  (all)", "Reviewed  (ABC)", "3 days late", "overdue"],
    ),
    "outcome_flow": (
        plots.plot_outcome_flow, [FLOW],
        "940 of 1,000 records taken (94 %); 55 not taken, 5 without an answer",
        ["ABC  970", "XYZ  25", "XYZ, file not loaded  5", "taken  940", "match  920", "create  20", "no answer  5", "never reported  5"],
    ),
    "match_rates": (
        plots.plot_match_rates, [RATES],
        "92 % matched (94.6 %), 6 % unresolved (3.0 %), 2 % created (2.4 %); in brackets: NYPL and BPL 2022",
        ["94.6 %", "0.01 %", "0 %"],
    ),
    "error_families": (
        plots.plot_error_families, [FAMILIES],
        "Most frequent: «Invalid code in N $x in N T» on 30 records; 2 of 3 families on records not taken",
        ["30", "10, 9 still open", "Processing Error"],
    ),
    "run_changes": (
        plots.plot_run_changes, [CHANGES],
        "Later runs solved 2, lost 1 and changed the number of 1; 1 stayed as they were",
        ["2 solved (1 the same)", "1 failed (0 the same)", "1 other number (0 the same)"],
    ),
    "shared_ocns": (
        plots.plot_shared_ocns, [FINDINGS],
        "3 bibs share 2 OCNs; 2 of them within one library; in 1 group the formats differ",
        ["LAW", "MAIN", "no library"],
    ),
    "balance_sheet": (
        plots.plot_balance_sheet, [BALANCE],
        "140 numbers held under 2 symbols = 80 delete + 10 hold + 10 review + 40 keep; 4 rows without a number for review",
        ["100 numbers", "40 numbers", "80", "10"],
    ),
    "holding_classes": (
        plots.plot_holding_classes, [BALANCE.filter(pl.col("symbol") == "OLD")],
        "100 numbers held under OLD; to be cleared before any deletion: 20, most of them 10 a record is in error, 7 not searched for",
        ["80  delete", "10  hold", "3  review", "7  review"],
    ),
    "lhr_problems": (
        plots.plot_lhr_problems, [FINDINGS, HOLDINGS],
        "2 of 4 holdings records cannot go to OCLC as they are (50 %); most often: $8 of 85X, 86X",
        ["$8 of 85X, 86X", "OCN shared by bibs", "2", "1"],
    ),
    "work": (
        plots.plot_work, [WORK, ROUNDS],
        "63 rows left, 5 closed or settled, 2 came back; most is left for Law (40)",
        ["Main", "27", "no unit", "not decided", "came back", "2025-10-01", "rows left"],
    ),
}  # fmt: skip


def draw(name: str, frames: list[pl.DataFrame] | None = None) -> plots.Chart:
    plot, own, *_ = FIGURES[name]
    return plot(*(own if frames is None else frames))


def texts(chart: plots.Chart) -> list[Text]:
    chart.canvas.draw()
    return [text for text in chart.findobj(Text) if text.get_visible() and text.get_text().strip()]


def said(chart: plots.Chart) -> list[str]:
    return [" ".join(text.get_text().split("\n")) for text in texts(chart)]


def test_every_figure_is_tried():
    assert set(FIGURES) == {name.removeprefix("plot_") for name in plots.__all__ if name.startswith("plot_")}


@pytest.mark.parametrize("name", FIGURES)
def test_title_is_the_finding_and_numbers_stand_on_it(name):
    chart = draw(name)
    *_, finding, on_it = FIGURES[name]
    assert chart.name == name
    assert chart.finding == finding
    words = said(chart)
    assert words.count(finding) == 1
    assert [wanted for wanted in on_it if wanted not in words] == []


NO_FORMULA = "_a $x^2_1$ \\frac{b $"
NAMED = ("unit", "symbol", "library", "location", "file", "place", "owner", "key", "message")


def named_oddly(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with names such as a unit or a symbol may have, which a formula could be."""
    named = [name for name in NAMED if frame.schema.get(name) == pl.String]
    return frame.with_columns((pl.lit(NO_FORMULA) + pl.col(name)).alias(name) for name in named)


@pytest.mark.parametrize("name", FIGURES)
def test_no_name_is_a_formula(name):
    chart = draw(name, [named_oddly(frame) if isinstance(frame, pl.DataFrame) else frame for frame in FIGURES[name][1]])
    assert chart.png().startswith(b"\x89PNG")
    formulas = [text.get_text() for text in texts(chart) if "$" in text.get_text() and text.get_parse_math()]
    assert formulas == []


def test_odd_names_do_stand_on_figures():
    shown = {
        name for name in FIGURES for text in said(draw(name, [*map(named_oddly, FIGURES[name][1])])) if "$x^2" in text
    }
    assert {"findings_by_unit", "balance_sheet", "catalogue", "milestones"} <= shown


@pytest.mark.parametrize("name", FIGURES)
def test_a_frame_without_rows_says_what_to_load(name):
    chart = draw(name, [frame.clear() for frame in FIGURES[name][1]])
    assert chart.name == name
    assert not any(character.isdigit() for character in chart.finding)
    assert len(said(chart)) >= 2


def many(rows: int) -> dict[str, list[pl.DataFrame]]:
    """Frames as a large project has them: many units, symbols and messages, long names, large numbers."""
    draws = random.Random(4)
    names = [f"The Very Long Name of Departmental Library {n}" for n in range(rows)]
    symbols = [f"M{n:02}" for n in range(8)]
    problems = [(code, next(iter(problem.classes), None)) for code, problem in PROBLEMS.items()]
    found = [
        (
            code,
            class_,
            draws.choice(names),
            1 + n % 3,
            str(n),
            str(n),
            f"ocn {n // 2}",
            f'{{"libraries": ["{draws.choice(names)}"]}}',
        )
        for n in range(40 * rows)
        for code, class_ in [draws.choice(problems)]
    ]
    actions = ["match", "create", "replace", "field transfer", "unresolved", "data error", "processing error", "odd"]
    return {
        "catalogue": [
            pl.DataFrame({"format": [f"format {n % 11}" for n in range(300)], "bibs": [1] * 300}),
            pl.DataFrame({"library": names, "is_mapped": True, "in_scope": [True] * rows, "holdings": [12_345_678 // (n + 1) for n in range(rows)]}),
        ],
        "ocn_census": [
            pl.DataFrame(
                {
                    "place": ["035$a"] * rows,
                    "spelling": [f"(OCoLC)a rather long spelling of <{n}> in a field of another time" for n in range(rows)],
                    "verdict": ["ok", "institution_record", "not_oclc"] * (rows // 3) + ["ok"] * (rows % 3),
                    "readings": [8_000_000 // (n + 1) for n in range(rows)],
                }
            )
        ],
        "readiness": [
            pl.concat(
                SCORECARD.filter(pl.col("symbol") == "XYZ").with_columns(
                    symbol=pl.lit(symbol), metric=pl.lit(f"m{m}"), title=pl.lit(f"A metric with a long name, number {m}")
                )
                for symbol in ["all", *symbols]
                for m in range(22)
            )
        ],
        "findings_by_unit": [findings(*found)],
        "deletions": [pl.concat(BOARD.head(1).with_columns(symbol=pl.lit(symbol), held=pl.lit(10_345_678), delete=pl.lit(9_345_678)) for symbol in symbols)],
        "shared_ocns": [findings(*(("shared_ocn", "same_library", *row[2:]) for row in found))],
        "milestones": [
            pl.DataFrame(
                [
                    (symbol, f"A milestone of the project, number {n}", date(2025, 1 + n % 12, 3), None if n > 9 else date(2025, 1 + n % 12, 9), "")
                    for n, symbol in enumerate(symbols * 4)
                ],
                schema=MILESTONES.schema,
                orient="row",
            )
        ],
        "outcome_flow": [
            pl.DataFrame(
                [
                    (symbol, "sent", "taken" if n < 4 else "not taken" if n < 7 else "other", action, 4_000_000 // 7**n + 1)
                    for symbol in symbols
                    for n, action in enumerate(actions)
                ],
                schema=FLOW.schema,
                orient="row",
            )
        ],
        "match_rates": [
            pl.concat(
                [
                    pl.DataFrame(
                        [("this project", symbol, action, 1, 0.9 / 5**n) for symbol in [None, *symbols] for n, action in enumerate(actions)],
                        schema=RATES.schema,
                        orient="row",
                    ),
                    RATES.filter(pl.col("project") != "this project"),
                ]
            )
        ],
        "error_families": [
            pl.concat(
                FAMILIES.head(1).with_columns(
                    family=pl.lit(f"Invalid relationship - when {n} is equal to v, then another long element must be present."),
                    records=pl.lit(1_000_000 - n, pl.Int64),
                )
                for n in range(rows)
            )
        ],
        "run_changes": [
            pl.DataFrame({"symbol": [s for s in symbols for _ in range(40)], "run": [2 + n % 2 for n in range(320)], "change": [["solved", "failed", "same", "other number"][n % 4] for n in range(320)]})
        ],
        "balance_sheet": [BALANCE.with_columns(numbers=pl.col("numbers") * 50_000)],
        "holding_classes": [BALANCE.with_columns(numbers=pl.col("numbers") * 50_000)],
    }  # fmt: skip


MANY = many(25)


@pytest.mark.parametrize(
    ("name", "frames"),
    [
        *(pytest.param(name, None, id=name) for name in FIGURES),
        *(pytest.param(name, frames, id=f"{name}, large") for name, frames in MANY.items()),
    ],
)
def test_can_be_read(name, frames):
    """No text is cut or lies over another, and none is smaller than 12 points."""
    chart = draw(name, frames)
    FigureCanvasAgg(chart)
    words = texts(chart)
    assert [text.get_text() for text in words if text.get_fontsize() < 12] == []
    boxes = [(text.get_text(), text.get_window_extent()) for text in words if not _is_outside_its_axis(text)]
    width, height = chart.bbox.width, chart.bbox.height
    cut = [t for t, box in boxes if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1]
    assert cut == []
    overlaps = [
        (t, u)
        for place, (t, box) in enumerate(boxes)
        for u, other in boxes[place + 1 :]
        if min(box.x1, other.x1) - max(box.x0, other.x0) > 2 and min(box.y1, other.y1) - max(box.y0, other.y0) > 3
    ]
    assert overlaps == []


def _is_outside_its_axis(text: Text) -> bool:
    """Tick labels beyond the limits of an axis are never drawn."""
    axes = text.axes
    if axes is None or text not in [*axes.get_xticklabels(), *axes.get_yticklabels()]:
        return False
    low, high = sorted(axes.get_xlim() if text in axes.get_xticklabels() else axes.get_ylim())
    position = text.get_position()[0 if text in axes.get_xticklabels() else 1]
    return not low <= position <= high


@pytest.mark.parametrize("name", FIGURES)
def test_shows_as_a_picture_that_is_not_blank(name):
    chart = draw(name)
    data, metadata = chart._repr_mimebundle_()
    picture = imread(io.BytesIO(chart.png()))
    assert picture.shape[1] >= 1700
    assert np.ptp(picture[..., :3]) > 0.5
    assert data["text/plain"] == chart.finding
    assert metadata["figure"] == name
    assert metadata["image/png"]["alt"] == chart.finding


def widths(chart: plots.Chart, colour: str) -> list[float]:
    wanted = colors.to_rgba(colour)
    return [bar.get_width() for axes in chart.axes for bar in axes.patches if bar.get_facecolor() == wanted and hasattr(bar, "get_width")]  # fmt: skip


def test_balance_sheet_adds_up_to_the_lists():
    chart = draw("balance_sheet")
    drawn = {answer: sum(widths(chart, colour)) for answer, colour in plots.held._ANSWERS.items()}
    assert drawn == {"delete": 80, "hold": 10, "review": 10, "keep": 40}


def test_rates_of_one_symbol_stand_for_the_project():
    one = RATES.with_columns(pl.when(pl.col("project") == "this project").then(pl.lit("ABC")).alias("symbol"))
    assert plots.plot_match_rates(one).finding.startswith("92 % matched (94.6 %)")


def test_places_that_differ_by_accident_call_for_no_rank():
    few = COMPARISON.with_columns(different=pl.lit(1), both=pl.lit(1), share_different=pl.lit(1.0)).head(1)
    assert plots.plot_places(few, RANKS).finding == "035$a and 079$a differ on 1 of 1 bibs"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.945646, "94.6 %"),
        (1.0, "100 %"),
        (0.0, "0 %"),
        (0.000108, "0.01 %"),
        (0.02, "2 %"),
        (0.9999, "> 99.9 %"),
        (0.00002, "< 0.01 %"),
    ],
)
def test_shares_in_words(share, words):
    assert percent(share) == words


STEPS = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["taken", "not taken", "x"]), st.sampled_from("uvw"), st.integers(1, 10**6)),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(STEPS)
def test_each_side_of_a_flow_adds_up(rows):
    steps = pl.DataFrame(rows, schema=["start", "middle", "end", "records"], orient="row")
    total = steps["records"].sum()
    for step in ("start", "middle", "end"):
        blocks = flow_module._stack(steps, step)
        assert sum(block.records for block in blocks.values()) == total
        assert max(b.height / b.records for b in blocks.values()) == pytest.approx(
            min(b.height / b.records for b in blocks.values())
        )


@given(st.lists(st.floats(0, 1), max_size=14))
def test_labels_of_a_flow_keep_apart(middles):
    heights = flow_module._apart(sorted(middles, reverse=True))
    assert all(upper - lower > flow_module._LABEL_STEP - 1e-9 for upper, lower in pairwise(heights))
