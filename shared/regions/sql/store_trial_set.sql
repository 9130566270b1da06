-- A set that is only looked at and rolled back: number 0, so that none is used up. Parameters as in store_set.sql.
INSERT INTO core.boundary_sets (id, name, source, licence, attribution, sha256)
OVERRIDING SYSTEM VALUE
VALUES (0, $1, $2, $3, $4, $5)
RETURNING id;
