"""A settings key that nothing reads is told here: by a failure, or in the table of those that wait for their use."""

import re
import shutil
from pathlib import Path

import pytest
from settings_reads import FIELDS, SettingsReads

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "datasync_lib" / "templates" / "datasync.toml"

# Kept because a library writes them down once, with the rest of the agreement; each goes from here when its use comes.
WAITING = {
    "Collection.name": "delivery: what the agreement with OCLC calls it",
    "Collection.match_mode": "delivery: a record goes to the collection that trusts its number, or to the one that matches on all",
    "Collection.exclusions": "delivery: what OCLC leaves out by the agreement of this collection",
}


def test_every_setting_is_read_or_waits_for_its_use():
    declared = {f"{model}.{field}" for model, fields in FIELDS.items() for field in fields}
    unread = declared - SettingsReads(ROOT / "datasync_lib").reads
    assert unread - set(WAITING) == set(), "nothing reads these: give them a use, or take them out of the settings"
    assert set(WAITING) - unread == set(), (
        "these are read now: take them out of the table, and «not read yet» out of the template"
    )


@pytest.mark.parametrize("key", sorted({name.split(".")[1] for name in WAITING} - {"name", "exclusions"}))
def test_the_template_promises_nothing_of_a_key_that_waits(key):
    lines = [line for line in TEMPLATE.read_text(encoding="utf-8").splitlines() if re.search(rf"\b{key}\b", line)]
    assert lines
    assert [line for line in lines if "not read yet" not in line] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(settings: Settings): return settings.exclusions", {"Settings.exclusions"}),
        ("def f(settings): return [c.unit for c in settings.collections]", {"Settings.collections", "Collection.unit"}),
        ("def f(settings): return settings.items[0].barcode", {"Settings.items", "ItemField.barcode"}),
        ("def f(project):\n    g = project.settings.gates\n    return g.sparse_max", {"Settings.gates", "Gates.sparse_max"}),
        ("def f(settings):\n    for s in (*settings.symbols,):\n        s.mode", {"Settings.symbols", "SymbolSettings.mode"}),
        ("VALUES = {'noise': lambda settings, _: settings.noise}", {"Settings.noise"}),
        ("def f(gates: Gates, name): return getattr(gates, name)\nNAME = 'created_max'", {"Gates.created_max"}),
        ("def f(layout: ItemField): return layout.model_dump(exclude={'tag', 'barcode', 'holding_id'})",
         {"ItemField.item_id", "ItemField.status", "ItemField.process_type"}),
        ("def f(rule): return rule.matches\ndef g(settings): return f(settings.suppression.bib)",
         {"Settings.suppression", "Suppression.bib", "FlagRule.matches"}),
        ("def f(settings):\n    if chosen := settings.collection('1'):\n        return chosen.lsn_location",
         {"Settings.collections", "Collection.id", "Collection.lsn_location"}),
        ("class A:\n    settings: Settings\ndef f(a): return a.settings.links", {"Settings.links"}),
        ("@reads('list', most='raw.most_members')\ndef f(*, most): return most", {"Settings.raw", "RawFiles.most_members"}),
        # What is no reading: another thing of that name, a dump for a key, the name in a text, a key that is written.
        ("def f(row): return row.match_mode, row.exclusions", set()),
        ("def f(settings): return settings.model_dump(mode='json', include={'collections'})", set()),
        ("@reads('list', most='raw.most_members')\ndef f(*, most): return 1", set()),
        ("def f(): return {'mms_suffix': '4321'}  # settings", set()),
        ("def f(collection: Collection): return 1\nfrom collections.abc import Collection  # settings", set()),
    ],
)  # fmt: skip
def test_readings_are_seen_and_nothing_else(tmp_path, text, expected):
    imported = "" if "collections.abc" in text else "from .settings import Gates, ItemField, Settings\n"
    (tmp_path / "reading.py").write_text(imported + text + "\n", encoding="utf-8")
    shutil.copytree(ROOT / "datasync_lib" / "settings", tmp_path / "settings")
    assert SettingsReads(tmp_path).reads == expected
