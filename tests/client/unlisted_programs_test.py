"""Programs that no lab keeps in its author folder, and what a verdict has to say of them: correct ones
that are made otherwise, and wrong ones whose result looks right."""

import json
import pathlib
import socket
import subprocess

import pytest

from client import labs_test
from client.labs_test import grade

compiled = labs_test.compiled

CONFLUENT = """#!/bin/sh
exec lab-python - <<'END'
import os, time
from confluent_kafka import Consumer, Producer
BOOTSTRAP = os.environ.get("BOOTSTRAP")
def lines(name):
    return open(os.environ["LAB_DATA"] + "/" + name).read().splitlines()
"""


def judged(tmp_path, lab, run, files=()):
    folder = tmp_path / "program"
    folder.mkdir()
    for name, text in (("run", run), *files):
        (folder / name).write_text(text)
    (folder / "run").chmod(0o755)
    _, verdict = grade(tmp_path, lab, folder)
    return verdict


def expect_fail(verdict, rule, saw):
    failed = next((f for f in verdict["findings"] if f["outcome"] == "FAIL"), None)
    assert verdict["outcome"] == "FAIL" and failed["rule"] == rule, verdict
    assert saw in failed["saw"], failed


# 07: a ledger that is empty because the one batch with all orders was refused

def test_an_empty_ledger_of_no_orders_is_no_ledger(tmp_path):
    verdict = judged(tmp_path, "07", CONFLUENT + """
orders = Producer({"bootstrap.servers": BOOTSTRAP, "linger.ms": 500})
for order in lines("orders.txt"):
    orders.produce("orders", order)
orders.flush()
""")
    expect_fail(verdict, "07.4", "the ledger proves nothing")


# 08: what a lost answer leaves open

PAY_ONE_BY_ONE = CONFLUENT + """
producer = Producer({"bootstrap.servers": BOOTSTRAP, "acks": "all", "retries": 0, "linger.ms": 0,
                     "enable.idempotence": False})
def is_stored(payment):
    reader = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "reader",
                       "auto.offset.reset": "earliest", "enable.partition.eof": True})
    reader.subscribe(["payments"])
    found = False
    while True:
        message = reader.poll(1)
        if message is not None and message.error():
            reader.close()
            return found
        found = found or message is not None and message.value().decode() == payment
for payment in lines("payments.txt"):
    while True:
        errors = []
        producer.produce("payments", payment, on_delivery=lambda error, _: errors.append(error))
        producer.flush()
        if errors[0] is None or errors[0].name() != "NOT_ENOUGH_REPLICAS" and ARRIVED:
            break
        time.sleep(0.2)
"""


def test_a_guess_that_the_batch_arrived_is_no_way_to_pay(tmp_path):
    verdict = judged(tmp_path, "08", PAY_ONE_BY_ONE.replace("ARRIVED", "True"))
    expect_fail(verdict, "08.3", "nobody looked at the log")


def test_who_reads_the_log_before_paying_again_needs_no_producer_id(tmp_path):
    verdict = judged(tmp_path, "08", PAY_ONE_BY_ONE.replace("ARRIVED", "is_stored(payment)"))
    assert verdict["outcome"] == "PASS", verdict


@pytest.mark.parametrize("change, saw, advice", [
    ('"acks": 0', "acks = 0", "acks=all"),
    ('"acks": "all"', "no Produce request carried it", "come to the end of the file"),
])
def test_what_is_missing_has_its_own_advice(change, saw, advice, tmp_path):
    verdict = judged(tmp_path, "08", CONFLUENT + """
producer = Producer({"bootstrap.servers": BOOTSTRAP, CHANGE})
for payment in lines("payments.txt")[:-3]:
    producer.produce("payments", payment)
producer.flush()
""".replace("CHANGE", change))
    expect_fail(verdict, "08.1", saw)
    assert advice in verdict["findings"][0]["advice"]


# 09: what looks like a sensor's pace

READINGS = CONFLUENT + """
producer = Producer({"bootstrap.servers": BOOTSTRAP, "compression.type": "gzip", "linger.ms": 300})
readings = lines("readings.txt")
now = int(time.time() * 1000)
for number, reading in enumerate(readings):
    SEND
producer.flush()
"""


@pytest.mark.parametrize("send, rule, saw", [
    ("producer.produce('readings', reading, timestamp=now + 8 * number)", "09.3",
     "later than its arrival"),
    ("time.sleep(2.5 * (number == 250)); producer.produce('readings', reading)", "09.3",
     "after the first"),
    ("producer.produce('readings', reading); producer.produce('readings', reading); "
     "time.sleep(0.008)", "09.2", "stands at offsets"),
    ("producer.produce('readings', reading)", "09.3", "ms apart"),
], ids=["forged", "all-but-the-last", "twice", "at-once"])
def test_readings_that_did_not_come_one_by_one(send, rule, saw, tmp_path):
    expect_fail(judged(tmp_path, "09", READINGS.replace("SEND", send)), rule, saw)


