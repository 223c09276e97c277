"""Cases of records and holdings: too brief, not paired, suppressed by halves, not to be sent, bound together."""

from dataclasses import replace

from .block import Block
from .cases import case
from .model import Bib

_SPARSE = (("Validation Error", "CRITICAL", "Record is sparse."),)


@case(5)
def brief_without_title(block: Block) -> None:
    """No title: level 01."""
    bib = block.bib(missing=frozenset({"title"}), brief_level="01", script=False)
    block.expect("brief_record", "01", bib)


@case(8)
def brief_without_element(block: Block) -> None:
    """No OCN, and an element of a record that could be matched is missing: level 02."""
    element = block.in_turn(("extent", "imprint", "date", "heading", "country", "language"))
    bib = block.bib(numbered=False, format="book", script=False, missing=frozenset({element}), brief_level="02")
    block.expect("brief_record", "02", bib)


@case(4)
def sparse_for_oclc(block: Block) -> None:
    """An OCN lets the record through, but OCLC will miss an element; every other one was refused for it."""
    element = block.in_turn(("extent", "imprint", "008", "extent"))
    bib = block.bib(format="book", script=False, missing=frozenset({element}))
    if block.chance.random() < 0.5:
        block.says(bib, "unresolved").messages = _SPARSE
        block.expect("rejected", "unresolved", bib)
    block.expect("sparse_record", None, bib)


@case(6)
def script_not_paired(block: Block) -> None:
    """An 880 without $6 or without partner, or a field whose 880 is not there."""
    fault = block.in_turn(("880_without_6", "880_without_partner", "field_without_880"))
    bib = block.bib(format="book", script=False, script_fault=fault)
    block.expect("script_pairing", None, bib)


@case(4)
def open_holding_on_suppressed_bib(block: Block) -> None:
    """The bib is suppressed, the holding is not."""
    bib = block.bib(("LAW", "stacks"), is_suppressed=True)
    block.expect("suppression_mismatch", "bib_suppressed", bib)
    block.expect("not_sent", "bib_suppressed", bib)


@case(4)
def items_on_suppressed_holding(block: Block) -> None:
    """The holding is suppressed, and items are there."""
    bib = block.bib(("MAIN", "stacks"))
    bib.holdings[0].is_suppressed = True
    block.expect("suppression_mismatch", "holding_suppressed", bib)
    block.expect("not_sent", "holding_suppressed", bib)


@case(5)
def unmapped_location(block: Block) -> None:
    """A location that no line of the map names; every other bib has a second holding that is mapped."""
    bib = block.bib(block.in_turn((("MAIN", "newwing"), ("HERB", "sheets"))))
    if block.in_turn((False, True)):
        block.holding(bib, "MAIN", "stacks")
    block.expect("unmapped_location", None, bib)
    block.expect("not_sent", "unmapped", bib)


@case(4)
def not_sent_for_no_reason(block: Block) -> None:
    """Nothing speaks against it, and it was not sent."""
    bib = block.bib(is_withheld=True)
    block.expect("not_sent", "unknown", bib)


@case(8)
def on_order(block: Block) -> None:
    """Items on order only, as each library writes it; every other one has a second item that has come, and is sent."""
    bib = block.bib(is_held=False)
    holding = bib.holdings[0]
    holding.items[0].process_type = block.in_turn(("acquisition", "Acquisition", "ACQ", "acq", "acq", "ACQ"))
    if block.in_turn((False, True)):
        holding.items += block.holding(bib, holding.library, holding.location).items
        bib.holdings.pop()
    else:
        block.expect("not_sent", "on_order", bib)


@case(5)
def items_not_in_place(block: Block) -> None:
    """The only item is on loan, missing, or being bound: it is ours all the same, and sent."""
    bib = block.bib()
    bib.holdings[0].items[0].process_type = block.in_turn(("LOAN", "Missing", "WORK ORDER DEPARTMENT", "loan"))


@case(5)
def marked_no_worldcat(block: Block) -> None:
    """914 NO-WORLDCAT, in capitals or not: the rule of the settings takes both."""
    mark = block.in_turn(("NO-WORLDCAT", "no-worldcat", "No-WorldCat", "NO-WORLDCAT (stub)"))
    bib = block.bib(rule="no_worldcat_914", mark=mark)
    block.expect("not_sent", "no_worldcat_914", bib)


@case(3)
def marked_otherwise(block: Block) -> None:
    """A 914 that says something else: the rule of the settings does not take it."""
    block.bib(mark=block.in_turn(("WORLDCAT", "checked in WorldCat", "see also NO-WORLDCAT")))


@case(4)
def brief_by_011(block: Block) -> None:
    """An 011 field makes a record brief, OCN or not."""
    bib = block.bib(has_011=True, brief_level="02")
    block.expect("brief_record", "02", bib)


@case(4)
def catalogued_in_another_language(block: Block) -> None:
    """040 $b is not eng: level 03."""
    bib = block.bib(cataloguing_language=block.in_turn(("ger", "fre", "spa")), brief_level="03")
    block.expect("brief_record", "03", bib)


