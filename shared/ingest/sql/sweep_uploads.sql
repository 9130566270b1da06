-- Uploads of which no sign of life came until their lease ran out get the end that core.upload_states has shown since.
-- Those whose load is still claimed wait for the load's own end. $1 sentence of an interrupted one; tells how many
WITH ended AS (
    UPDATE core.uploads AS u SET
        outcome = s.state, error_code = s.error_code,
        error_sentence = CASE WHEN s.error_code = 'LOAD_INTERRUPTED' THEN $1 ELSE s.error_sentence END,
        step = 'finished', finished_at = now(), updated_at = now()
    FROM core.upload_states AS s
    WHERE s.id = u.id
      AND u.outcome IS NULL
      AND u.step <> 'announced'
      AND s.state IN ('loaded', 'duplicate', 'withdrawn', 'failed')
      AND NOT EXISTS (SELECT FROM core.loads AS l WHERE l.id = u.load_id AND l.state = 'claimed')
    RETURNING u.id
)
SELECT count(*) FROM ended
