#!/bin/bash
# Gives every secret file to Keycloak as the variable of its name, then starts it.
set -eu
for file in /run/secrets/[A-Z]*; do
    if [ -f "$file" ]; then
        export "$(basename "$file")=$(< "$file")"
    fi
done
exec /opt/keycloak/bin/kc.sh start --optimized --import-realm
