import re
from datetime import date
from importlib.resources import files

import pytest

from datasync_lib.errors import SettingsError
from datasync_lib.settings import FILE_NAME, Settings, read_settings

TEMPLATE = (files("datasync_lib") / "templates" / FILE_NAME).read_text("utf-8")

LAYOUT = "[[report_layouts]]\nkind = 'NewReport'\n"


def settings_of(tmp_path, text: str) -> Settings:
    path = tmp_path / FILE_NAME
    path.write_text(text, "utf-8")
    return read_settings(path)


def test_template_is_the_defaults_written_out(tmp_path):
    assert settings_of(tmp_path, TEMPLATE) == Settings()


def test_every_example_in_the_template_is_valid_once_switched_on(tmp_path):
    switched_on = re.sub(r"(?m)^# (?=(\[\[?[a-z_]+\]\]?|[a-z_]+ = ))", "", TEMPLATE)
    settings = settings_of(tmp_path, switched_on)
    assert [s.symbol for s in settings.symbols] == ["XYZ", "XYL"]
    assert settings.collections[0].exclusions[0].reason == "equipment"
    assert settings.extracts[0].date == date(2025, 7, 21)
    assert settings.worldcat_lists[0].symbol == "XYL"
    assert settings.report_layouts[0].table == "outcomes"


def test_every_key_of_the_settings_is_in_the_template():
    for model_name, field in Settings.model_fields.items():
        assert re.search(rf"(?m)^(# )?(\[\[?{model_name}\]\]?|{model_name} = )", TEMPLATE), model_name
        inner = [
            a for a in (field.annotation, *getattr(field.annotation, "__args__", ())) if hasattr(a, "model_fields")
        ]
        for key in inner[0].model_fields if inner else ():
            assert re.search(rf"\b{key} = ", TEMPLATE), f"{model_name}.{key}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[institution]\nmms_sufix = "3941"', "institution.mms_sufix: no such setting; did you mean mms_suffix?"),
        ('[institution]\nmms_suffix = "39"', "institution.mms_suffix: String should match pattern"),
        ("[institutions]", "institutions: no such setting; did you mean institution?"),
        ("[gates]\nocn_coverage_min = 90", "gates.ocn_coverage_min: Input should be less than or equal to 1, found 90"),
        (
            '[[symbols]]\nsymbol = "XYZ"\nmode = "keep"',
            "symbols.1.mode: Input should be 'kept' or 'retired', found 'keep'",
        ),
        (
            '[[collections]]\nid = "12"\nsymbol = "XYZ"',
            r"collections.1.id: String should match pattern '^\d{7}$', found '12'",
        ),
        ('[[collections]]\nid = "1099999"', "collections.1.symbol: Field required"),
        ('[[symbols]]\nsymbol = "A"\n[[symbols]]\nsymbol = "A"', "symbols: given more than once: A"),
        (
            '[[symbols]]\nsymbol = "A"\n[[collections]]\nid = "1099999"\nsymbol = "B"',
            "collections: symbol B is not among [[symbols]] (A)",
        ),
        ("[ocn]\nplaces = [{ place = '35$a' }]", "ocn.places.1.place: String should match pattern"),
        (
            "[[ocn.places]]\nplace = '035$a'\nrnk = 1",
            "ocn.places.1.rnk: no such setting; expected one of: place, role, trusted",
        ),
        ("[ocn\n", "not valid TOML"),
        ("[[extracts]]\nfiles = '*'\ndate = 'soon'", "extracts.1.date: Input should be a valid date"),
        ("noise = ['(']", "noise.1: no regular expression"),
        ("[[exclusions]]\nreason = 'x'\ntag = '245'\nmatches = '['", "exclusions.1.matches: no regular expression"),
        (
            f"{LAYOUT}columns = ['lsn', 'ocn']",
            "report_layouts.1.columns.2: Input should be 'job_key', 'lsn', 'sent_ocn', 'result_ocn', 'staging_ocn', "
            "'action', 'kind', 'severity', 'message' or '-', found 'ocn'",
        ),
        (
            f"{LAYOUT}columns = ['lsn', 'action']\ndelimiter = ';'",
            r"report_layouts.1.delimiter: Input should be '|' or '\t', found ';'",
        ),
        (f"{LAYOUT}columns = []", "report_layouts.1.columns: Tuple should have at least 1 item"),
        (f"{LAYOUT}colums = []", "report_layouts.1.colums: no such setting; did you mean columns?"),
        (LAYOUT, "report_layouts.1.columns: Field required"),
        (
            f"{LAYOUT}columns = ['-', '-', 'lsn', 'lsn', 'action']",
            "report_layouts.1.columns: given more than once: lsn",
        ),
        (
            f"{LAYOUT}columns = ['lsn', 'sent_ocn']",
            "report_layouts.1.columns: expected action, message, severity, result_ocn or staging_ocn among them",
        ),
        (
            f"{LAYOUT}columns = ['lsn', 'action', 'message']",
            "report_layouts.1.columns: outcomes has no place for message; write - for it",
        ),
        (
            f"{LAYOUT}columns = ['result_ocn', 'staging_ocn', 'action']",
            "report_layouts.1.columns: result_ocn or staging_ocn, not both",
        ),
        (
            "[[report_layouts]]\nkind = 'BibProcessingReport'\ncolumns = ['action']",
            "report_layouts.1.kind: the layout of these reports is known; leave this block out",
        ),
        (
            f"{LAYOUT}columns = ['action']\n{LAYOUT.lower()}columns = ['message']",
            "report_layouts: given more than once: newreport",
        ),
    ],
)
def test_a_wrong_setting_is_named_by_its_key_with_what_was_expected(tmp_path, text, said):
    with pytest.raises(SettingsError) as error:
        settings_of(tmp_path, text)
    assert said in str(error.value)
    assert FILE_NAME in str(error.value)


def test_all_faults_are_told_at_once(tmp_path):
    with pytest.raises(SettingsError) as error:
        settings_of(tmp_path, "[gates]\nsparse_max = 3\nunresolved = 0.1\n[links]\nworldcat = 5")
    keys = {line.split(":")[0].strip() for line in str(error.value).splitlines()[1:]}
    assert keys == {"gates.sparse_max", "gates.unresolved", "links.worldcat"}


def test_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(SettingsError, match="is missing: run «datasync new DIR»"):
        read_settings(tmp_path / FILE_NAME)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"\xef\xbb\xbf[institution]\nname = 'A'\n")
    assert read_settings(tmp_path / FILE_NAME).institution.name == "A"


def test_patterns_name_extracts_and_lists():
    settings = Settings.model_validate(
        {
            "extracts": [{"files": "full_*", "date": "2025-07-21"}],
            "worldcat_lists": [{"files": "*/query_XYL.mrc", "symbol": "XYL", "as_of": "2025-07-20"}],
        }
    )
    assert settings.extract_of("full_1.mrc").date == date(2025, 7, 21)
    assert settings.extract_of("other.mrc") is None
    assert settings.worldcat_list_of("from_oclc/query_XYL.mrc").symbol == "XYL"


@pytest.mark.parametrize(
    "address", ["https://catalogue.example.org/{mmsid}", "https://x.org/{mms_id", "https://x.org/"]
)
def test_a_link_without_its_placeholder_is_refused(tmp_path, address):
    (tmp_path / "datasync.toml").write_text(f'[links]\ncatalogue = "{address}"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"links\.catalogue"):
        read_settings(tmp_path / FILE_NAME)
