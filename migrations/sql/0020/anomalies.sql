-- No day before the first with a flight is one that others stand against, as the API has it, whatever a workbook speaks of.
CREATE OR REPLACE VIEW mart.anomalies AS
WITH reach AS (
    SELECT min(start_moscow) AS first, max(start_moscow) AS last
    FROM mart.flight_counts
    WHERE span = 'day' AND region_id = -1
      AND start_moscow BETWEEN date '2010-01-01' AND (date_trunc('year', current_date) + interval '2 years')::date - 1
), days AS (
    SELECT
        d.day::date AS day,
        coalesce(d.day::date <@ s.days, false) OR EXISTS (
            SELECT FROM mart.flight_counts AS o WHERE o.span = 'day' AND o.start_moscow = d.day::date AND o.region_id = -1
        ) AS has_data
    FROM reach AS b
    CROSS JOIN LATERAL generate_series(
        greatest(b.first, b.last - 147)::timestamp, b.last::timestamp, interval '1 day'
    ) AS d (day)
    CROSS JOIN (
        SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
        WHERE state = 'done' AND period_from <= period_to
    ) AS s
), counted AS (
    SELECT c.region_id, c.start_moscow AS day, sum(c.flights) AS flights
    FROM reach AS b
    JOIN mart.flight_counts AS c ON c.span = 'day' AND c.start_moscow BETWEEN b.last - 147 AND b.last
    WHERE c.state <> 'cancelled' AND c.region_id <> 0
    GROUP BY c.region_id, c.start_moscow
), series AS (
    SELECT p.region_id, d.day, coalesce(c.flights, 0)::integer AS flights
    FROM days AS d
    CROSS JOIN (SELECT region_id FROM mart.regions UNION ALL SELECT (-1)::smallint) AS p
    LEFT JOIN counted AS c ON c.region_id = p.region_id AND c.day = d.day
    WHERE d.has_data
), weeks AS (
    SELECT
        region_id, day, flights,
        array_agg(flights) OVER (
            PARTITION BY region_id, date_part('isodow', day) ORDER BY day
            RANGE BETWEEN interval '56 days' PRECEDING AND interval '1 day' PRECEDING
        ) AS past
    FROM series
), middles AS (
    SELECT w.*, m.median
    FROM weeks AS w
    CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) AS median FROM unnest(w.past) AS n
    ) AS m
    WHERE cardinality(w.past) >= 4 AND w.day > (SELECT last FROM reach) - 92
), scattered AS (
    SELECT m.*, greatest(s.mad, 0.6745 * sqrt(greatest(m.median, 1))) AS mad
    FROM middles AS m
    CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(n - m.median)) AS mad FROM unnest(m.past) AS n
    ) AS s
    -- The scatter is that of chance at least, so most days need none worked out.
    WHERE abs(m.flights - m.median) > 5 * 0.6745 * sqrt(greatest(m.median, 1))
)
SELECT
    s.day,
    coalesce(r.iso, r.region_id::text, '') AS region,
    CASE s.region_id WHEN -1 THEN 'Вся страна' ELSE r.name END AS region_name,
    CASE WHEN s.flights > s.median THEN 'Больше обычного' ELSE 'Меньше обычного' END AS side,
    s.flights, s.median, round(s.mad::numeric, 2) AS mad,
    round(greatest(0, s.median - 5 * s.mad)::numeric, 2) AS low, round((s.median + 5 * s.mad)::numeric, 2) AS high
FROM scattered AS s
LEFT JOIN mart.regions AS r ON r.region_id = s.region_id
WHERE abs(s.flights - s.median) > 5 * s.mad;
