#!/bin/sh
# The address of the database comes from the environment or from a secret; the program wants it in its file.
set -eu
if [ -r /run/secrets/DATA_SOURCE_NAME ]; then
    DATA_SOURCE_NAME=$(cat /run/secrets/DATA_SOURCE_NAME)
fi
umask 077
cat > /tmp/sql_exporter.yaml <<END
global:
  scrape_timeout: 10s
  scrape_timeout_offset: 500ms
  # The numbers change with a load, not with a scrape.
  min_interval: 15s
  max_connections: 1
  max_idle_connections: 1
target:
  data_source_name: '$DATA_SOURCE_NAME'
  collectors: ['fly_potato_*']
collector_files: ['/etc/sql_exporter/*.collector.yaml']
END
exec /bin/sql_exporter -config.file=/tmp/sql_exporter.yaml "$@"
