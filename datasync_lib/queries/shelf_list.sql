-- What should a unit look at, in the order of its call numbers?
-- $unit: one unit; empty: all
-- $problem: code of one problem; empty: all
-- $least_priority = 3: 1 only what a reader sees or what blocks a deletion, 3 everything
SELECT f.unit, f.call_number, f.title, f.priority, f.problem, f.class, f.answer, f.old_ocn, f.new_ocn, f.staging_ocn,
    f.mms_id, f.holding_id, f.symbol, f.row_key
FROM findings_with_titles f
WHERE f.answer IN ('act', 'review', 'hold') AND f.priority <= $least_priority::INTEGER
    AND $unit IN ('', f.unit) AND $problem IN ('', f.problem)
ORDER BY f.unit, f.call_number NULLS LAST, f.mms_id, f.problem, f.row_key
