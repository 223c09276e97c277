"""How fast is every held number put into its class? The analysis beside the same in pandas, in one run, on the same tables.

    python benchmarks/held_numbers.py [--bibs 100000 1000000] [--folder DIR] [--pandas 1000000]
    python benchmarks/held_numbers.py --bibs 1000000 12000000 --all-under MLW

For each size a project is made (`made_catalogue`), and what the classes rest on is worked out first, in a process of
its own: the lists, the owners and all claims. Then each contender reads these from the store and writes what comes out
as Parquet, in a process of its own: the first claim in the order of the classes, what the owners and the search say,
whether the targets hold the number today, the answer, the deciding owner and its unit. Both must give the same, row by
row.

Memory is anonymous memory at its peak, until the result is written; comparing the two takes more. --all-under gives one symbol, besides its own, what the lists of all others
hold; --pandas is the largest size at which pandas is asked. A project that is there is used as it is.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from made_catalogue import made_project
from measuring import run

NEEDS = (
    *("newest_holdings", "held_owners", "owner_judgements", "claims", "searches", "solved_drifts"),
    *("unnumbered_rows", "repeated_numbers", "unread_files"),
)
SHOWN = ["symbol", "ocn", "class", "answer", "mms_id", "unit", "rows", "because"]
WORKED_OUT = "worked out"
COLUMNS = [
    *("symbol", "ocn", "ocn_current", "number", "class", "because", "answer", "mms_id", "unit", "other_units", "mode"),
    *("owners", "owners_in_error", "owners_confirmed", "owners_kept_out", "owners_here", "reasons", "targets"),
    *("rows", "as_of", "file", "record"),
]


def needs(folder: Path) -> dict:
    """What the classes rest on: worked out where it is not there yet."""
    import polars as pl

    from datasync_lib.project import Project

    analysis = Project(folder).analysis
    start = time.perf_counter()
    paths = [path for name in NEEDS for path in analysis.paths(name)]
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths)}


def by_analysis(folder: Path) -> tuple:
    """The workbench, share by share, from the store to the store."""
    from datasync_lib.project import Project

    analysis = Project(folder).analysis
    store = Project(folder).store
    shutil.rmtree(store.results.part(analysis.key("held_numbers")), ignore_errors=True)
    start = time.perf_counter()
    analysis.paths("held_numbers")
    seconds = time.perf_counter() - start
    print(WORKED_OUT, flush=True)
    return seconds, analysis.frame("held_numbers").select(SHOWN).collect().to_pandas()


def by_pandas(folder: Path) -> tuple:
    """The same rules, as one writes them in pandas."""
    import pandas as pd

    from datasync_lib.problems import PROBLEMS
    from datasync_lib.project import Project

    project = Project(folder)
    analysis, classes = project.analysis, PROBLEMS["old_holding"].classes
    modes = {each.symbol: each.mode for each in project.settings.symbols}
    paths = {name: [str(path) for path in analysis.paths(name)] for name in NEEDS}
    start = time.perf_counter()

    def read(name: str, columns: list[str]) -> pd.DataFrame:
        return pd.concat([pd.read_parquet(path, columns=columns) for path in paths[name]], ignore_index=True)

    key = ["symbol", "number"]
    lists = read("newest_holdings", ["symbol", "ocn", "ocn_current", "number", "as_of", "file", "record"])
    grouped = lists.sort_values(["symbol", "ocn", "file", "record"]).groupby(["symbol", "ocn"], as_index=False)
    held = grouped.first().merge(grouped.size().rename(columns={"size": "rows"}), on=["symbol", "ocn"])
    again = read("repeated_numbers", ["symbol", "ocn", "rows"]).rename(columns={"rows": "again"})
    held = held.merge(again, on=["symbol", "ocn"], how="left")
    held["rows"] += held["again"].fillna(0).astype("int64")
    claims = read("claims", [*key, "class", "reason"])
    claims["rank"] = claims["class"].map({name: rank for rank, name in enumerate(classes)})
    first = claims.sort_values([*key, "rank", "reason"]).drop_duplicates(key).rename(columns={"reason": "because"})
    owners = read("held_owners", None).drop(columns="mode")
    classed = held.merge(owners, on=key, how="left").merge(first, on=key, how="left")
    classed["class"] = classed["class"].fillna("not_yet_classed")
    classed["mode"] = classed["symbol"].map(modes).fillna("unknown")
    elsewhere = classed.loc[classed["class"] == "owned_elsewhere", [*key, "targets", "as_of"]].explode("targets")
    today = lists[["symbol", "number", "as_of"]].drop_duplicates()
    today = today.rename(columns={"symbol": "targets", "as_of": "of"})
    each = elsewhere.merge(today, on=["targets", "number"], how="left")
    each["has"] = (each["of"] >= each["as_of"]).fillna(False)
    all_have = each.groupby([*key, "targets"])["has"].any().groupby(key).all().rename("is_held").reset_index()
    classed = classed.merge(all_have, on=key, how="left")
    classed = classed.merge(read("searches", [*key, "is_sure"]), on=key, how="left")
    is_solved = classed["number"].isin(read("solved_drifts", ["number"])["number"])
    answers = classed["class"].map({name: kind.answer for name, kind in classes.items()})
    is_retired, is_known = classed["mode"] == "retired", classed["mode"] != "unknown"
    goes = (classed["class"] == "owned_elsewhere") & classed["is_held"].eq(True) & is_known
    goes |= (classed["class"] == "not_in_catalogue") & classed["is_sure"].eq(True)
    goes |= (classed["class"] == "drifted") & is_solved & is_retired
    stays = classed["class"].isin(["covered", "decided_keep", "set_after_extract"]) & ~is_retired
    nowhere = (classed["class"] == "withdrawn") & ~is_known
    classed["answer"] = np.select([stays, goes, nowhere], ["keep", "delete", "review"], answers)
    unread = read("unread_files", ["symbol", "file", "reason"])
    words = dict(zip(unread["symbol"], unread["file"] + ": " + unread["reason"], strict=True))
    waits = (classed["answer"] == "delete") & (classed["symbol"].isin(list(words)) | (None in words))
    classed.loc[waits, "because"] = classed.loc[waits, "symbol"].map(words).fillna(words.get(None))
    classed.loc[waits, ["class", "answer"]] = ["list_not_read", "hold"]
    deciding = {"in_error": "first_in_error", "undecided_place": "first_undecided"}
    classed["mms_id"] = classed["first_owner"]
    for name, column in deciding.items():
        chosen = (classed["class"] == name) & classed[column].notna()
        classed.loc[chosen, "mms_id"] = classed.loc[chosen, column]
    excluded = classed["class"] == "excluded_by_policy"
    classed.loc[excluded, "mms_id"] = classed.loc[excluded, "first_open"]
    units = read("owner_judgements", ["number", "mms_id", "unit", "other_units"]).drop_duplicates(["number", "mms_id"])
    whose = classed.merge(units, on=["number", "mms_id"], how="left")
    without = read("unnumbered_rows", ["symbol", "because", "rows", "as_of", "file", "record"])
    without["class"], without["answer"] = "ambiguous_number", classes["ambiguous_number"].answer
    without["mode"] = without["symbol"].map(modes).fillna("unknown")
    of_owners = [name for name in whose.columns if name.startswith("owners")]
    whole = pd.concat([whose.sort_values(["symbol", "ocn"]), without], ignore_index=True)
    whole[of_owners] = whole[of_owners].fillna(0).astype("int64")
    whole[COLUMNS].to_parquet(folder / "by_pandas.parquet")
    print(WORKED_OUT, flush=True)
    return time.perf_counter() - start, whole


def _told(seconds: float, frame) -> dict:
    """What a contender took, how much of each class and answer it found, and a name for all that it says of each number."""
    import pandas as pd

    counts = frame.groupby(["symbol", "class", "answer"]).size()
    hashes = pd.util.hash_pandas_object(frame[SHOWN].astype("string").fillna(""), index=False)
    return {
        "seconds": seconds,
        "rows": len(frame),
        "counts": {" ".join(map(str, name)): int(n) for name, n in counts.items()},
        "said": int(hashes.sum()),
    }


WORKS = {"workbench": by_analysis, "pandas": by_pandas}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bibs", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where made projects lie and stay; a temporary folder otherwise")
    parser.add_argument("--all-under", help="a symbol that holds, besides its own, what all others hold")
    parser.add_argument("--pandas", type=int, default=1_000_000, help="ask pandas up to this size")
    parser.add_argument(
        "--rounds", type=int, default=5, help="each contender in turn, so many times; the median is told"
    )
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work, folder = given.work
        print(json.dumps(needs(Path(folder)) if work == "needs" else _told(*WORKS[work](Path(folder)))))
        return
    print(f"{'bibs':>12}  {'contender':12}{'seconds':>10}{'peak MB':>10}{'rows':>14}")
    with tempfile.TemporaryDirectory() as temporary:
        for bibs in sorted(given.bibs):
            works = list(WORKS) if bibs <= given.pandas else ["workbench"]
            project = made_project(given.folder or Path(temporary), bibs, all_under=given.all_under)
            _compare(project, bibs, works, given.rounds)


def _compare(project, bibs: int, works: list[str], rounds: int) -> None:
    done = run([sys.executable, __file__, "--work", "needs", str(project.folder)])
    took = json.loads(next(line.text for line in done.lines if line.text))
    print(f"{bibs:12,}  {'before it':12}{took['seconds']:10.1f}{done.peak / 1e6:10,.0f}{took['rows']:14,}", flush=True)
    found, seconds, peaks = {}, defaultdict(list), defaultdict(list)
    for _ in range(rounds):
        for work in works:
            done = run([sys.executable, __file__, "--work", work, str(project.folder)])
            worked_out, told, *_ = done.lines
            found[work] = json.loads(told.text)
            seconds[work].append(found[work]["seconds"])
            peaks[work].append(worked_out.peak)
    for work in works:
        took, peak = statistics.median(seconds[work]), max(peaks[work])
        print(f"{bibs:12,}  {work:12}{took:10.1f}{peak / 1e6:10,.0f}{found[work]['rows']:14,}", flush=True)
    if len(found) > 1:
        counts = [set(of["counts"].items()) for of in found.values()]
        if counts[0] != counts[1] or found["workbench"]["said"] != found["pandas"]["said"]:
            raise AssertionError(f"the contenders differ: {sorted(counts[0] ^ counts[1])}")
        times = [other / own for own, other in zip(seconds["workbench"], seconds["pandas"], strict=True)]
        each = ", ".join(f"{ratio:.1f}" for ratio in sorted(times))
        print(f"{'':14}{statistics.median(times):.1f} times as fast as pandas (round by round: {each})")


if __name__ == "__main__":
    main()
