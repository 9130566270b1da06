-- The days whose roll-ups change: where touched flights stood until now, and where they stand from now on.
INSERT INTO stage_days
SELECT f.day FROM core.flights AS f JOIN stage_touched AS t ON t.flight_key = f.key WHERE f.day IS NOT NULL
UNION
SELECT s.day FROM stage_flights AS s JOIN stage_touched AS t ON t.flight_key = s.key WHERE s.day IS NOT NULL;
