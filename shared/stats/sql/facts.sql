-- What the statistics stand on: the newest count, the first and last plausible day of the data, and those between which
-- the data lie. Months with data and less than half a year between them are one run; a run with at least a hundredth of
-- all flights counts, the fullest one always. Where no day is plausible at all, every day is taken.
WITH bounds (first, last) AS (
    VALUES (date '2010-01-01', (date_trunc('year', current_date) + interval '2 years')::date - 1)
), counted AS (
    SELECT c.{start} AS start, sum(c.flights) AS n, c.{start} BETWEEN b.first AND b.last AS plausible
    FROM mart.flight_counts AS c
    CROSS JOIN bounds AS b
    WHERE c.span = 'month' AND c.region_id = -1
    GROUP BY c.{start}, b.first, b.last
), taken AS (
    SELECT start, n FROM counted WHERE plausible OR NOT (SELECT coalesce(bool_or(plausible), false) FROM counted)
), gaps AS (
    SELECT *, start > lag(start) OVER (ORDER BY start) + interval '7 months' AS begins FROM taken
), numbered AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER (ORDER BY start) AS run FROM gaps
), runs AS (
    SELECT
        min(start) AS first, max(start) AS last,
        sum(n) >= sum(sum(n)) OVER () / 100 OR row_number() OVER (ORDER BY sum(n) DESC, max(start) DESC) = 1 AS usual
    FROM numbered
    GROUP BY run
), months AS (
    SELECT
        min(first) AS first, max(last) AS last,
        min(first) FILTER (WHERE usual) AS usual_first, max(last) FILTER (WHERE usual) AS usual_last
    FROM runs
)
SELECT
    r.number AS revision, r.counted_at,
    (SELECT min({start}) FROM mart.flight_counts WHERE span = 'day' AND region_id = -1 AND {start} >= m.first) AS first,
    (
        SELECT max({start}) FROM mart.flight_counts
        WHERE span = 'day' AND region_id = -1 AND {start} < (m.last + interval '1 month')::date
    ) AS last,
    (
        SELECT min({start}) FROM mart.flight_counts WHERE span = 'day' AND region_id = -1 AND {start} >= m.usual_first
    ) AS usual_first,
    (
        SELECT max({start}) FROM mart.flight_counts
        WHERE span = 'day' AND region_id = -1 AND {start} < (m.usual_last + interval '1 month')::date
    ) AS usual_last
FROM months AS m
LEFT JOIN mart.revision AS r ON true
