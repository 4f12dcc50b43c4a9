#!/bin/sh
# Runs in PostgreSQL's own image, before and between runs of backup.js. The server, its user and its password come by
# PGHOST, PGUSER, PGPASSWORD and PGDATABASE: an argument would be seen by whoever lists processes.
#   postgres.sh dump SCRATCH             writes SCRATCH/database.dump, whole or not at all
#   postgres.sh try SCRATCH CHECKS.SQL   restores SCRATCH/restore.dump into a server of its own, and keeps what came of it
#   postgres.sh into SCRATCH             restores SCRATCH/restore.dump into PGDATABASE, which has to be empty
set -eu
command=$1 scratch=$2

dump() {
  rm -f "$scratch/database.dump" "$scratch/database.dump.partial"
  pg_dump --format=custom --no-password --file="$scratch/database.dump.partial"
  # Reads the whole list of contents: what was cut off has none.
  pg_restore --list "$scratch/database.dump.partial" >/dev/null
  mv "$scratch/database.dump.partial" "$scratch/database.dump"
}

# Every check that does not come to pass is missing, and so has failed: this ends well, and the judge says the rest.
try() {
  data=$scratch/sandbox out=$scratch/checks.txt checks=$1
  rm -rf "$data"
  : >"$out"
  export PGHOST="$scratch" PGPORT=5499 PGUSER=sandbox PGDATABASE=sandbox
  unset PGPASSWORD
  initdb --pgdata="$data" --username=sandbox --auth=trust --encoding=UTF8 --no-sync >/dev/null
  trap 'pg_ctl --pgdata="$data" --mode=immediate --silent stop; rm -rf "$data"' EXIT
  pg_ctl --pgdata="$data" --wait --silent --log="$scratch/sandbox.log" \
    -o "-p $PGPORT -c listen_addresses= -c unix_socket_directories=$scratch -c fsync=off" start
  createdb
  pg_restore --exit-on-error --no-owner --no-privileges --dbname=sandbox "$scratch/restore.dump" || return 0
  ask "SELECT 'integrity ' || (count(*) = 0)::int FROM pg_index WHERE NOT indisvalid" >>"$out"
  tables=$(pg_restore --list "$scratch/restore.dump" | grep -cE '^[0-9]+; 1259 [0-9]+ TABLE ')
  ask "SELECT 'schema_version ' || (count(*) = $tables)::int FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'" >>"$out"
  psql --no-psqlrc --tuples-only --no-align --file="$checks" >>"$out" || true
}

ask() {
  psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$1"
}

into() {
  # Nothing is written over: a database that holds a table is somebody's.
  test "$(ask "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')")" = 0 ||
    { echo "[$PGDATABASE] holds tables: make an empty database, and name it by PGDATABASE" >&2; exit 1; }
  pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --no-password --dbname="$PGDATABASE" "$scratch/restore.dump"
}

case $command in
  dump) dump ;;
  try) try "$3" ;;
  into) into ;;
  *) echo "[$command] is none of dump, try, into" >&2; exit 2 ;;
esac
