"""To which bib a holding belongs: what the newest extract says that has it, whatever the files are called."""

import polars as pl
import pytest
from marc_text import subfields

from datasync_lib.marc.by_tag import RECORD, Fields
from datasync_lib.settings import Settings
from datasync_lib.tables.ages import files_that_count, find_extracts, newest_of_files
from datasync_lib.tables.build import derive
from datasync_lib.tables.current import find_current_records
from datasync_lib.tables.merging import merge_holdings
from datasync_lib.tables.relinking import find_holding_claims, issues_of_claims, of_owners
from datasync_lib.vocabulary.tables import empty

# A[H] is bib A with the holding H in it, A[] without; -A is A deleted; H>A is a holdings record of A, -H one that is deleted.
# Files stand in the order of their days, "?" is a file without one. Then the bibs that have the holding, and whether that
# is in doubt.
TRUTH = {
    "moved": (["01 A[H] B[]", "10 B[H]"], "B", False),
    "moved, and the old bib again without it": (["01 A[H]", "10 B[H]", "20 A[]"], "B", False),
    "moved, and the old bib says so first": (["01 A[H]", "10 A[]", "20 B[H]"], "B", False),
    "moved on": (["01 A[H]", "10 B[H]", "20 C[H]"], "C", False),
    "moved and back": (["01 A[H]", "10 B[H]", "20 A[H]"], "A", False),
    "moved, and the new bib deleted": (["01 A[H] B[]", "10 B[H]", "20 -B"], "", False),
    "moved, and the new bib lost it": (["01 A[H]", "10 B[H]", "20 B[]"], "", False),
    "moved, and the old bib deleted": (["01 A[H]", "10 B[H]", "20 -A"], "B", False),
    "moved in one increment": (["01 A[H] B[]", "10 A[] B[H]"], "B", False),
    "taken from its bib": (["01 A[H]", "10 A[]"], "", False),
    "deleted with its bib": (["01 A[H]", "10 -A"], "", False),
    "deleted and made again": (["01 A[H]", "10 -A", "20 A[H]"], "A", False),
    "listed in a deleted bib": (["01 A[H]", "10 -B[H]"], "A", False),
    "its own bib is deleted and lists it": (["01 A[H]", "10 -A[H]"], "", False),
    "a newer holdings record of another bib": (["01 A[H]", "10 H>B"], "B", False),
    "an older holdings record of another bib": (["01 H>A A[]", "10 B[H]"], "B", False),
    "a newer holdings record of its bib": (["01 A[H]", "10 H>A"], "A", False),
    "an older holdings record of its bib": (["01 H>A", "10 A[H]"], "A", False),
    "a holdings record moved": (["01 H>A A[] B[]", "10 H>B"], "B", False),
    "a holdings record moved, and moved on in the bib": (["01 H>A", "10 H>B", "20 C[H]"], "C", False),
    "a holdings record deleted": (["01 H>A A[]", "10 -H"], "", False),
    "a holdings record deleted, its bib older": (["01 A[H]", "10 -H"], "", False),
    "a holdings record deleted, its bib newer": (["01 A[H]", "05 -H", "10 A[H]"], "A", False),
    "a holdings record deleted and made again": (["01 -H", "10 H>A"], "A", False),
    "a holdings record and its bib of one day": (["01 H>A A[H]"], "A", False),
    "a holdings record whose bib lost it": (["01 A[H]", "05 H>A", "10 A[]"], "A", False),
    "a holdings record of a bib that is missing": (["01 H>A B[]"], "A", False),
    "a holdings record that names an OCN": (["01 A[H] H>ocm00000012"], "A", False),
    "a newer holdings record that names an OCN": (["01 A[H]", "10 H>(OCoLC)12"], "A", False),
    "a holdings record that names an OCN, made again": (["01 -H", "10 H>(OCoLC)12"], "(OCoLC)12", False),
    "bound together": (["01 A[H] B[H]"], "A B", True),
    "bound together, one of them newer": (["01 A[H] B[H] C[H]", "10 B[H]"], "A B C", True),
    "bound together, one left": (["01 A[H] B[H]", "10 B[]"], "A", True),
    "bound together, one joins": (["01 A[H] B[H]", "10 C[H]"], "A B C", True),
    "two bibs on one day": (["01 A[]", "10 A[H]", "10 B[H]"], "A B", True),
    "two bibs, no days": (["? A[H]", "? B[H]"], "A B", True),
    "two bibs, one without a day": (["10 A[H]", "? B[H]"], "A B", True),
    "one bib, no days": (["? A[H]", "? A[H]"], "A", False),
    "a holdings record of another bib, of one day": (["01 A[H] B[] H>B"], "A", True),
    "a deleted holdings record, of one day": (["01 A[H] -H"], "A", True),
    "a holdings record of another bib, no day": (["01 A[H]", "? H>B"], "A B", True),
    "two bibs on one day, then one": (["10 A[H]", "10 B[H]", "20 C[H] A[] B[]"], "C", True),
}


def record(text: str) -> str:
    """A record as lines of text."""
    deleted, text = text.startswith("-"), text.removeprefix("-")
    status = "d" if deleted else "n"
    if text.startswith("H"):
        return f"LDR 00000{status}x  a2200000un 4500\n001 H\n004 {text[2:] or 'A'}\n852 0  $bMAIN$cSTACKS"
    lines = [f"LDR 00000{status}am a2200000 i 4500", f"001 {text[0]}", "245 10 $aA title"]
    return "\n".join([*lines, *(["852 0  $8H$bMAIN$cSTACKS"] if text.endswith("[H]") else [])])


