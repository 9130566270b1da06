-- mart.flight_days, on how many days anybody flew, and mart.flight_cells, the grid of the map.

-- name: recount_active
-- Days with a flight do not add up over types, regions or parts of a day, so they are counted by clock: of the months that
-- a day of stage_days touches by any clock from the days, of their years from the months. '*' is all types together.
CREATE TEMP TABLE told_months ON COMMIT DROP AS
SELECT DISTINCT date_trunc('month', (day + n)::timestamp)::date AS start
FROM stage_days
CROSS JOIN generate_series(-1, 1) AS n
WHERE day > '-infinity';

DELETE FROM mart.flight_days WHERE span = 'month' AND start IN (SELECT start FROM told_months);

INSERT INTO mart.flight_days (span, clock, start, region_id, uav_type, days, flown_days)
SELECT
    'month', k.clock, m.start, c.region_id, CASE WHEN grouping(c.uav_type) = 1 THEN '*' ELSE c.uav_type END,
    count(DISTINCT k.day), count(DISTINCT k.day) FILTER (WHERE c.state = 'flown')
FROM told_months AS m
JOIN mart.flight_counts AS c
    ON c.span = 'day' AND c.start BETWEEN m.start - 1 AND (m.start + interval '1 month')::date AND c.state <> 'cancelled'
CROSS JOIN LATERAL (
    VALUES ('utc', c.start), ('moscow', c.start_moscow), ('local', c.start_local)
) AS k (clock, day)
WHERE date_trunc('month', k.day::timestamp)::date = m.start
GROUP BY k.clock, m.start, c.region_id, GROUPING SETS ((c.uav_type), ());

DELETE FROM mart.flight_days
WHERE span = 'year' AND start IN (SELECT date_trunc('year', start::timestamp)::date FROM told_months);

INSERT INTO mart.flight_days (span, clock, start, region_id, uav_type, days, flown_days)
SELECT 'year', d.clock, y.start, d.region_id, d.uav_type, sum(d.days), sum(d.flown_days)
FROM (SELECT DISTINCT date_trunc('year', start::timestamp)::date AS start FROM told_months) AS y
JOIN mart.flight_days AS d
    ON d.span = 'month' AND d.start >= y.start AND d.start < y.start + interval '1 year'
GROUP BY d.clock, y.start, d.region_id, d.uav_type;

DROP TABLE told_months;

-- name: change_active
-- The days that have a flight now and had none, or the other way round, by clock: added to their months and years. Comes after
-- change_counts has been summed up. '*' is all types together.
CREATE TEMP TABLE changed_days ON COMMIT DROP AS
SELECT
    k.clock, k.day, w.region_id, u.uav_type, sum(t.sign) AS flights, coalesce(sum(t.sign) FILTER (WHERE t.state = 'flown'), 0) AS flown
FROM flight_changes AS t
CROSS JOIN LATERAL (VALUES ('utc', t.start), ('moscow', t.start_moscow), ('local', t.start_local)) AS k (clock, day)
CROSS JOIN LATERAL (SELECT t.region_id UNION ALL SELECT -1 WHERE t.of_country) AS w (region_id)
CROSS JOIN LATERAL (VALUES (t.uav_type), ('*')) AS u (uav_type)
WHERE t.state <> 'cancelled' AND t.start > '-infinity'
GROUP BY k.clock, k.day, w.region_id, u.uav_type;

ANALYZE changed_days;

-- A branch a clock: each reads the days of its own index, which one condition with OR would not.
CREATE TEMP TABLE changed_active ON COMMIT DROP AS
WITH counted AS (
    SELECT d.*, c.state, c.flights AS counted
    FROM changed_days AS d
    JOIN mart.flight_counts AS c
        ON d.clock = 'utc' AND c.span = 'day' AND c.start = d.day AND c.region_id = d.region_id
        AND d.uav_type IN ('*', c.uav_type)
    UNION ALL
    SELECT d.*, c.state, c.flights
    FROM changed_days AS d
    JOIN mart.flight_counts AS c
        ON d.clock = 'moscow' AND c.span = 'day' AND c.start_moscow = d.day AND c.region_id = d.region_id
        AND d.uav_type IN ('*', c.uav_type)
    UNION ALL
    SELECT d.*, c.state, c.flights
    FROM changed_days AS d
    JOIN mart.flight_counts AS c
        ON d.clock = 'local' AND c.span = 'day' AND c.start_local = d.day AND c.region_id = d.region_id
        AND d.uav_type IN ('*', c.uav_type)
), now AS (
    SELECT
        clock, day, region_id, uav_type, coalesce(sum(counted) FILTER (WHERE state <> 'cancelled'), 0) AS flights,
        coalesce(sum(counted) FILTER (WHERE state = 'flown'), 0) AS flown
    FROM counted
    GROUP BY clock, day, region_id, uav_type
), turned AS (
    SELECT
        clock, day, region_id, uav_type,
        (coalesce(n.flights, 0) > 0)::integer - (coalesce(n.flights, 0) > d.flights)::integer AS days,
        (coalesce(n.flown, 0) > 0)::integer - (coalesce(n.flown, 0) > d.flown)::integer AS flown_days
    FROM changed_days AS d
    LEFT JOIN now AS n USING (clock, day, region_id, uav_type)
)
SELECT
    s.span, clock, date_trunc(s.span, day::timestamp)::date AS start, region_id, uav_type, sum(days) AS days,
    sum(flown_days) AS flown_days
FROM turned
CROSS JOIN (VALUES ('month'), ('year')) AS s (span)
WHERE days <> 0 OR flown_days <> 0
GROUP BY 1, 2, 3, 4, 5;

