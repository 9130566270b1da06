#!/bin/sh
# The original has streams built in; Debian's has them as a module, which is loaded before what the caller says with -g.
load="load_module /usr/lib/nginx/modules/ngx_stream_module.so;"
for word in "$@"; do
    shift
    if [ "${last:-}" = -g ]; then word="$load $word"; load=""; fi
    set -- "$@" "$word"
    last=$word
done
[ -n "$load" ] && set -- "$@" -g "$load"
exec /usr/sbin/nginx "$@"
