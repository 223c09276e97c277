"""Two monthly exports, cut from the real one with planted changes: the page of changes is exactly what was planted."""

import copy
import re
from collections.abc import Iterable

import pytest
from alma_export import ALMA, Title, read_titles

from datasync_lib import plots, viewing
from datasync_lib.project import Project
from datasync_lib.sample.marc_bytes import iso2709

JUNE, JULY = "alma_20250620.mrc", "alma_20250720.mrc"
SETTINGS = '[institution]\nmms_suffix = "3811"\n[[extracts]]\nfiles = "alma_*"\n'
Row = tuple


def holdings(title: Title) -> dict[str, str]:
    """Place by holding ID."""
    of = [dict(entry[2]) for entry in title.marc.fields if entry[0] == "852"]
    return {each["8"]: f"{each.get('b', '?')} / {each.get('c', '?')}" for each in of if "8" in each}


def number_of(title: Title) -> int | None:
    """The number in the only 079 of a title with one holding; 079 counts before 035."""
    texts = [dict(entry[2]).get("a", "") for entry in title.marc.fields if entry[0] == "079"]
    found = re.fullmatch(r"ocm0*(\d+)", texts[0]) if len(texts) == 1 else None
    return int(found[1]) if found and len(title.places) == len(holdings(title)) == 1 else None


def with_field(title: Title, tag: str, **changed: str) -> Title:
    """The title with other subfields in its first field of a tag."""
    new = copy.deepcopy(title)
    at = next(at for at, entry in enumerate(new.marc.fields) if entry[0] == tag)
    name, indicators, subfields = new.marc.fields[at]
    new.marc.fields[at] = (name, indicators, tuple((dict(subfields) | changed).items()))
    return new


def without_field(title: Title, tag: str, where: str = "") -> Title:
    """The title without its first field of a tag in which a text stands."""
    new = copy.deepcopy(title)
    new.marc.fields.remove(next(entry for entry in new.marc.fields if entry[0] == tag and where in str(entry)))
    return new


def with_suppression(title: Title) -> Title:
    new = copy.deepcopy(title)
    new.marc.data("950", "  ", ("a", "true"))
    return new


def write(titles: Iterable[Title]) -> bytes:
    return b"".join(iso2709(title.marc) for title in titles)


@pytest.fixture(scope="module")
def months(shared_data, tmp_path_factory) -> tuple[Project, list[Row]]:
    """The project, and its changes: what, change, MMS ID, holding ID, before, after."""
    titles = list(read_titles(shared_data / ALMA))
    given = (title for title in titles if number_of(title))

    def some(count: int) -> list[Title]:
        return [next(given) for _ in range(count)]

    rows: list[Row] = []
    came, went, renumbered, respelt, lost = some(7), some(11), some(13), some(17), some(3)
    hidden, moved, without, relinked, targets = some(5), some(19), some(4), some(2), some(2)
    new: dict[str, Title | None] = {}
    for change, some_titles in (("new", came), ("gone", went)):
        for title in some_titles:
            ((id_, place),) = holdings(title).items()
            for what, holding, text in (
                ("bib", None, None),
                ("holding", id_, place),
                ("number", None, f"{number_of(title)}"),
            ):
                before_after = (None, text) if change == "new" else (text, None)
                rows.append((what, change, title.mms_id, holding, *before_after))
    for at, title in enumerate(renumbered):
        other = 1_390_000_000 + at
        new[title.mms_id] = with_field(title, "079", a=f"(OCoLC)on{other}")
        rows.append(("number", "changed", title.mms_id, None, f"{number_of(title)}", f"{other}"))
    for title in respelt:
        new[title.mms_id] = with_field(title, "079", a=f"(OCoLC) {number_of(title):012}")
    for title in lost:
        new[title.mms_id] = without_field(without_field(title, "079"), "035", where="ocn")
        rows.append(("number", "gone", title.mms_id, None, f"{number_of(title)}", None))
    for title in hidden:
        new[title.mms_id] = with_suppression(title)
        rows.append(("suppression", "changed", title.mms_id, None, "not suppressed", "suppressed"))
    for title in moved:
        ((id_, place),) = holdings(title).items()
        new[title.mms_id] = with_field(title, "852", b="DEPOT", c="cold")
        rows.append(("location", "changed", title.mms_id, id_, place, "DEPOT / cold"))
    for title in without:
        ((id_, place),) = holdings(title).items()
        new[title.mms_id] = without_field(title, "852")
        rows.append(("holding", "gone", title.mms_id, id_, place, None))
    for title, target in zip(relinked, targets, strict=True):
        (field,) = [entry for entry in title.marc.fields if entry[0] == "852"]
        new[title.mms_id] = without_field(title, "852")
        new[target.mms_id] = copy.deepcopy(target)
        new[target.mms_id].marc.data("852", field[1], *field[2])
        rows.append(("holding", "changed", target.mms_id, dict(field[2])["8"], title.mms_id, target.mms_id))
    not_in_june, not_in_july = {t.mms_id for t in came}, {t.mms_id for t in went}
    june = [t for t in titles if t.mms_id not in not_in_june]
    july = [new.get(t.mms_id, t) for t in reversed(titles) if t.mms_id not in not_in_july]

    folder = tmp_path_factory.mktemp("months")
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True)
    (folder / "datasync.toml").write_text(SETTINGS, "utf-8")
    (raw / JUNE).write_bytes(write(june))
    (raw / JULY).write_bytes(write(july))
    project = Project(folder)
    project.load(progress=False)
    return project, rows


def test_the_page_of_changes_is_exact(months):
    project, planted = months
    told = project.table("catalogue_changes").select("what", "change", "mms_id", "holding_id", "before", "after")
    assert sorted(told.collect().rows(), key=str) == sorted(planted, key=str)
    figure = plots.plot_catalogue_changes(project.analysis.change_counts, project.analysis.compared_states)
    assert figure.finding == (
        "Since 2025-06-20: bibs: 7 new, 11 gone; holdings: 7 new, 15 gone, 2 changed; 16 bibs with other numbers; "
        "19 holdings moved; 5 suppressions set or lifted"
    )
    shown = viewing.changed_records(
        project.table("catalogue_changes"), project.table("bibs"), project.table("earlier_bibs")
    )
    assert shown.height == len(planted)
    assert shown.filter(what="bib")["title"].null_count() == 0


def test_the_newer_export_took_the_place_of_the_older(months, shared_data):
    project, _ = months
    bibs = project.sql("select count(*) as bibs, count(distinct file) as files, min(file) as file from bibs").rows()
    assert bibs == [(6000 - 11 - 6, 1, JULY)]


def test_without_an_entry_the_page_is_the_same_and_nothing_is_taken_away(months):
    project, planted = months
    (project.folder / "datasync.toml").write_text('[institution]\nmms_suffix = "3811"\n', "utf-8")
    told = project.table("catalogue_changes").select("what", "change", "mms_id", "holding_id", "before", "after")
    assert sorted(told.collect().rows(), key=str) == sorted(planted, key=str)
    assert project.sql("select count(*) from bibs").rows() == [(6000 - 6,)]
    assert project.sql("select bool_and(looks_whole) from extracts").rows() == [(True,)]