INSERT INTO mart.flight_days AS d (span, clock, start, region_id, uav_type, days, flown_days)
SELECT span, clock, start, region_id, uav_type, days, flown_days FROM changed_active
ON CONFLICT (span, clock, start, region_id, uav_type) DO UPDATE
SET days = d.days + excluded.days, flown_days = d.flown_days + excluded.flown_days;

DELETE FROM mart.flight_days AS d
USING changed_active AS a
WHERE (d.span, d.clock, d.start, d.region_id, d.uav_type) = (a.span, a.clock, a.start, a.region_id, a.uav_type) AND d.days = 0;

DROP TABLE changed_days, changed_active

-- name: recount_cells
-- Count the map's cells anew: those of the days of stage_days from counted_flights, level 20, 38 m wide at the equator; those
-- of the months that hold them from their days; level 9 from level 20. What is written in the order of the key is written in half
-- the time.
DELETE FROM mart.day_cells WHERE start IN (SELECT day FROM stage_days);

INSERT INTO mart.day_cells (start, x, y, region_id, uav_type, start_moscow, start_local, flights, flown)
SELECT
    start, x, y, region_id, uav_type, start_moscow, start_local, count(*), count(*) FILTER (WHERE state = 'flown')
FROM counted_flights
WHERE x IS NOT NULL AND state <> 'cancelled' AND start > '-infinity'
GROUP BY start, x, y, region_id, uav_type, start_moscow, start_local
ORDER BY start, x, y;

CREATE TEMP TABLE told_months ON COMMIT DROP AS
SELECT DISTINCT date_trunc('month', day::timestamp)::date AS start FROM stage_days WHERE day > '-infinity';

DELETE FROM mart.flight_cells WHERE start IN (SELECT start FROM told_months);

CREATE TEMP TABLE told_cells ON COMMIT DROP AS
SELECT
    m.start, date_trunc('month', c.start_moscow)::date AS start_moscow, date_trunc('month', c.start_local)::date AS start_local,
    c.region_id, c.uav_type, c.x, c.y, sum(c.flights)::integer AS flights, sum(c.flown)::integer AS flown
FROM told_months AS m
JOIN mart.day_cells AS c ON c.start >= m.start AND c.start < m.start + interval '1 month'
GROUP BY m.start, 2, 3, c.region_id, c.uav_type, c.x, c.y;

INSERT INTO mart.flight_cells (start, start_moscow, start_local, level, x, y, region_id, uav_type, flights, flown)
SELECT start, start_moscow, start_local, 20, x, y, region_id, uav_type, flights, flown
FROM told_cells
UNION ALL
SELECT start, start_moscow, start_local, 9, x >> 11, y >> 11, region_id, uav_type, sum(flights), sum(flown)
FROM told_cells
GROUP BY start, start_moscow, start_local, x >> 11, y >> 11, region_id, uav_type
ORDER BY 1, 4, 5, 6, 7, 8, 2, 3;

DROP TABLE told_months, told_cells;

-- name: change_cells
-- Add what the change adds to the map's cells, and take what it takes: of days and months on level 20, of months on level 9.
CREATE TEMP TABLE changed_cells ON COMMIT DROP AS
SELECT
    start, start_moscow, start_local, x, y, region_id, uav_type,
    sum(sign) AS flights, coalesce(sum(sign) FILTER (WHERE state = 'flown'), 0) AS flown
FROM flight_changes
WHERE x IS NOT NULL AND state <> 'cancelled' AND start > '-infinity'
GROUP BY start, start_moscow, start_local, x, y, region_id, uav_type;

CREATE TEMP TABLE changed_months ON COMMIT DROP AS
SELECT
    date_trunc('month', start)::date AS start, date_trunc('month', start_moscow)::date AS start_moscow,
    date_trunc('month', start_local)::date AS start_local, l.level::smallint AS level, x >> (20 - l.level) AS x,
    y >> (20 - l.level) AS y, region_id, uav_type, sum(flights) AS flights, sum(flown) AS flown
FROM changed_cells
CROSS JOIN (VALUES (9), (20)) AS l (level)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

ANALYZE changed_cells, changed_months;

INSERT INTO mart.day_cells AS c (start, x, y, region_id, uav_type, start_moscow, start_local, flights, flown)
SELECT start, x, y, region_id, uav_type, start_moscow, start_local, flights, flown FROM changed_cells
ON CONFLICT (start, x, y, region_id, uav_type, start_moscow, start_local) DO UPDATE
SET flights = c.flights + excluded.flights, flown = c.flown + excluded.flown;

DELETE FROM mart.day_cells AS c
USING changed_cells AS n
WHERE n.flights < 0 AND c.flights = 0
  AND (c.start, c.x, c.y, c.region_id, c.uav_type, c.start_moscow, c.start_local)
    = (n.start, n.x, n.y, n.region_id, n.uav_type, n.start_moscow, n.start_local);

INSERT INTO mart.flight_cells AS c (
    start, start_moscow, start_local, level, x, y, region_id, uav_type, flights, flown
)
SELECT start, start_moscow, start_local, level, x, y, region_id, uav_type, flights, flown FROM changed_months
ON CONFLICT (start, level, x, y, region_id, uav_type, start_moscow, start_local) DO UPDATE
SET flights = c.flights + excluded.flights, flown = c.flown + excluded.flown;

DELETE FROM mart.flight_cells AS c
USING changed_months AS n
WHERE n.flights < 0 AND c.flights = 0
  AND (c.start, c.level, c.x, c.y, c.region_id, c.uav_type, c.start_moscow, c.start_local)
    = (n.start, n.level, n.x, n.y, n.region_id, n.uav_type, n.start_moscow, n.start_local);

DROP TABLE changed_cells, changed_months