def merged(files: dict[str, str], settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The current holdings and the claims on them, of files by name."""
    derived = [
        derive(Fields(subfields(*map(record, content.split()), file=name)), settings) for name, content in files.items()
    ]
    bibs, holdings = (pl.concat([each[name] for each in derived]).lazy() for name in ("bibs", "holdings"))
    extracts = find_extracts(files, settings)
    counting = files_that_count(extracts, [], {})
    current = find_current_records(bibs, holdings.filter("is_mfhd"), counting)
    claims = pl.concat([empty("holding_claims"), *find_holding_claims(holdings, counting)])
    rows = holdings.collect().join(current.select(*RECORD, "is_lead"), on=RECORD)
    ages = newest_of_files(extracts).select("file", "age")
    return merge_holdings(of_owners(rows, claims).join(ages, on="file", how="left")), claims


def named(files: list[str], names: list[str]) -> dict[str, str]:
    """The files by name: their days in their names, and what makes the order of names another one before it."""
    days = [content.partition(" ")[0] for content in files]
    return {
        f"{name}/{name}{'' if day == '?' else f'_202507{day}'}.mrc": content.partition(" ")[2]
        for name, day, content in zip(names, days, files, strict=False)
    }


def entries(files: dict[str, str]) -> Settings:
    """The first day a full extract, each further one an increment."""
    days = sorted({name[-6:-4] for name in files})
    return Settings.model_validate(
        {
            "extracts": [
                {"files": f"*202507{day}.mrc", "date": f"2025-07-{day}", "kind": "increment" if number else "full"}
                for number, day in enumerate(days)
            ]
        }
    )


@pytest.mark.parametrize("names", ["abc", "cba", "bca"])
@pytest.mark.parametrize("name", TRUTH)
@pytest.mark.parametrize("has_entries", [False, True], ids=["days in names", "entries"])
def test_the_newest_extract_that_has_a_holding_decides(name, names, has_entries):
    texts, bibs, is_in_doubt = TRUTH[name]
    if has_entries and any(text.startswith("?") for text in texts):
        pytest.skip("an entry has a day")
    files = named(texts, list(names))
    holdings, claims = merged(files, entries(files) if has_entries else Settings())
    assert holdings["mms_id"].sort().to_list() == bibs.split()
    assert set(holdings["holding_id"]) <= {"H"}
    assert claims["is_in_doubt"].any() == is_in_doubt
    assert issues_of_claims(claims).is_empty() != is_in_doubt


def test_what_is_said_of_two_bibs():
    _, claims = merged({"x.mrc": "A[H]", "y.mrc": "B[H]"}, Settings())
    issues = issues_of_claims(claims)
    assert issues.select("file", "record", "code").rows() == [
        ("x.mrc", 0, "claimed_twice"),
        ("y.mrc", 0, "claimed_twice"),
    ]
    assert issues["message"][0].startswith(
        "1 holdings are claimed by several bibs, or as deleted too, in files of which none"
    )


# A full extract of bibs of 10 July, and one of holdings records of another day; to which bibs the holding belongs.
EXTRACTS = {
    "holdings older": ("01", "A[] B[H]", "H>A", "B"),
    "holdings newer": ("20", "A[H] B[]", "H>B", "B"),
    "holdings older, none in the bibs": ("01", "A[] B[]", "H>A", "A"),
    "holdings older, their bib is gone": ("01", "B[]", "H>A", "A"),
    "holdings newer, deleted": ("20", "A[H]", "-H", ""),
    "holdings older, deleted": ("01", "A[H]", "-H", "A"),
    "holdings of the same day": ("10", "A[H]", "H>A", "A"),
}


@pytest.mark.parametrize("name", EXTRACTS)
@pytest.mark.parametrize("names", ["ab", "ba"])
def test_an_extract_of_holdings_older_or_newer_than_the_bibs(name, names):
    day, of_bibs, of_holdings, bibs = EXTRACTS[name]
    entries = [
        {"files": "*bibs.mrc", "date": "2025-07-10"},
        {"files": "*mfhd.mrc", "date": f"2025-07-{day}", "unit": "holding"},
    ]
    files = {f"{names[0]}_bibs.mrc": of_bibs, f"{names[1]}_mfhd.mrc": of_holdings}
    holdings, claims = merged(files, Settings.model_validate({"extracts": entries}))
    assert holdings["mms_id"].to_list() == bibs.split()
    assert not claims["is_in_doubt"].any()


def test_many_holdings_in_files_without_a_day():
    rows = {"file": "x.mrc", "record": 0, "is_mfhd": False, "record_status": None}
    holdings = pl.DataFrame(
        [{**rows, "holding_id": f"22{number}", "mms_id": bib} for number in range(300) for bib in ("991", "992")]
        + [{**rows, "file": "y_20250701.mrc", "holding_id": "22299", "mms_id": "993"}],
        schema_overrides={"record_status": pl.String},
    )
    counting = files_that_count(find_extracts(["x.mrc", "y_20250701.mrc"], Settings()), [], {})
    claims = pl.concat(find_holding_claims(holdings.lazy(), counting))
    assert (claims.height, claims["age"].drop_nulls().to_list(), claims["is_in_doubt"].all()) == (601, [1], True)
