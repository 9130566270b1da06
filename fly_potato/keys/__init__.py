"""The keys that sign embed tokens: where they lie, and how one follows the other."""
