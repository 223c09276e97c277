"""What OCLC sends: reports, record files, lists of holdings; and the names that its files have."""
