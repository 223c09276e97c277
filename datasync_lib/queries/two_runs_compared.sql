-- What did the last run of each record solve, and what is worse than in the run before?
-- $symbol: one OCLC symbol; empty: all
WITH last_runs AS (
    SELECT * FROM run_changes QUALIFY run = max(run) OVER (PARTITION BY symbol, record_key)
)
SELECT symbol, change, previous_action, action, count(*) AS records, min(mms_id) AS example_mms_id
FROM last_runs
WHERE $symbol IN ('', symbol)
GROUP BY symbol, change, previous_action, action
ORDER BY symbol, records DESC, change, previous_action, action
