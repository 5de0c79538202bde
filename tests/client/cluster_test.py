"""./lab cluster: three nodes without Docker, and the trouble a learner can give them. What was
acknowledged stays, whatever happens to one of them."""

import os
import re
import subprocess
import time

import confluent_kafka
import pytest

from kit import nodes


class LabCluster:
    def __init__(self, folder, size):
        self.environment = {**os.environ, "KRAFTLAB_STATE": str(folder), "CI": "true"}
        (folder / "cluster").mkdir()
        (folder / "cluster/extra.properties").write_text("broker.session.timeout.ms=3000\n")
        self.port = free_block(size)
        self.lab(size, "--port", self.port)
        self.bootstrap = ",".join(f"127.0.0.1:{self.port + i}" for i in range(size))

    def lab(self, *words, code=0):
        command = [os.path.join(os.environ["KRAFTLAB_ROOT"], "lab"), "cluster", *map(str, words)]
        ended = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120,
                               stdin=subprocess.DEVNULL)
        assert ended.returncode == code, f"{words}\n{ended.stdout}{ended.stderr}"
        return ended.stdout

    def tool(self, name, *arguments):
        return nodes.tool(name, "--bootstrap-server", self.bootstrap, *arguments, timeout=30)

    def leaders(self, topic):
        described = self.tool("kafka-topics.sh", "--describe", "--topic", topic).stdout
        return [int(leader) for leader in re.findall(r"Leader: (\d+)", described)]

    def in_sync(self, topic, count):
        described = self.tool("kafka-topics.sh", "--describe", "--topic", topic).stdout
        replicas = re.findall(r"Isr: ([\d,]+)", described)
        return bool(replicas) and all(len(isr.split(",")) == count for isr in replicas)

    def controller(self):
        found = re.search(r"LeaderId: +(\d+)", self.lab("status"))
        return int(found[1]) if found else None

    def until(self, condition, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s for: {what}\n{self.lab('status')}"


def free_block(size):
    """A base whose ports, and those of the listeners and links above it, are free."""
    while True:
        [base] = nodes.free_ports(1)
        try:
            for port in [base + offset + i for offset in (0, 101, 201, 301, 401) for i in range(size)]:
                nodes.socket.create_server(("127.0.0.1", port)).close()
            return base
        except OSError:
            continue


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    made = LabCluster(tmp_path_factory.mktemp("cluster"), 3)
    yield made
    made.lab("reset")


@pytest.fixture
def whole(three):
    """The cluster with all nodes up and nothing cut, before each test."""
    yield three
    three.lab("heal")
    for down in re.findall(r"node (\d) .*down", three.lab("status")):
        three.lab("restart", down)


class Stream:
    def __init__(self, cluster, topic):
        made = cluster.tool("kafka-topics.sh", "--create", "--topic", topic, "--partitions", 3)
        assert made.returncode == 0, made.stdout + made.stderr
        self.cluster, self.topic, self.sent, self.failures = cluster, topic, [], []
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": cluster.bootstrap, "acks": "all", "enable.idempotence": True, "linger.ms": 0,
            "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 100, "retry.backoff.ms": 20,
            # A leader that is cut off still takes records, and cannot commit them.
            "request.timeout.ms": 2000, "socket.timeout.ms": 3000, "topic.metadata.refresh.interval.ms": 500})

    def send(self, count):
        for _ in range(count):
            self.sent.append(f"record-{len(self.sent)}")
            self.producer.produce(self.topic, self.sent[-1].encode(),
                                  on_delivery=lambda error, _: error and self.failures.append(error))
            self.producer.poll(0)
        left = self.producer.flush(60)
        assert left == 0, self.cluster.lab("status") + self.cluster.tool(
            "kafka-topics.sh", "--describe", "--topic", self.topic).stdout
        assert not self.failures, self.failures

    def read(self):
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.cluster.bootstrap,
                                             "group.id": f"g-{self.topic}-{len(self.sent)}",
                                             "auto.offset.reset": "earliest"})
        consumer.subscribe([self.topic])
        got = []
        while len(got) < len(self.sent):
            messages = consumer.consume(len(self.sent) - len(got), 30)
            assert messages, f"only {len(got)} of {len(self.sent)} came"
            got += [message.value().decode() for message in messages]
        consumer.close()
        return got


def test_a_leader_that_is_killed_is_replaced(whole):
    stream = Stream(whole, "killed")
    stream.send(100)
    victim = whole.leaders("killed")[0]
    whole.lab("kill", victim)
    stream.send(100)
    assert victim not in whole.leaders("killed")
    whole.lab("restart", victim)
    whole.until(lambda: whole.in_sync("killed", 3), "three replicas in sync")
    assert sorted(stream.read()) == sorted(stream.sent)


def test_a_controller_that_is_cut_off_is_replaced(whole):
    stream = Stream(whole, "cut")
    stream.send(100)
    first = whole.controller()
    whole.lab("partition", first)
    assert f"{first}" in whole.lab("status")
    others = [i for i in range(1, 4) if i != first]
    whole.until(lambda: whole.controller() in others, "another controller")
    stream.send(100)
    whole.lab("heal")
    whole.until(lambda: whole.in_sync("cut", 3), "three replicas in sync")
    assert sorted(stream.read()) == sorted(stream.sent)


def test_a_node_that_pauses_comes_back(whole):
    stream = Stream(whole, "paused")
    stream.send(100)
    victim = whole.leaders("paused")[0]
    whole.lab("pause", victim)
    assert "paused" in whole.lab("status")
    stream.send(100)
    whole.lab("heal", victim)
    whole.until(lambda: whole.in_sync("paused", 3), "three replicas in sync")
    assert sorted(stream.read()) == sorted(stream.sent)


def test_wrong_words_are_answered(whole):
    for words in (["kill", 9], ["kill", "x"], ["partition", 1, 1], ["nonsense"], [3]):
        whole.lab(*words, code=1)
