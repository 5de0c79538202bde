"""A disk that fails under a broker with one log directory: the broker ends and says why, and what it had
acknowledged is there when it is started again. A write that is refused (a full disk) costs nothing."""

import confluent_kafka
from confluent_kafka.admin import AdminClient, NewTopic

from kit.nodes import Kraftlab

TOPIC = "ledger"


def send(producer, value):
    """The offset, or the error."""
    outcome = []
    producer.produce(TOPIC, value, partition=0,
                     on_delivery=lambda error, message: outcome.append(error or message.offset()))
    producer.flush(30)
    return outcome[0]


def read_all(bootstrap):
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "audit",
                                         "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, 0, 0)])
    values = []
    while (message := consumer.poll(30)) is not None and message.error() is None:
        values.append(message.value())
    consumer.close()
    return values


def node_with(tmp_path, fault):
    return Kraftlab(tmp_path, {"log.flush.offset.checkpoint.interval.ms": "50",
                               "kraftlab.evidence.path": str(tmp_path / "evidence"), "kraftlab.faults": fault})


def create_topic(node):
    admin = AdminClient({"bootstrap.servers": node.bootstrap})
    admin.create_topics([NewTopic(TOPIC, 1)])[TOPIC].result(30)


def test_a_failed_fsync_ends_the_broker_and_nothing_is_lost(tmp_path):
    with node_with(tmp_path, f"fail-sync Produce of {TOPIC} at request 2") as node:
        create_topic(node)
        producer = confluent_kafka.Producer({"bootstrap.servers": node.bootstrap, "acks": "all"})
        assert [send(producer, b"one"), send(producer, b"two")] == [0, 1]
        assert node.process.wait(30) == 1
        node.process = None
        node.follower.join(10)
        log = node.log_text()
        assert f"ERROR Stopping serving logs in dir {node.data}: fsync {node.data}/{TOPIC}-0/" in log
        assert "FATAL Shutdown broker because the directory of the metadata log failed" in log
        del node.properties["kraftlab.faults"]
        node.start()
        assert read_all(node.bootstrap) == [b"one", b"two"]
        assert send(confluent_kafka.Producer({"bootstrap.servers": node.bootstrap}), b"three") == 2


def test_a_write_that_fails_is_an_error_that_a_client_repeats(tmp_path):
    with node_with(tmp_path, f"fail-write Produce of {TOPIC} at request 2 times 3") as node:
        create_topic(node)
        producer = confluent_kafka.Producer({"bootstrap.servers": node.bootstrap, "acks": "all",
                                             "enable.idempotence": True})
        assert [send(producer, b"one"), send(producer, b"two")] == [0, 1]
        assert node.log_text().count("(a planned fault)") >= 1
        assert read_all(node.bootstrap) == [b"one", b"two"]
        assert node.stop() == 0
