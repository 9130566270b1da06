"""The common package of the functions: everything that is not the thin edge of one of them."""
