#!/bin/sh
# A directory is a bucket: the one of the product is made here. Keys come from the environment or from secrets.
set -eu
if [ -r /run/secrets/S3_SECRET_ACCESS_KEY ]; then
    ROOT_SECRET_KEY=$(cat /run/secrets/S3_SECRET_ACCESS_KEY)
    export ROOT_SECRET_KEY
fi
mkdir -p "/data/${S3_BUCKET:?}"
exec /usr/local/bin/versitygw --port :9000 --health /health --quiet posix /data
