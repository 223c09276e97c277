-- Which bibs have several OCNs, and which of them are explained by merges in WorldCat?
-- $unit: one unit; empty: all
SELECT CASE WHEN class = 'different' THEN 'not explained' ELSE 'explained: ' || class END AS explanation,
    unit, call_number, title, mms_id, json_extract_string(parameters, '$.numbers') AS numbers, new_ocn AS current_ocn,
    file, record
FROM findings_with_titles
WHERE problem = 'several_ocns' AND $unit IN ('', unit)
ORDER BY explanation DESC, unit, call_number, mms_id
