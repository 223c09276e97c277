"""Bibs, holdings records and WorldCat's records of the example as MARC.

Field by field: practice.md 1.4, 1.7, 2.1a, 3.3 for what an Alma export carries; oclc_formats.md 4.2 and 5 for how OCLC writes
its own records, 8 for holdings records.
"""

from ..identifiers.ocn import control_number
from .marc_bytes import MarcRecord, iso2709
from .model import Bib, Holding, Item, Loose
from .texts import Work

# format: Leader/06-07, 008/18-34 with {f} for the form of item, extent, 336-338
_FORMATS = {
    "book": ("am", "a    {f}     001 0 ", "{n} pages", ("txt", "n", "nc")),
    "serial": ("as", "qr p {f}     0   a0", "volumes", ("txt", "n", "nc")),
    "score": ("cm", "sgan {f}      n  n ", "1 score ({n} pages)", ("ntm", "n", "nc")),
    "map": ("em", "       a   {f} 1   ", "1 map", ("cri", "n", "nb")),
    "video": ("gm", "090 g      {f}   vl", "1 videodisc ({n} minutes)", ("tdi", "v", "vd")),
    "sound": ("jm", "snnn {f}      n  n ", "1 audio disc", ("prm", "s", "sd")),
}
_HOST = "Host bibliographic record for boundwith item barcode "


def bib_record(bib: Bib, holdings: list[Holding] | None = None) -> MarcRecord:
    """A bib with its holdings and items, as the export has it; with other holdings than its own where they are given."""
    record = _host_record(bib) if bib.is_host else _full_record(bib)
    _inventory(record, holdings or bib.holdings)
    return record


def _host_record(bib: Bib) -> MarcRecord:
    """A boundwith's host: no 008, a title that names the barcode, 774 $w to each constituent (practice.md 2.1a)."""
    record = MarcRecord("00000nam a2200000 i 4500")
    record.control("001", bib.mms_id)
    record.data("035", "  ", ("a", f"(MARLOW)bw{bib.mms_id[2:10]}"))
    record.data("245", "00", ("a", _HOST + bib.holdings[0].items[0].barcode))
    _constituents(record, bib)
    return record


def _constituents(record: MarcRecord, bib: Bib) -> None:
    for constituent in bib.constituents:
        if "774" in constituent.linked_by:
            title = f"{constituent.work.title} / {constituent.work.author}."
            record.data("774", "1 ", ("t", title), ("w", _linked_number(constituent, bib)), ("9", "ExL"))


def _linked_number(bib: Bib, other: Bib) -> str:
    """The number of a linked record: bare, or with the prefix of the agency whose number it is."""
    return f"(MARLOW){bib.mms_id}" if int(other.mms_id[2:10]) % 3 == 0 else bib.mms_id


def _full_record(bib: Bib) -> MarcRecord:
    kind = "aa" if bib.is_article else _FORMATS[bib.format][0]
    record = MarcRecord(f"00000n{kind} a2200000 i 4500")
    record.control("001", bib.mms_id)
    record.control("005", "20250701120000.0")
    if "008" not in bib.missing:
        record.control("008", _fixed_field(bib))
    _numbers(record, bib)
    _description(record, bib)
    _constituents(record, bib)
    if bib.host and "773" in bib.linked_by:
        record.data("773", "18", ("t", _HOST), ("w", _linked_number(bib.host, bib)))
    elif bib.is_article and "773" not in bib.missing:
        record.data("773", "0 ", ("t", f"Annals of {bib.work.subject.lower()}"), ("g", "12 (1998), pages 3-17"))
    _scripts(record, bib)
    if bib.is_electronic:
        record.data("856", "40", ("u", f"https://ebooks.example.org/{bib.mms_id}"))
    if bib.mark or bib.rule == "no_worldcat_914":
        record.data("914", "  ", ("a", bib.mark or "NO-WORLDCAT"))
    _action(record, bib.action)
    if bib.rule == "equipment":
        record.data("909", "  ", ("a", "EQUIPMENT"))
    if bib.is_suppressed:
        record.data("950", "  ", ("a", "true"))
    return record


