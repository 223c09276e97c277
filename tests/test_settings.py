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
        ('[institution]\nmms_suffix = "39"', "institution.mms_suffix: expected four digits, or nothing, found '39'"),
        ("[institutions]", "institutions: no such setting; did you mean institution?"),
        (
            "[gates]\nocn_coverage_min = 90",
            "gates.ocn_coverage_min: expected at most 1.0; shares are parts of 1, so that 90% is written 0.9, found 90",
        ),
        (
            '[[symbols]]\nsymbol = "XYZ"\nmode = "keep"',
            "symbols.1.mode: expected 'kept' or 'retired'; did you mean 'kept'?, found 'keep'",
        ),
        (
            '[[collections]]\nid = "12"\nsymbol = "XYZ"',
            "collections.1.id: expected seven digits, found '12'",
        ),
        ('[[collections]]\nid = "1099999"', "collections.1.symbol: is missing; it has to be given"),
        ('[[symbols]]\nsymbol = "A"\n[[symbols]]\nsymbol = "A"', "symbols: given more than once: A"),
        (
            '[[symbols]]\nsymbol = "A"\n[[collections]]\nid = "1099999"\nsymbol = "B"',
            "collections: symbol B is not among [[symbols]] (A)",
        ),
        (
            "[institution]\nmms_suffix = 3941",
            'institution.mms_suffix: expected text; put it in quotes: "3941", found 3941',
        ),
        ("[workbooks]\ndeadline = 2025-11-28", 'put it in quotes: "2025-11-28", found 2025-11-28'),
        ("[[symbols]]\nsymbol = 'law '", """digits and signs such as @; did you mean "LAW"?, found 'law '"""),
        (
            "[[exclusions]]\ntag = '914'\nreason = 'No WorldCat'",
            'small letters, digits and _; did you mean "no_worldcat"?',
        ),
        (
            '[[symbols]]\nsymbol = "LAW"\n[[collections]]\nid = "1099999"\nsymbol = "LAV"',
            "symbol LAV is not among [[symbols]] (LAW)",
        ),
        ("[gates]\nsample_size = 1.5", "gates.sample_size: expected a whole number, without quotes, found 1.5"),
        ("[gates]\nocn_coverage_min = '90%'", "expected a number, without quotes and without %, found '90%'"),
        ("[institution]\nname = Law", "cannot be read in line 2, column 8: a value is no number"),
        (
            '[institution]\nname = "A"\nname = "B"',
            "cannot be read at its end: a setting is there twice; keep one of them",
        ),
        ('[raw]\nfolder = "D:\\exports"', "write / for \\, or put the text in single quotes"),
        ("noise = 'x'", "noise: expected a list in [ ]"),
        ("institution = 'Law'", "institution: expected a block of settings with names"),
        ("[[worldcat_lists]]\ncolumn = 0", "worldcat_lists.1.column: expected at least 1, found 0"),
        ("[ocn]\nplaces = [{ place = '35$a' }]", "ocn.places.1.place: expected a tag, and $ with the subfield code"),
        (
            "[[ocn.places]]\nplace = '035$a'\nrnk = 1",
            "ocn.places.1.rnk: no such setting; expected one of: place, role, trusted",
        ),
        ("[ocn\n", "cannot be read in line 1, column 5: the ] that ends the name of a block is missing"),
        (
            "[[extracts]]\nfiles = '*'\ndate = 'soon'",
            "extracts.1.date: expected a day of the calendar, written 2025-07-21, found 'soon'",
        ),
        ("noise = ['(']", "noise.1: no regular expression"),
        ("[[exclusions]]\nreason = 'x'\ntag = '245'\nmatches = '['", "exclusions.1.matches: no regular expression"),
        (
            f"{LAYOUT}columns = ['lsn', 'ocn']",
            "report_layouts.1.columns.2: expected 'job_key', 'lsn', 'sent_ocn', 'result_ocn', 'staging_ocn', "
            "'action', 'kind', 'severity', 'message' or '-', found 'ocn'",
        ),
        (
            f"{LAYOUT}columns = ['lsn', 'action']\ndelimiter = ';'",
            r"report_layouts.1.delimiter: expected '|' or '\t', found ';'",
        ),
        (f"{LAYOUT}columns = []", "report_layouts.1.columns: expected at least 1 in the list"),
        (f"{LAYOUT}colums = []", "report_layouts.1.colums: no such setting; did you mean columns?"),
        (LAYOUT, "report_layouts.1.columns: is missing; it has to be given"),
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


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert({mms_id})",
            "file:///etc/{mms_id}",
            "ms-word:ofe|u|https://x.org/{mms_id}",
            "data:,{mms_id}",
        ),
        *(
            "ftp://x.org/{mms_id}",
            "//x.org/{mms_id}",
            "x.org/{mms_id}",
            "\\\\\\\\server\\\\{mms_id}",
            "https://{mms_id}@x.org",
        ),
        *("https:///{mms_id}", " https://x.org/{mms_id}", "https://x.org/a {mms_id}", "https://x.org/\\n{mms_id}"),
        "java\\tscript:https://x.org/{mms_id}",
    ],
)
def test_a_link_that_is_no_web_address_is_a_fault_of_the_settings(tmp_path, address):
    (tmp_path / "datasync.toml").write_text(f'[links]\ncatalogue = "{address}"\n', "utf-8")
    with pytest.raises(
        SettingsError, match=r"links\.catalogue.*a link begins with https:// or http:// and the name of a host"
    ):
        read_settings(tmp_path / FILE_NAME)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "https://x.org/{mms_id}",
            "HTTP://alma.example.org:8443/a/{mms_id}/b?c=d#e",
            "https://bücher.example/ü/{mms_id}",
        ),
        "https://{mms_id}.example.org",
    ],
)
def test_a_web_address_is_taken(tmp_path, address):
    (tmp_path / "datasync.toml").write_text(f'[links]\ncatalogue = "{address}"\n', "utf-8")
    assert read_settings(tmp_path / FILE_NAME).links.catalogue == address
