#!/usr/bin/env bash
# A real Kafka on loopback, from KAFKA_HOME, for tests and demos: one broker or three, each of which can be killed,
# paused and brought back on the same ports with the same data.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: deploy/local-kafka.sh COMMAND --data DIR [--brokers 1|3] [--broker N] [--timeout SECONDS]

Runs Kafka (KRaft, any official release with Java 17) on loopback. DIR keeps ports, data and logs of the cluster.

  start     start the brokers that don't run, wait until they answer, write the address to DIR/bootstrap and print it
  stop      end them in order (SIGTERM, SIGKILL at the deadline)
  kill      end them at once (SIGKILL)
  pause     freeze them (SIGSTOP)
  resume    let them go on (SIGCONT)
  status    a line a broker: broker N running|paused|stopped pid PID port PORT; exits 1 unless all run

  --data DIR          the cluster's folder; made by the first start
  --brokers 1|3       how many brokers the first start makes (1); three replicate everything, min.insync.replicas=2
  --broker N          only this broker
  --timeout SECONDS   how long start waits for an answer (120), stop for an orderly end (20)
  --help              this text

Environment: KAFKA_HOME (for start), KAFKA_HEAP_OPTS (-Xms2g -Xmx2g -Xmn1300m), KAFKA_OPTS, JAVA_HOME.
TEXT
}

usage_error() {
    printf 'local-kafka.sh: %s (see --help)\n' "$1" >&2
    exit 2
}

fail() {
    printf 'local-kafka.sh: %s\n' "$1" >&2
    exit 1
}

# --- The folder: DIR/brokers (how many), DIR/cluster-id, DIR/ports and DIR/broker-N/{server.properties,pid,server.log,data}

broker_home() { printf '%s/broker-%s' "$data" "$1"; }

# Writes standard input to a file so that readers see all of it or none.
write_file() {
    cat >"$1.new"
    mv "$1.new" "$1"
}