@pytest.mark.parametrize("send", [
    "time.sleep(0.4 * (number == 0)); due = now / 1000 + 0.008 * number; "
    "time.sleep(max(0, due - time.time())); producer.produce('readings', reading)",
    "producer.produce('readings', reading); time.sleep(0.02)",
], ids=["a-slow-start-made-good", "slower"])
def test_readings_that_came_otherwise_but_in_time(send, tmp_path):
    verdict = judged(tmp_path, "09", READINGS.replace("SEND", send))
    assert verdict["outcome"] == "PASS", verdict


# A program that cannot be started, or that does not end as it should

@pytest.mark.parametrize("run, said", [
    ("#!/bin/sh\r\necho hi\r\n", "the line ends of Windows"),
    ("echo hi\n", "#!/bin/sh"),
    ("#!/usr/bin/no-such-shell -e\n", "there is no such program here"),
])
def test_what_cannot_be_started_is_refused_with_the_reason(run, said, tmp_path):
    (tmp_path / "run").write_bytes(run.encode())
    (tmp_path / "run").chmod(0o755)
    done = labs_test.kraftlab(tmp_path, "grade", "01", "--solution", str(tmp_path))
    assert done.returncode == 1 and said in done.stderr, done
    (tmp_path / "run").chmod(0o644)
    done = labs_test.kraftlab(tmp_path, "grade", "01", "--json", "--solution", str(tmp_path))
    assert done.returncode == 1 and "chmod +x" in json.loads(done.stdout)["error"], done
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("lab, run, said", [
    ("01", "kill -SEGV $$", "SIGSEGV"),
    ("01", "exit 3", "status 3"),
    ("01", "exit 0", ""),
    ("03", "sleep 60", "time limit"),
])
def test_a_verdict_says_how_the_program_ended(lab, run, said, tmp_path):
    compose = (labs_test.ROOT / "labs/03_listeners/author/reference_cpp/compose.yml").read_text()
    verdict = judged(tmp_path, lab, f"#!/bin/sh\n{run}\n", [("compose.yml", compose)])
    assert verdict["outcome"] == "FAIL"
    assert said in verdict["program"] and bool(said) == bool(verdict["program"]), verdict
    shown = labs_test.kraftlab(tmp_path, "replay", verdict["run"], "--lang", "ru").stdout
    assert bool(said) == ("программа" in shown)


# 01 to 05: what looks as it should and is not, or is as it should and looks otherwise

MORE_PARTITIONS = """#!/bin/sh
kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --create --topic cities --replica-assignment 1,1,1
kafka-console-producer.sh --bootstrap-server "$BOOTSTRAP" --topic cities < "$LAB_DATA/cities.txt"
"""
TWO_ATTEMPTS = """#!/bin/sh
for partitions in 3 1; do
  kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --create --topic cities --partitions $partitions
done
"""
UNACKNOWLEDGED = """
producer = Producer({"bootstrap.servers": BOOTSTRAP, "acks": 0})
for line in lines(NAME): producer.produce(TOPIC, line)
producer.flush()
"""
WITHOUT_THE_GROUP = CONFLUENT + """
from confluent_kafka import TopicPartition
producer = Producer({"bootstrap.servers": BOOTSTRAP})
for order in lines("orders.txt"): producer.produce("orders", order)
producer.flush()
reader = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "other"})
reader.assign([TopicPartition("orders", 0, 0)])
print(len(reader.consume(len(lines("orders.txt")), 10)))
shop = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "shop"})
shop.commit(offsets=[TopicPartition("orders", 0, len(lines("orders.txt")))], asynchronous=False)
"""
RECEIPTS = CONFLUENT + """
producer = Producer({"bootstrap.servers": BOOTSTRAP, "partitioner": "murmur2_random"})
def receipt(error, order):
    producer.produce("receipts", f"{order.partition()}/{order.offset()}", key=order.key())
for line in lines("orders.txt"):
    customer, order = line.split("\\t")
    producer.produce("orders", order, key=customer, on_delivery=receipt)
producer.flush()
producer.produce(*EXTRA)
producer.flush()
"""


@pytest.mark.parametrize("lab, run, rule, saw", [
    ("01", MORE_PARTITIONS, "01.1", "num_partitions = 3"),
    ("01", TWO_ATTEMPTS, "01.1", "num_partitions = 3, replication_factor = -1, answered NONE"),
    ("01", "#!/bin/sh\nkafka-topics.sh --bootstrap-server $BOOTSTRAP --create --topic cities\n"
     + CONFLUENT.removeprefix("#!/bin/sh\n")
     + UNACKNOWLEDGED.replace("NAME", "'cities.txt'").replace("TOPIC", "'cities'"), "01.2", "acks = 0"),
    ("02", WITHOUT_THE_GROUP, "02.3", "nobody joined the group shop"),
    ("04", RECEIPTS.replace("EXTRA", "('orders', b'order', b'key')"), "04.1", "is no order"),
    ("04", RECEIPTS.replace("EXTRA", "('receipts', b'0/99', b'key')"), "04.6", "names no order"),
    ("05", CONFLUENT + UNACKNOWLEDGED.replace("NAME", "'segments.txt'").replace("TOPIC", "'decoded'"),
     "05.1", "acks = 0"),
], ids=["01-three-partitions", "01-two-attempts", "01-acks-0", "02-no-group", "04-no-order",
        "04-no-receipt", "05-acks-0"])
