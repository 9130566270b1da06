"""The local stack: a private PostGIS, an embedded S3 server and the emulator; its state lies in ``.local/``."""
