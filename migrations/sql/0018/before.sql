-- What version 0010 had: a row a code. The counts of a code are sums of what is counted by all codes of a flight.
CREATE TEMP TABLE counted_codes ON COMMIT DROP AS
SELECT c.span, c.start, c.start_moscow, c.start_local, c.region_id, c.center, w.code, sum(c.flights)::integer AS flights
FROM mart.problem_counts AS c
CROSS JOIN LATERAL unnest(c.problems) AS w (code)
GROUP BY 1, 2, 3, 4, 5, 6, 7;

TRUNCATE mart.problem_counts;
ALTER TABLE mart.problem_counts ADD COLUMN code text NOT NULL;
COMMENT ON COLUMN mart.problem_counts.code IS 'of a repair, doubt or loss';

CREATE OR REPLACE VIEW mart.center_problems AS
SELECT
    c.start_moscow AS month, c.start_local AS month_local, c.start AS month_utc,
    coalesce(r.iso, r.region_id::text, '') AS region,
    coalesce(r.name, 'Без региона') AS region_name,
    coalesce(nullif(c.center, ''), 'Не указан') AS center,
    c.code, c.flights
FROM mart.problem_counts AS c
LEFT JOIN mart.regions AS r ON r.region_id = c.region_id
WHERE c.span = 'month' AND c.region_id >= 0;

ALTER TABLE mart.problem_counts
    DROP CONSTRAINT pk_problem_counts, DROP COLUMN uav_type, DROP COLUMN problems, DROP COLUMN flown,
    ADD CONSTRAINT pk_problem_counts
        PRIMARY KEY (span, start, region_id, center, code, start_moscow, start_local);
INSERT INTO mart.problem_counts (span, start, start_moscow, start_local, region_id, center, code, flights)
SELECT span, start, start_moscow, start_local, region_id, center, code, flights FROM counted_codes;
