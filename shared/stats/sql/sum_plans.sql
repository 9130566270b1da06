-- Sum up plans against facts, and problems, of the months that hold a day of stage_days from their days, or of the years
-- from their months. What another clock counts to the month before or after stays apart, as in the rows of days.
-- $1 month or year, $2 what it is made of: day or month
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc($1::text, c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc($1::text, c.start_local::timestamp)::date AS first_local, c.*
    FROM spans AS s
    JOIN mart.plan_counts AS c
        ON c.span = $2::text AND c.start >= s.first AND c.start < s.first + ('1 ' || $1::text)::interval
), sums AS (
    SELECT
        first, first_moscow, first_local, region_id, center, operator_kind,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(unclosed) AS unclosed, sum(no_landing) AS no_landing, sum(with_problems) AS with_problems,
        sum(compared) AS compared, sum(plan_minutes) AS plan_minutes, sum(minutes) AS minutes, sum(far_apart) AS far_apart
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind
), counted AS (
    SELECT first, first_moscow, first_local, region_id, center, operator_kind, value, sum(coalesce(n, 1))::integer AS n
    FROM (
        SELECT
            first, first_moscow, first_local, region_id, center, operator_kind,
            unnest(late) AS value, unnest(late_n) AS n
        FROM parts
    ) AS listed
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind, value
), shapes AS (
    SELECT
        first, first_moscow, first_local, region_id, center, operator_kind,
        array_agg(value) AS late, array_agg(n) AS late_n
    FROM counted
    GROUP BY first, first_moscow, first_local, region_id, center, operator_kind
), problems AS (
    INSERT INTO mart.problem_counts (span, start, start_moscow, start_local, region_id, center, code, flights)
    SELECT
        $1::text, s.first, date_trunc($1::text, c.start_moscow::timestamp)::date,
        date_trunc($1::text, c.start_local::timestamp)::date, c.region_id, c.center, c.code, sum(c.flights)
    FROM spans AS s
    JOIN mart.problem_counts AS c
        ON c.span = $2::text AND c.start >= s.first AND c.start < s.first + ('1 ' || $1::text)::interval
    GROUP BY 2, 3, 4, 5, 6, 7
)
INSERT INTO mart.plan_counts (
    span, start, start_moscow, start_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
)
SELECT
    $1::text, first, first_moscow, first_local, region_id, center, operator_kind,
    flights, flown, planned, cancelled, unclosed, no_landing, with_problems, compared, plan_minutes, minutes, far_apart,
    late, late_n
FROM sums
LEFT JOIN shapes USING (first, first_moscow, first_local, region_id, center, operator_kind)
