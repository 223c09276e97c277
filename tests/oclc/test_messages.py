import polars as pl
import pytest

from datasync_lib.oclc.messages import message_family


def family(message: str | None) -> str | None:
    return pl.select(message_family(pl.lit(message, dtype=pl.String))).item()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Record is sparse.", "Record is sparse."),
        ("Invalid tag 509.", "Invalid tag T."),
        ("Invalid code in Illustrations (008/18-21).", "Invalid code in Illustrations (008/18-21)."),
        ("Invalid code in 1st $2 in 12th 600.", "Invalid code in N $x in N T."),
        ("Invalid subfield 2nd $0 in 3rd 264.", "Invalid subfield N $x in N T."),
        ("$b in 245 occurs too many times.", "$x in T occurs too many times."),
        ("1st $6 in 1st 260 has invalid linking data.", "N $x in N T has invalid linking data."),
        (
            "1st $c in 1st 066 indicates presence of (3 script, but (3 script is not found.",
            "N $x in N T indicates presence of S script, but S script is not found.",
        ),
        (
            "Invalid relationship - when 1st $2 in 1st 655 is equal to lcgft, then $y in 655 must not be present.",
            "Invalid relationship - when N $x in N T is equal to v, then $x in T must not be present.",
        ),
        (
            "Invalid relationship - when Bibliographic Level (Leader/07) is equal to a, then 773 must be present.",
            "Invalid relationship - when Bibliographic Level (Leader/07) is equal to v, then T must be present.",
        ),
        (
            "Invalid relationship - when 1st $e in 1st 040 is equal to rda, then Form (Leader/18) must equal c or i.",
            "Invalid relationship - when N $x in N T is equal to v, then Form (Leader/18) must equal v.",
        ),
        (
            "Invalid relationship - when Date (008/07-10) is not equal to 19.9, then 264 must not equal 1,5.",
            "Invalid relationship - when Date (008/07-10) is not equal to v, then T must not equal v.",
        ),
        ("Date 1 (008/07-10) is too short.", "Date 1 (008/07-10) is too short."),
        ("marc_record_field_length_error", "marc_record_field_length_error"),
        ("", ""),
        (None, None),
    ],
)
def test_what_varies_from_record_to_record_is_left_out(message, expected):
    assert family(message) == expected


@pytest.mark.parametrize(
    "message", ["Invalid code in 1st $2 in 12th 600.", "when A is equal to b, then C must equal d."]
)
def test_the_family_of_a_family_is_itself(message):
    assert family(family(message)) == family(message)
