#!/bin/sh
# What the image documents: a setting may come from the file that GF_<NAME>__FILE names.
set -eu
for name in $(env | sed -n 's/^\(GF_[A-Z_]*\)__FILE=.*/\1/p'); do
    eval "export $name=\"\$(cat \"\$${name}__FILE\")\""
    unset "${name}__FILE"
done
exec /usr/share/grafana/bin/grafana server --homepath=/usr/share/grafana --config=/etc/grafana/grafana.ini "$@" \
    cfg:default.paths.data=/var/lib/grafana cfg:default.paths.logs=/var/log/grafana \
    cfg:default.paths.plugins=/var/lib/grafana/plugins cfg:default.paths.provisioning=/etc/grafana/provisioning \
    cfg:default.log.mode=console
