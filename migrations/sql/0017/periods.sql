-- What stood there were the days that are plausible in a workbook: a year around its middle day at least, so days that no workbook
-- speaks of were taken for days without flights. A stray lies farther from the middle day than twice the middle half of the rows is
-- wide, and farther than a month.
UPDATE core.loads SET plausible_from = period_from, plausible_to = period_to;

WITH days AS (
    SELECT r.load_id, f.day FROM raw.rows AS r JOIN core.flights AS f ON f.key = r.flight_key WHERE f.day IS NOT NULL
), quartiles AS (
    SELECT load_id, percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY day) AS days FROM days GROUP BY load_id
), spoken AS (
    SELECT d.load_id, min(d.day) AS first, max(d.day) AS last
    FROM days AS d
    JOIN quartiles AS q USING (load_id)
    WHERE abs(d.day - q.days[2]) <= greatest(31, 2 * (q.days[3] - q.days[1]))
    GROUP BY d.load_id
)
UPDATE core.loads AS l
SET period_from = s.first, period_to = s.last
FROM spoken AS s
WHERE s.load_id = l.id AND l.period_from IS NOT NULL;
