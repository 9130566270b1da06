INSERT INTO core.withdrawals (load_id, requested_by, reason) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
