"""The data dictionary: one class a table, one description a column. Long and tidy; one fact, one row.

IDs are strings (an MMS ID has up to 19 digits), an OCN is Int64. Every row can be traced: `file` is the path in the raw
folder (`archive.zip/member.xml` for a member of an archive) and `record` the 0-based position among the pieces of that
file, rejected ones counted; in a text file it is the row.

`SCHEMA_VERSION` grows with every change here: tables of another version are built anew. `decisions` is not among
them: it is a record, kept by `workbooks/decisions.py`.
"""

import functools

import dataframely as dy
import polars as pl

SCHEMA_VERSION = 2


def _text(description: str, **options) -> dy.String:
    return dy.String(nullable=options.pop("nullable", True), description=description, **options)


def _number(description: str, **options) -> dy.Int64:
    return dy.Int64(nullable=options.pop("nullable", True), description=description, **options)


def _flag(description: str) -> dy.Bool:
    return dy.Bool(nullable=True, description=description)


class Traced(dy.Schema):
    """Where a row comes from."""

    file = _text("path in the raw folder, with the member for an archive", nullable=False)
    record = _number("0-based position in the file: record of a MARC file, row of a text file")


class Files(dy.Schema):
    """One input file, or one member of an archive."""

    file = _text("path in the raw folder, with the member for an archive", nullable=False)
    kind = _text(
        "catalogue, worldcat_list, oclc_records, current_numbers, BibProcessingReport, BibExceptionReport, BibCrossRefReport, "
        "BibUnresolvedCrossRefReport, unknown, unreadable, empty, stub, ignored",
        nullable=False,
    )
    sha256 = _text("hash of the bytes, decompressed", nullable=False)
    bytes = _number("size, decompressed", nullable=False)
    found = _number("pieces found: records or rows", nullable=False)
    loaded = _number("pieces loaded", nullable=False)
    repaired = _number("of loaded: read only after repair", nullable=False)
    repeated = _number("of loaded: exact repeats, counted once in the tables", nullable=False)
    rejected = _number("pieces that could not be read", nullable=False)
    note = _text("what else there is to say of the file: why it is unreadable, which file it repeats")
    loaded_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="when it was read")

    @dy.rule()
    def adds_up(cls) -> pl.Expr:
        """Nothing lost: found = loaded + rejected."""
        return pl.col("found") == pl.col("loaded") + pl.col("rejected")


class LoadIssues(Traced):
    """One thing wrong with an input."""

    byte_offset = _number("where in the file, decompressed")
    code = _text("what is wrong, as a code", nullable=False)
    message = _text("what is wrong, in words", nullable=False)
    excerpt = _text("the bytes concerned, shortened, control characters made visible")


class Extracts(dy.Schema):
    """One state of the catalogue, or an increment to it."""

    extract = _text("its name: catalogue, or the pattern of its [[extracts]] setting", nullable=False)
    date = dy.Date(
        nullable=True, description="the day whose state it is; null: unknown, then nothing counts as confirmed"
    )
    kind = _text("full or increment", nullable=False)
    unit = _text("bib or holding: what one exported record stands for", nullable=False)
    scope = _text("what part of the catalogue, in words")
    file = _text("one of its files", nullable=False)


class CurrentRecords(Traced):
    """The records that make up the current catalogue: last full extract, later increments over it, deletes taken away."""

    extract = _text("the extract that gave it", nullable=False)
    is_lead = _flag("the record that stands for its bib; others of the same bib add holdings and items only")


class Subfields(Traced):
    """One subfield of a configured tag; everything below is derived from it."""

    field = dy.Int32(nullable=True, description="position of the field in the record; null for the leader")
    tag = _text("tag, LDR for the leader", nullable=False)
    ind1 = _text("first indicator, a blank is one blank; null on control fields")
    ind2 = _text("second indicator")
    subfield = dy.Int32(nullable=True, description="position of the subfield in the field")
    code = _text("subfield code")
    value = _text("the text, as pymarc gives it")