def _action(record: MarcRecord, action: str) -> None:
    """What was done with a title, or is to be done with it (oclc_formats.md 12)."""
    if action:
        record.data("583", "1 ", ("a", action), ("c", "20200101"), ("d", "20351231"), ("f", "EAST"), ("5", "MWU"))


def _fixed_field(bib: Bib) -> str:
    """008, with blanks for what is to be missing."""
    work, lacks = bib.work, bib.missing
    date = "    " if "date" in lacks else f"{work.year}"
    kind, end = ("c", "9999") if bib.format == "serial" else ("s", "    ")
    form = "o" if bib.is_electronic else "a" if bib.is_reproduction else " "
    body = _FORMATS[bib.format][1].format(f=form)
    country = "   " if "country" in lacks else work.country
    language = "   " if "language" in lacks else work.language
    return f"250101{kind}{date}{end}{country}{body}{language}  "


def _numbers(record: MarcRecord, bib: Bib) -> None:
    if bib.has_011:
        record.data("011", "  ", ("a", f"   {bib.work.year}0{bib.mms_id[5:9]}"))
    for reading in bib.readings:
        if reading.place == "019$a":
            record.data("019", "  ", ("a", reading.text))
    if bib.isbn:
        record.data("022" if bib.format == "serial" else "020", "  ", ("a", bib.isbn))
    for text in bib.other_numbers:
        record.data("035", "  ", ("a", text))
    for reading in bib.readings:
        if reading.place in ("035$a", "035$z"):
            record.data("035", "  ", (reading.place[-1], reading.text))
    record.data("040", "  ", ("a", "MWU"), ("b", bib.cataloguing_language), ("e", "rda"), ("c", "MWU"))
    for reading in bib.readings:
        if reading.place == "079$a":
            record.data("079", "  ", ("a", reading.text))


def _description(record: MarcRecord, bib: Bib) -> None:
    work, lacks = bib.work, bib.missing
    heading = "heading" not in lacks
    links = _links(bib)
    if heading and bib.format != "serial":
        record.data("100", "1 ", *links.get("100", ()), ("a", f"{work.author}."))
    if "title" not in lacks:
        end = [("b", f"{work.subtitle} /")] if work.subtitle else []
        mark = " :" if work.subtitle else " /"
        record.data("245", "10", *links.get("245", ()), ("a", work.title + mark), *end, ("c", f"{work.author}."))
    else:
        record.data("245", "10", ("c", f"{work.author}."))
    if "imprint" not in lacks:
        imprint = (("a", f"{work.place} :"), ("b", f"{work.publisher},"), ("c", f"{work.year}."))
        record.data("264", " 1", *links.get("264", ()), *imprint)
    if "extent" not in lacks:
        extent = _FORMATS[bib.format][2].format(n=bib.pages)
        record.data("300", "  ", ("a", f"{extent} ;"), ("c", "24 cm"))
    content, media, carrier = _FORMATS[bib.format][3]
    media, carrier = ("c", "cr") if bib.is_electronic else (media, carrier)
    record.data("336", "  ", ("b", content), ("2", "rdacontent"))
    record.data("337", "  ", ("b", media), ("2", "rdamedia"))
    record.data("338", "  ", ("b", carrier), ("2", "rdacarrier"))
    for note in bib.notes:
        record.data("500", "  ", ("a", note))
    if bib.is_reproduction:
        record.data(
            "533", "  ", ("a", "Microfilm."), ("b", "Marlow :"), ("c", "Marlow University Library,"), ("d", "1987.")
        )
    if heading:
        record.data("650", " 0", ("a", f"{work.subject}."))


def _links(bib: Bib) -> dict[str, tuple]:
    """$6 of the fields that are paired with an 880."""
    if bib.script_fault == "field_without_880":
        return {"264": (("6", "880-05"),)}
    if not bib.work.script:
        return {}
    return {tag: (("6", f"880-{i:02d}"),) for i, tag in enumerate(("100", "245", "264"), 1)}


