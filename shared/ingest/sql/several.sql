-- The touched flights that a single new row cannot tell: several rows speak of them, or their date lies far from the
-- days of this workbook.
-- $1 first day, $2 last day of this workbook's period
INSERT INTO stage_several (flight_key, number)
SELECT flight_key, row_number() OVER (ORDER BY flight_key)
FROM (
    SELECT t.flight_key
    FROM stage_touched AS t
    JOIN raw.rows AS r USING (flight_key)
    WHERE NOT EXISTS (SELECT FROM stage_new AS n WHERE n.flight_key = t.flight_key)
    GROUP BY t.flight_key
    HAVING count(*) > 1
    UNION
    SELECT s.key FROM stage_flights AS s
    JOIN stage_touched AS t ON t.flight_key = s.key
    WHERE s.day NOT BETWEEN $1::date AND $2::date
) AS several;
