#!/bin/sh
# Starts a broker or controller in the foreground:
#   kafka-server-start.sh [-daemon] server.properties [--override property=value]*
# -daemon starts it in the background; what it says goes to logs/kafkaServer.out (or $LOG_DIR).
self=$0
case $self in */*) ;; *) [ -e "$self" ] || self=$(command -v -- "$self") ;; esac
while [ -L "$self" ]; do
  link=$(readlink -- "$self")
  case $link in /*) self=$link ;; *) self=${self%/*}/$link ;; esac
done
case $self in */*) base=${self%/*}/.. ;; *) base=.. ;; esac

daemon=
while :; do
  case ${1-} in
    -daemon) daemon=yes && shift ;;
    -name) shift 2 ;;  # a label of the Java process
    -loggc | -nogc) shift ;;
    *) break ;;
  esac
done
if [ $# -eq 0 ]; then
  echo "USAGE: $0 [-daemon] server.properties [--override property=value]*" >&2
  exit 1
fi

# config/server.properties means the tree's own when the folder one stands in has none.
case $1 in
  -*) ;;
  *) if [ ! -e "$1" ] && [ -e "$base/$1" ]; then
       file=$base/$1
       echo "$1 is not here; using $file" >&2
       shift
       set -- "$file" "$@"
     fi ;;
esac

if [ -z "$daemon" ]; then
  exec "$base/libs/kafka-server" "$@"
fi
logs=${LOG_DIR:-$base/logs}
mkdir -p "$logs" || exit 1
nohup "$base/libs/kafka-server" "$@" >"$logs/kafkaServer.out" 2>&1 </dev/null &
