-- A peak as one number, so that the largest has the most flights and is the earliest of equals; null without a moment.
-- Seconds count from the year 1. Plain expressions, so that the planner can put them in place of the calls.
CREATE FUNCTION mart.peak(n integer, at timestamptz) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT n * 1000000000000 + 999999999999 - (date_part('epoch', at)::bigint + 62135596800) $$;

-- How many, and when, of a peak as one number; 0 is none.
CREATE FUNCTION mart.peak_n(peak bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (peak / 1000000000000)::integer $$;

CREATE FUNCTION mart.peak_at(peak bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN peak > 0 THEN to_timestamp(999999999999 - peak % 1000000000000 - 62135596800) END $$;
