"""The image and the compose files, in a real Docker engine; skipped, aloud, where none can be had.

Kafdrop's image is not started: it is not ours, and needs the network."""

import os
import pathlib
import re
import subprocess
import time

import confluent_kafka
import pytest

from kit import nodes
from kit.engine import BASE, IMAGE, Engine, Unavailable
from kit.fixed_ports import fixed_ports

ROOT = pathlib.Path(__file__).parents[2]
COMPOSE = ROOT / "compose"
TOOLS = "/opt/kafka/bin"
RUNNING = "Transitioning from RECOVERY to RUNNING"
MEBI = 1 << 20


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    try:
        made = Engine()
        made.have_base()
    except Unavailable as reason:
        pytest.skip(f"Docker: {reason}")
    made.build(tmp_path_factory.mktemp("context"))
    yield made
    made.close()


@pytest.fixture
def container(engine):
    """container(options..., command=[]) starts one; all are removed at the end."""
    started = []

    def start(*options, command=(), ready=RUNNING):
        name = f"kraftlab-test-{os.getpid()}-{len(started)}"
        started.append(name)
        engine.docker("run", "-d", "--name", name, *options, IMAGE, *command)
        if ready:
            await_log(engine, name, ready)
        return name

    yield start
    for name in started:
        engine.docker("rm", "-f", "-v", name, check=False)


def await_log(engine, name, text):
    for _ in range(600):
        logs = engine.docker("logs", name)
        if re.search(text, logs.stdout + logs.stderr):
            return
        assert engine.inspect(name)["State"]["Running"], logs.stdout + logs.stderr
        time.sleep(0.05)  # it starts
    raise AssertionError(f"no {text!r} in\n{logs.stdout}{logs.stderr}")


def produce_and_read(engine, name, topic, bootstrap="localhost:9092"):
    engine.docker("exec", "-i", name, f"{TOOLS}/kafka-console-producer.sh", "--bootstrap-server", bootstrap,
                  "--topic", topic, stdin="one\ntwo\n")
    return read(engine, name, topic, 2, bootstrap)


def read(engine, name, topic, count, bootstrap="localhost:9092"):
    return engine.docker("exec", name, f"{TOOLS}/kafka-console-consumer.sh", "--bootstrap-server", bootstrap,
                         "--topic", topic, "--from-beginning", "--max-messages", count,
                         "--timeout-ms", 20000).stdout.splitlines()


# --- the image ------------------------------------------------------------------------------------

def test_the_image_is_small_and_unprivileged(engine):
    image, base = engine.inspect(IMAGE, "image"), engine.inspect(BASE, "image")
    assert image["Size"] - base["Size"] < 30 * MEBI
    assert image["Config"]["User"] == "appuser"
    assert set(image["Config"]["Volumes"]) == {"/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"}
    assert image["Config"]["Cmd"] == ["/etc/kafka/docker/run"]


def test_without_a_variable_it_is_one_node_for_this_machine(engine, container):
    name = container("-p", "127.0.0.1::9092")
    assert produce_and_read(engine, name, "first") == ["one", "two"]
    assert engine.docker("exec", name, "id", "-un").stdout == "appuser\n"
    meta = engine.docker("exec", name, "cat", "/tmp/kraft-combined-logs/meta.properties").stdout
    assert "cluster.id=5L6g3nShT-eMCtK--X86sw" in meta


def test_it_stops_within_a_second_and_goes_on_where_it_was(engine, container):
    name = container()
    assert produce_and_read(engine, name, "kept") == ["one", "two"]
    began = time.monotonic()
    engine.docker("kill", "--signal", "TERM", name)
    assert engine.docker("wait", name).stdout == "0\n"
    assert time.monotonic() - began < 1
    engine.docker("start", name)
    await_log(engine, name, f"(?s){RUNNING}.*{RUNNING}")
    assert read(engine, name, "kept", 2) == ["one", "two"]


