"""All analyses over the tables of one project: each frame is worked out once, when it is first asked for.

This is where the pure functions meet the tables. Whoever wants one of them on other frames calls it directly.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property

import polars as pl

from ..settings import Settings
from ..tables.build import tags_to_load
from . import (
    answer_texts,
    deletions,
    duplicates,
    error_changes,
    local_holdings,
    match_classes,
    matches,
    ocn_places,
    ocn_quality,
    outcome_counts,
    outcomes,
    readiness,
    reconciliation,
    record_quality,
    rejections,
    sending,
)
from .concordance import concordance_problems, resolve_concordance
from .findings import Found, together
from .ownership import lead_units, locations_to_map, place_holdings

# A change of what the analyses find, with the same tables and settings, must change this number.
VERSION = 6


class Workbench:
    """Frames that the analyses work on and what they give, for one state of the tables.

    Args:
        scan: gives a table by name, current view, as a LazyFrame.
        settings: the project's settings.
        extract_date: the day of the last full extract; None: unknown.
    """

    def __init__(self, scan: Callable[[str], pl.LazyFrame], settings: Settings, extract_date: date | None):
        self._scan = scan
        self._tables: dict[str, pl.DataFrame] = {}
        self.settings = settings
        self.extract_date = extract_date

    def table(self, name: str) -> pl.DataFrame:
        """A table, read once."""
        if name not in self._tables:
            self._tables[name] = self._scan(name).collect()
        return self._tables[name]

    def subfields(self, where: pl.Expr) -> pl.DataFrame:
        """The subfields that meet a condition; the whole table is too large to keep."""
        return self._scan("subfields").filter(where).collect()

    # Where things belong

    @cached_property
    def placed(self) -> pl.DataFrame:
        """Each holding with its unit and symbols (`ownership.place_holdings`)."""
        return place_holdings(
            self.table("holdings"), self.table("location_map"), self.table("links"), on=self.extract_date
        )

    @cached_property
    def leads(self) -> pl.DataFrame:
        """The unit that leads for each bib (`ownership.lead_units`)."""
        return lead_units(self.placed)

    @cached_property
    def locations_to_map(self) -> pl.DataFrame:
        """Locations that the map does not have (`ownership.locations_to_map`)."""
        return locations_to_map(self.table("holdings").lazy(), self.table("location_map"), on=self.extract_date)

    @cached_property
    def scope(self) -> pl.DataFrame:
        """Holdings and bibs by library, location, unit, symbol and format (`readiness.scope_by`)."""
        return readiness.scope_by(self.placed, self.table("bibs"))

    @cached_property
    def terminals(self) -> pl.DataFrame:
        """Where each old number ends (`concordance.resolve_concordance`)."""
        return resolve_concordance(self.table("concordance"))

    @cached_property
    def concordance_problems(self) -> pl.DataFrame:
        """Old numbers without a single end, or with a long way to it (`concordance.concordance_problems`)."""
        return concordance_problems(self.table("concordance"), self.terminals)

    # Numbers

    @cached_property
    def ocn_census(self) -> pl.DataFrame:
        """Spellings and places of OCNs, with counts and examples (`ocn_places.ocn_census`)."""
        return ocn_places.ocn_census(self.table("ocns"))

    @cached_property
    def place_comparison(self) -> pl.DataFrame:
        """How often two places of a bib agree (`ocn_places.compare_places`)."""
        return ocn_places.compare_places(self.table("ocns"))

    @cached_property
    def proposed_rank(self) -> pl.DataFrame:
        """Which place should give the number first, and why (`ocn_places.propose_rank`)."""
        ranges = self.settings.ocn.institution_record_ranges
        return ocn_places.propose_rank(self.table("ocns"), institution_record_ranges=ranges)

    # What was sent and what OCLC said

    @cached_property
    def history(self) -> pl.DataFrame:
        """What OCLC said of each record, run by run (`outcomes.outcome_history`)."""
        tables = self.table("outcomes"), self.table("sent_records"), self.table("bibs")
        return outcomes.outcome_history(*tables, delete_collections=self.settings.delete_collections)

    @cached_property
    def last_outcomes(self) -> pl.DataFrame:
        """The last answer for each record and symbol (`outcomes.last_outcomes`)."""
        return outcomes.last_outcomes(self.history, self.extract_date, self.terminals)

    @cached_property
    def texts(self) -> pl.DataFrame:
        """The catalogue as it is compared with WorldCat's records (`answer_texts.texts_of_bibs`)."""
        return answer_texts.texts_of_bibs(self.table("bibs"), self.table("standard_numbers"))

    @cached_property
    def match_classes(self) -> pl.DataFrame:
        """Every last outcome in one class, with flags and what the texts say (`match_classes.match_classes`)."""
        return match_classes.match_classes(
            self.last_outcomes, self.history, self.texts, self.table("worldcat_records"), self.terminals
        )

    @cached_property
    def outcome_flow(self) -> pl.DataFrame:
        """From sent to outcome, with counts that add up (`outcome_counts.outcome_flow`)."""
        return outcome_counts.outcome_flow(self.table("sent_records"), self.last_outcomes)

    @cached_property
    def match_rates(self) -> pl.DataFrame:
        """Rates of the outcomes beside those of other projects (`outcome_counts.match_rates`)."""
        return outcome_counts.match_rates(self.last_outcomes)

    @cached_property
    def run_changes(self) -> pl.DataFrame:
        """What changed from run to run (`outcome_counts.compare_runs`)."""
        return outcome_counts.compare_runs(self.history)

    @cached_property
    def match_counts(self) -> pl.DataFrame:
        """How many records are in which class of matches (`match_classes.count_classes`)."""
        return match_classes.count_classes(self.match_classes)

    @cached_property
    def error_changes(self) -> pl.DataFrame:
        """Errors that are new, carried over or solved since the last run (`error_changes.error_changes`)."""
        return error_changes.error_changes(self.table("exceptions"), self.history, self.leads, self.settings.noise)

    @cached_property
    def error_change_counts(self) -> pl.DataFrame:
        """The same by unit and family, counted (`error_changes.count_error_changes`)."""
        return error_changes.count_error_changes(self.error_changes)

    @cached_property
    def repeat_offenders(self) -> pl.DataFrame:
        """Records that OCLC refuses every time (`error_changes.repeat_offenders`)."""
        return error_changes.repeat_offenders(self.history, self.leads)

    @cached_property
    def error_families_by_unit(self) -> pl.DataFrame:
        """What OCLC finds wrong with the records of each unit (`rejections.error_families_by_unit`)."""
        return rejections.error_families_by_unit(
            self.table("exceptions"), self.last_outcomes, self.leads, self.settings.noise
        )

    @cached_property
    def error_families(self) -> pl.DataFrame:
        """Families of error messages, ranked (`rejections.error_families`)."""
        return rejections.error_families(self.table("exceptions"), self.last_outcomes, self.settings.noise)

    @cached_property
    def expected_reports(self) -> pl.DataFrame:
        """Sent files and the reports that answer them (`reconciliation.expected_reports`)."""
        return reconciliation.expected_reports(self.table("sent_records"), self.table("outcomes"))

    @cached_property
    def report_reconciliation(self) -> pl.DataFrame:
        """Counts between report kinds (`reconciliation.reconcile_reports`)."""
        tables = self.table("outcomes"), self.table("cross_references"), self.table("exceptions")
        return reconciliation.reconcile_reports(*tables)

    @cached_property
    def sending_balance(self) -> pl.DataFrame:
        """Every holding in one class: sent, or why not (`sending.sending_balance`)."""
        return sending.sending_balance(self.table("bibs"), self.placed, self.table("items"), self.table("sent_records"))

    # What WorldCat holds

    @cached_property
    def owners(self) -> pl.DataFrame:
        """Which bib owns which number, and through what (`deletions.number_owners`)."""
        return deletions.number_owners(self.table("all_ocns"), self.history, self.table("bibs"), self.terminals)

    @cached_property
    def held_numbers(self) -> pl.DataFrame:
        """Every number that WorldCat holds under a symbol, in one class (`deletions.classify_old_holdings`)."""
        return deletions.classify_old_holdings(
            self.table("worldcat_holdings"),
            self.owners,
            self.table("bibs"),
            self.placed,
            self.leads,
            self.history,
            self.last_outcomes,
            self.match_classes,
            self.terminals,
            symbols=self.settings.symbols,
        )

    @cached_property
    def balance_sheet(self) -> pl.DataFrame:
        """What is held under each symbol, by class, adding up (`deletions.balance_sheet`)."""
        return deletions.balance_sheet(self.held_numbers)

    # All together

    @cached_property
    def found(self) -> Found:
        """Findings and evidence of every analysis."""
        return together(
            [
                *self._found_in_records(),
                *self._found_in_numbers(),
                *self._found_in_answers(),
                *self._found_in_holdings(),
            ]
        )

    def _found_in_records(self) -> list[Found]:
        bibs, placed, leads = self.table("bibs"), self.placed, self.leads
        linked = self.subfields((pl.col("code") == "6") | (pl.col("tag") == "880"))
        return [
            record_quality.find_brief_records(bibs, leads),
            record_quality.find_sparse_records(bibs, leads),
            record_quality.find_script_pairing(bibs, linked, leads, tags=tags_to_load(self.settings)),
            record_quality.find_suppression_mismatches(bibs, placed),
            record_quality.find_unmapped_locations(placed),
            sending.find_not_sent(bibs, placed, self.table("items"), self.table("sent_records")),
        ]

    def _found_in_numbers(self) -> list[Found]:
        bibs, ocns, leads, terminals = self.table("bibs"), self.table("ocns"), self.leads, self.terminals
        return [
            ocn_quality.find_missing_ocns(bibs, ocns, leads),
            ocn_quality.find_malformed_ocns(bibs, ocns, leads),
            ocn_quality.find_several_ocns(bibs, ocns, leads, terminals),
            ocn_quality.find_stale_ocns(bibs, ocns, leads, terminals),
            ocn_quality.find_print_ocns_on_electronic(bibs, ocns, leads, terminals),
            duplicates.find_shared_ocns(bibs, ocns, self.placed, leads, self.last_outcomes, terminals),
        ]

    def _found_in_answers(self) -> list[Found]:
        last, leads, terminals = self.last_outcomes, self.leads, self.terminals
        return [
            rejections.find_rejected(last, self.table("exceptions"), leads, self.settings.noise),
            outcomes.find_never_reported(self.table("sent_records"), self.table("outcomes"), leads),
            outcomes.find_created_records(last, leads),
            match_classes.find_changed_ocns(self.match_classes, leads),
            matches.find_wrong_holdings_set(
                self.history,
                leads,
                self.texts,
                self.table("worldcat_records"),
                self.table("worldcat_holdings"),
                terminals,
            ),
            matches.find_collisions(last, self.table("bibs"), self.table("ocns"), leads, terminals),
        ]

    def _found_in_holdings(self) -> list[Found]:
        records = self.table("holdings").filter("is_mfhd").select("file", "record")
        fields = self._scan("subfields").join(records.lazy(), on=["file", "record"], how="semi").collect()
        places = {c.symbol: c.ocn_location for c in self.settings.collections if c.type == "lhr"}
        return [
            local_holdings.find_lhr_problems(
                self.table("bibs"),
                self.table("ocns"),
                fields,
                self.placed,
                self.terminals,
                ocn_places=places,
                maximum=self.settings.ocn.maximum,
            ),
            deletions.find_old_holdings(self.held_numbers, self.table("worldcat_holdings"), self.owners),
        ]

    @cached_property
    def readiness(self) -> pl.DataFrame:
        """The readiness scorecard (`readiness.readiness`)."""
        names = ("worldcat_holdings", "sent_records", "files", "records")
        holdings, sent, files, records = (self.table(name) for name in names)
        return readiness.readiness(
            self.table("bibs"),
            self.table("ocns"),
            self.placed,
            self.table("items"),
            self.found.findings,
            self.terminals,
            holdings,
            sent,
            self.last_outcomes,
            files,
            records,
            settings=self.settings,
        )
