"""What must be found of numbers that several bibs have or were answered (practice.md 2.3; duplicates.md E11)."""

from collections import defaultdict
from collections.abc import Iterator

from ..model import Bib
from .rows import Finding, on_bib
from .view import View, histories, results


def sharers(view: View) -> dict[int, list[Bib]]:
    """The bibs of the exchange that have a record of WorldCat, by its number today."""
    by_number: dict[int, list[Bib]] = defaultdict(list)
    for bib in view.bibs:
        if bib.in_exchange:
            for number in {view.resolve(number) for number in bib.current} - {None}:
                by_number[number].append(bib)
    return by_number


def shared_ocn(view: View) -> Iterator[Finding]:
    """Several bibs of the exchange have one record of WorldCat (practice.md 2.3).

    Formats that differ say that a number is wrong; else it matters whether two of them are in one library.
    """
    for number, bibs in sorted(sharers(view).items()):
        if len(bibs) > 1:
            for bib in bibs:
                yield on_bib("shared_ocn", bib, _shared_class(bibs), ocn=number)


def _shared_class(bibs: list[Bib]) -> str:
    if len({(bib.format, bib.is_electronic) for bib in bibs}) > 1:
        return "other_format"
    libraries = [library for bib in bibs for library in {holding.library for holding in bib.placed} - {None}]
    return "same_library" if len(libraries) > len(set(libraries)) else "other_library"


def print_ocn_on_electronic(view: View) -> Iterator[Finding]:
    """An open e-record, excluded or not, has a number that an open print record has too (practice.md 2.3, CZ records)."""
    visible = [bib for bib in view.bibs if not bib.is_suppressed]
    of_prints = {view.resolve(number) for bib in visible if not bib.is_electronic for number in bib.current} - {None}
    for bib in visible:
        if bib.is_electronic:
            for number in bib.current:
                if view.resolve(number) in of_prints:
                    yield on_bib("print_ocn_on_electronic", bib, ocn=number)


def collision(view: View) -> Iterator[Finding]:
    """OCLC's last answers give several bibs one number that not all of them have themselves (E11, «collision»)."""
    by_result: dict[int, dict[str, Bib]] = defaultdict(dict)
    for bib in view.bibs:
        for answers in histories(bib).values():
            for number in {view.resolve(result) for result in results(answers)[-1:]} - {None}:
                by_result[number][bib.mms_id] = bib
    for number, bibs in sorted(by_result.items()):
        was_known = all(number in map(view.resolve, bib.current) for bib in bibs.values())
        if len(bibs) > 1 and not was_known:
            for bib in bibs.values():
                yield on_bib("duplicate_group", bib, "collision", ocn=number)
