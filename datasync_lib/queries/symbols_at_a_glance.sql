-- Where does each symbol stand: milestones, answers, findings, and what is held under it?
-- $symbol: one OCLC symbol; empty: all
WITH
    planned AS (
        SELECT symbol, count(actual) AS milestones_reached, count(*) AS milestones,
            arg_max(milestone, actual) AS last_milestone,
            arg_min(milestone, planned) FILTER (actual IS NULL) AS next_milestone,
            min(planned) FILTER (actual IS NULL) AS next_on
        FROM milestones GROUP BY symbol
    ),
    answered AS (
        SELECT symbol, count(*) AS records_answered, count(*) FILTER (is_success) AS records_taken
        FROM last_outcomes GROUP BY symbol
    ),
    to_look_at AS (
        SELECT symbol, count(*) AS to_look_at, count(*) FILTER (priority = 1) AS priority_1
        FROM findings WHERE answer IN ('act', 'review', 'hold') AND symbol IS NOT NULL GROUP BY symbol
    ),
    held AS (
        SELECT symbol, count(*) AS numbers_held, count(*) FILTER (answer = 'delete') AS may_go,
            count(*) FILTER (answer IN ('hold', 'review')) AS not_yet_clear
        FROM held_numbers WHERE ocn IS NOT NULL GROUP BY symbol
    ),
    gates AS (
        SELECT symbol, count(*) FILTER (colour = 'red') AS red_gates FROM readiness WHERE symbol <> 'all' GROUP BY symbol
    )
SELECT *
FROM planned FULL JOIN answered USING (symbol) FULL JOIN to_look_at USING (symbol) FULL JOIN held USING (symbol)
    FULL JOIN gates USING (symbol)
WHERE $symbol IN ('', symbol)
ORDER BY symbol
