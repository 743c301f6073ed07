-- Whether the person of this session may see every one of some districts: one row. Parameters: districts (codes).
SELECT coalesce(bool_and(analysis.area_visible(code)), FALSE) AS visible
FROM unnest(cast(:districts AS TEXT[])) AS listed (code);