class Records(Traced):
    """One piece of a MARC file, loaded or rejected."""

    byte_offset = _number("where it begins, decompressed", nullable=False)
    bytes = _number("its length", nullable=False)
    state = _text("loaded, repaired, rejected", nullable=False)


class _Described(dy.Schema):
    """What a record says of what it describes; the library's and WorldCat's records alike."""

    record_type = _text("Leader/06")
    bib_level = _text("Leader/07")
    form_of_item = _text("008/23, or 008/29 for maps and visual materials")
    date1 = _text("008/07-10")
    date2 = _text("008/11-14")
    language = _text("008/35-37")
    title = _text("245 $a $b $n $p, without the mark that ends it")
    title_parts = _text("245 $n $p")
    title_880 = _text("the title in its own script, from the linked 880")
    main_entry = _text("1XX $a")
    edition = _text("250 $a")
    publisher = _text("264 $b, else 260 $b")
    publication_date = _text("264 $c, else 260 $c")
    year = dy.Int32(
        nullable=True, description="date 1 of 008 when it is four digits, else the first year of 264/260 $c"
    )
    extent = _text("300 $a")
    cataloguing_language = _text("040 $b; null counts as English")
    format = _text("book, serial, score, map, video, sound, visual, computer_file, archival, other: Leader/06-07")
    is_electronic = _flag("008/23 or 29 o, s, q; 007 cr; 338 cr; 245 $h; AVE")
    is_reproduction = _flag("533 or 843")


class _BibId(Traced):
    mms_id = _text("MMS ID, or what stands in 001; null when there is none")


class Bibs(_BibId, _Described):
    """One bibliographic record in an extract."""

    record_status = _text("Leader/05")
    control_type = _text("Leader/08: a for archival control")
    encoding_level = _text("Leader/17")
    date_type = _text("008/06")
    place_code = _text("008/15-17")
    description_rules = _text("040 $e")
    brief_level = _text("01, 02, 03: too brief to be sent (practice.md 1.5); null otherwise")
    missing_elements = _text("what is missing for a fuller level, separated by a blank")
    sparse_elements = _text("what OCLC would most likely miss and call the record sparse; null when it would not")
    is_deleted = _flag("Leader/05 is d")
    is_suppressed = _flag("a suppression rule of the settings fits")
    is_host = _flag("a host record of a boundwith: 774 $w and a title that begins Host bibliographic record")
    exclusion = _text("the reason of the first exclusion rule that fits, brief level included; null: in the exchange")


class Ocns(Traced):
    """One reading of one place where an OCN may stand."""

    mms_id = _text("the bib; for a place on an MFHD its 004")
    holding_id = _text("the holding, when the place is on one (014, 079 of an MFHD)")
    ocn = _number("the number; null when the verdict is no number")
    role = _text("current or old", nullable=False)
    rank = dy.Int32(nullable=True, description="rank of the place in the settings, 1 is the best")
    place = _text("tag and subfield, such as 035$a", nullable=False)
    raw = _text("the text as it stands")
    verdict = _text("see identifiers.ocn: ok, or what is wrong", nullable=False)
    is_current = _flag("this is the bib's OCN: verdict ok, role current, and no better place has a number")


class StandardNumbers(Traced):
    """One ISBN, ISSN or LCCN."""

    mms_id = _text("the bib")
    scheme = _text("isbn, issn, lccn", nullable=False)
    value = _text("compact form: ISBN-13, NNNN-NNNX, LCCN normalised", nullable=False)
    is_valid = _flag("form and check digit are right")
    role = _text("own, cancelled, linking, wrong, set")