def _scripts(record: MarcRecord, bib: Bib) -> None:
    work = bib.work
    if work.script:
        script = work.script + ("/r" if work.script in ("(3", "(2") else "")
        record.data("880", "1 ", ("6", f"100-01/{script}"), ("a", f"{work.script_author}."))
        record.data(
            "880", "10", ("6", f"245-02/{script}"), ("a", f"{work.script_title} /"), ("c", f"{work.script_author}.")
        )
        record.data("880", " 1", ("6", f"264-03/{script}"), ("b", f"{work.script_publisher},"), ("c", f"{work.year}."))
        # number 00: the field has no partner, on purpose
        record.data("880", "  ", ("6", f"500-00/{script}"), ("a", work.script_title))
    if bib.script_fault == "880_without_6":
        record.data("880", "10", ("a", work.script_title or "Заметки"))
    if bib.script_fault == "880_without_partner":
        record.data("880", "10", ("6", "245-07/(N"), ("a", "Заметки"))


def _inventory(record: MarcRecord, holdings: list[Holding]) -> None:
    """852, 843 and 876 of one holding carry its ID in $8 (practice.md 1.7)."""
    embedded = [holding for holding in holdings if not holding.is_mfhd]
    for holding in embedded:
        hidden = [("9", "suppressed")] if holding.is_suppressed else []
        record.data("852", "0 ", *_linked_by(holding), *_place(holding), *_shelf(holding), *hidden)
    for holding in embedded:
        if holding.is_reproduction:
            record.data("843", "  ", *_linked_by(holding), ("a", "Microfilm."))
        for item in holding.items:
            record.data("876", "  ", *_item(holding, item))


def _linked_by(holding: Holding) -> list[tuple[str, str]]:
    return [("8", holding.holding_id)] if holding.holding_id else []


def _item(holding: Holding, item: Item) -> list[tuple[str, str]]:
    process = [("j", item.process_type)] if item.process_type else []
    in_place = ("q", "0" if item.process_type else "1")
    return [*_linked_by(holding), ("0", item.item_id), ("p", item.barcode), in_place, *process]


def _place(holding: Holding) -> list[tuple[str, str]]:
    parts = (("b", holding.library), ("c", holding.location))
    return [(code, text) for code, text in parts if text is not None]


def _shelf(holding: Holding) -> list[tuple[str, str]]:
    return [(code, text) for code, text in zip("hi", holding.call_number, strict=True) if text]


def mfhd_record(bib: Bib, holding: Holding) -> MarcRecord:
    """A holdings record of its own, with the faults that are planted in it (oclc_formats.md 8)."""
    faults, variant = holding.lhr_faults, holding.lhr_variant
    is_serial = bib.format == "serial"
    record = MarcRecord(f"00000{'a' if 'leader' in faults else 'n'}{'y' if is_serial else 'x'}  a2200000zn 4500")
    record.control("001", holding.holding_id)
    record.control("004", bib.mms_id)
    fixed = "2507010u    8   4001uueng0000000"
    record.control("008", fixed[:25] if "bad_008" in faults else fixed)
    for number in holding.lhr_ocns:
        control = control_number(number)
        spelling = (f"(OCoLC){number}", control, f"(ocolc){control.upper()}")[number % 3]
        record.data("014", "1 ", ("a", spelling), ("b", "OCoLC"))
    place = (*_place(holding), *_shelf(holding))
    if "no_852" not in faults or variant % 2:
        record.data("852", "0 ", *place)
    _action(record, holding.action)
    if "repeated_852" in faults:
        record.data("852", "0 ", *place)
    for tag, link, value in _linked(is_serial, variant if "linking" in faults else None):
        record.data(tag, "  " if tag == "866" else "20", *([("8", link)] if link else []), ("a", value))
    return record


