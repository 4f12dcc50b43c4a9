#!/bin/sh
# Runs in PostgreSQL's own image, before and between runs of backup.js. The server, its user and its password come by
# PGHOST, PGUSER, PGPASSWORD and PGDATABASE: an argument would be seen by whoever lists processes.
#   postgres.sh dump SCRATCH             writes SCRATCH/database.dump, whole or not at all
#   postgres.sh base SCRATCH             writes SCRATCH/base.tar.gz, the files of the whole server, and what is known of it
#   postgres.sh receive SCRATCH          writes the log since the last segment that is stored to SCRATCH/log
#   postgres.sh release SCRATCH          lets the server forget the log that is stored
#   postgres.sh try SCRATCH CHECKS.SQL   restores what was fetched into a server of its own, and keeps what came of it
#   postgres.sh into SCRATCH             restores SCRATCH/restore.dump into PGDATABASE, which has to be empty
#   postgres.sh recover SCRATCH DATA     makes DATA the folder of a server as it was at the moment, with the log played
set -eu
command=$1 scratch=$2
# By which the server keeps the log until it is stored.
SLOT=tocsin_backup

ask() {
  psql --no-psqlrc --no-password --tuples-only --no-align --quiet --set=ON_ERROR_STOP=1 --command="$1"
}

dump() {
  rm -f "$scratch/database.dump" "$scratch/database.dump.partial"
  pg_dump --format=custom --no-password --file="$scratch/database.dump.partial"
  # Reads the whole list of contents: what was cut off has none.
  pg_restore --list "$scratch/database.dump.partial" >/dev/null
  mv "$scratch/database.dump.partial" "$scratch/database.dump"
}

base() {
  file=$scratch/base.tar.gz
  rm -f "$file" "$file.partial" "$scratch/base.txt"
  pg_basebackup --pgdata=- --format=tar --gzip --wal-method=fetch --checkpoint=fast --no-password >"$file.partial"
  # The manifest comes last: what was cut off has none.
  tar -tzf "$file.partial" | grep -qx 'backup_manifest'
  start=$(tar -xzOf "$file.partial" backup_label | sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p')
  # What a sandbox cannot ask before it runs: whom to log in as, what to look at, and which server it was.
  ask "SELECT concat_ws(E'\n', '$start', (SELECT system_identifier FROM pg_control_system()),
    (SELECT rolname FROM pg_roles WHERE oid = 10), current_database())" >"$scratch/base.txt"
  mv "$file.partial" "$file"
}

segment_size() {
  ask "SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'"
}

