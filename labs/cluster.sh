# ./lab cluster: several nodes on this machine, and the trouble to give them. Sourced by ./lab.
#
# Node i is broker and controller. Clients reach it at base + i - 1. What nodes say to each other goes
# through a relay (broker/tools/links), so that a network between two of them can be cut:
#
#   clients       base + i - 1                 9092, 9093, 9094
#   inter-broker  base + 100 + i, advertised as base + 200 + i, where the relay listens
#   controllers   base + 300 + i, quorum voter at base + 400 + i, likewise
#
# Everything it makes stands in .lab/cluster: links.sock, and a folder for each node with its
# server.properties, data, server.log and pid.
cluster=$state/cluster
cluster_base=9092
cluster_nodes_max=9

cluster_usage() {
  cat <<EOF
  ./lab cluster N [--port P]    start N nodes, broker and controller each (1 to $cluster_nodes_max), on 127.0.0.1:9092 and up
  ./lab cluster status          who is up, who leads, what is cut
  ./lab cluster kill I          kill -9 node I
  ./lab cluster pause I         stop its process where it stands
  ./lab cluster partition I [J] cut the network between I and J; between I and everyone
  ./lab cluster heal [I]        mend the network, and let paused nodes go on
  ./lab cluster restart I       stop it if it runs, and start it again
  ./lab cluster logs I [-f]     what it says
  ./lab cluster stop            stop them all (their data stays)
  ./lab cluster reset           stop them all and throw their data away
EOF
}

cluster_size() {
  local count=0
  while [[ -d $cluster/$((count + 1)) ]]; do count=$((count + 1)); done
  echo "$count"
}

# node_pid I: of the process that runs this very node.
node_pid() {
  local pid
  [[ -f $cluster/$1/pid ]] || return 1
  pid=$(<"$cluster/$1/pid")
  [[ -n $pid ]] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$cluster/$1/server.properties" || return 1
  echo "$pid"
}

links_pid() {
  local pid
  [[ -f $cluster/links.pid ]] || return 1
  pid=$(<"$cluster/links.pid")
  [[ -n $pid ]] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$cluster/links.sock" || return 1
  echo "$pid"
}

links_order() { "$dist/libs/kafka-tools" kraftlab-links --control "$cluster/links.sock" --order "$*"; }

known_node() {
  [[ ${1:-} =~ ^[1-9]$ && -d $cluster/${1:-} ]] && return
  local size
  size=$(cluster_size)
  ((size > 0)) || die "there is no cluster" "start one: ./lab cluster 3"
  die "there is no node '${1:-}'" "the nodes are 1 to $size"
}

write_node_properties() {  # write_node_properties I N
  local i=$1 n=$2 voters='' copies=$2 j base=$cluster_base
  for ((j = 1; j <= n; ++j)); do voters+=${voters:+,}$j@127.0.0.1:$((base + 400 + j)); done
  if ((copies > 3)); then copies=3; fi
  cat >"$cluster/$i/server.properties" <<EOF
# Written by ./lab cluster; your own settings go to ${cluster#"$root"/}/extra.properties
process.roles=broker,controller
node.id=$i
listeners=PLAINTEXT://127.0.0.1:$((base + i - 1)),INTERNAL://127.0.0.1:$((base + 100 + i)),CONTROLLER://127.0.0.1:$((base + 300 + i))
advertised.listeners=PLAINTEXT://127.0.0.1:$((base + i - 1)),INTERNAL://127.0.0.1:$((base + 200 + i)),CONTROLLER://127.0.0.1:$((base + 400 + i))
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=INTERNAL
controller.listener.names=CONTROLLER
controller.quorum.voters=$voters
log.dirs=$cluster/$i/data
default.replication.factor=$copies
min.insync.replicas=$((copies > 2 ? 2 : 1))
offsets.topic.replication.factor=$copies
transaction.state.log.replication.factor=$copies
transaction.state.log.min.isr=$((copies > 2 ? 2 : 1))
share.coordinator.state.topic.replication.factor=$copies
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
EOF
  if [[ -f $cluster/extra.properties ]]; then cat "$cluster/extra.properties" >>"$cluster/$i/server.properties"; fi
}

start_links() {  # start_links N
  local links=() i base=$cluster_base
  for ((i = 1; i <= $1; ++i)); do
    links+=(--link "$i:$((base + 200 + i)):$((base + 100 + i))" --link "$i:$((base + 400 + i)):$((base + 300 + i))")
  done
  setsid "$dist/libs/kafka-tools" kraftlab-links --control "$cluster/links.sock" "${links[@]}" \
    </dev/null >"$cluster/links.log" 2>&1 &
  echo $! >"$cluster/links.pid"
  wait_for_line "$cluster/links.log" '^ready' "$!" "the relay did not start"
}

