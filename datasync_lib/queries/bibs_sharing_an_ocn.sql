-- Which bibs share an OCN, of which format and library is each, and which one would stay?
-- $class: same_library, other_library or other_format; empty: all
WITH
    shelves AS (SELECT mms_id, count(*) AS holdings, sum(items) AS items FROM placed_holdings GROUP BY mms_id),
    members AS (
        SELECT g."group", g.class, g.ocn, g.mms_id, g.format, g.own_libraries, b.title,
            coalesce(s.holdings, 0) AS holdings, coalesce(s.items, 0) AS items, g.file, g.record
        FROM shared_number_groups g LEFT JOIN bibs b USING (mms_id) LEFT JOIN shelves s USING (mms_id)
        WHERE $class IN ('', g.class)
    )
-- Of different formats none is the other one's duplicate. Else the one with most holdings, items, then the older ID is looked at first.
SELECT class, ocn, mms_id, title, format, own_libraries AS libraries, holdings, items,
    class <> 'other_format'
        AND row_number() OVER (PARTITION BY "group" ORDER BY holdings DESC, items DESC, mms_id) = 1 AS is_suggested,
    file, record
FROM members
ORDER BY class, ocn, "group", is_suggested DESC, mms_id
