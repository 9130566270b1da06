"""A PostGIS of one's own: find or install its programs, keep a private cluster that never touches a system one."""

from fly_potato.stack.postgres.cluster import PASSWORD, SUPERUSER, Cluster
from fly_potato.stack.postgres.programs import Binaries, find_postgres, install_postgis

__all__ = ["PASSWORD", "SUPERUSER", "Binaries", "Cluster", "find_postgres", "install_postgis"]