# wait_for_line FILE PATTERN PID SENTENCE
wait_for_line() {
  local tries
  for ((tries = 0; tries < 3000; ++tries)); do
    if grep -q "$2" "$1"; then return; fi
    if ! kill -0 "$3" 2>/dev/null; then
      tail -5 "$1" >&2
      die "$4" "its whole log: $1"
    fi
    sleep 0.01
  done
  die "$4 within 30 s" "its log: $1"
}

# The process runs at once; ready is another matter (await_node), since a quorum needs the others.
launch_node() {
  local i=$1
  if [[ ! -f $cluster/$i/data/meta.properties ]]; then
    "$dist/bin/kafka-storage.sh" format -t "$(<"$cluster/cluster.id")" -c "$cluster/$i/server.properties" \
      >"$cluster/$i/format.log" 2>&1 || { cat "$cluster/$i/format.log" >&2; die "node $i could not be formatted"; }
  fi
  : >"$cluster/$i/server.log"
  setsid "$dist/bin/kafka-server-start.sh" "$cluster/$i/server.properties" </dev/null >>"$cluster/$i/server.log" 2>&1 &
  echo $! >"$cluster/$i/pid"
  links_order node "$i" "$!" >/dev/null || die "node $i could not be linked with the others" "its log: ./lab cluster logs $i"
}

await_node() { wait_for_line "$cluster/$1/server.log" 'Kafka Server started' "$(<"$cluster/$1/pid")" "node $1 did not start"; }