# Ports are taken below the range that outgoing connections use, so that nobody gets them while a broker is down.
free_port() {
    local taken low port tries
    taken=$(awk 'FNR > 1 { n = split($2, part, ":"); print part[n] }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
    read -r low _ </proc/sys/net/ipv4/ip_local_port_range
    [[ $low -gt 12000 ]] || low=32768
    for tries in {1..200}; do
        port=$((10000 + (RANDOM * 32768 + RANDOM) % (low - 10000)))
        if ! grep -qx "$(printf '%04X' "$port")" <<<"$taken" && [[ " $* " != *" $port "* ]]; then
            printf '%s' "$port"
            return
        fi
    done
    fail "no free port found after $tries tries"
}

# DIR/ports: a line a broker, "client-port controller-port".
choose_ports() {
    local chosen=() port n
    for ((n = 0; n < brokers * 2; n++)); do
        port=$(free_port "${chosen[@]}")
        chosen+=("$port")
    done
    printf '%s %s\n' "${chosen[@]}" | write_file "$data/ports"
}

port_of() { sed -n "${1}p" "$data/ports" | cut -d ' ' -f "${2:-1}"; }

bootstrap() {
    local list='' n
    for ((n = 1; n <= brokers; n++)); do
        list+=",127.0.0.1:$(port_of "$n")"
    done
    printf '%s' "${list#,}"
}

# A short session, because the controller refuses a killed broker's next life until its last one has expired.
write_properties() {
    local voters='' replicas=$brokers in_sync=1 n
    [[ $brokers -eq 1 ]] || in_sync=2
    for ((n = 1; n <= brokers; n++)); do
        voters+=",$n@127.0.0.1:$(port_of "$n" 2)"
    done
    for ((n = 1; n <= brokers; n++)); do
        mkdir -p "$(broker_home "$n")"
        write_file "$(broker_home "$n")/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=$n
controller.quorum.voters=${voters#,}
listeners=PLAINTEXT://127.0.0.1:$(port_of "$n"),CONTROLLER://127.0.0.1:$(port_of "$n" 2)
advertised.listeners=PLAINTEXT://127.0.0.1:$(port_of "$n")
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$(broker_home "$n")/data
auto.create.topics.enable=false
default.replication.factor=$replicas
min.insync.replicas=$in_sync
offsets.topic.replication.factor=$replicas
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$in_sync
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
PROPERTIES
    done
}

# --- Processes. The pid file says "pid start-time"; a pid counts only while it is that process and runs our configuration.

start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    cut -d ' ' -f 20 <<<"${stat##*) }"
}

# Prints the pid of the broker if it lives.
pid_of() {
    local home pid started
    home=$(broker_home "$1")
    [[ -r $home/pid ]] && read -r pid started <"$home/pid" || return 1
    [[ $(start_time "$pid") == "$started" ]] || return 1
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -- "$home/server.properties" || return 1
    printf '%s' "$pid"
}

state_of() {
    local pid stat
    if ! pid=$(pid_of "$1") || ! stat=$(cat "/proc/$pid/stat" 2>/dev/null); then
        printf stopped
        return
    fi
    stat=${stat##*) }
    if [[ ${stat:0:1} == [Tt] ]]; then printf paused; else printf running; fi
}

signal_brokers() {
    local n pid
    for n in "${selected[@]}"; do
        if pid=$(pid_of "$n"); then kill "-$1" "$pid" 2>/dev/null || true; fi
    done
}

# Waits until the selected brokers are in a state of state_of's; fails at the deadline, in seconds.
await_state() {
    local wanted=$1 deadline=$((SECONDS + $2)) n
    for n in "${selected[@]}"; do
        until [[ $(state_of "$n") == "$wanted" ]]; do
            [[ $SECONDS -lt $deadline ]] || return 1
            sleep 0.05
        done
    done
}

# Each broker gets a session of its own, writes its pid before it becomes Java, and holds none of our files open. The collector
# is that of Kafka's own scripts, whoever's these are, with so much room for what is new that it stops the broker some times a
# minute: each stop takes tens of milliseconds, and once a second they were most of what was slow at 100 lifecycles/s.
spawn() {
    local home
    home=$(broker_home "$1")
    [[ ! -e $home/server.log ]] || mv -f "$home/server.log" "$home/server.log.1"
    # shellcheck disable=SC2016  # expanded by the child
    LOG_DIR="$home/logs" EXTRA_ARGS='-name kafkaServer' KAFKA_HEAP_OPTS=${KAFKA_HEAP_OPTS:--Xms2g -Xmx2g -Xmn1300m} JMX_PORT='' \
        KAFKA_OPTS="-XX:-UseSerialGC -XX:+UseG1GC ${KAFKA_OPTS:-}" \
        setsid bash -c '
            stat=$(cat /proc/$$/stat)
            started=$(cut -d " " -f 20 <<<"${stat##*) }")
            printf "%s %s\n" $$ "$started" >"$1.new" && mv "$1.new" "$1"
            exec "$2" "$3"
        ' broker "$home/pid" "$KAFKA_HOME/bin/kafka-server-start.sh" "$home/server.properties" \
        </dev/null >"$home/server.log" 2>&1 9>&- &
    spawned[$1]=$!
}

# --- Start

# How many brokers the broker on a port knows of: a Metadata request (version 1, no topics) written by hand, because
# Kafka's own tools need seconds of Java for it.
known_brokers() {
    local answer bytes
    # shellcheck disable=SC2016  # expanded by the child
    answer=$(timeout 2 bash -c '
        exec 3<>"/dev/tcp/127.0.0.1/$1"
        printf "\0\0\0\016\0\003\0\001\0\0\0\001\377\377\0\0\0\0" >&3
        head -c 12 <&3 | od -An -v -tu1
    ' metadata "$1" 2>/dev/null) || return 1
    read -r -a bytes <<<"$answer"
    [[ ${#bytes[@]} -eq 12 ]] || return 1
    printf '%s' "${bytes[11]}"
}

ready() {
    local n known running=()
    for ((n = 1; n <= brokers; n++)); do
        [[ $(state_of "$n") != running ]] || running+=("$n")
    done
    for n in "${running[@]}"; do
        known=$(known_brokers "$(port_of "$n")") || return 1
        [[ $known -ge ${#running[@]} ]] || return 1
    done
}

format_storage() {
    local n output formatting=() id
    [[ -s $data/cluster-id ]] || new_cluster_id | write_file "$data/cluster-id"
    id=$(<"$data/cluster-id")
    for ((n = 1; n <= brokers; n++)); do
        [[ ! -f $(broker_home "$n")/data/meta.properties ]] || continue
        output=$(broker_home "$n")/format.log
        LOG_DIR="$(broker_home "$n")/logs" KAFKA_HEAP_OPTS=-Xmx128m "$KAFKA_HOME/bin/kafka-storage.sh" format -t "$id" \
            -c "$(broker_home "$n")/server.properties" </dev/null >"$output" 2>&1 9>&- &
        formatting[n]=$!
    done
    for n in "${!formatting[@]}"; do
        wait "${formatting[n]}" || give_up "broker $n: kafka-storage.sh could not format its folder" "$(broker_home "$n")/format.log"
    done
}

# A Kafka id is 16 bytes in URL-safe base64 that do not begin with a dash.
new_cluster_id() {
    local id=-
    while [[ $id == -* ]]; do
        id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
    done
    printf '%s\n' "$id"
}

# Ends what this start began, whether its pid file is written or not.
stop_spawned() {
    [[ ${#spawned[@]} -gt 0 ]] || return 0
    kill -KILL "${spawned[@]}" 2>/dev/null || true
    wait "${spawned[@]}" 2>/dev/null || true
    spawned=()
}

# Ends what this start began, shows the end of a log and fails.
give_up() {
    stop_spawned
    printf 'local-kafka.sh: the end of %s:\n' "$2" >&2
    tail -n 20 "$2" 2>/dev/null | sed 's/^/    /' >&2
    fail "$1"
}

# Starts the selected brokers that don't run and waits for their answer, at most so many seconds. Returns 1 if a port was
# taken by somebody else, 2 if no answer came; what was started is stopped then.
try_start() {
    local n log deadline=$((SECONDS + $1))
    spawned=()
    for n in "${selected[@]}"; do
        [[ $(state_of "$n") == running ]] || spawn "$n"
    done
    while ! { all_written && { ! has_quorum || ready; }; }; do
        for n in "${!spawned[@]}"; do
            kill -0 "${spawned[n]}" 2>/dev/null && continue
            log=$(broker_home "$n")/server.log
            if grep -q 'Address already in use' "$log"; then
                stop_spawned
                return 1
            fi
            give_up "broker $n ended while starting" "$log"
        done
        if [[ $SECONDS -ge $deadline ]]; then
            # Java's answer to QUIT is what each of its threads is doing; it goes to the log.
            kill -QUIT "${spawned[@]}" 2>/dev/null || true
            sleep 1
            stop_spawned
            return 2
        fi
        sleep 0.1
    done
}

# A spawned broker counts as running once its pid file is its own.
all_written() {
    local n
    for n in "${!spawned[@]}"; do
        [[ $(pid_of "$n") == "${spawned[n]}" ]] || return 1
    done
}

# With less than a majority of the voters nobody answers; then starting is all that can be done.
has_quorum() {
    local n count=0
    for ((n = 1; n <= brokers; n++)); do
        [[ $(state_of "$n") != running ]] || count=$((count + 1))
    done
    [[ $((count * 2)) -gt $brokers ]]
}

check_environment() {
    [[ -n ${KAFKA_HOME:-} ]] || fail "KAFKA_HOME is not set: it names the folder of an unpacked Kafka release"
    [[ -x $KAFKA_HOME/bin/kafka-server-start.sh && -x $KAFKA_HOME/bin/kafka-storage.sh ]] ||
        fail "KAFKA_HOME: no bin/kafka-server-start.sh and bin/kafka-storage.sh in $KAFKA_HOME"
    if [[ -n ${JAVA_HOME:-} ]]; then
        [[ -x $JAVA_HOME/bin/java ]] || fail "JAVA_HOME: no bin/java in $JAVA_HOME"
    else
        command -v java >/dev/null || fail "no java in PATH; deploy/install-packages.sh --tests installs it"
    fi
}

start_brokers() {
    local all=("${selected[@]}") attempt n result silent=0 patience=${timeout:-120}
    [[ -s $data/brokers ]] || printf '%s\n' "$brokers" | write_file "$data/brokers"
    for n in "${selected[@]}"; do
        [[ $(state_of "$n") != paused ]] || fail "broker $n is paused: resume it first"
    done
    for attempt in {1..5}; do
        # Ports stay as they are once the cluster has answered on them; then waiting is all that may help.
        if [[ -s $data/bootstrap ]]; then
            [[ $attempt -le 3 ]] || break
        else
            choose_ports
            write_properties
        fi
        format_storage
        selected=("${all[@]}")
        result=0
        try_start $(((patience + 1) / 2)) || result=$?
        if [[ $result -eq 0 ]]; then
            bootstrap | write_file "$data/bootstrap"
            has_quorum || printf 'local-kafka.sh: most brokers are down, so those that run cannot answer yet\n' >&2
            printf '%s\n' "$(<"$data/bootstrap")"
            return
        fi
        # Now and then a broker hangs while it starts; its next life answers.
        if [[ $result -eq 2 ]]; then
            silent=$((silent + 1))
            [[ $silent -lt 2 ]] || give_up "no answer after $patience s" "$(broker_home "${all[0]}")/server.log"
            printf 'local-kafka.sh: no answer yet, starting anew; %s/server.log.1 tells what the broker was doing\n' \
                "$(broker_home "${all[0]}")" >&2
        fi
        [[ ! -s $data/bootstrap ]] || sleep 1
    done
    fail "a port of the cluster is held by another process: $(tr '\n' ' ' <"$data/ports")"
}

# --- The other commands

stop_brokers() {
    signal_brokers TERM
    signal_brokers CONT
    await_state stopped "${timeout:-20}" && return
    signal_brokers KILL
    await_state stopped 10 || fail "a broker survived SIGKILL"
}

# Freezes or thaws brokers, all of which must live.
switch_brokers() {
    local n
    for n in "${selected[@]}"; do
        [[ $(state_of "$n") != stopped ]] || fail "broker $n does not run"
    done
    signal_brokers "$1"
    await_state "$2" 10 || fail "a broker did not become $2"
}

print_status() {
    local n state pid all_run=0
    for n in "${selected[@]}"; do
        state=$(state_of "$n")
        pid=$(pid_of "$n") || pid=-
        printf 'broker %s %s pid %s port %s\n' "$n" "$state" "$pid" "$(port_of "$n")"
        [[ $state == running ]] || all_run=1
    done
    return "$all_run"
}

# Commands that change which brokers run take turns.
lock() {
    exec 9>"$data/lock"
    flock -w 150 9 || fail "another start or stop of $data has not ended"
}

# --- Arguments

command=''
data=''
wanted_brokers=''
wanted_broker=''
timeout=''
while [[ $# -gt 0 ]]; do
    case $1 in
        start | stop | kill | pause | resume | status)
            [[ -z $command ]] || usage_error "two commands: $command and $1"
            command=$1
            ;;
        --data | --brokers | --broker | --timeout)
            [[ -n ${2:-} ]] || usage_error "$1 needs a value"
            case $1 in
                --data) data=$2 ;;
                --brokers) wanted_brokers=$2 ;;
                --broker) wanted_broker=$2 ;;
                --timeout) timeout=$2 ;;
            esac
            shift
            ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) usage_error "unknown argument '$1'" ;;
    esac
    shift
done
[[ -n $command ]] || usage_error "which command? start, stop, kill, pause, resume or status"
[[ -n $data ]] || usage_error "--data is needed"
[[ $data != *[,\\]* && $data != *$'\n'* ]] || usage_error "--data: Kafka takes no comma, backslash or line break in a folder's name"
[[ -z $wanted_brokers || $wanted_brokers == [13] ]] || usage_error "--brokers takes 1 or 3, not '$wanted_brokers'"
[[ -z $timeout || $timeout =~ ^[1-9][0-9]{0,4}$ ]] || usage_error "--timeout takes whole seconds from 1, not '$timeout'"
[[ $command == start || -z $wanted_brokers ]] || usage_error "--brokers belongs to start"

if [[ $command == start ]]; then
    check_environment
    mkdir -p "$data" || fail "--data: cannot make $data"
elif [[ ! -s $data/brokers ]]; then
    fail "--data: no cluster was ever started in $data"
fi
data=$(realpath "$data")
[[ $command != start && $command != stop ]] || lock

if [[ -s $data/brokers ]]; then
    brokers=$(<"$data/brokers")
    [[ -z $wanted_brokers || $wanted_brokers == "$brokers" ]] || usage_error "--brokers: the cluster in $data has $brokers"
else
    brokers=${wanted_brokers:-1}
fi
mapfile -t selected < <(seq 1 "$brokers")
if [[ -n $wanted_broker ]]; then
    [[ $wanted_broker =~ ^[1-9]$ && $wanted_broker -le $brokers ]] || usage_error "--broker: there is no broker '$wanted_broker' of $brokers"
    selected=("$wanted_broker")
fi
spawned=()

case $command in
    start) start_brokers ;;
    stop) stop_brokers ;;
    kill)
        signal_brokers KILL
        await_state stopped 10 || fail "a broker survived SIGKILL"
        ;;
    pause) switch_brokers STOP paused ;;
    resume) switch_brokers CONT running ;;
    status) print_status ;;
esac
