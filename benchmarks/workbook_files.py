"""Workbooks as bytes: the kinds of files that programs write, and what happens to them on the way."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from html import escape

from changes_of_staff import Book, letters

TEXTS = "xl/sharedStrings.xml"
Parts = dict[str, bytes]


def as_xml(text: str) -> str:
    return escape("".join(sign if sign.isprintable() or sign in "\n\t" else "␀" for sign in text))


def as_xlsx(book: Book) -> bytes:
    relations, names, parts = "", "", {}
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    for number, (name, rows) in enumerate(book.sheets.items(), start=1):
        relations += f'<Relationship Id="r{number}" Type="{office}/worksheet" Target="worksheets/s{number}.xml"/>'
        names += f'<sheet name="{as_xml(name)}" sheetId="{number}" r:id="r{number}"/>'
        inside = "".join(
            f'<row r="{at}">'
            + "".join(
                f'<c r="{letters(column)}{at}" t="inlineStr"><is><t>{as_xml(text.replace("_x", "_x005F_x"))}</t></is></c>'
                for column, text in enumerate(row)
                if text
            )
            + "</row>"
            for at, row in enumerate(rows, start=1)
        )
        merged = "".join(f'<mergeCell ref="{each}"/>' for each in book.merged.get(name, []))
        after = f"<mergeCells>{merged}</mergeCells>" if merged else ""
        parts[f"xl/worksheets/s{number}.xml"] = f"<worksheet {main}><sheetData>{inside}</sheetData>{after}</worksheet>"
    parts["xl/workbook.xml"] = f'<workbook {main} xmlns:r="{office}"><sheets>{names}</sheets></workbook>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    start = f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
    parts["_rels/.rels"] = f'<Relationships xmlns="{package}">{start}</Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{package}">{relations}</Relationships>'
    return zipped({name: text.encode() for name, text in parts.items()})


def as_excel2003(book: Book) -> bytes:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    inside = "".join(
        f'<Worksheet ss:Name="{as_xml(name)}"><Table>'
        + "".join(
            f'<Row ss:Index="{at}">'
            + "".join(
                f'<Cell ss:Index="{column}"><Data ss:Type="String">{as_xml(text)}</Data></Cell>'
                for column, text in enumerate(row, start=1)
                if text
            )
            + "</Row>"
            for at, row in enumerate(rows, start=1)
        )
        + "</Table></Worksheet>"
        for name, rows in book.sheets.items()
    )
    return f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{inside}</Workbook>'.encode()


def as_ods(book: Book) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    inside = "".join(
        f'<table:table table:name="{as_xml(name)}">'
        + "".join(
            "<table:table-row>" + "".join(_ods_cell(text) for text in row or [""]) + "</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in book.sheets.items()
    )
    body = f"<office:body><office:spreadsheet>{inside}</office:spreadsheet></office:body>"
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b'<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>".encode(),
        }
    )


def _ods_cell(text: str) -> str:
    lines = "".join(f"<text:p>{as_xml(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>' if text else "<table:table-cell/>"


def zipped(parts: Parts) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return data.getvalue()


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# What programs do: the same cells, written otherwise


def _in_sheets(change: Callable[[str], str]) -> Callable[[Parts], Parts]:
    def changed(parts: Parts) -> Parts:
        return {
            name: change(content.decode()).encode()
            if name.startswith("xl/worksheets/") and name.endswith(".xml")
            else content
            for name, content in parts.items()
        }

    return changed


def _in_part(part: str, change: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: {n: change(c.decode()).encode() if n == part else c for n, c in parts.items()}


def _prefixed(text: str) -> str:
    text = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", text)
    return text.replace(' xmlns="', ' xmlns:x="', 1)


def with_shared_texts(parts: Parts) -> Parts:
    """The workbook as Excel saves it: each text stands once, in a part of its own."""
    texts: dict[str, int] = {}
    in_place = re.compile(r'<c ([^>]*?)t="inlineStr"([^>]*)><is>(.*?)</is></c>', re.DOTALL)

    def shared(match: re.Match) -> str:
        return f'<c {match[1]}t="s"{match[2]}><v>{texts.setdefault(match[3], len(texts))}</v></c>'

    changed = _in_sheets(lambda text: in_place.sub(shared, text))(parts)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    inside = "".join(f"<si>{text}</si>" for text in texts)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rIdT" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    names = "xl/_rels/workbook.xml.rels"
    return changed | {
        names: changed[names].replace(b"</Relationships>", relation.encode()),
        TEXTS: f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{main}">{inside}</sst>'.encode(),
    }


PROGRAMS: dict[str, Callable[[Parts], Parts]] = {
    "prefixes": _in_sheets(_prefixed),
    "no dimension": _in_sheets(lambda text: re.sub(r"<dimension[^>]*/>", "", text)),
    "another dimension": _in_sheets(lambda text: re.sub(r"<dimension[^>]*/>", '<dimension ref="A1"/>', text)),
    "a far dimension": _in_sheets(lambda text: re.sub(r"<dimension[^>]*/>", '<dimension ref="A1:XFD1048576"/>', text)),
    "hidden rows": _in_sheets(lambda text: text.replace("<row ", '<row hidden="1" ')),
    "space between": _in_sheets(lambda text: text.replace("<row ", "\n  <row ").replace("<c ", "\n    <c ")),
    "a comment": _in_sheets(lambda text: text.replace("<sheetData>", "<!-- a > b --><sheetData>")),
    "extensions": _in_sheets(lambda text: text.replace("</row>", '<extLst><ext uri="x"/></extLst></row>')),
    "reading aids": _in_part(TEXTS, lambda text: text.replace("</si>", '<rPh sb="0" eb="1"><t>よみ</t></rPh></si>')),
    "runs": _in_part(
        TEXTS,
        lambda text: re.sub(r"<si>(<t[ >].*?</t>)</si>", r"<si><r>\1</r></si>", text, flags=re.S),
    ),
    "days from 1904 said twice": _in_part(
        "xl/workbook.xml",
        lambda text: text.replace(
            "</workbook>", '<extLst><ext uri="x"><workbookPr defaultImageDpi="3"/></ext></extLst></workbook>'
        ),
    ),
    "no hidden sheets": _in_part("xl/workbook.xml", lambda text: re.sub(r' state="\w+"', "", text)),
    "absolute targets": _in_part("xl/_rels/workbook.xml.rels", lambda text: text.replace('Target="', 'Target="/xl/')),
    "capitals": lambda parts: {
        name.replace("xl/worksheets/sheet", "xl/worksheets/Sheet"): c for name, c in parts.items()
    },
    "another order": lambda parts: dict(sorted(parts.items(), reverse=True)),
    "more parts": lambda parts: parts | {"docProps/custom.xml": b"<x/>", "customXml/item1.xml": b"<y/>"},
}


# What happens on the way


def transport(data: bytes, rng: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at, kind = rng.randrange(len(broken) + 1), rng.randrange(6)
        if kind == 0:
            broken[at : at + 1] = bytes([rng.randrange(256)])
        elif kind == 1:
            del broken[at : at + rng.choice((1, 2, 50, 5000))]
        elif kind == 2 and rng.random() < 0.4:
            del broken[at:]
        elif kind == 3:
            broken[at : at + 512] = bytes(min(512, max(0, len(broken) - at)))
        elif kind == 4:
            broken[at:at] = broken[at : at + rng.randint(1, 600)]
        else:
            broken[at:at] = rng.choice((b"\r\n", b"\x00", b"PK\x03\x04", b"PK\x05\x06", b"=\r\n"))
    return bytes(broken)


PIECES = (
    *(
        b"<c>",
        b"</c>",
        b"<v>",
        b"</v>",
        b"<row>",
        b"</row>",
        b"<is>",
        b"<t>",
        b"</t>",
        b"<f>1</f>",
        b"<!--",
        b"-->",
        b"&#0;",
    ),
    *(
        b"&amp;",
        b"<![CDATA[",
        b"]]>",
        b't="s"',
        b't="e"',
        b't="b"',
        b't="d"',
        b's="3"',
        b'r="B2"',
        b'r="A99999999"',
        b"\x00",
    ),
    *(b"\xff", b"9", b"<mergeCell ref='A1:Z9'/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<row r='3'>", b"state='hidden'"),
)


def damage(data: bytes, rng: random.Random) -> bytes:
    """A zip file whose parts are not what they were, and say so nowhere."""
    parts = parts_of(data)
    for _ in range(rng.randint(1, 3)):
        name = rng.choice([n for n in parts if n.endswith((".xml", ".rels"))])
        broken, kind = bytearray(parts[name]), rng.randrange(6)
        at = rng.randrange(len(broken) + 1)
        tags = [match.span() for match in re.finditer(rb"<[^>]*>", bytes(broken[max(0, at - 300) : at + 300]))]
        if kind == 0:
            broken[at:at] = rng.choice(PIECES)
        elif kind == 1:
            broken[at : at + 1] = bytes([rng.randrange(32, 127)])
        elif kind == 2 and tags:
            begin, end = rng.choice(tags)
            del broken[max(0, at - 300) + begin : max(0, at - 300) + end]
        elif kind == 3 and (numbers := list(re.finditer(rb"\d+", bytes(broken)))):
            number = rng.choice(numbers)
            broken[number.start() : number.end()] = str(rng.choice((0, 1, 5, 10**6, 10**12))).encode()
        elif kind == 4:
            broken[at:at] = broken[at : at + rng.randint(1, 300)]
        elif rng.random() < 0.2:
            del parts[name]
            continue
        parts[name] = bytes(broken)
    return zipped(parts)
