"""Numbers that name things: OCNs, MMS IDs, ISBN, ISSN, LCCN and OCLC symbols. Nothing here knows the rest of the package."""
