#!/bin/sh
# Runs a server so that it cannot outlive the process that started it.
#   guard.sh SIGNAL GRACE_SECONDS COMMAND [ARGS…]     with fd 3 = the reading end of a pipe held by the starter
# A watcher waits on fd 3 while this shell turns into COMMAND (exec: the pid the starter sees is the server's own).
# A line on the pipe means "the server has ended, nothing to do"; end of file means that the starter is gone.
signal=$1
grace=$2
shift 2
(
  trap '' INT TERM HUP
  if read -r _ <&3; then exit 0; fi
  exec 3<&-
  kill -s "$signal" $$ 2>/dev/null || exit 0
  left=$((grace * 10))
  while [ "$left" -gt 0 ] && kill -0 $$ 2>/dev/null; do
    sleep 0.1
    left=$((left - 1))
  done
  kill -s KILL $$ 2>/dev/null
) >/dev/null 2>&1 &
exec "$@" 3<&-
