#!/bin/bash
# First start on hosts: Keycloak's own database and role in the same cluster.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$(< /run/secrets/KC_DB_PASSWORD)" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE ROLE keycloak LOGIN PASSWORD :'password';
CREATE DATABASE keycloak OWNER keycloak;
REVOKE CONNECT ON DATABASE keycloak FROM PUBLIC;
SQL
