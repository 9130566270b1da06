SELECT code, count(*) AS rows FROM core.rejects WHERE load_id = $1 GROUP BY code ORDER BY rows DESC, code
