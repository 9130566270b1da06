-- What a selection comes to: one row, or a row a type, an hour of the week, a code.

-- name: facts
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

-- name: totals
-- One region's or the whole country's sums over a period, all types together or one.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
SELECT
    coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS flights,
    coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state = 'flown'), 0)::bigint AS flown,
    coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state = 'planned'), 0)::bigint AS planned,
    coalesce(sum(p.sign * c.flights) FILTER (WHERE c.state = 'cancelled'), 0)::bigint AS cancelled,
    {totals}
FROM {cover $1 $2} AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
WHERE ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)

-- name: durations
-- Counted durations by sign and region: values and how many flights have each (null: one each), actual and planned. Exact medians
-- are made of them in Python (medians.py), in a third of the time that unnesting and grouping them takes here. Lists go one
-- behind the other as bytes, which take less to read than a list a row: what array_send gives, without the five numbers at its head.
-- $1 and $2 parts of the period, $3 region (-1: the whole country, null: each), $4 type (null: all), $5 state (null: all)
SELECT
    p.sign, c.region_id,
    string_agg(substr(array_send(c.durations), 21), ''), string_agg(substr(array_send(c.durations_n), 21), ''),
    string_agg(substr(array_send(c.plan_durations), 21), ''), string_agg(substr(array_send(c.plan_durations_n), 21), '')
FROM {cover $1 $2} AS p
JOIN mart.flight_counts AS c
    ON c.span = p.span AND c.{start} = p.start AND CASE WHEN $3::smallint IS NULL THEN c.region_id > 0 ELSE c.region_id = $3 END
WHERE ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
  AND (c.durations IS NOT NULL OR c.plan_durations IS NOT NULL)
GROUP BY p.sign, c.region_id, c.durations_n IS NULL, c.plan_durations_n IS NULL

-- name: peaks
-- The fullest clock hour, the fullest sixty minutes, and the most flights in the air at once, the earliest of equals.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
WITH parts AS (
    -- Peaks of flown flights are told where they differ.
    SELECT
        c.peak_airborne, c.peak_airborne_at,
        CASE WHEN c.flown_hour IS NULL OR $5::text IS NULL THEN c.peak_hour ELSE c.flown_hour END AS peak_hour,
        CASE WHEN c.flown_hour IS NULL OR $5::text IS NULL THEN c.peak_hour_at ELSE c.flown_hour_at END AS peak_hour_at,
        CASE WHEN c.flown_sliding IS NULL OR $5::text IS NULL THEN c.peak_sliding ELSE c.flown_sliding END AS peak_sliding,
        CASE WHEN c.flown_sliding IS NULL OR $5::text IS NULL THEN c.peak_sliding_at ELSE c.flown_sliding_at END
            AS peak_sliding_at
    FROM {cover $1 $2} AS p
    JOIN mart.flight_peaks AS c
        ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
        AND c.uav_type = coalesce($4::text, '*')
    WHERE coalesce($5::text, 'flown') = 'flown'
)
SELECT
    h.peak_hour, h.peak_hour_at, s.peak_sliding, s.peak_sliding_at, a.peak_airborne, a.peak_airborne_at
FROM (SELECT) AS always
LEFT JOIN (
    SELECT peak_hour, peak_hour_at FROM parts WHERE peak_hour > 0 ORDER BY peak_hour DESC, peak_hour_at LIMIT 1
) AS h ON true
LEFT JOIN (
    SELECT peak_sliding, peak_sliding_at FROM parts WHERE peak_sliding > 0
    ORDER BY peak_sliding DESC, peak_sliding_at LIMIT 1
) AS s ON true
LEFT JOIN (
    SELECT peak_airborne, peak_airborne_at FROM parts WHERE peak_airborne > 0
    ORDER BY peak_airborne DESC, peak_airborne_at LIMIT 1
) AS a ON true

