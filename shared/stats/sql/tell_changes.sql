-- What is taken away (sign -1) and added (1): flights that are told as before cancel out.
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT -1 AS sign, b.* FROM (TABLE flights_before EXCEPT ALL TABLE flights_after) AS b
UNION ALL
SELECT 1, a.* FROM (TABLE flights_after EXCEPT ALL TABLE flights_before) AS a;

ANALYZE told
