-- Which errors does OCLC find most often in our records, by unit?
-- $unit: one unit; empty: all
-- $rows = 20: how many lines
SELECT family, kind, severity, unit, records, open_records, sum(records) OVER (PARTITION BY kind, severity, family) AS in_all_units
FROM error_families_by_unit
WHERE NOT is_noise AND $unit IN ('', unit)
ORDER BY in_all_units DESC, family, kind, severity, records DESC, unit
LIMIT $rows::INTEGER