cluster_start() {
  local n=$1 i port owner
  shift
  while (($#)); do
    case $1 in
      --port) cluster_base=${2:-}; shift $(($# > 1)) ;;
      --yes | -y) assume_yes=1 ;;
      *) die "cluster does not know '$1'" "usage: ./lab cluster N [--port P]" ;;
    esac
    shift
  done
  [[ $n =~ ^[1-9]$ ]] || die "a cluster has 1 to $cluster_nodes_max nodes, not $n"
  [[ $cluster_base =~ ^[1-9][0-9]{0,4}$ ]] && ((cluster_base > 0 && cluster_base < 65000)) ||
    die "--port takes a number from 1 to 64999, not '$cluster_base'"
  check_writable
  build_if_needed distribution
  if links_pid >/dev/null; then die "a cluster is up already" "see ./lab cluster status; end it: ./lab cluster stop"; fi
  if [[ -d $cluster/1 ]] && (($(cluster_size) != n)); then
    die "there are data of a cluster of $(cluster_size)" "throw them away: ./lab cluster reset; or start that: ./lab cluster $(cluster_size)"
  fi
  for ((i = 1; i <= n; ++i)); do
    for port in $((cluster_base + i - 1)) $((cluster_base + 100 + i)) $((cluster_base + 300 + i)); do
      if port_taken "$port"; then
        owner=$(who_listens "$port" || true)
        die "port $port on 127.0.0.1 is taken$owner" "stop that program, or take other ports: ./lab cluster $n --port 19092"
      fi
    done
  done
  mkdir -p "$cluster"
  echo "$cluster_base" >"$cluster/port"
  [[ -f $cluster/cluster.id ]] || "$dist/bin/kafka-storage.sh" random-uuid >"$cluster/cluster.id"
  for ((i = 1; i <= n; ++i)); do
    mkdir -p "$cluster/$i"
    write_node_properties "$i" "$n"
  done
  start_links "$n"
  for ((i = 1; i <= n; ++i)); do launch_node "$i"; done
  for ((i = 1; i <= n; ++i)); do await_node "$i"; done
  cluster_hints "$n"
}

cluster_hints() {
  local bin=${dist#"$root"/}/bin
  cat <<EOF

${green}${bold}a cluster of $1 is up${plain}: $(cluster_servers)

  $bin/kafka-topics.sh --bootstrap-server 127.0.0.1:$cluster_base --create --topic orders --partitions 3
  $bin/kafka-topics.sh --bootstrap-server 127.0.0.1:$cluster_base --describe --topic orders
  ./lab cluster kill 1        and describe it again, at another node
EOF
}

cluster_servers() {
  local i list='' n
  n=$(cluster_size)
  for ((i = 1; i <= n; ++i)); do list+=${list:+,}127.0.0.1:$((cluster_base + i - 1)); done
  echo "$list"
}

# Every node is asked, since one that is cut off knows no better than it did; the highest epoch is right.
quorum_status() {
  local i n newest asked=()
  n=$(cluster_size)
  for ((i = 1; i <= n; ++i)); do
    "$dist/bin/kafka-metadata-quorum.sh" --bootstrap-server "127.0.0.1:$((cluster_base + i - 1))" \
      --command-config <(printf 'default.api.timeout.ms=1500\nrequest.timeout.ms=1500\n') describe --status >"$cluster/$i/quorum" 2>/dev/null &
    asked+=($!)
  done
  wait "${asked[@]}" || true
  newest=$(grep -H '^LeaderEpoch' "$cluster"/[1-9]/quorum | sort -t: -k3 -n | tail -1 | cut -d: -f1)
  [[ -n $newest ]] && grep -E '^(LeaderId|LeaderEpoch|HighWatermark|CurrentVoters)' "$newest"
}

cluster_status() {
  local i n pid note cuts
  n=$(cluster_size)
  ((n > 0)) || { say "There is no cluster. Start one: ./lab cluster 3"; return 3; }
  for ((i = 1; i <= n; ++i)); do
    if pid=$(node_pid "$i"); then
      note="pid $pid, $(awk '/VmRSS/ {printf "%.0f MB", $2 / 1024}' "/proc/$pid/status")"
      grep -q '^State:[[:space:]]*T' "/proc/$pid/status" && note+=", paused"
    else
      note="down"
    fi
    say "node $i   127.0.0.1:$((cluster_base + i - 1))   $note"
  done
  if links_pid >/dev/null; then
    cuts=$(links_order list)
    if [[ -n $cuts ]]; then say "cut: $cuts"; fi
    quorum_status || say "no controller leads"
  fi
}

cluster_stop() {
  local i n pid tries
  n=$(cluster_size)
  if ((n == 0)); then
    say "There is no cluster."
    return
  fi
  links_pid >/dev/null && links_order heal >/dev/null
  # Brokers stop while a quorum is there to hand their leadership on, so all are told at once.
  for ((i = 1; i <= n; ++i)); do
    if pid=$(node_pid "$i"); then kill -CONT "$pid"; kill -TERM "$pid"; fi
  done
  for ((i = 1; i <= n; ++i)); do stop_node "$i" told; done
  if pid=$(links_pid); then kill -TERM "$pid"; fi
  rm -f "$cluster/links.pid"
  say "Stopped. The data stay in ${cluster#"$root"/}; ./lab cluster $n goes on from there."
}

stop_node() {  # stop_node I [told]
  local pid tries
  pid=$(node_pid "$1") || return 0
  if [[ ${2:-} != told ]]; then kill -CONT "$pid"; kill -TERM "$pid"; fi
  for ((tries = 0; tries < 1000; ++tries)); do
    kill -0 "$pid" 2>/dev/null || { rm -f "$cluster/$1/pid"; return 0; }
    sleep 0.01
  done
  note "node $1 did not stop within 10 s: killed"
  kill -KILL "$pid"
  rm -f "$cluster/$1/pid"
}

cluster_signal() {  # cluster_signal SIGNAL I
  local pid
  known_node "$2"
  pid=$(node_pid "$2") || die "node $2 is not running" "start it: ./lab cluster restart $2"
  kill -"$1" "$pid"
}

cluster_partition() {
  local i n
  known_node "${1:-}"
  links_pid >/dev/null || die "the cluster is not running"
  n=$(cluster_size)
  if [[ -n ${2:-} ]]; then
    known_node "$2"
    [[ $1 != "$2" ]] || die "a node cannot be cut off from itself"
    links_order cut "$1" "$2"
    return
  fi
  for ((i = 1; i <= n; ++i)); do
    if ((i != $1)); then links_order cut "$1" "$i" >/dev/null; fi
  done
  links_order list
}

cluster_heal() {
  local i n pid
  if [[ -n ${1:-} ]]; then known_node "$1"; fi
  links_pid >/dev/null || die "the cluster is not running"
  n=$(cluster_size)
  links_order heal ${1:+"$1"}
  for ((i = 1; i <= n; ++i)); do
    if [[ -z ${1:-} || $1 == "$i" ]] && pid=$(node_pid "$i"); then kill -CONT "$pid"; fi
  done
}

cluster_restart() {
  known_node "${1:-}"
  links_pid >/dev/null || die "the cluster is not running" "start it: ./lab cluster $(cluster_size)"
  stop_node "$1"
  launch_node "$1"
  await_node "$1"
  say "node $1 is up"
}

cmd_cluster() {
  local action=${1:-}
  (($#)) && shift
  if [[ -f $cluster/port ]]; then cluster_base=$(<"$cluster/port"); fi
  case $action in
    [0-9] | [0-9][0-9]) cluster_base=9092; cluster_start "$action" "$@" ;;
    status) cluster_status ;;
    kill) cluster_signal KILL "${1:-}"; rm -f "$cluster/$1/pid" ;;
    pause) cluster_signal STOP "${1:-}" ;;
    partition) cluster_partition "$@" ;;
    heal) cluster_heal "$@" ;;
    restart) cluster_restart "$@" ;;
    stop) cluster_stop ;;
    reset) cluster_stop >/dev/null; rm -rf "$cluster"; say "The cluster and its data are gone." ;;
    logs)
      known_node "${1:-}"
      case ${2:-} in
        -f) exec tail -n 50 -f "$cluster/$1/server.log" ;;
        *) exec tail -n 200 "$cluster/$1/server.log" ;;
      esac ;;
    '' | --help | -h) cluster_usage ;;
    *) cluster_usage >&2; die "cluster does not know '$action'" ;;
  esac
}
