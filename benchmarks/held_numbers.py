"""How fast is every held number put into its class? The analysis beside the same in pandas, in one run, on the same tables.

    python benchmarks/held_numbers.py [--bibs 100000 1000000] [--folder DIR] [--pandas 1000000]

For each size a project is made (`made_catalogue`), and what the classes rest on is worked out first: the lists, the owners
and all claims. Then each contender reads these from the store, in a process of its own: the first claim in the order of
the classes, what the owners and the search say, whether the targets hold the number today, the answer. Both must give the same. Memory is
anonymous memory at its peak; --pandas is the largest size at which pandas is asked. A project that is there is used as it is.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from made_catalogue import made_project
from measuring import run

NEEDS = ("newest_holdings", "held_owners", "owner_judgements", "claims", "searches")
SHOWN = ["symbol", "ocn", "class", "answer"]


def by_analysis(folder: Path) -> dict:
    """The workbench, share by share, from the store to the store."""
    from datasync_lib.project import Project

    analysis = Project(folder).analysis
    store = Project(folder).store
    shutil.rmtree(store.results.part(analysis.key("held_numbers")), ignore_errors=True)
    start = time.perf_counter()
    analysis.paths("held_numbers")
    return _told(start, analysis.frame("held_numbers").select(SHOWN).collect().to_pandas())


def by_pandas(folder: Path) -> dict:
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
    lists = read("newest_holdings", ["symbol", "ocn", "number", "as_of", "file", "record"])
    held = lists.sort_values(["symbol", "ocn", "file", "record"]).groupby(["symbol", "ocn"], as_index=False).first()
    claims = read("claims", [*key, "class", "reason"])
    claims["rank"] = claims["class"].map({name: rank for rank, name in enumerate(classes)})
    first = claims.sort_values([*key, "rank", "reason"]).drop_duplicates(key)
    owners = read("held_owners", [*key, "targets", "first_owner"])
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
    answers = classed["class"].map({name: kind.answer for name, kind in classes.items()})
    goes = (classed["class"] == "owned_elsewhere") & classed["is_held"].eq(True) & (classed["mode"] != "unknown")
    goes |= (classed["class"] == "not_in_catalogue") & classed["is_sure"].eq(True)
    stays = classed["class"].isin(["covered", "decided_keep"]) & (classed["mode"] != "retired")
    unknown = (classed["class"] == "withdrawn") & (classed["mode"] == "unknown")
    classed["answer"] = np.select([stays, goes, unknown], ["keep", "delete", "review"], answers)
    units = read("owner_judgements", ["number", "mms_id", "unit"]).drop_duplicates(["number", "mms_id"])
    whose = classed.merge(units, left_on=["number", "first_owner"], right_on=["number", "mms_id"], how="left")
    return _told(start, whose.sort_values(["symbol", "ocn"]))


def _told(start: float, frame) -> dict:
    seconds = time.perf_counter() - start
    counts = frame.groupby(["symbol", "class", "answer"]).size()
    return {
        "seconds": seconds,
        "rows": len(frame),
        "counts": {" ".join(map(str, name)): int(n) for name, n in counts.items()},
    }


WORKS = {"workbench": by_analysis, "pandas": by_pandas}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bibs", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where made projects lie and stay; a temporary folder otherwise")
    parser.add_argument("--pandas", type=int, default=1_000_000, help="ask pandas up to this size")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work, folder = given.work
        print(json.dumps(WORKS[work](Path(folder))))
        return
    print(f"{'bibs':>12}  {'contender':12}{'seconds':>10}{'peak MB':>10}{'rows':>14}")
    with tempfile.TemporaryDirectory() as temporary:
        for bibs in sorted(given.bibs):
            _compare(made_project(given.folder or Path(temporary), bibs), bibs, with_pandas=bibs <= given.pandas)


def _compare(project, bibs: int, *, with_pandas: bool) -> None:
    for name in NEEDS:
        project.analysis.paths(name)
    found = {}
    for work in WORKS if with_pandas else ["workbench"]:
        done = run([sys.executable, __file__, "--work", work, str(project.folder)])
        found[work] = json.loads(next(line.text for line in done.lines if line.text))
        told = found[work]
        print(f"{bibs:12,}  {work:12}{told['seconds']:10.1f}{done.peak / 1e6:10,.0f}{told['rows']:14,}", flush=True)
    if len(found) > 1:
        if found["workbench"]["counts"] != found["pandas"]["counts"]:
            raise AssertionError(f"the counts differ: {found}")
        print(f"{'':14}{found['pandas']['seconds'] / found['workbench']['seconds']:.1f} times as fast as pandas")


if __name__ == "__main__":
    main()
