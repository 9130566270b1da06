-- Where the active boundaries come from, as their licence wants it told.
SELECT name, source, licence, attribution FROM core.boundary_sets WHERE active