class Holdings(Traced):
    """One holding, embedded in a bib or a holdings record (MFHD)."""

    holding_id = _text("holding ID; when the export has none: MMS ID, #, position", nullable=False)
    mms_id = _text("the bib it belongs to")
    library = _text("852 $b or its like")
    location = _text("852 $c or its like")
    call_number = _text("as it stands")
    record_status = _text("Leader/05 of a holdings record of its own")
    is_suppressed = _flag("a suppression rule of the settings fits")
    is_mfhd = _flag("from a holdings record of its own")
    is_reproduction = _flag("843 on the holding")
    items = _number("items attached, as far as the export has them")


class Items(Traced):
    """One item."""

    item_id = _text("item ID")
    holding_id = _text("the holding it belongs to")
    mms_id = _text("the bib")
    barcode = _text("barcode")
    status = _text("1 in place, 0 not, or as the site writes it")
    process_type = _text("why it is not in place, such as acquisition, missing, loan")


class Links(Traced):
    """Host and constituent of a boundwith."""

    host_mms_id = _text("the host", nullable=False)
    constituent_mms_id = _text("what is bound in it", nullable=False)


class LocationMap(dy.Schema):
    """Where a location belongs, from a day on. Kept by staff in `location_map.csv`."""

    library = _text("library code", nullable=False)
    location = _text("location code; * for every other location of the library", nullable=False)
    unit = _text("who looks after it")
    outgoing_symbol = _text("the symbol its holdings are under until now")
    target_symbol = _text("the symbol its holdings go to")
    in_scope = _flag("takes part in the exchange")
    valid_from = dy.Date(nullable=True, description="from this day; null: always")


class SentRecords(Traced):
    """One record of a file that we sent to OCLC: a MARC file with a valid upload name."""

    byte_offset = _number("where it begins in the file: the N of OCLC's job key")
    lsn = _text("local system number, from the place that the collection's settings name")
    mms_id = _text("the bib")
    holding_id = _text("the holding, when one record was sent for each")
    symbol = _text("from the file name")
    collection = _text("from the file name")
    sent_file = _text("the file's own name, as OCLC's report names repeat it")


class _ReportRow(Traced):
    report_kind = _text("such as BibProcessingReport", nullable=False)
    job_key = _text("SYMBOL_collection_milliseconds::bib::offset")
    job_offset = _number("the number that ends the job key: most likely the byte offset of the record in the sent file")
    collection = _text("collection ID, from the file name")
    symbol = _text("collection symbol, from the file name, decoded")
    received_at = dy.Datetime(
        nullable=True, time_zone="UTC", time_unit="ms", description="when OCLC received the sent file"
    )
    sent_file = _text("name of the sent file")
    lsn = _text("local system number as OCLC read it")
    sent_ocn = _number("OCN in the record that was sent")
    result_ocn = _number("OCN that resulted; null when it is a staging number")
    staging_ocn = _number("provisional number in WorldCat staging: never an OCN")


class Outcomes(_ReportRow):
    """A row of a processing report: what happened to a record."""

    action = _text("match, create, replace, field transfer, unresolved, data error, processing error, or as written")


class Exceptions(_ReportRow):
    """A row of an exception report: one fault that OCLC saw in a record."""

    kind = _text("Validation Error, Data Error, Processing Error")
    severity = _text("MINOR, SEVERE, CRITICAL")
    message = _text("as written")
    family = _text("the message without ordinals, tags and subfields")


class CrossReferences(_ReportRow):
    """A row of a cross reference report: local number and OCN, or staging number."""


class RawRows(Traced):
    """A row of a file whose kind nobody knows, or whose layout no source describes: kept as it is."""

    values = dy.List(dy.String(nullable=True), nullable=True, description="the columns, as text")


class WorldcatHoldings(Traced):
    """One OCN held under one symbol on one day, from a list of WorldCat's."""

    symbol = _text("the symbol", nullable=False)
    ocn = _number("the number as held", nullable=False)
    as_of = dy.Date(nullable=True, description="the day of the list")
    title = _text("title, where the list has it")
    author = _text("main entry, where the list has it")
    date = _text("date of publication, where the list has it")
    numbers = _text("ISBN, ISSN, LCCN where the list has them, separated by a blank")
    format = _text("format, where the list has it")


