-- Write down what was done without a request. $1 id, $2 kind, $3 by whom, $4 set or null, $5 result, $6 code and $7 sentence of an error
INSERT INTO core.boundary_tasks (id, kind, asked_by, set_id, state, finished_at, result, error_code, error_sentence)
VALUES ($1, $2, $3, $4, CASE WHEN $6::text IS NULL THEN 'done' ELSE 'refused' END, now(), $5::jsonb, $6, $7);
