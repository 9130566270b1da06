-- $1 name, $2 source, $3 licence, $4 attribution, $5 sha256.
INSERT INTO core.boundary_sets (name, source, licence, attribution, sha256)
VALUES ($1, $2, $3, $4, $5)
RETURNING id;
