-- $1 month or year: forget those that hold a day of stage_days
WITH spans AS (
    SELECT DISTINCT date_trunc($1::text, day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), problems AS (
    DELETE FROM mart.problem_counts WHERE span = $1::text AND start IN (SELECT first FROM spans)
)
DELETE FROM mart.plan_counts WHERE span = $1::text AND start IN (SELECT first FROM spans)
