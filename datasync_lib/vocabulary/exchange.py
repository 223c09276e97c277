"""Tables of the exchange: what was sent, what OCLC said, and what WorldCat holds."""

import dataframely as dy

from .catalogue import Described
from .columns import Traced, flag, number, text


class SentRecords(Traced):
    """One record of a file that we sent to OCLC: a MARC file with a valid upload name."""

    byte_offset = number("where it begins in the file: the N of OCLC's job key")
    lsn = text("local system number, from the place that the collection's settings name")
    mms_id = text("the bib")
    holding_id = text("the holding, when one record was sent for each")
    symbol = text("from the file name")
    collection = text("from the file name")
    sent_file = text("the file's own name, as OCLC's report names repeat it")
    record_status = text("Leader/05: d takes the holding away, where the collection uses it")
    ocn = number("its OCN, where the file may take holdings away: its collection is not one of bibs")


class _ReportRow(Traced):
    report_kind = text("such as BibProcessingReport", nullable=False)
    job_key = text("SYMBOL_collection_milliseconds::bib::offset")
    job_offset = number("the number that ends the job key: most likely the byte offset of the record in the sent file")
    collection = text("collection ID, from the file name")
    symbol = text("collection symbol, from the file name, decoded")
    received_at = dy.Datetime(
        nullable=True, time_zone="UTC", time_unit="ms", description="when OCLC received the sent file"
    )
    sent_file = text("name of the sent file")
    lsn = text("local system number as OCLC read it")
    sent_ocn = number("OCN in the record that was sent")
    result_ocn = number("OCN that resulted; null when it is a staging number")
    staging_ocn = number("provisional number in WorldCat staging: never an OCN")


class Outcomes(_ReportRow):
    """A row of a processing report: what happened to a record."""

    action = text("match, create, replace, field transfer, unresolved, data error, processing error, or as written")


class Exceptions(_ReportRow):
    """A row of an exception report: one fault that OCLC saw in a record."""

    kind = text("Validation Error, Data Error, Processing Error")
    severity = text("MINOR, SEVERE, CRITICAL")
    message = text("as written")
    family = text("the message without ordinals, tags and subfields")


class CrossReferences(_ReportRow):
    """A row of a cross reference report: local number and OCN, or staging number."""


class WorldcatHoldings(Traced):
    """One OCN held under one symbol on one day, from a list of WorldCat's."""

    symbol = text("the symbol", nullable=False)
    ocn = number("the number as held", nullable=False)
    as_of = dy.Date(nullable=True, description="the day of the list")
    title = text("title, where the list has it")
    author = text("main entry, where the list has it")
    date = text("date of publication, where the list has it")
    numbers = text("ISBN, ISSN, LCCN where the list has them, separated by a blank")
    format = text("format, where the list has it")


class WorldcatRepeats(Traced):
    """A row of a list of WorldCat's whose number stood in the list before: it is no holding of its own, and a row all the same."""

    symbol = text("the symbol", nullable=False)
    ocn = number("the number as held", nullable=False)
    as_of = dy.Date(nullable=True, description="the day of the list")


class _WorldcatNumber(Traced):
    ocn = number("its number: 001, else 035 $a", nullable=False)
    old_ocns = dy.List(dy.Int64(nullable=True), nullable=True, description="the numbers merged into it: 019 $a, 035 $z")
    as_of = dy.Date(nullable=True, description="the day of the list or file; of several records the newest counts")


class WorldcatRecords(_WorldcatNumber, Described):
    """One record of WorldCat's own, from a list of records or from OCLC's record output, described as `bibs` are."""

    issns = dy.List(dy.String(nullable=True), nullable=True, description="own ISSNs, 022 $a: NNNN-NNNX")
    is_listed = flag("it stands in a list of holdings; else OCLC delivered it as its record")


class Concordance(Traced):
    """One old number and the current number of its record, as OCLC says of its own records."""

    old_ocn = number("a number merged into another", nullable=False)
    current_ocn = number("the number of the record that survives", nullable=False)
    source = text("019, 035$z of a WorldCat record; list of current numbers; signed fix", nullable=False)
    as_of = dy.Date(nullable=True, description="the day of the record or list")
