#!/usr/bin/env bash
# deploy/local-kafka.sh with a real Kafka: what is written survives stop and kill, ports stay, nothing foreign is touched.
set -euo pipefail
# shellcheck source=counting.sh
source "$(dirname "${BASH_SOURCE[0]}")/counting.sh"

one=$scratch/one
three=$scratch/three
raced=$scratch/raced

kafka() { "$root/deploy/local-kafka.sh" "$@"; }
address() { cat "$1/bootstrap"; }

end_all() {
    local cluster
    for cluster in "$one" "$three" "$raced"; do
        [[ ! -s $cluster/brokers ]] || kafka kill --data "$cluster" || true
    done
    [[ -z ${holder:-} ]] || kill "$holder" 2>/dev/null || true
}
trap end_all EXIT

write() { printf '%s\n' "$2" | kcat -q -P -b "$(address "$1")" -t kept -X acks=all -X message.timeout.ms=30000; }
read_all() { timeout 60 kcat -q -C -b "$(address "$1")" -t kept -o beginning -e 2>/dev/null | sort | tr '\n' ' '; }
holds() { [[ $(read_all "$1") == "$2 " ]]; }
answers() { timeout 10 kcat -q -L -b "$(address "$1")" -m 5 | grep -q "$2 brokers"; }
silent() { ! timeout 5 kcat -q -L -b "$(address "$1")" -m 2; }
create_topic() { "$KAFKA_HOME/bin/kafka-topics.sh" --bootstrap-server "$(address "$1")" --create --topic kept --partitions 3; }
pause_and_stop() { kafka pause --data "$1" && kafka stop --data "$1"; }
kill_spares() { kafka kill --data "$1" && kill -0 "$2"; }
pid() { kafka status --data "$1" | sed -n "s/^broker $2 .* pid \([0-9]*\) .*/\1/p"; }

check 'a missing command is named' exits 2 'which command' kafka --data "$one"
check 'a missing folder is named' exits 2 '--data is needed' kafka start
check 'a wrong count is named' exits 2 "--brokers takes 1 or 3, not '2'" kafka start --data "$one" --brokers 2
check 'an unknown flag is named' exits 2 "'--bogus'" kafka start --data "$one" --bogus
check 'a flag without a value is named' exits 2 '--data needs a value' kafka start --data
check 'a bad deadline is named' exits 2 '--timeout' kafka start --data "$one" --timeout 0
check 'help is given' exits 0 'Usage' kafka --help
check 'no cluster, no status' exits 1 'no cluster was ever started' kafka status --data "$one"
check 'without KAFKA_HOME it says so' exits 1 'KAFKA_HOME is not set' env -u KAFKA_HOME "$root/deploy/local-kafka.sh" start --data "$one"
check 'a wrong KAFKA_HOME is named' exits 1 'KAFKA_HOME: ' env KAFKA_HOME="$scratch" "$root/deploy/local-kafka.sh" start --data "$one"

if [[ -z ${KAFKA_HOME:-} ]]; then
    skip 'local Kafka' 'KAFKA_HOME is not set'
    report
fi

# One broker
check 'one broker starts' exits 0 '^127\.0\.0\.1:[0-9]+$' kafka start --data "$one"
address_before=$(address "$one")
pid_before=$(pid "$one" 1)
check 'it answers' answers "$one" 1
check 'status says so' exits 0 '^broker 1 running pid [0-9]+ port [0-9]+$' kafka status --data "$one"
check 'a second start changes nothing' exits 0 "^$address_before\$" kafka start --data "$one"
check 'the process is the same' test "$(pid "$one" 1)" = "$pid_before"
check 'it has a session of its own' test "$(ps -o sid= -p "$pid_before" | tr -d ' ')" = "$pid_before"
check 'the number of brokers is fixed' exits 2 '--brokers: the cluster in .* has 1' kafka start --data "$one" --brokers 3
check 'a broker beyond it is refused' exits 2 "no broker '2' of 1" kafka stop --data "$one" --broker 2
check 'a topic is made' create_topic "$one"
check 'a record is written' write "$one" first

check 'kill ends it at once' kafka kill --data "$one"
check 'status says stopped' exits 1 '^broker 1 stopped pid - ' kafka status --data "$one"
check 'a second kill is no error' kafka kill --data "$one"
check 'a stopped broker cannot be paused' exits 1 'does not run' kafka pause --data "$one"
check 'it starts after the kill, on the same port' exits 0 "^$address_before\$" kafka start --data "$one"
check 'the record is still there' holds "$one" first

check 'pause freezes it' kafka pause --data "$one"
check 'status says paused' exits 1 '^broker 1 paused pid [0-9]+ ' kafka status --data "$one"
check 'a paused broker is silent' silent "$one"
check 'start refuses a paused broker' exits 1 'is paused' kafka start --data "$one"
check 'resume thaws it' kafka resume --data "$one"
check 'it answers again' answers "$one" 1
check 'it takes another record' write "$one" second

