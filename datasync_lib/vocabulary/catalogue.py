"""Tables of the catalogue: records, their numbers, holdings and items, and where a location belongs."""

import dataframely as dy

from .columns import Traced, flag, number, text


class Subfields(Traced):
    """One subfield of a configured tag; everything below is derived from it."""

    field = dy.Int32(nullable=True, description="position of the field in the record; null for the leader")
    tag = text("tag, LDR for the leader", nullable=False)
    ind1 = text("first indicator, a blank is one blank; null on control fields")
    ind2 = text("second indicator")
    subfield = dy.Int32(nullable=True, description="position of the subfield in the field")
    code = text("subfield code")
    value = text("the text, as pymarc gives it")


class Described(dy.Schema):
    """What a record says of what it describes; the library's and WorldCat's records alike."""

    record_type = text("Leader/06")
    bib_level = text("Leader/07")
    form_of_item = text("008/23, or 008/29 for maps and visual materials")
    date1 = text("008/07-10")
    date2 = text("008/11-14")
    language = text("008/35-37")
    title = text("245 $a $b $n $p, without the mark that ends it")
    title_parts = text("245 $n $p")
    title_880 = text("the title in its own script, from the linked 880")
    main_entry = text("1XX $a")
    edition = text("250 $a")
    publisher = text("264 $b, else 260 $b")
    publication_date = text("264 $c, else 260 $c")
    year = dy.Int32(
        nullable=True, description="date 1 of 008 when it is four digits, else the first year of 264/260 $c"
    )
    extent = text("300 $a")
    cataloguing_language = text("040 $b; null counts as English")
    format = text("book, serial, score, map, video, sound, visual, computer_file, archival, other: Leader/06-07")
    is_electronic = flag("008/23 or 29 o, s, q; 007 cr; 338 cr; 245 $h; AVE")
    is_reproduction = flag("533 or 843")


class _BibId(Traced):
    mms_id = text("MMS ID, or what stands in 001; null when there is none")


class Bibs(_BibId, Described):
    """One bibliographic record in an extract."""

    record_status = text("Leader/05")
    control_type = text("Leader/08: a for archival control")
    encoding_level = text("Leader/17")
    date_type = text("008/06")
    place_code = text("008/15-17")
    description_rules = text("040 $e")
    brief_level = text("01: no title, 02: too few elements, 03: catalogued in another language; null: none of these")
    missing_elements = text("what is missing for a fuller level, separated by a blank")
    sparse_elements = text("what OCLC would most likely miss and call the record sparse; null when it would not")
    datestamp = text("when it was last changed, by the header of OAI-PMH; null: not harvested")
    is_deleted = flag("Leader/05 is d")
    is_suppressed = flag("a suppression rule of the settings fits")
    is_host = flag("a host record of a boundwith: 774 $w and a title that begins Host bibliographic record")
    exclusion = text("the reason of the first exclusion rule that fits, brief level included; null: in the exchange")


class Ocns(Traced):
    """One reading of one place where an OCN may stand."""

    mms_id = text("the bib; for a place on an MFHD its 004")
    holding_id = text("the holding, when the place is on one (014, 079 of an MFHD)")
    ocn = number("the number; null when the verdict is no number")
    role = text(
        "current or old; unranked: the settings do not name the place, and it tells only who owns a number",
        nullable=False,
    )
    rank = dy.Int32(
        nullable=True, description="rank of the place in the settings, 1 is the best; those that they leave out follow"
    )
    place = text("tag and subfield, such as 035$a", nullable=False)
    raw = text("the text as it stands")
    verdict = text("see identifiers.ocn: ok, or what is wrong", nullable=False)
    is_current = flag("this is the bib's OCN: verdict ok, role current, and no better place has a number")


class StandardNumbers(Traced):
    """One ISBN, ISSN or LCCN."""

    mms_id = text("the bib")
    scheme = text("isbn, issn, lccn", nullable=False)
    value = text("compact form: ISBN-13, NNNN-NNNX, LCCN normalised", nullable=False)
    is_valid = flag("form and check digit are right")
    role = text("own, cancelled, linking, wrong, set")


class Holdings(Traced):
    """One holding, embedded in a bib or a holdings record (MFHD)."""

    holding_id = text("holding ID; when the export has none: MMS ID, #, position", nullable=False)
    mms_id = text("the bib it belongs to")
    library = text("852 $b or its like")
    location = text("852 $c or its like")
    call_number = text("as it stands")
    record_status = text("Leader/05 of a holdings record of its own")
    is_suppressed = flag("a suppression rule of the settings fits")
    is_mfhd = flag("from a holdings record of its own")
    is_reproduction = flag("843 on the holding")
    items = number("items attached, as far as the export has them")


class HoldingClaims(Traced):
    """What one bib's claim on a holding is worth that several bibs have claimed, or that a record gives as deleted."""

    holding_id = text("the holding", nullable=False)
    mms_id = text("the bib that claims it; file and record are the newest that say so")
    age = number("how new that file is (`extracts`)")
    is_mfhd = flag("by a holdings record of its own")
    is_gone = flag("the holdings record is deleted")
    is_owner = flag("the holding counts for this bib")
    is_in_doubt = flag("none of the claims is known to be the newest")


class OtherHoldings(Traced):
    """A holdings field without holding ID in a record that has others with one: another library's, no holding of ours."""

    mms_id = text("the bib")
    field = dy.Int32(nullable=True, description="position of the field in the record")
    tag = text("tag", nullable=False)
    library = text("library code")
    location = text("location code")


class Items(Traced):
    """One item."""

    item_id = text("item ID")
    holding_id = text("the holding it belongs to")
    mms_id = text("the bib")
    barcode = text("barcode")
    status = text("1 in place, 0 not, or as the site writes it")
    process_type = text("why it is not in place, such as acquisition, missing, loan")


class Links(Traced):
    """Host and constituent of a boundwith."""

    host_mms_id = text("the host", nullable=False)
    constituent_mms_id = text("what is bound in it", nullable=False)


class LocationMap(dy.Schema):
    """Where a location belongs, from a day on. Kept by staff in `location_map.csv`."""

    library = text("library code", nullable=False)
    location = text("location code; * for every other location of the library", nullable=False)
    unit = text("who looks after it")
    outgoing_symbol = text("the symbol its holdings are under until now")
    target_symbol = text("the symbol its holdings go to")
    in_scope = flag("takes part in the exchange")
    valid_from = dy.Date(nullable=True, description="from this day; null: always")
