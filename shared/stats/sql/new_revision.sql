INSERT INTO mart.revision AS r (number, counted_at) VALUES (1, clock_timestamp())
ON CONFLICT (single) DO UPDATE SET number = r.number + 1, counted_at = excluded.counted_at
