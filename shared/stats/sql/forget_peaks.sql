-- $1 month or year: forget those that hold a day of stage_days
DELETE FROM mart.flight_peaks AS c
WHERE c.span = $1::text
  AND c.start IN (SELECT date_trunc($1::text, day::timestamp)::date FROM stage_days WHERE day > '-infinity')
