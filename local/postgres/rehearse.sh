#!/bin/bash
# rehearse [UNTIL]: restores the newest base beside the living server, replays the archive to its end or to a moment, asks
# what came back, measures, writes a line to /backups/rehearsals.tsv and clears away. For a container of its own.
set -euo pipefail
fail() { echo "$*" >&2; exit 1; }
backups=${BACKUPS:-/backups} archive=${WAL_ARCHIVE:-/wal-archive} until=${1:-}
user=${POSTGRES_USER:-app_user} database=${POSTGRES_DB:-float_mode}
base=$(find "$backups" -maxdepth 1 -name 'base_*' ! -name '*.draft' -type d | sort | tail -n 1)
[ -n "$base" ] || fail "нет ни одной основы в $backups"
if [ -n "$until" ] && ! [[ $until =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9:.]+[+-][0-9:]+$ ]]; then
    fail "момент без часового пояса или не момент: $until"
fi
room=$(mktemp -d "$backups/.rehearsal-XXXXXX")
data=$room/data
clear_away() {
    if [ -f "$data/postmaster.pid" ]; then pg_ctl -D "$data" -m immediate -s -w stop || true; fi
    rm -rf "$room"
}
trap clear_away EXIT
began=$(date +%s)
mkdir -m 700 "$data"
tar -xzf "$base/base.tar.gz" -C "$data"
unpacked=$(date +%s)
echo 'local all all trust' > "$room/pg_hba.conf"
# Without a moment the target is empty on purpose: a server that was once brought back keeps that moment in its settings,
# and so does every base made of it.
cat >> "$data/postgresql.auto.conf" <<SETTINGS
restore_command = 'cp "$archive/%f" "%p"'
archive_mode = off
listen_addresses = ''
unix_socket_directories = '$room'
hba_file = '$room/pg_hba.conf'
log_error_verbosity = terse
log_min_error_statement = panic
recovery_target_time = '$until'
recovery_target_action = 'promote'
SETTINGS
touch "$data/recovery.signal"
ask() { psql -XAtq -v ON_ERROR_STOP=1 -h "$room" -U "$user" -d "$database" -c "$1"; }
pg_ctl -D "$data" -s -w -t 3600 -l "$room/log" start || { tail -n 5 "$room/log" >&2; fail "сервер из основы не запустился"; }
# A server that gives up goes between two questions: only its own "no" says that it has recovered.
until [ "$(ask 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; do
    [ -f "$data/postmaster.pid" ] || { tail -n 9 "$room/log" >&2; fail "восстановление прервалось"; }
    sleep 1
done
flights=$(ask 'SELECT count(*) FROM core.flights')
last=$(ask "SELECT coalesce(to_char(pg_last_xact_replay_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), '-')")
ended=$(date +%s)
line=$(printf '%s\t%s\t%s\t%s\t%s\t%s' "$(date -u +%FT%TZ)" "${base##*/}" $((unpacked - began)) $((ended - unpacked)) "$last" "$flights")
[ -s "$backups/rehearsals.tsv" ] || printf 'when\tbase\tunpack_seconds\treplay_seconds\tlast_transaction\tflights\n' > "$backups/rehearsals.tsv"
echo "$line" >> "$backups/rehearsals.tsv"
echo "${base##*/}: распакована за $((unpacked - began)) с, архив прочитан за $((ended - unpacked)) с; последняя запись $last UTC, полётов $flights"