receive() {
  log=$scratch/log
  rm -rf "$log" "$scratch/reach" "$scratch/stored" "$scratch/fault"
  mkdir "$log"
  moment=$(date +%s)
  # A slot that the server gave up for its disk holds nothing; a server that took over has none.
  ask "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$SLOT' AND wal_status = 'lost'" >/dev/null
  ask "SELECT pg_create_physical_replication_slot('$SLOT', true)
    WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$SLOT')" >/dev/null
  size=$(segment_size)
  end=$(ask "SELECT '0/0'::pg_lsn + ceil((pg_switch_wal() - '0/0'::pg_lsn) / $size) * $size - 1")
  # It begins after the last segment that it finds: an empty file stands for what is stored. None is before the first,
  # which no base needs: each begins a new one.
  before=$(ask "SELECT pg_walfile_name('0/0'::pg_lsn + greatest(floor((restart_lsn - '0/0'::pg_lsn) / $size), 2) * $size - 1)
    FROM pg_replication_slots WHERE slot_name = '$SLOT'")
  truncate -s "$size" "$log/$before"
  # What was received until it failed is stored all the same, so that a long way is made in several runs.
  if pg_receivewal --directory="$log" --endpos="$end" --no-loop --no-password; then echo "$moment" >"$scratch/reach"; fi
  rm -f "$log/$before" "$log"/*.partial
}

release() {
  if test -f "$scratch/stored"; then
    size=$(segment_size) stored=$(cat "$scratch/stored")
    number=${stored#????????}
    end=$(((0x${number%????????} * (4294967296 / size) + 0x${number#????????} + 1) * size))
    ask "SELECT pg_replication_slot_advance('$SLOT', '0/0'::pg_lsn + $end)" >/dev/null
  fi
  if test -f "$scratch/fault"; then cat "$scratch/fault" >&2; exit 1; fi
}

# Every check that does not come to pass is missing, and so has failed: this ends well, and the judge says the rest.
try() {
  out=$scratch/checks.txt checks=$1
  : >"$out"
  rm -rf "$scratch/sandbox"
  alone "$scratch/sandbox"
  trap 'halt immediate; rm -rf "$data"' EXIT
  if test -f "$scratch/base.tar.gz"; then try_base; else try_dump; fi || return 0
  ask "SELECT 'integrity ' || (count(*) = 0)::int FROM pg_index WHERE NOT indisvalid" >>"$out"
  psql --no-psqlrc --tuples-only --no-align --file="$checks" >>"$out" || true
}

# A server of its own, which nobody from outside reaches.
alone() {
  data=$1
  export PGHOST="$scratch" PGPORT=5499 PGUSER=sandbox PGDATABASE=sandbox PGCTLTIMEOUT=43200
  unset PGPASSWORD
}

start() {
  pg_ctl --pgdata="$data" --wait --silent --log="$scratch/sandbox.log" \
    -o "-p $PGPORT -c listen_addresses= -c unix_socket_directories=$scratch $*" start
}

halt() {
  pg_ctl --pgdata="$data" --mode="$1" --silent --wait stop
}

try_dump() {
  initdb --pgdata="$data" --username=sandbox --auth=trust --encoding=UTF8 --no-sync >/dev/null
  start -c fsync=off
  createdb
  pg_restore --exit-on-error --no-owner --no-privileges --dbname=sandbox "$scratch/restore.dump" || return 1
  tables=$(pg_restore --list "$scratch/restore.dump" | grep -cE '^[0-9]+; 1259 [0-9]+ TABLE ')
  ask "SELECT 'schema_version ' || (count(*) = $tables)::int FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'" >>"$out"
}

try_base() {
  play -c fsync=off || return 1
  PGUSER=$(sed -n 3p "$scratch/base.txt") PGDATABASE=$(sed -n 4p "$scratch/base.txt")
  ask "SELECT 'schema_version ' || (system_identifier = $(sed -n 2p "$scratch/base.txt"))::int FROM pg_control_system()" >>"$out"
}

# Unpacks the base, and plays the log over it, up to the moment where there is one.
play() {
  conf=$scratch/sandbox.conf
  mkdir -m 700 "$data"
  tar -xzf "$scratch/base.tar.gz" -C "$data"
  pg_verifybackup --quiet --no-parse-wal "$data" || return 1
  # What it was told by ALTER SYSTEM was meant for where it ran: its log goes nowhere from here.
  if test -f "$data/postgresql.auto.conf"; then mv "$data/postgresql.auto.conf" "$scratch/aside.conf"; fi
  : >"$data/recovery.signal"
  echo "local all all trust" >"$scratch/sandbox.hba"
  {
    echo "hba_file = '$scratch/sandbox.hba'"
    echo "restore_command = 'cp \"$scratch/log/%f\" \"%p\"'"
    echo "recovery_target_action = promote"
    echo "hot_standby = off"
    echo "max_prepared_transactions = 1000"
    if test -f "$scratch/target"; then echo "recovery_target_time = '$(cat "$scratch/target")'"; fi
  } >"$conf"
  rm -f "$scratch/sandbox.log"
  played -c "config_file=$conf" "$@" && return 0
  # Nothing was committed after the moment: the end of the log is as it was then.
  grep -q 'recovery ended before configured recovery target was reached' "$scratch/sandbox.log" || return 1
  sed -i '/^recovery_target_time/d' "$conf"
  played -c "config_file=$conf" "$@"
}

# Who starts a server does not wait for its log: only then does it take anybody in. That it did not start is in the log of
# the server, which is shown where another try does not mend it.
played() {
  start "$@" 2>>"$scratch/sandbox.log" || return 1
  until pg_isready --quiet; do
    pg_ctl --pgdata="$data" --silent status >/dev/null || return 1
    sleep 1
  done
}

recover() {
  test ! -e "$1" || { echo "[$1] is there already: name a folder that is not" >&2; exit 1; }
  alone "$1"
  play || { cat "$scratch/sandbox.log" >&2; exit 1; }
  halt fast
  if test -f "$scratch/aside.conf"; then mv "$scratch/aside.conf" "$data/postgresql.auto.conf"; fi
}

into() {
  # Nothing is written over: a database that holds a table is somebody's.
  test "$(ask "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')")" = 0 ||
    { echo "[$PGDATABASE] holds tables: make an empty database, and name it by PGDATABASE" >&2; exit 1; }
  pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --no-password --dbname="$PGDATABASE" "$scratch/restore.dump"
}

case $command in
  dump | base | receive | release | into) "$command" ;;
  try | recover) "$command" "$3" ;;
  *) echo "[$command] is none of dump, base, receive, release, try, into, recover" >&2; exit 2 ;;
esac