class _WorldcatNumber(Traced):
    ocn = _number("its number: 001, else 035 $a", nullable=False)
    old_ocns = dy.List(dy.Int64(nullable=True), nullable=True, description="the numbers merged into it: 019 $a, 035 $z")
    as_of = dy.Date(nullable=True, description="the day of the list or file; of several records the newest counts")


class WorldcatRecords(_WorldcatNumber, _Described):
    """One record of WorldCat's own, from a list of records or from OCLC's record output, described as `bibs` are."""

    issns = dy.List(dy.String(nullable=True), nullable=True, description="own ISSNs, 022 $a: NNNN-NNNX")


class Concordance(Traced):
    """One old number and the current number of its record, as OCLC says of its own records."""

    old_ocn = _number("a number merged into another", nullable=False)
    current_ocn = _number("the number of the record that survives", nullable=False)
    source = _text("019, 035$z of a WorldCat record; list of current numbers; signed fix", nullable=False)
    as_of = dy.Date(nullable=True, description="the day of the record or list")


class Findings(dy.Schema):
    """One thing for a person to look at; one shape for all problems."""

    row_key = _text("stable name of the row: 20 hex digits of a hash over the problem and its identity", nullable=False)
    problem = _text("code in problems.py", nullable=False)
    # `class` is a word of Python's own
    class_ = dy.String(nullable=True, alias="class", description="the finer kind, see problems.py")
    group_id = _text("what belongs together, such as the bibs that share an OCN")
    unit = _text("the unit that leads: most holdings, then by name; null: no unit known")
    other_units = _text("other units concerned, separated by ; and a blank")
    symbol = _text("target symbol of the leading unit's holdings, or the old symbol of an old holding")
    mms_id = _text("the bib")
    holding_id = _text("the holding, when the finding is about one")
    ocn = _number("the number, when the finding is about one")
    file = _text("where the finding was seen")
    record = _number("position in that file")
    priority = dy.Int32(
        nullable=False, description="1 a reader sees it or it blocks a deletion, 2 a holding is missing, 3 tidy"
    )
    parameters = _text("JSON object of what the explanation in words is made from")
    evidence_hash = _text("hash of what the finding rests on: when it changes, an old decision is asked again")


class Evidence(dy.Schema):
    """What a finding rests on, long."""

    row_key = _text("the finding", nullable=False)
    what = _text("what it is, such as 035$a or report action", nullable=False)
    value = _text("the value")
    file = _text("where it stands")
    record = _number("position in that file")


# Everything that the store knows, by the name that users write.
TABLES: dict[str, type[dy.Schema]] = {
    "files": Files,
    "load_issues": LoadIssues,
    "extracts": Extracts,
    "current_records": CurrentRecords,
    "records": Records,
    "subfields": Subfields,
    "bibs": Bibs,
    "ocns": Ocns,
    "standard_numbers": StandardNumbers,
    "holdings": Holdings,
    "items": Items,
    "links": Links,
    "location_map": LocationMap,
    "sent_records": SentRecords,
    "outcomes": Outcomes,
    "exceptions": Exceptions,
    "cross_references": CrossReferences,
    "raw_rows": RawRows,
    "worldcat_holdings": WorldcatHoldings,
    "worldcat_records": WorldcatRecords,
    "concordance": Concordance,
    "findings": Findings,
    "evidence": Evidence,
}


@functools.cache
def empty(table: str) -> pl.DataFrame:
    """A frame of a table's columns without rows."""
    return TABLES[table].create_empty()


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the table's columns, in order and type; a column that is missing is null.

    Raises:
        dataframely.exc.ValidationError: a rule of the schema does not hold.
    """
    schema = TABLES[table]
    types = empty(table).schema
    columns = [
        pl.col(name).cast(type_) if name in frame.columns else pl.lit(None, dtype=type_).alias(name)
        for name, type_ in types.items()
    ]
    return schema.validate(frame.select(columns))
