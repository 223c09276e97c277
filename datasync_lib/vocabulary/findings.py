"""Tables of what was found: one shape for all problems, and what each finding rests on."""

import dataframely as dy

from .columns import number, text


class Findings(dy.Schema):
    """One thing for a person to look at; one shape for all problems."""

    row_key = text("stable name of the row: 20 hex digits of a hash over the problem and its identity", nullable=False)
    problem = text("code of the problem", nullable=False)
    # `class` is a word of Python's own
    class_ = dy.String(
        nullable=True, alias="class", description="the finer kind; datasync_lib/problems says what each means"
    )
    answer = text(
        "what we say to it: act, review or hold ask a person for something; information asks nobody; settled: a person called "
        "it no problem, and nothing has changed since",
        nullable=False,
    )
    group_id = text("what belongs together, such as the bibs that share an OCN")
    unit = text("the unit that leads: most holdings, then by name; null: no unit known")
    other_units = text("other units concerned, separated by ; and a blank")
    symbol = text("target symbol of the leading unit's holdings, or the old symbol of an old holding")
    mms_id = text("the bib")
    holding_id = text("the holding, when the finding is about one")
    ocn = number("the number, when the finding is about one")
    file = text("where the finding was seen")
    record = number("position in that file")
    priority = dy.Int32(
        nullable=False, description="1 a reader sees it or it blocks a deletion, 2 a holding is missing, 3 tidy"
    )
    parameters = text("JSON object of what the explanation in words is made from")
    evidence_hash = text("hash of what the finding rests on: when it changes, an old decision is asked again")


class Evidence(dy.Schema):
    """What a finding rests on, long."""

    row_key = text("the finding", nullable=False)
    what = text("what it is, such as 035$a or report action", nullable=False)
    value = text("the value")
    file = text("where it stands")
    record = number("position in that file")
