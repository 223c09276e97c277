-- What if a location stayed out: which of its bibs would leave the exchange, because they are nowhere else?
-- $library: one library; empty: all
-- $location: one location; empty: all
WITH
    places AS (
        SELECT DISTINCT p.mms_id, p.library, p.location
        FROM placed_holdings p JOIN bibs b USING (mms_id)
        WHERE p.in_scope AND NOT coalesce(p.is_suppressed, false) AND NOT coalesce(b.is_suppressed, false)
    ),
    counted AS (SELECT *, count(*) OVER (PARTITION BY mms_id) AS places FROM places)
SELECT library, location, count(*) AS bibs, count(*) FILTER (places = 1) AS would_leave
FROM counted
WHERE $library IN ('', library) AND $location IN ('', location)
GROUP BY library, location
ORDER BY would_leave DESC, library, location