def test_variables_arguments_and_a_mounted_file_configure_it(engine, container, tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "server.properties").write_text((COMPOSE / "image/server.properties").read_text() + "num.partitions=4\n")
    name = container("-v", f"{tmp_path}:/mnt/shared/config", "-e", "KAFKA_NUM_PARTITIONS=5",
                     "-e", "KAFKA_COMPRESSION_TYPE=zstd", "-e", "CLUSTER_ID=4L6g3nShT-eMCtK--X86sw",
                     command=["/etc/kafka/docker/run", "KAFKA_NUM_PARTITIONS=6"])
    written = engine.docker("exec", name, "cat", "/opt/kafka/config/server.properties").stdout.splitlines()
    assert written.index("num.partitions=4") < written.index("num.partitions=6")
    assert "compression.type=zstd" in written and "num.partitions=5" not in written
    described = engine.docker("exec", name, f"{TOOLS}/kafka-cluster.sh", "cluster-id", "--bootstrap-server", "localhost:9092")
    assert "4L6g3nShT-eMCtK--X86sw" in described.stdout


def test_a_controller_does_not_advertise_to_clients(engine, container):
    name = container("-e", "KAFKA_PROCESS_ROLES=controller", "-e", "KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://a:9092",
                     ready=None)
    assert engine.docker("wait", name).stdout == "1\n"
    assert "is not supported on a KRaft controller" in engine.docker("logs", name).stderr


def test_it_stands_in_for_apache_kafka_in_testcontainers(engine, container, tmp_path):
    """Testcontainers holds the container in a loop until its own script is there, and that knows the
    port that clients will dial; then it waits for a line in the log."""
    script = "/tmp/testcontainers_start.sh"
    variables = {
        "CLUSTER_ID": "4L6g3nShT-eMCtK--X86sw", "KAFKA_NODE_ID": "1",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,BROKER://:9093,CONTROLLER://:9094",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER", "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER", "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1", "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_LOG_FLUSH_INTERVAL_MESSAGES": "9223372036854775807", "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0"}
    options = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
    name = container("-p", "127.0.0.1::9092", *options, ready=None,
                     command=["sh", "-c", f"while [ ! -f {script} ]; do sleep 0.1; done; {script}"])
    state = engine.inspect(name)
    port = state["NetworkSettings"]["Ports"]["9092/tcp"][0]["HostPort"]
    start = tmp_path / "start.sh"
    start.write_text(f"#!/bin/bash\nexport KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:{port},"
                     f"BROKER://{state['Config']['Hostname']}:9093\n/etc/kafka/docker/run \n")
    start.chmod(0o777)
    engine.docker("cp", start, f"{name}:{script}")
    await_log(engine, name, RUNNING)
    send(f"localhost:{port}", "from-outside", ["hello"])
    assert receive(f"localhost:{port}", "from-outside", 1) == ["hello"]


def send(bootstrap, topic, values, **settings):
    failures = []
    producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "broker.address.family": "v4", "acks": "all",
                                         "enable.idempotence": True, "reconnect.backoff.max.ms": 200, **settings})
    for value in values:
        producer.produce(topic, value.encode(), on_delivery=lambda error, _: error and failures.append(error))
    assert producer.flush(60) == 0 and not failures, failures


def receive(bootstrap, topic, count):
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "broker.address.family": "v4",
                                         "group.id": f"g{time.monotonic_ns()}", "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    got = []
    while len(got) < count:
        messages = consumer.consume(count - len(got), 30)
        assert messages, f"only {len(got)} of {count} came"
        for message in messages:
            assert message.error() is None, message.error()
            got.append(message.value().decode())
    consumer.close()
    return got


# --- compose --------------------------------------------------------------------------------------

