"""What Kafdrop shows of two brokers, asked as it asks (java/Kafdrop.java): while both live, with one of
them killed, and after its return. Apache Kafka's answers are the measure, word for word."""

import pathlib
import subprocess

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from kit import nodes
from kit.clusters import Cluster, broker, controller, wait_until
from kit.nodes import ApacheKafka, Kraftlab
from kit.traffic import QUIET, metadata

ASSIGNMENT = {"orders": [[2, 3], [3, 2]], "audit": [[2], [3]]}
GROUP = "billing"


class Kafdrop:
    def __init__(self, classes, bootstrap):
        command = nodes.java("Kafdrop", bootstrap, GROUP)
        command[command.index("-cp") + 1] += f":{classes}"
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def ask(self):
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        lines = []
        while not lines or lines[-1] != "end\n":
            lines.append(self.process.stdout.readline())
            assert lines[-1], "".join(lines) + self.process.stderr.read()
        return "".join(line for line in lines if "__consumer_offsets" not in line)  # placed at random

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


@pytest.fixture(scope="module")
def classes(kafka_libs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kafdrop")
    source = pathlib.Path(__file__).parent / "java/Kafdrop.java"
    subprocess.run(["javac", "-cp", f"{kafka_libs}/*", "-d", folder, source], check=True, capture_output=True)
    return folder


def fill(bootstrap):
    admin = AdminClient({"bootstrap.servers": bootstrap, **QUIET})
    topics = [NewTopic(name, len(placed), replica_assignment=placed,
                       config={"retention.ms": "7200000"} if name == "orders" else {})
              for name, placed in ASSIGNMENT.items()]
    for done in admin.create_topics(topics, request_timeout=30).values():
        done.result(30)
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", **QUIET})
    for number in range(100):
        producer.produce("orders", str(number).encode(), partition=number % len(ASSIGNMENT["orders"]))
    assert producer.flush(30) == 0
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": GROUP, **QUIET})
    consumer.commit(offsets=[TopicPartition("orders", partition, 7 * partition) for partition in (0, 1)],
                    asynchronous=False)
    consumer.close()


def partitions(cluster):
    return [p for topic in metadata(cluster.bootstrap).topics.values() for p in topic.partitions.values()]


def in_sync(cluster):
    return all(len(p.isrs) == len(p.replicas) and p.leader > 0 for p in partitions(cluster))


def told(kind, folder, classes):
    """{state: what Kafdrop would show}"""
    shown = {}
    properties = {"broker.session.timeout.ms": "3000", "offsets.topic.num.partitions": "2"}
    with Cluster(folder, {1: controller(kind), 2: broker(kind), 3: broker(kind)}, properties=properties) as cluster:
        fill(cluster.bootstrap)
        wait_until(lambda: in_sync(cluster), "all in sync")
        kafdrop = Kafdrop(classes, cluster.bootstrap)
        shown["whole"] = kafdrop.ask()
        cluster[3].kill()
        wait_until(lambda: len(metadata(cluster.bootstrap).brokers) == 1, "it is noticed")
        shown["one dead"] = kafdrop.ask()
        cluster[3].start()
        wait_until(lambda: in_sync(cluster), "all in sync again")
        shown["returned"] = kafdrop.ask()
        kafdrop.close()
    return shown


def test_kafdrop_sees_what_it_sees_of_apache_kafka(classes, tmp_path):
    ours = told(Kraftlab, tmp_path / "ours", classes)
    dead = ours["one dead"]
    assert "consumer orders-0 leader 2 replicas 2,3 isr [2] offline [3]" in dead, dead
    assert "consumer audit-1 leader none replicas 3 isr [] offline [3]" in dead, dead
    assert "the controller is one of them: true" in dead, dead
    assert "lag orders-1 from 0 to 50 lag 43" in dead, dead
    assert ours["returned"].count("offline []") == ours["whole"].count("offline []")
    theirs = told(ApacheKafka, tmp_path / "theirs", classes)
    assert ours == theirs
