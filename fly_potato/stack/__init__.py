"""The local stack: a private PostGIS, an embedded S3 server and the emulator, detached, with their state in ``.local/``."""
