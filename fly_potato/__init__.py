"""The ``fly-potato`` command: what an engineer runs on a developer's machine. Never part of a deployed bundle."""