def _linked(is_serial: bool, fault: int | None) -> list[tuple[str, str, str]]:
    """85X and 86X: tag, $8, $a."""
    if fault is None:
        pair = [("853", "1", "v."), ("863", "1.1", "1-14")] if is_serial else []
        return [*pair, ("866", "0", "v.1-14")] if is_serial else [("866", "0", "1 volume")]
    variants = (
        [("853", "", "v."), ("866", "0", "v.1-3")],
        [("853", "0", "v."), ("866", "0", "v.1-3")],
        [("853", "1", "v."), ("863", "1", "1-3")],
        [("853", "1", "v."), ("863", "1.1", "1-3"), ("863", "3.1", "7")],
        [("853", "1", "v."), ("863", "1.1", "1-3"), ("866", "", "v.1-3")],
    )
    return variants[fault % len(variants)]


def loose_record(loose: Loose) -> bytes:
    """A record that cannot be told whose it is, or not be read: its bytes."""
    record = bib_record(loose.bib)
    if loose.kind == "without_001":
        record.fields = [entry for entry in record.fields if entry[0] != "001"]
    iso = iso2709(record)
    # a directory that a wrong conversion has eaten: nobody can tell the fields from each other
    return (
        iso if loose.kind == "without_001" else iso[:24] + b"?" * (iso.index(b"\x1e") - 24) + iso[iso.index(b"\x1e") :]
    )


def worldcat_record(
    number: int,
    work: Work,
    old_numbers: list[int],
    symbol: str,
    *,
    format: str = "book",
    pages: int | None = None,
    edition: str | None = None,
    is_electronic: bool = False,
) -> MarcRecord:
    """A record as OCLC writes it: numbers merged into it in 019 and 035 $z (oclc_formats.md 4.2)."""
    control = control_number(number)
    kind, body, words, _ = _FORMATS[format]
    record = MarcRecord(f"00000c{kind} a2200000 i 4500")
    record.control("001", control + " " if control.startswith("ocm") else control)
    record.control("003", "OCoLC")
    record.control("005", "20250715083012.0")
    date = f"c{work.year}9999" if format == "serial" else f"s{work.year}    "
    body = body.format(f="o" if is_electronic else " ")
    record.control("008", f"850101{date}{work.country}{body}{work.language}  ")
    if old_numbers:
        record.data("019", "  ", *(("a", str(old)) for old in old_numbers))
    record.data("035", "  ", ("a", f"(OCoLC){number:08d}"), *(("z", f"(OCoLC){old}") for old in old_numbers))
    record.data("040", "  ", ("a", "DLC"), ("b", "eng"), ("c", "DLC"), ("d", "OCLCQ"))
    _describe_work(record, work, format, words.format(n=pages) if pages else "1 volume", edition)
    record.data("994", "  ", ("a", "92"), ("b", symbol))
    return record


def _describe_work(record: MarcRecord, work: Work, format: str, extent: str, edition: str | None) -> None:
    """The title page as WorldCat has it, in Latin letters and in its own script."""
    links = {tag: (("6", f"880-{i:02d}"),) for i, tag in enumerate(("100", "245", "264"), 1)} if work.script else {}
    if format != "serial":
        record.data("100", "1 ", *links.get("100", ()), ("a", f"{work.author}."))
    subtitle = [("a", f"{work.title} :"), ("b", f"{work.subtitle} /")] if work.subtitle else [("a", f"{work.title} /")]
    record.data("245", "10", *links.get("245", ()), *subtitle, ("c", f"{work.author}."))
    if edition:
        record.data("250", "  ", ("a", edition))
    imprint = (("a", f"{work.place} :"), ("b", f"{work.publisher},"), ("c", f"{work.year}."))
    record.data("264", " 1", *links.get("264", ()), *imprint)
    record.data("300", "  ", ("a", extent))
    if work.script:
        record.data("880", "1 ", ("6", f"100-01/{work.script}"), ("a", f"{work.script_author}."))
        record.data("880", "10", ("6", f"245-02/{work.script}"), ("a", f"{work.script_title} /"))
        record.data("880", " 1", ("6", f"264-03/{work.script}"), ("b", f"{work.script_publisher},"))