def test_what_looks_as_it_should(lab, run, rule, saw, tmp_path):
    expect_fail(judged(tmp_path, lab, run), rule, saw)


COMPOSE = labs_test.ROOT / "labs/03_listeners/author/reference_cpp/compose.yml"


def test_each_place_sends_its_own_orders(tmp_path):
    verdict = judged(tmp_path, "03", CONFLUENT + """
place = os.environ["PLACE"]
address = {"inside": "broker:9092", "outside": "localhost:9094"}[place]
producer = Producer({"bootstrap.servers": address, "client.id": place})
producer.list_topics(timeout=5)
for order in lines("inside.txt") + lines("outside.txt") if place == "outside" else []:
    producer.produce("orders", order)
producer.flush()
""", [("compose.yml", COMPOSE.read_text())])
    expect_fail(verdict, "03.6", "another program sent them")


def test_a_socket_for_both_kinds_of_addresses_sees_the_names_as_well(tmp_path):
    """As Java's clients dial: an IPv4 address in an IPv6 socket."""
    verdict = judged(tmp_path, "03", CONFLUENT + """
import socket, struct
place = os.environ["PLACE"]
host, port = {"inside": ("broker", 9092), "outside": ("localhost", 9094)}[place]
address = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
with socket.socket(socket.AF_INET6) as client:
    client.connect(("::ffff:" + address, port))
    name = place.encode()
    body = struct.pack(">hhih", 3, 0, 1, len(name)) + name + struct.pack(">i", 0)
    client.sendall(struct.pack(">i", len(body)) + body)
    client.recv(4096)
""", [("compose.yml", COMPOSE.read_text())])
    expect_fail(verdict, "03.6", "are missing")


def test_nothing_is_left_running(tmp_path):
    """A child in a session of its own, which no signal to the program's group reaches."""
    judged(tmp_path, "01", "#!/bin/sh\nsetsid sleep 321.$$ > /dev/null 2>&1 &\n"
           f"while ! pgrep -f sleep.321.$$ > {tmp_path}/pids; do :; done\n")
    for pid in (tmp_path / "pids").read_text().split():
        stat = pathlib.Path(f"/proc/{pid}/stat")
        assert not stat.exists() or stat.read_text().split()[2] == "Z"


def test_an_earlier_runs_evidence_is_not_this_ones(tmp_path, compiled):
    (tmp_path / "compiled").symlink_to(compiled)
    passed = grade(tmp_path, "08", labs_test.ROOT / "labs/08_idempotence/author/reference_cpp")[1]
    evidence = tmp_path / "runs" / passed["run"] / "evidence"
    assert passed["outcome"] == "PASS"
    verdict = judged(tmp_path, "08", f"#!/bin/sh\ncp {evidence} $LAB_DATA/../evidence\n")
    assert verdict["outcome"] == "INCONCLUSIVE" and "another run" in verdict["trouble"], verdict


def test_who_asks_for_transactions_is_told_that_there_are_none(tmp_path):
    verdict = judged(tmp_path, "08", CONFLUENT + """
producer = Producer({"bootstrap.servers": BOOTSTRAP, "transactional.id": "payments"})
producer.init_transactions(1)
""")
    assert verdict["outcome"] == "FAIL" and "transactions" in verdict["program"], verdict


def test_a_request_that_is_too_long_to_be_kept_is_the_programs_to_mend(tmp_path):
    (tmp_path / "run").write_text(CONFLUENT + """
producer = Producer({"bootstrap.servers": BOOTSTRAP})
producer.produce("payments", os.urandom(200000))
producer.flush()
END
""")
    (tmp_path / "run").chmod(0o755)
    done = labs_test.kraftlab(tmp_path, "grade", "08", "--solution", str(tmp_path))
    assert done.returncode == 2 and "send less in one request" in done.stdout, done
    assert "change that" in done.stdout and "grader's trouble" not in done.stdout


def test_a_port_that_somebody_else_has_is_no_fault_of_the_compose_file(tmp_path):
    with labs_test.fixed_ports(), socket.create_server(("", 9093)):
        done = subprocess.run(
            [labs_test.BUILD / "kraftlab", "grade", "03", "--solution",
             str(labs_test.ROOT / "labs/03_listeners/author/reference_cpp")],
            env=labs_test.environment_of(tmp_path), text=True, capture_output=True)
    assert done.returncode == 2 and "another program has port 9093" in done.stdout, done