FILES = sorted(COMPOSE.glob("*/docker-compose.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_the_file_is_whole(engine, file):
    engine.compose(file.parent, "config", "-q")


class Cluster:
    def __init__(self, engine, name, services):
        self.engine, self.folder, self.services = engine, COMPOSE / name, services

    def up(self):
        self.engine.compose(self.folder, "up", "-d", "--no-build", *self.services)
        for service in self.services:
            for _ in range(600):
                status = self.engine.inspect(service)["State"]["Health"]["Status"]
                if status == "healthy":
                    break
                time.sleep(0.1)  # the engine asks every two seconds
            assert status == "healthy", self.engine.docker("logs", service).stdout[-3000:]

    def down(self, *options):
        self.engine.compose(self.folder, "down", "-t", "5", *options, check=False)


@pytest.fixture
def cluster(engine):
    made = []

    def start(name, *services):
        made.append(Cluster(engine, name, services))
        made[0].up()
        return made[0]

    with fixed_ports():
        yield start
        for one in made:
            one.down("-v")


def script(engine, text):
    """A command line of a course, as it is typed on the machine that runs Docker."""
    return engine.run(["bash", "-e", "-o", "pipefail", "-c", text], True)


def test_one_broker(engine, cluster):
    one = cluster("one-broker", "broker")
    script(engine, "docker exec broker /opt/kafka/bin/kafka-topics.sh \\\n  --topic orders \\\n  --create \\\n"
                   "  --bootstrap-server localhost:9092 \\\n  --partitions 3 \\\n  --replication-factor 1")
    script(engine, "echo '{\"orderid\":1001, \"amount\":599.99}' | jq -c | docker exec -i broker "
                   "/opt/kafka/bin/kafka-console-producer.sh \\\n  --topic orders \\\n  --bootstrap-server localhost:9092")
    send("localhost:9094", "orders", ["from outside"])
    assert sorted(read(engine, "broker", "orders", 2)) == ["from outside", '{"orderid":1001,"amount":599.99}']
    one.down()
    one.up()
    assert sorted(receive("localhost:9094", "orders", 2)) == ["from outside", '{"orderid":1001,"amount":599.99}']


class Stream:
    """A producer that stays: what it sent and what was acknowledged, in order, without a duplicate."""

    def __init__(self, bootstrap, topic):
        self.topic, self.sent, self.failures = topic, [], []
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": bootstrap, "broker.address.family": "v4", "acks": "all",
            "enable.idempotence": True, "linger.ms": 0, "reconnect.backoff.ms": 20,
            "reconnect.backoff.max.ms": 100, "retry.backoff.ms": 20})

    def send(self, count):
        for _ in range(count):
            self.sent.append(f"record-{len(self.sent)}")
            self.producer.produce(self.topic, self.sent[-1].encode(),
                                  on_delivery=lambda error, _: error and self.failures.append(error))
            self.producer.poll(0)
        assert self.producer.flush(60) == 0
        assert not self.failures, self.failures


def in_sync(engine, name, topic, count):
    """Whether every partition has that many replicas in sync."""
    described = engine.docker("exec", name, f"{TOOLS}/kafka-topics.sh", "--bootstrap-server", "localhost:9092",
                              "--describe", "--topic", topic, check=False).stdout
    replicas = re.findall(r"Isr: ([\d,]+)", described)
    return bool(replicas) and all(len(isr.split(",")) == count for isr in replicas)


def await_in_sync(engine, name, topic, count, seconds):
    deadline = time.monotonic() + seconds
    while not in_sync(engine, name, topic, count):
        assert time.monotonic() < deadline, f"{topic} is not in sync after {seconds} s"


def test_two_brokers_of_which_either_dies(engine, cluster):
    cluster("two-brokers", "controller", "kafka1", "kafka2")
    script(engine, "docker exec kafka1 /opt/kafka/bin/kafka-topics.sh --create --topic orders --partitions 3 "
                   "--replication-factor 2 --bootstrap-server localhost:9092")
    bootstrap = "localhost:9093,localhost:9094"
    stream = Stream(bootstrap, "orders")
    stream.send(200)
    for victim, other in (("kafka2", "kafka1"), ("kafka1", "kafka2")):
        engine.docker("kill", victim)
        stream.send(200)
        assert sorted(receive(bootstrap, "orders", len(stream.sent))) == sorted(stream.sent)
        engine.docker("start", victim)
        await_in_sync(engine, other, "orders", 2, 5)
    stream.send(200)
    assert sorted(receive(bootstrap, "orders", len(stream.sent))) == sorted(stream.sent)


