#!/bin/sh
# Starts Prometheus; where Grafana Cloud is set up, with remote_write. The token is read from a file, never from a flag.
set -eu
umask 077
config=/tmp/prometheus.yaml
cp /etc/prometheus/prometheus.yaml "$config"
token=/run/secrets/GRAFANA_CLOUD_TOKEN
if [ -n "${GRAFANA_CLOUD_TOKEN:-}" ]; then
    token=/tmp/grafana_cloud_token
    printf %s "$GRAFANA_CLOUD_TOKEN" > "$token"
fi
if [ -n "${GRAFANA_CLOUD_USERNAME:-}" ] && [ -s "$token" ]; then
    : "${GRAFANA_CLOUD_URL:?GRAFANA_CLOUD_USERNAME is set, so GRAFANA_CLOUD_URL has to be}"
    cat >> "$config" <<END

remote_write:
  - url: $GRAFANA_CLOUD_URL
    basic_auth: {username: '$GRAFANA_CLOUD_USERNAME', password_file: $token}
END
fi
[ "${1:-}" = --print-config ] && exec cat "$config"
exec /bin/prometheus --config.file="$config" "$@"
