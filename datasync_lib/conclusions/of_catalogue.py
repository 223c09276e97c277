"""What follows from what was loaded: files, changes, spellings and places of OCNs."""

import polars as pl

from ..plots.chart import count
from ..problems import PROBLEMS
from ..tables.loading import NEED_A_LOOK
from .conclusion import Conclusion

_NO_FAULT = ("ok", "not_oclc", "empty")


def of_files(files: pl.DataFrame) -> Conclusion:
    """Whether everything was read.

    Args:
        files: the table `files`.
    """
    if files.is_empty():
        return Conclusion("Nothing is loaded yet.", "Put exports, reports and lists into data/raw, and run this again.")
    rejected = files.filter(pl.col("rejected") > 0).sort("rejected", "file", descending=[True, False])
    odd = files.filter(pl.col("kind").is_in(NEED_A_LOOK)).sort("file")
    if rejected.is_empty() and odd.is_empty():
        return Conclusion(
            f"Nothing of {count(files.height, 'file')} is missing.", "How ready is each symbol? See notebook 02."
        )
    said = []
    if rejected.height:
        most = f"; most of them, {rejected['rejected'][0]:,}, stand in {rejected['file'][0]}"
        pieces = count(rejected["rejected"].sum(), "record or row", "records and rows")
        said.append(
            f"{pieces} of {count(rejected.height, 'file')} could not be taken{most if rejected.height > 1 else ''}."
        )
    if odd.height:
        said.append(
            f"{count(odd.height, 'file')} {'needs' if odd.height == 1 else 'need'} a look, first {odd['file'][0]}."
        )
    return Conclusion(
        " ".join(said),
        "The table of what was wrong names file and row; mend it where it comes from and put the file in again, and only that file is read.",
    )


def of_scope(scope: pl.DataFrame) -> Conclusion:
    """Whether each location has a place in the exchange.

    Args:
        scope: the frame `scope`.
    """
    unmapped = scope.filter(~pl.col("is_mapped"))
    if scope.is_empty():
        return Conclusion("No holding is loaded yet.", "Put an export with holdings into data/raw, and load it.")
    if unmapped.is_empty():
        return Conclusion("Each location is in location_map.csv.", "How ready is each symbol? See notebook 02.")
    places = unmapped.select("library", "location").unique().height
    return Conclusion(
        f"{count(unmapped['holdings'].sum(), 'holding')} in {count(places, 'location')} belong to nobody yet, and would be lost when an old symbol is emptied.",
        "Fill these locations into location_map.csv; notebook 02 lists them.",
    )


def of_changes(counts: pl.DataFrame) -> Conclusion:
    """What the difference of two states of the catalogue asks for.

    Args:
        counts: the frame `change_counts`.
    """
    if counts.is_empty():
        return Conclusion(
            "The exchange has nothing new to tell OCLC, as far as two states of the catalogue are known.",
            "The next full export beside this one shows what changed.",
        )
    sums = {
        (what, change): n
        for what, change, n in counts.group_by("what", "change").agg(pl.col("changes").sum()).iter_rows()
    }
    new, gone = sums.get(("bib", "new"), 0), sums.get(("bib", "gone"), 0)
    stayed = counts.filter(what="number", with_bib=False)["changes"].sum()
    return Conclusion(
        f"{count(new, 'new bib')} and {stayed:,} with other numbers are for the next files to OCLC, as far as they take part; {count(gone, 'bib is', 'bibs are')} gone.",
        "What WorldCat still holds of those that are gone is in notebook 05: withdrawn, suppressed, or lost by mistake?",
    )


def of_ocn_census(census: pl.DataFrame) -> Conclusion:
    """Whether there are numbers that a rule or a correction would win.

    Args:
        census: the frame `ocn_census`.
    """
    faulty = census.filter(~pl.col("verdict").is_in(_NO_FAULT))
    if census.is_empty():
        return Conclusion(
            "No OCN was found in any place.", "Say in [ocn] of datasync.toml where OCNs stand, and load again."
        )
    if faulty.is_empty():
        return Conclusion("Each number that looks like an OCN can be used.", "Which bibs share one? See notebook 03.")
    by_kind = faulty.group_by("place", "verdict").agg(pl.col("readings").sum())
    place, verdict, most = by_kind.sort("readings", "place", "verdict", descending=[True, False, False]).row(0)
    return Conclusion(
        f"Most numbers that are lost stand in {place} ({most:,} of {faulty['readings'].sum():,}: {verdict.replace('_', ' ')}).",
        f"The bibs are listed for their units as «{PROBLEMS['malformed_ocn'].title}» in notebook 07; a spelling that comes again and again is worth a rule.",
    )


def of_ranks(ranks: pl.DataFrame) -> Conclusion:
    """Whether the rank of the places should be another.

    Args:
        ranks: the frame `proposed_rank`.
    """
    other = ranks.filter(pl.col("proposed_rank").ne_missing(pl.col("present_rank"))).sort("proposed_rank")
    if other.is_empty():
        return Conclusion("The places are ranked as proposed.", "How ready is each symbol? See notebook 02.")
    by_rank = ranks.sort("proposed_rank")["place"].to_list()
    return Conclusion(
        f"{count(other.height, 'place')} {'has' if other.height == 1 else 'have'} another rank than proposed; proposed is {', '.join(by_rank)}.",
        "Where the reasons convince, change places in [ocn] of datasync.toml, and load again: other numbers become current.",
    )
