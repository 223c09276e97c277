"""Messages of exception reports, brought together in families.

A message names occurrences (1st, 2nd), tags, subfields and their values: "Invalid code in 1st $2 in 2nd 600." Without
them it says what kind of fault it is: "Invalid code in N $x in N T." The element names and their positions in leader
and 008 stay, since they say what to correct (oclc_formats.md 1.5, 13.9).
"""

import polars as pl

_TAG = r"(?:LDR|\d{3})"
_REPLACEMENTS: tuple[tuple[str, str], ...] = (
    (r"(?i)\b\d+(?:st|nd|rd|th)\b", "N"),
    (r"\$[a-z0-9]", "$$x"),
    (r"(presence of )\S+( script, but )\S+( script is)", "${1}S${2}S${3}"),
    (r"(\bis (?:not )?equal to ).+?(, then|\.?$)", "${1}v${2}"),
    (r"(\bmust (?:not )?equal ).+?(\.?)$", "${1}v${2}"),
    # A tag stands alone; 008/18-21 and Leader/07 are positions.
    (rf"(^|[\s,(]){_TAG}([\s,.)]|$)", "${1}T${2}"),
)


def message_family(message: pl.Expr) -> pl.Expr:
    """What kind of fault a message tells of: the message with N for ordinals, T for tags, $x for subfields, v for values."""
    family = message.str.strip_chars()
    for pattern, replacement in _REPLACEMENTS:
        family = family.str.replace_all(pattern, replacement)
    return family
