-- One vector tile: flights counted in a grid of 64 by 64 cells. Whole months come from the counted cells, the days at
-- both ends of the period from the flights themselves.
-- $1 zoom, $2 column, $3 row, $4 first day, $5 last day, $6 region (null: all), $7 type (null: all), $8 state (null: all but the cancelled)
WITH parts AS MATERIALIZED (
    SELECT span, start FROM mart.cover($4::date, $5::date)
), months AS (
    SELECT start FROM parts WHERE span = 'month'
    UNION ALL
    SELECT m::date FROM parts
    CROSS JOIN LATERAL generate_series(start::timestamp, start + interval '11 months', interval '1 month') AS m
    WHERE span = 'year'
), grid AS (
    SELECT
        $1::integer + 6 AS level,
        CASE WHEN $1::integer <= 3 THEN 9 ELSE 20 END AS stored,
        ST_Transform(ST_TileEnvelope($1::integer, $2::integer, $3::integer), 4326) AS envelope
), counted AS (
    SELECT
        c.x >> (g.stored - g.level) AS x, c.y >> (g.stored - g.level) AS y,
        CASE WHEN $8::text = 'flown' THEN c.flown ELSE c.flights END AS flights
    FROM grid AS g
    CROSS JOIN months AS m
    JOIN mart.flight_cells AS c
        ON c.{start} = m.start AND c.level = g.stored
        AND c.x >= $2::integer << (g.stored - $1) AND c.x < ($2::integer + 1) << (g.stored - $1)
        AND c.y >= $3::integer << (g.stored - $1) AND c.y < ($3::integer + 1) << (g.stored - $1)
    WHERE ($6::smallint IS NULL OR c.region_id = $6) AND ($7::text IS NULL OR c.uav_type = $7)
    UNION ALL
    SELECT c.x >> (20 - g.level), c.y >> (20 - g.level), 1
    FROM grid AS g
    CROSS JOIN (
        SELECT DISTINCT p.start + n AS day FROM parts AS p CROSS JOIN generate_series(-1, 1) AS n WHERE p.span = 'day'
    ) AS d
    -- A large tile holds so many of all flights that the days find them sooner than the place.
    JOIN core.flights AS f ON f.day = d.day AND ($1::integer <= 6 OR f.position && ST_Expand(g.envelope, 0.01))
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
    CROSS JOIN LATERAL (
        SELECT mart.cell_x(ST_X(f.position), 20) AS x, mart.cell_y(ST_Y(f.position), 20) AS y
    ) AS c
    WHERE {flight_day} IN (SELECT start FROM parts WHERE span = 'day')
      AND f.state <> 'cancelled' AND ($8::text IS NULL OR f.state = $8)
      AND c.x >> (20 - $1) = $2::integer AND c.y >> (20 - $1) = $3::integer
      AND ($6::smallint IS NULL OR f.region_id = $6) AND ($7::text IS NULL OR coalesce(f.uav_type, '') = $7)
), points AS (
    SELECT
        ST_MakePoint(((x & 63) * 64 + 32)::float8, ((y & 63) * 64 + 32)::float8) AS geom,
        sum(flights)::integer AS flights
    FROM counted
    WHERE flights > 0
    GROUP BY x, y
)
SELECT ST_AsMVT(points, 'flights', 4096, 'geom') AS tile FROM points
