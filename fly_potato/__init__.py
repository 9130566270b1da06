"""The ``fly-potato`` command: what an engineer runs on a desk. Never part of a deployed bundle."""