def test_three_controllers_of_which_one_dies(engine, cluster):
    cluster("three-controllers", "kafka1", "kafka2", "kafka3")
    names = {"1": "kafka1", "2": "kafka2", "3": "kafka3"}

    def leader(asked):
        status = script(engine, f"docker exec {asked} /opt/kafka/bin/kafka-metadata-quorum.sh "
                                "--bootstrap-controller localhost:9093 describe --status").stdout
        return re.search(r"LeaderId: +(\d)", status)[1]

    script(engine, "docker exec kafka1 /opt/kafka/bin/kafka-topics.sh --create --topic orders --partitions 3 "
                   "--replication-factor 3 --bootstrap-server localhost:9092")
    bootstrap = "localhost:9092,localhost:9093,localhost:9094"
    stream = Stream(bootstrap, "orders")
    stream.send(200)
    first = leader("kafka1")
    assert leader("kafka2") == leader("kafka3") == first
    engine.docker("kill", names[first])
    stream.send(200)
    left = [name for id, name in names.items() if id != first]
    assert leader(left[0]) == leader(left[1]) != first
    engine.docker("start", names[first])
    await_in_sync(engine, left[0], "orders", 3, 5)
    assert sorted(receive(bootstrap, "orders", 400)) == sorted(stream.sent)


def test_the_settings_are_those_of_apache_kafkas_image(kafka_libs, tmp_path):
    """image/configure writes what Apache Kafka's image would, from the same variables."""
    variables = {"KAFKA_NODE_ID": "7", "KAFKA_PROCESS_ROLES": "broker,controller",
                 "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
                 "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://localhost:9092",
                 "KAFKA_CONTROLLER_QUORUM_VOTERS": "7@localhost:9093", "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
                 "KAFKA_LOG_DIRS": str(tmp_path / "data"), "KAFKA_SOME___DASHED__LOWER_KEY": "a=b c",
                 "KAFKA_HEAP_OPTS": "-Xmx1g", "KAFKA_OPTS": "-Dx", "KAFKA_LOG4J_ROOT_LOGLEVEL": "INFO",
                 "CLUSTER_ID": nodes.CLUSTER_ID}
    mounted = "num.partitions=3\n"
    written = {}
    for mount in ("", mounted):
        for kind in ("ours", "kafka"):
            folders = {name: tmp_path / f"{kind}-{bool(mount)}-{name}" for name in ("default", "mounted", "final")}
            for folder in folders.values():
                folder.mkdir()
            if mount:
                (folders["mounted"] / "server.properties").write_text(mount)
            final = folders["final"] / "server.properties"
            final.write_text("left.over=1\n")
            environment = {**os.environ, **variables}
            if kind == "ours":
                environment["KRAFTLAB_MOUNTED"] = str(folders["mounted"])
                subprocess.run([COMPOSE / "image/configure", final], env=environment, check=True)
            else:
                for name in ("log4j2.yaml", "tools-log4j2.yaml"):
                    (folders["default"] / name).write_text("Configuration: {}\n")
                if not mount:
                    final.unlink()  # its script does so before
                subprocess.run(nodes.java("kafka.docker.KafkaDockerWrapper", "setup", "-D", folders["default"],
                                          "-M", folders["mounted"], "-F", folders["final"]),
                               env=environment, capture_output=True)
            lines = final.read_text().splitlines()
            written[kind, mount] = sorted(line for line in lines if line.strip())
        assert written["ours", mount] == written["kafka", mount]
    assert "some-dashed_lower.key=a=b c" in written["ours", ""]