-- name: days_spread
-- Flights a day over the days of the period that have data, days without flights included.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
WITH reported AS (
    {days_reported $1 $2}
), days AS (
    SELECT d.day::date AS day, coalesce(sum(c.flights), 0) AS flights
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.region_id = $3 AND c.state <> 'cancelled' AND c.{start} = d.day::date AND c.{start} = ANY (
            ARRAY(SELECT n::date FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS n)
        )
        AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY d.day
), judged AS (
    SELECT d.flights, r.day IS NOT NULL AS has_data
    FROM days AS d
    LEFT JOIN reported AS r ON r.day = d.day
)
SELECT
    count(*) AS days,
    count(*) FILTER (WHERE NOT has_data) AS days_without_data,
    count(*) FILTER (WHERE has_data AND flights = 0) AS zero_days,
    round(avg(flights) FILTER (WHERE has_data), 2)::float8 AS mean,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY flights) FILTER (WHERE has_data) AS median,
    coalesce(min(flights) FILTER (WHERE has_data), 0)::bigint AS least,
    coalesce(max(flights) FILTER (WHERE has_data), 0)::bigint AS most
FROM judged

-- name: undated
-- Flights whose day is not known; no period holds them.
-- $1 region (-1: the whole country), $2 type (null: all), $3 state (null: all)
SELECT coalesce(sum(flights), 0)::bigint AS flights
FROM mart.flight_counts
WHERE span = 'undated' AND region_id = $1 AND state <> 'cancelled'
  AND ($2::text IS NULL OR uav_type = $2) AND ($3::text IS NULL OR state = $3)

-- name: types
-- Flights by type, the commonest first; empty is a type not told. However many there are, the list has an end: what lies
-- beyond it is one line, named "other", the last.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 how many are told one by one, $5 state (null: all)
WITH counted AS (
    SELECT
        c.uav_type, sum(p.sign * c.flights) AS flights, sum(p.sign * c.aircraft) AS aircraft, sum(p.sign * c.minutes) AS minutes,
        sum(p.sign * c.timed) AS timed, row_number() OVER (ORDER BY sum(p.sign * c.flights) DESC, c.uav_type) AS place
    FROM {cover $1 $2} AS p
    JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
    WHERE c.state <> 'cancelled' AND ($5::text IS NULL OR c.state = $5)
    GROUP BY c.uav_type
    HAVING sum(p.sign * c.flights) > 0
)
SELECT
    CASE WHEN place <= $4::integer THEN uav_type ELSE 'other' END AS uav_type,
    sum(flights)::bigint AS flights, sum(aircraft)::bigint AS aircraft,
    coalesce(round(100 * sum(flights) / nullif(sum(sum(flights)) OVER (), 0), 2), 0)::float8 AS share_percent,
    sum(minutes)::bigint AS minutes, round(sum(minutes)::numeric / nullif(sum(timed), 0), 2)::float8 AS mean_minutes
FROM counted
GROUP BY 1, place > $4
ORDER BY place > $4, flights DESC, uav_type

-- name: slots
-- Flights by local hour of the week; 0 is Monday from 00:00 to 01:00 in the region's own time zone.
-- $1 and $2 parts of the period, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
SELECT s.slot, sum(p.sign * coalesce(s.n, 1))::bigint AS flights
FROM {cover $1 $2} AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
CROSS JOIN LATERAL unnest(c.slots, c.slots_n) AS s (slot, n)
WHERE ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
GROUP BY s.slot
HAVING sum(p.sign * coalesce(s.n, 1)) <> 0
ORDER BY s.slot

-- name: rows_read
-- What became of the rows of the workbooks that speak of the period. A workbook without a single date counts always.
-- $1 first day, $2 last day
SELECT
    count(*) AS workbooks,
    coalesce(sum(rows_in - rows_empty), 0)::bigint AS rows,
    coalesce(sum(rows_rejected), 0)::bigint AS rejected,
    coalesce(sum(rows_repeated), 0)::bigint AS repeated
FROM core.loads
WHERE state = 'done' AND coalesce(period_from, '-infinity') <= $2::date AND coalesce(period_to, 'infinity') >= $1::date

-- name: rejects
-- Rejected rows by code, of the workbooks that speak of the period.
-- $1 first day, $2 last day
SELECT r.code, count(*) AS rows
FROM core.rejects AS r
JOIN core.loads AS l ON l.id = r.load_id
WHERE l.state = 'done' AND coalesce(l.period_from, '-infinity') <= $2::date AND coalesce(l.period_to, 'infinity') >= $1::date
GROUP BY r.code
ORDER BY rows DESC, r.code
