-- The cell of a place: the world in Web Mercator as 2^level by 2^level squares, counted from the north-west. Latitudes
-- beyond the projection count to its edge. Plain expressions, so that the planner can put them in place of the calls.
CREATE FUNCTION mart.cell_x(lon float8, level integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT least(floor((lon + 180) / 360 * (1 << level))::integer, (1 << level) - 1) $$;

CREATE FUNCTION mart.cell_y(lat float8, level integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT least(
        floor((1 - asinh(tan(radians(greatest(-85.05, least(85.05, lat))))) / pi()) / 2 * (1 << level))::integer,
        (1 << level) - 1
    )
$$;

-- The place in the middle of a cell.
CREATE FUNCTION mart.cell_centre(level integer, x integer, y integer, OUT lat float8, OUT lon float8)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT degrees(atan(sinh(pi() * (1 - 2 * (y + 0.5) / (1 << level))))), (x + 0.5) / (1 << level) * 360 - 180
$$;

-- The fewest spans that make up a period: whole years, whole months of the rest, days of the rest.
CREATE FUNCTION mart.cover(first date, last date) RETURNS TABLE (span text, start date)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 60
AS $$
    SELECT DISTINCT
        CASE WHEN whole_year THEN 'year' WHEN whole_month THEN 'month' ELSE 'day' END,
        CASE WHEN whole_year THEN year WHEN whole_month THEN month ELSE day END
    FROM (
        SELECT
            day, month, year,
            month >= first AND (month + interval '1 month')::date - 1 <= last AS whole_month,
            year >= first AND (year + interval '1 year')::date - 1 <= last AS whole_year
        FROM (
            SELECT
                d::date AS day,
                date_trunc('month', d)::date AS month,
                date_trunc('year', d)::date AS year
            FROM generate_series(first::timestamp, last::timestamp, interval '1 day') AS d
        ) AS days
    ) AS judged
$$;
