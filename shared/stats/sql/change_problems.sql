-- What the change adds to problems by centre and takes from them, as change_counts.sql does.
CREATE TEMP TABLE changed_rows (LIKE mart.problem_counts) ON COMMIT DROP;

INSERT INTO changed_rows (span, start, start_moscow, start_local, region_id, center, code, flights)
SELECT s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.center, p.code, sum(t.sign)
FROM {spans}
CROSS JOIN LATERAL unnest(t.problems) AS p (code)
WHERE s.span <> 'undated' AND t.state <> 'cancelled'
GROUP BY s.span, s.start, s.start_moscow, s.start_local, w.region_id, t.center, p.code;

ANALYZE changed_rows;

WITH gone AS (
    DELETE FROM mart.problem_counts AS c
    USING changed_rows AS n
    WHERE (c.span, c.start, c.region_id, c.center, c.code, c.start_moscow, c.start_local)
        = (n.span, n.start, n.region_id, n.center, n.code, n.start_moscow, n.start_local)
    RETURNING c.*
)
INSERT INTO changed_rows SELECT * FROM gone
