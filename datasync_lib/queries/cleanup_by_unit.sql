-- How far is each unit with what it should look at?
-- $unit: one unit; empty: all
-- $symbol: one OCLC symbol; empty: all
WITH
    -- The last word on a finding counts, and only while the finding rests on what it rested on then.
    last_words AS (
        SELECT row_key, arg_max(status, imported_at) AS status, arg_max(decision, imported_at) AS decision,
            arg_max(evidence_hash, imported_at) AS evidence_hash, max(imported_at) AS said_at
        FROM decisions GROUP BY row_key
    ),
    asking AS (SELECT * FROM findings WHERE answer IN ('act', 'review', 'hold'))
SELECT unit, problem, priority, count(*) AS to_look_at, count(w.row_key) AS answered,
    count(*) FILTER (w.status IN ('Done', 'Not a problem')) AS finished,
    count(*) - count(*) FILTER (w.status IN ('Done', 'Not a problem')) AS open, max(w.said_at) AS last_word
FROM asking a LEFT JOIN last_words w
    ON w.row_key = a.row_key AND w.evidence_hash IS NOT DISTINCT FROM a.evidence_hash
WHERE $unit IN ('', unit) AND $symbol IN ('', symbol)
GROUP BY unit, problem, priority
ORDER BY priority, open DESC, unit, problem
