"""Numbers by which a host names what is bound in it: 774 $w with a prefix of OCLC's (practice.md 2.1a, 6.2, «All owners»).

A host that names a constituent by its MMS ID shares its holdings with it (`links`). One that names it by its OCN says that the
title stands on its shelf, and no record says whose holding it is: the number has an owner in doubt.
"""

import polars as pl

from .claims import as_claims, claims, held_on_lists, in_order
from .doubts import possible_numbers
from .exchange import with_number
from .registry import gives

_FIRST = ["number", "mms_id", "file", "record"]


@gives("bound_numbers")
def bound_numbers(
    *,
    host_fields: pl.LazyFrame,
    bibs: pl.LazyFrame,
    links: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    terminals: pl.DataFrame,
    maximum: int,
) -> pl.DataFrame:
    """Which numbers does a host name that neither it owns nor what is linked to it?

    Args:
        host_fields: 774 $w with a prefix of OCLC's, in brackets or before the digits.
        bibs: whose records they stand in.
        links: hosts and what is bound in them.
        number_owners: who owns a number, a constituent with its host's holdings.
        terminals: where numbers end.
        maximum: a greater number is no OCN.

    Returns:
        number (as WorldCat calls it now, or the number itself when it is ambiguous); mms_id of the host; raw; file, record.
        Sorted.
    """
    named = host_fields.select("file", "record", raw="value").collect()
    hosts = bibs.select("file", "record", "mms_id").join(
        named.lazy().select("file", "record"), on=["file", "record"], how="semi"
    )
    read = named.join(hosts.collect(), on=["file", "record"], how="left")
    each = read.with_columns(ocn=possible_numbers(pl.col("raw"), maximum)).explode("ocn").drop_nulls("ocn")
    numbered = with_number(each, "ocn", terminals).rename({"ocn_number": "number"})
    asked = numbered.lazy().select("number").unique()
    owners = number_owners.join(asked, on="number", how="semi").select("number", "mms_id").unique().collect()
    through = links.select("host_mms_id", mms_id="constituent_mms_id").collect()
    linked = owners.join(through, on="mms_id").select("number", mms_id="host_mms_id")
    known = pl.concat([owners, linked]).unique()
    in_doubt = numbered.join(known, on=["number", "mms_id"], how="anti")
    return in_doubt.select(*_FIRST, "raw").unique().sort(*_FIRST, "raw", nulls_last=True)


@claims("bound_numbers", by={"newest_holdings": "number"})
def claims_of_bound_numbers(*, newest_holdings: pl.LazyFrame, bound_numbers: pl.LazyFrame) -> pl.DataFrame:
    """Which held numbers does a host name as bound in it, with no word of whose holding it is: doubtful_owner."""
    said = pl.format("774 $w «{}» of {}", "raw", pl.col("mms_id").fill_null("a record without ID"))
    held = held_on_lists(newest_holdings).join(bound_numbers, on="number", how="inner").collect()
    return in_order([as_claims(held, "doubtful_owner", said)])
