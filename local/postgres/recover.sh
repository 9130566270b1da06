#!/bin/bash
# recover BASE UNTIL: puts a base backup into the data directory, to be replayed from the archive up to a moment; what
# was there stays beside it. For a container of its own, while the server is stopped: docs/operations/backups.ru.md.
set -euo pipefail
fail() { echo "$*" >&2; exit 1; }
[ $# = 2 ] || fail "нужны два слова: имя основы в /backups и момент, например '2026-01-31 12:00:00+00'"
base=/backups/$1/base.tar.gz until=$2 kept=$PGDATA/before-recovery
[ -f "$base" ] || fail "нет основы $base"
[[ $until =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9:.]+[+-][0-9:]+$ ]] || fail "момент без часового пояса или не момент: $until"
[ ! -e "$PGDATA/postmaster.pid" ] || fail "сервер работает или остановлен не до конца"
[ ! -e "$kept" ] || fail "сначала уберите $kept, он остался от прошлого восстановления"
gzip -t "$base" || fail "основа повреждена: $base"
mkdir -m 700 "$kept"
find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name before-recovery -exec mv -t "$kept" {} +
tar -xzf "$base" -C "$PGDATA"
cat >> "$PGDATA/postgresql.auto.conf" <<SETTINGS
restore_command = 'cp /wal-archive/%f %p'
recovery_target_time = '$until'
recovery_target_action = 'pause'
SETTINGS
touch "$PGDATA/recovery.signal"
echo "Основа на месте; прежние данные в $kept."
