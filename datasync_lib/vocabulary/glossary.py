"""What the words on pages, sheets and figures mean: each said once. The counted ones are counted so wherever they stand."""

# The words of counts first, in the order in which they lead to each other; then those of the exchange with OCLC.
TERMS = {
    "bib": "A record of the catalogue as it is now that has an MMS ID, each once. Deleted and replaced records are no bibs.",
    "holding": "A holding of the catalogue as it is now, each once by bib and holding ID. That of a boundwith counts once, with its host.",
    "held number": "An OCN that WorldCat holds under a symbol, by the newest list of the symbol.",
    "finding": "One thing that is the matter with one bib, holding or held number: a row of findings. A bib with three problems has three.",
    "to look at": "A finding whose answer is act, review or hold. Information, keep and delete ask nobody for anything.",
    "answer": "What we say to a finding: act (mend it), review (decide), hold (nothing may be deleted before it is cleared), keep, delete, information.",
    "priority": "1: a reader sees it, or it blocks a deletion. 2: a holding is missing in WorldCat. 3: tidy.",
    "record": "In figures of OCLC's answers: what was sent, once under each symbol, with the last answer to it.",
    "unit": "Who looks after a location: a line of location_map.csv says it. A bib of several units is with the one that has most holdings.",
    "symbol": "OCLC's code of a library, under which WorldCat has its holdings. Retired: it is emptied. Kept: it stays.",
    "confirmed": "OCLC answered match or create for this bib and number under the symbol after the export, and no later answer takes it back.",
    "taken": "OCLC's last answer is a success: match, create or replace. Not taken: unresolved, data error or processing error.",
    "never reported": "OCLC answered the file that a record was in, without a word on the record. A finding is about one file.",
    "staging number": "A number that OCLC gives a record that it could not resolve. It is no OCN and must not go into a record.",
    "OCN": "OCLC's number of a record in WorldCat. A merge gives it another name; the old one leads to the new one.",
    "local system number (LSN)": "The number by which OCLC names our record in its reports: the MMS ID.",
    "local holdings record (LHR)": "WorldCat's copy of a holdings record (MFHD), with volumes and call number.",
    "boundwith": "Several bibs bound in one volume: the host has the holding, the constituents share it.",
    "full export, increment": "A full export is the whole catalogue of a day and takes the place of the one before. An increment is what has changed since.",
    "scan and delete": "OCLC empties a symbol: whatever an export sent just before did not set again is removed.",
}
