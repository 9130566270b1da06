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