check 'a paused broker can be stopped' pause_and_stop "$one"
check 'a second stop is no error' kafka stop --data "$one"

# Somebody else's process under a remembered pid, and somebody else on the port
sleep 300 &
holder=$!
printf '%s 1\n' "$holder" >"$one/broker-1/pid"
check 'a foreign pid counts as stopped' exits 1 '^broker 1 stopped' kafka status --data "$one"
check 'kill leaves a foreign process alone' kill_spares "$one" "$holder"
kill "$holder"

/usr/bin/python3 - "${address_before##*:}" "$scratch/held" <<'PYTHON' &
import pathlib, socket, sys, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()
pathlib.Path(sys.argv[2]).touch()
time.sleep(300)
PYTHON
holder=$!
check 'the port is taken by another' within 20 test -e "$scratch/held"
check 'start says that the port is taken' exits 1 'held by another process' kafka start --data "$one"
check 'and leaves nothing running' exits 1 '^broker 1 stopped' kafka status --data "$one"
kill "$holder"
wait "$holder" 2>/dev/null || true
holder=''
check 'it starts when the port is free' exits 0 "^$address_before\$" kafka start --data "$one"
check 'all records are there' holds "$one" 'first second'
check 'stop ends it' kafka stop --data "$one"

# A broker that hangs in its first life, as a script that never becomes one
mkdir -p "$scratch/hanging/bin"
cat >"$scratch/hanging/bin/kafka-server-start.sh" <<HANGING
#!/usr/bin/env bash
if [[ ! -e "$scratch/hung" ]]; then
    touch "$scratch/hung"
    exec python3 -c 'import signal
signal.signal(signal.SIGQUIT, lambda *_: print("what its threads do", flush=True))
while True: signal.pause()' "\$1"
fi
exec "$KAFKA_HOME/bin/kafka-server-start.sh" "\$@"
HANGING
ln -s "$KAFKA_HOME/bin/kafka-storage.sh" "$scratch/hanging/bin/kafka-storage.sh"
chmod +x "$scratch/hanging/bin/kafka-server-start.sh"
check 'a broker that hangs is started anew' exits 0 'no answer yet, starting anew' \
    env KAFKA_HOME="$scratch/hanging" "$root/deploy/local-kafka.sh" start --data "$one" --timeout 40
check 'what it was doing is told' grep -q 'what its threads do' "$one/broker-1/server.log.1"
check 'all records are there still' holds "$one" 'first second'
check 'stop ends it again' kafka stop --data "$one"

# A race for the port at the first start: somebody takes it between choice and bind
mkdir -p "$scratch/bin"
cat >"$scratch/bin/setsid" <<'SETSID'
#!/usr/bin/env bash
# Takes the chosen port away, once, before the broker gets it.
if mkdir "$RACE_FOLDER" 2>/dev/null; then
    port=$(sed -n 's/^advertised.listeners=.*:\([0-9]*\)$/\1/p' "${!#}")
    /usr/bin/python3 -c "
import pathlib, socket, sys, time
s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(); pathlib.Path(sys.argv[2]).write_text(sys.argv[1]); time.sleep(60)
" "$port" "$RACE_FOLDER/port" >/dev/null 2>&1 &
    echo $! >"$RACE_FOLDER/pid"
    until [[ -s $RACE_FOLDER/port ]]; do sleep 0.05; done
fi
exec /usr/bin/setsid "$@"
SETSID
chmod +x "$scratch/bin/setsid"
check 'a lost race for the port is run again' \
    env PATH="$scratch/bin:$PATH" RACE_FOLDER="$scratch/race" "$root/deploy/local-kafka.sh" start --data "$raced"
check 'on another port' test "$(address "$raced")" != "127.0.0.1:$(cat "$scratch/race/port")"
check 'and answers there' answers "$raced" 1
kill "$(cat "$scratch/race/pid")" 2>/dev/null || true
kafka kill --data "$raced"

# Three brokers
check 'three brokers start' exits 0 '^127\.0\.0\.1:[0-9]+,127\.0\.0\.1:[0-9]+,127\.0\.0\.1:[0-9]+$' kafka start --data "$three" --brokers 3
address_before=$(address "$three")
check 'all three answer' answers "$three" 3
check 'a topic is made on them' create_topic "$three"
check 'a record is written to them' write "$three" first
check 'one is killed' kafka kill --data "$three" --broker 2
check 'only that one' exits 1 '^broker 2 stopped' kafka status --data "$three"
check 'the first still runs' exits 0 'running' kafka status --data "$three" --broker 1
check 'two take a record' write "$three" second
check 'the third comes back on its port' exits 0 "^$address_before\$" kafka start --data "$three" --broker 2
check 'all three answer again' answers "$three" 3
check 'all records are there on three' holds "$three" 'first second'
check 'they are stopped in order' kafka stop --data "$three"
check 'none runs' exits 1 '^broker 3 stopped' kafka status --data "$three"
report
