-- Which numbers held under a symbol may go, why, and where does each of them stand?
-- This is no delete file: `datasync deletions SYMBOL` checks each number, and writes what OCLC gets.
-- $symbol: one OCLC symbol; empty: all
SELECT h.symbol, h.ocn AS old_ocn, h.ocn_current AS new_ocn, h.class, h.because, h.mms_id,
    coalesce(b.title, n.title) AS title, h.unit, array_to_string(h.targets, ', ') AS targets, h.as_of, h.file, h.record
FROM held_numbers h
    LEFT JOIN bibs b USING (mms_id)
    LEFT JOIN (SELECT symbol, ocn, any_value(title) AS title FROM newest_holdings GROUP BY ALL) n USING (symbol, ocn)
WHERE h.answer = 'delete' AND h.ocn IS NOT NULL AND $symbol IN ('', h.symbol)
ORDER BY h.symbol, h.ocn
