SELECT c.span AS made, c.start AS first, c.start_moscow AS first_moscow, c.start_local AS first_local, c.*
FROM changed_rows AS c