@case(4)
def equipment(block: Block) -> None:
    """A rule of the settings of its own keeps equipment out."""
    bib = block.bib(("SPEC", "rare"), rule="equipment")
    block.expect("not_sent", "other_exclusion", bib)


@case(6)
def out_of_scope(block: Block) -> None:
    """A location that takes no part in the exchange."""
    bib = block.bib(block.in_turn((("MAIN", "reserve"), ("SPEC", "equip"))))
    block.expect("not_sent", "out_of_scope", bib)


@case(7)
def community_zone_record(block: Block) -> None:
    """A Community Zone record; every other one has a holding."""
    nowhere = block.in_turn((True, False))
    places = () if nowhere else (("MAIN", "online"),)
    bib = block.bib(*places, nowhere=nowhere, is_electronic=True, rule="community_zone")
    bib.other_numbers.append(block.in_turn(("(CKB)", "(EXLCZ)99")) + bib.mms_id[3:13])
    if not nowhere:
        block.expect("not_sent", "community_zone", bib)


@case(8)
def electronic(block: Block) -> None:
    """An e-record of our own; every other one has a holding in an online location."""
    nowhere = block.in_turn((False, True))
    bib = block.bib(*(() if nowhere else (("MAIN", "online"),)), nowhere=nowhere, is_electronic=True)
    if not nowhere:
        block.expect("not_sent", "electronic", bib)


@case(4)
def suppressed_throughout(block: Block) -> None:
    """Bib and holding are suppressed: not sent, and in agreement."""
    bib = block.bib(("MED", "stacks"), is_suppressed=True)
    bib.holdings[0].is_suppressed = True
    block.expect("not_sent", "bib_suppressed", bib)


@case(4)
def suppressed_holding_without_items(block: Block) -> None:
    """A suppressed holding with nothing in it, beside an open one."""
    bib = block.bib(("MAIN", "stacks"))
    block.holding(bib, "MAIN", "ref", items=0, is_suppressed=True)
    block.expect("not_sent", "holding_suppressed", bib)


@case(5)
def boundwith(block: Block) -> None:
    """Several titles in one volume: a host record with the holding, constituents without."""
    place = block.in_turn((("SPEC", "rare"), ("LAW", "stacks"), ("MED", "stacks")))
    host = block.bib(place, numbered=False, format="book", script=False, is_host=True)
    _bind(block, host, block.chance.randint(2, 4))


@case(2)
def boundwith_in_suppressed_volume(block: Block) -> None:
    """The host's holding is suppressed, so are its constituents for the exchange; and its item is still there."""
    host = block.bib(("MAIN", "stacks"), numbered=False, format="book", script=False, is_host=True)
    host.holdings[0].is_suppressed = True
    constituents = _bind(block, host, 2)
    block.expect("not_sent", "holding_suppressed", *constituents)
    block.expect("suppression_mismatch", "holding_suppressed", host)


def _bind(block: Block, host: Bib, count: int) -> list[Bib]:
    constituents = [block.bib(nowhere=True) for _ in range(count)]
    host.constituents = constituents
    for constituent in constituents[1:]:
        constituent.linked_by = ("774",)
    for constituent in constituents:
        constituent.host = host
    return constituents


@case(3)
def article_without_773(block: Block) -> None:
    """A component part that does not say of what."""
    bib = block.bib(("MED", "stacks"), is_article=True, missing=frozenset({"773"}))
    block.expect("sparse_record", None, bib)


@case(3)
def article(block: Block) -> None:
    """A component part that says of what: nothing to find."""
    block.bib(("ENG", "stacks"), is_article=True)


@case(6)
def reproduction(block: Block) -> None:
    """A microfilm: 533 on the bib, 843 on the holding; where a list has WorldCat's record, that one is of the original."""
    place, symbol = block.in_turn(((("SPEC", "rare"), "MWH"), (("MAIN", "stacks"), None), (("LAW", "stacks"), "MLW")))
    bib = block.bib(place, is_reproduction=True)
    bib.holdings[0].is_reproduction = True
    if symbol:
        block.hold(symbol, bib.current[0], bib.work)
        block.expect("other_text", "suspect", bib)


@case(5)
def texts_that_break_spreadsheets(block: Block) -> None:
    """A title that begins with =, call numbers like 1-2 and 32E104, a barcode with leading zeros."""
    bib = block.bib(("LAW", "stacks"), script=False)
    title, call_number = block.in_turn(
        (
            ("=1+1 : sums for beginners", "1-2"),
            ("@home in Marlow", "32E104"),
            ("+/- zero", "3/4"),
            ("=SUM(A1:A3)", "00450"),
        )
    )
    _retitle(bib, title)
    bib.holdings[0].call_number = (call_number, "")
    bib.holdings[0].items[0].barcode = f"00{block.numbers.barcode()[-3:]}"


@case(4)
def control_characters(block: Block) -> None:
    """Control characters in a title and a note, as binary MARC can carry them."""
    bib = block.bib(("ENG", "stacks"), script=False, needs_iso=True)
    _retitle(bib, f"{bib.work.title}\x0b and after")
    bib.notes.append("Bound\x0cwith a map;\x07 in pocket.")


def _retitle(bib: Bib, title: str) -> None:
    bib.work = replace(bib.work, title=title)
