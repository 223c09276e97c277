"""From subfields to tables: what one piece of a file gives, without a look at any other.

What needs several files (which record is current, where a holding belongs, what a host lends to its constituents) is
asked later, of the tables.
"""

import polars as pl

from ..identifiers.ocn import parse_ocn
from ..marc.by_tag import Fields
from ..marc.references import resolve_references
from ..settings import Institution, Settings
from ..vocabulary.tables import conform
from .bibs import derive_bibs
from .embedded import find_embedded
from .inventory import derive_holdings, derive_items, derive_links
from .numbers import derive_ocns, derive_standard_numbers, every_place

# The tags that the tables and analyses read; the settings may add to them.
TAGS = frozenset(
    "LDR 001 003 004 005 006 007 008 010 011 014 019 020 022 024 035 040 041 042 066 079 086 100 110 111 130 240 245 246 "
    "250 260 264 300 336 337 338 490 502 506 533 583 600 610 611 630 648 650 651 653 655 700 710 711 730 740 773 774 775 "
    "776 777 780 785 787 800 810 811 830 843 852 853 854 855 856 863 864 865 866 867 868 876 877 878 880 900 904 908 913 914 916 919 950 "
    "990 994 AVA AVD AVE H52 HOL ITM OAI POR".split()
)

_RULES = ("collections", "ocn", "holdings", "items", "suppression", "exclusions")


def tags_to_load(settings: Settings) -> frozenset[str]:
    """The tags that are kept as subfields: the usual ones and every tag that the settings name."""
    named = {place.place[:3] for place in every_place(settings.ocn)}
    named |= {layout.tag for layout in (*settings.holdings, *settings.items)}
    named |= {rule.tag for rule in (*settings.exclusions, *settings.suppression.bib, *settings.suppression.holding)}
    named |= {collection.lsn_location[:3] for collection in settings.collections}
    named |= {collection.ocn_location[:3] for collection in settings.collections}
    named |= {rule.tag for rule in settings.lhr_marks}
    return TAGS | named | set(settings.raw.extra_tags)


def rules_of_tables(settings: Settings) -> Settings:
    """The settings with nothing in them but what the derived tables depend on; everything else as it is without settings."""
    institution = Institution(mms_suffix=settings.institution.mms_suffix)
    return Settings(institution=institution, **{name: getattr(settings, name) for name in _RULES})


def settings_of_tables(settings: Settings) -> dict:
    """The settings on which the derived tables depend; another value of one of them derives them anew."""
    return rules_of_tables(settings).model_dump(mode="json", include={"institution", *_RULES})


def derive(fields: Fields, settings: Settings) -> dict[str, pl.DataFrame]:
    """The tables bibs, ocns, standard_numbers, holdings, other_holdings, items and links of some whole records.

    Args:
        fields: the records, all of one file.
        settings: places of OCNs, fields of holdings and items, rules of suppression and exclusion.
    """
    fields = resolve_references(fields)
    ocns = derive_ocns(fields, settings)
    bibs = conform("bibs", derive_bibs(fields, ocns, settings))
    items = derive_items(fields, settings)
    embedded, others = find_embedded(fields, bibs, settings)
    return {
        "bibs": bibs,
        "ocns": ocns,
        "standard_numbers": derive_standard_numbers(fields, bibs),
        "holdings": derive_holdings(fields, embedded, items, settings),
        "other_holdings": conform("other_holdings", others),
        "items": items,
        "links": derive_links(fields, bibs),
    }


def derive_sent_records(
    fields: Fields, records: pl.DataFrame, *, symbol: str, collection: str, sent_file: str, settings: Settings
) -> pl.DataFrame:
    """The records of a file that was sent to OCLC, in the columns of the `sent_records` table.

    The local system number stands where the collection's settings say (001 unless they say otherwise). A collection
    of unit holding was sent one record for each holding: its first holding is then the one meant (practice.md 0.1). The
    OCN is told where the file may take holdings away.
    """
    chosen = settings.collection(collection)
    sets_holdings = chosen is not None and chosen.type == "bib"
    names = {"lsn": [chosen.lsn_location if chosen else "001"], "_001": ["001"], "_004": ["004"], "leader": ["LDR"]}
    if chosen and chosen.unit == "holding" and settings.holdings:
        names["_holding"] = [f"{settings.holdings[0].tag}${settings.holdings[0].holding_id}"]
    if not sets_holdings:
        names["_ocn"] = [chosen.ocn_location if chosen else "035$a"]
    sent = fields.first_values(names).with_columns(pl.col("lsn", "_001", "_004").str.strip_chars())
    is_mfhd = pl.col("leader").str.slice(6, 1).is_in(list("uvxy")).fill_null(False)
    number = parse_ocn(pl.col("_ocn"), trusted=True, maximum=settings.ocn.maximum).struct.field("ocn")
    holding = pl.when(is_mfhd).then("_001").otherwise("_holding" if "_holding" in names else None)
    return conform(
        "sent_records",
        sent.join(records.select("record", "byte_offset"), on="record", how="left", maintain_order="left").with_columns(
            file=pl.lit(fields.file),
            mms_id=pl.when(is_mfhd).then("_004").otherwise("_001"),
            holding_id=holding,
            symbol=pl.lit(symbol),
            collection=pl.lit(collection),
            sent_file=pl.lit(sent_file),
            record_status=pl.col("leader").str.slice(5, 1),
            ocn=None if sets_holdings else number,
        ),
    )
