"""Codes of libraries and locations: which of them may be one, after people and spreadsheets have written them.

A spreadsheet takes zeros from the front of a code of digits, makes a number of 1E5 and a day of MAR1; people write a code in
other letters, with a blank, or several of them into one cell.

>>> code_key("stx ") == code_key("STX"), code_key("00123") == code_key("123"), code_key("MAR1") == code_key("1-Mar")
(True, True, True)
>>> code_key("STX") == code_key("STX2")
False
"""

import re

# Months as spreadsheets in several languages shorten them.
_MONTHS = {
    **dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True)),
    **{"mrz": 3, "mär": 3, "avr": 4, "abr": 4, "mai": 5, "mag": 5, "ago": 8, "set": 9, "okt": 10, "out": 10, "dez": 12, "dic": 12},
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_NUMBER = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?e\+?(\d{1,2})|0*(\d+)")
_DAY = re.compile(
    rf"(?P<month>{_MONTH})\.?[-./ ]?0*(?P<day>\d{{1,4}})|0*(?P<first>\d{{1,2}})\.?[-./ ]? ?(?P<name>{_MONTH})\.?"
    r"|(?:\d{4}-)?0*(?P<a>\d{1,2})[-./]0*(?P<b>\d{1,2})(?:[./](?:\d{4})?)?"
)
_SEVERAL = re.compile(r"[;,|/&+()]|\s[-–]\s")


def code_key(code: str) -> str:
    """What is the same for all spellings of a code: it says that two may be one, not that they are.

    >>> code_key("1E5"), code_key("1.00E+05"), code_key("Ref-Desk"), code_key("01.Mrz")
    ('100000', '100000', 'refdesk', '1/3')
    """
    text = " ".join(code.casefold().split())
    if number := _NUMBER.fullmatch(text):
        whole, behind, zeros, digits = number.groups()
        return digits or str(int(float(f"{whole}.{behind or 0}e{zeros}"))) if digits or int(zeros) < 30 else text
    if day := _DAY.fullmatch(text):
        said = day.groupdict()
        month = _MONTHS.get(said["month"] or said["name"] or "") or said["a"]
        return "/".join(sorted([str(month), said["day"] or said["first"] or said["b"]], key=int))
    return "".join(sign for sign in text if sign.isalnum()) or text


def code_keys(cell: str) -> list[str]:
    """The keys of what a cell of a table may name: its code, or each of several.

    >>> code_keys("RES; STO"), code_keys("STX (Stacks)")
    (['ressto', 'res', 'sto'], ['stxstacks', 'stx', 'stacks'])
    """
    return list(dict.fromkeys(code_key(part) for part in (cell, *_SEVERAL.split(cell)) if part.strip()))
