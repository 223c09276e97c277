"""How well does the score card tell the same edition from another one, and how fast?

    python benchmarks/similarity.py [FOLDER]

FOLDER holds labelled pairs: a .mrc.gz with records whose 001 is their name, and a .csv with id1, id2, label (1: the same
edition). Without it the pairs beside the checkout are taken. Beside the card stand the figures of duplicates.md E6, which were measured on
another set of the same kind, and the plain likeness of titles, measured here. Half of the pairs are true: in a
real catalogue precision is lower.
"""

import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from datasync_lib.analysis.similarity import TEXT_COLUMNS, compare_texts
from datasync_lib.marc import read_marc
from datasync_lib.marc.by_tag import Fields
from datasync_lib.settings import Settings
from datasync_lib.tables.bibs import derive_bibs
from datasync_lib.vocabulary.tables import conform, empty

PAIRS = Path(__file__).resolve().parents[2] / "shared" / "data" / "labelled_duplicates"
# Precision and recall of duplicates.md E6.
ELSEWHERE = {"score >= 95": (0.981, 0.989), "score >= 102": (0.988, 0.971), "score >= 108": (0.992, 0.926)}


def read_pairs(folder: Path) -> pl.DataFrame:
    """The labelled pairs with the texts of both records."""
    records, labels = next(folder.glob("*.mrc.gz")), pl.read_csv(next(folder.glob("*.csv")))
    fields = Fields(read_marc(records).subfields)
    bibs = conform("bibs", derive_bibs(fields, empty("ocns"), Settings(exclusions=())))
    issns = pl.lit(None, dtype=pl.List(pl.String)).alias("issns")
    texts = bibs.unique("mms_id", keep="first", maintain_order=True).with_columns(issns).select("mms_id", *TEXT_COLUMNS)
    return labels.join(texts, left_on="id1", right_on="mms_id", maintain_order="left").join(
        texts.rename(lambda name: f"{name}_other"), left_on="id2", right_on="mms_id_other", maintain_order="left"
    )


def figures(compared: pl.DataFrame, hits: pl.Series) -> tuple[int, float, float, float, float]:
    """Hits, precision, recall, and the 95 % range of the precision over 200 samples with replacement."""
    label, hit = compared["label"].to_numpy() == 1, hits.to_numpy()
    random = np.random.default_rng(1)
    samples = [random.integers(0, len(label), len(label)) for _ in range(200)]
    low, high = np.quantile([label[s][hit[s]].mean() for s in samples], [0.025, 0.975])
    return int(hit.sum()), label[hit].mean(), hit[label].mean(), low, high


def main() -> None:
    """Prints the table."""
    pairs = read_pairs(Path(sys.argv[1]) if len(sys.argv) > 1 else PAIRS)
    begins = time.perf_counter()
    compared = compare_texts(pairs)
    seconds = time.perf_counter() - begins
    print(f"{pairs.height:,} pairs, {pairs['label'].mean():.0%} true; {pairs.height / seconds:,.0f} pairs a second\n")
    titles = (pairs[name].fill_null("").str.to_lowercase().to_list() for name in ("title", "title_other"))
    plain = pl.Series(process.cpdist(*titles, scorer=fuzz.token_sort_ratio))
    rows = {
        "score >= 95": compared["score"] >= 95,
        "score >= 102": compared["score"] >= 102,
        "score >= 108": compared["score"] >= 108,
        "likely": (compared["verdict"] == "likely").fill_null(False),
        "likely or look": compared["verdict"].is_in(["likely", "look"]).fill_null(False),
        "title alone >= 90": plain >= 90,
    }
    print(f"{'':20}{'hits':>7}{'precision':>11}{'(95 %)':>16}{'recall':>8}   elsewhere (E6)")
    for name, hits in rows.items():
        count, precision, recall, low, high = figures(compared, hits)
        known = "  /  ".join(f"{x:.3f}" for x in ELSEWHERE[name]) if name in ELSEWHERE else ""
        print(f"{name:20}{count:>7,}{precision:>11.3f}{f'{low:.3f}-{high:.3f}':>16}{recall:>8.3f}   {known}")
    print("\nrefusal".ljust(58) + "pairs   of them true")
    refused = compared.drop_nulls("refusal").group_by("refusal").agg(pl.len(), pl.col("label").mean()).sort("refusal")
    for words, count, share in refused.iter_rows():
        print(f"{words:57}{count:>6,}{share:>15.0%}")


if __name__ == "__main__":
    main()
