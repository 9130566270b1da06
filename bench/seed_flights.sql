-- Invented flights straight into core.flights, for measuring reads: no telegrams, no source rows.
-- $1 how many, $2 first day, $3 how many days, $4 the batch
-- Four in a hundred carry a code of something odd, as read telegrams do: three of them a doubt or a loss, one a repair alone;
-- half of the doubted carry a second code. A region's flights come from one of fourteen centres.
WITH places AS (
    SELECT
        r.id AS region_id, n AS place, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat,
        1.0 / (2 + dense_rank() OVER (ORDER BY md5(r.id::text))) AS weight
    FROM core.regions AS r
    JOIN core.boundary_sets AS s ON s.id = r.set_id AND s.active
    CROSS JOIN LATERAL ST_Dump(ST_GeneratePoints(r.geom, 40, 7)) AS p
    CROSS JOIN LATERAL (SELECT p.path[1] AS n) AS numbered
), shares AS (
    SELECT *, sum(weight) OVER (ORDER BY region_id, place) / sum(weight) OVER () AS upto,
        (sum(weight) OVER (ORDER BY region_id, place) - weight) / sum(weight) OVER () AS above
    FROM places
), numbered AS (
    SELECT row_number() OVER (ORDER BY upto) - 1 AS slot, * FROM shares
), slots AS (
    -- 4096 equal slots stand for the weights, so that a flight finds its place by an equality.
    SELECT k, (SELECT slot FROM numbered WHERE (k + 0.5) / 4096 >= above AND (k + 0.5) / 4096 < upto LIMIT 1) AS slot
    FROM generate_series(0, 4095) AS k
), dice AS MATERIALIZED (
    SELECT
        g AS n,
        floor(random() * 4096)::integer AS k,
        random() AS fate,
        random() AS kind,
        random() AS detail,
        random() AS doubt,
        random() AS many,
        $2::date + floor($3::integer * (1 - power(random(), 1.2)))::integer AS day,
        floor(3 * 60 + 14 * 60 * (random() + random()) / 2)::integer AS minute,
        least(1380, greatest(2, (exp(3.9 + 0.9 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))))) AS length
    FROM generate_series(1, $1::integer) AS g
), drawn AS (
    SELECT
        d.*, p.region_id, p.lon, p.lat,
        ((d.day + make_interval(mins => d.minute)) AT TIME ZONE 'UTC') AS starts,
        CASE WHEN d.detail < 0.5 THEN (round(d.length / 5) * 5)::integer ELSE d.length::integer END AS minutes
    FROM dice AS d
    JOIN slots AS s ON s.k = d.k
    JOIN numbered AS p ON p.slot = s.slot
)
INSERT INTO core.flights (
    key, state, uav_type, uav_count, operator_kind, position, position_source, region_id, region_match,
    dep_lat, dep_lon, dep_dt, arr_dt, duration_min, plan_dep_dt, plan_duration_min, day, hour, center, problems, load_id
)
SELECT
    md5($4::integer || '/' || n)::uuid,
    CASE WHEN fate < 0.04 THEN 'cancelled' WHEN fate < 0.12 THEN 'planned' ELSE 'flown' END,
    CASE WHEN kind < 0.92 THEN 'BLA' WHEN kind < 0.98 THEN 'AER' WHEN kind < 0.981 THEN 'SHAR' END,
    CASE WHEN kind < 0.05 THEN 2 END,
    (ARRAY['state', 'organisation', 'entrepreneur', 'person', 'unknown'])[1 + floor(detail * 5)::integer],
    CASE WHEN kind > 0.003 THEN ST_SetSRID(ST_MakePoint(round(lon * 60) / 60, round(lat * 60) / 60), 4326) END,
    CASE WHEN kind > 0.003 THEN 'take_off' ELSE 'none' END,
    CASE WHEN kind > 0.006 THEN region_id END,
    CASE WHEN kind > 0.006 THEN 'inside' WHEN kind > 0.003 THEN 'outside' ELSE 'none' END,
    round(lat * 60) / 60, round(lon * 60) / 60,
    CASE WHEN fate >= 0.15 AND detail > 0.001 THEN starts END,
    CASE WHEN fate >= 0.12 AND fate < 0.95 AND detail > 0.001 THEN starts + make_interval(mins => minutes) END,
    CASE WHEN fate >= 0.15 AND fate < 0.95 AND detail > 0.001 THEN minutes END,
    CASE WHEN detail > 0.001 THEN starts END,
    CASE WHEN fate < 0.9 THEN (ceil(minutes / 30.0) * 30)::integer END,
    CASE WHEN detail > 0.001 THEN day END,
    CASE WHEN detail > 0.001 THEN minute / 60 END,
    'Центр ' || region_id % 14,
    CASE
        WHEN doubt < 0.015 THEN ARRAY[(ARRAY['SID_MISSING', 'TAKE_OFF_PLACE_DIFFERS'])[1 + floor(many * 2)::integer]]
        WHEN doubt < 0.03 THEN ARRAY[
            (ARRAY['LANDING_DATE_FROM_PLAN', 'COORD_UNREADABLE', 'TYP_UNKNOWN'])[1 + floor(many * 3)::integer], 'TEXT_BLANKS'
        ]
        WHEN doubt < 0.04 THEN ARRAY[(ARRAY['COORD_SWAPPED', 'LETTERS_MIXED'])[1 + floor(many * 2)::integer]]
        ELSE ARRAY[]::text[]
    END,
    (SELECT min(id) FROM core.loads)
FROM drawn
