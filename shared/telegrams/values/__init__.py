"""Values of fields: what stands in a field of a repaired text, and the notes that reading it left."""
