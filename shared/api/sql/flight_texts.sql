-- The rows that a flight was made of. The function puts down who asked. $1 flight, $2 opaque subject
SELECT load_id, source_at, row_number, center, shr, dep, arr, cells FROM core.flight_texts($1, $2)
