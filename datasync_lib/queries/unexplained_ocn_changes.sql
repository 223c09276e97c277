-- Where did OCLC answer another number that no merge explains? The least alike titles first
-- $unit: one unit; empty: all
-- $symbol: one OCLC symbol; empty: all
SELECT try_cast(json_extract_string(parameters, '$.score') AS INTEGER) AS score, class, unit, symbol, mms_id,
    old_ocn, new_ocn, title, json_extract_string(parameters, '$.worldcat_title') AS worldcat_title,
    json_extract_string(parameters, '$.doubt') AS doubt, file, record
FROM findings_with_titles
WHERE problem = 'ocn_changed' AND class <> 'merged' AND old_ocn IS NOT NULL
    AND $unit IN ('', unit) AND $symbol IN ('', symbol)
ORDER BY score NULLS LAST, mms_id, symbol
