-- The days that have a flight now and had none, or the other way round, by clock: added to their months and years. Comes after
-- change_counts.sql has been summed up. '*' is all types together.
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
