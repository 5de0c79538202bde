"""kill -9 under load, restart, read back, again and again: every acknowledged record is there, once
(the producer is idempotent in every second round), and in the order it was sent."""

import logging
import os
import random
import threading

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from kit import nodes

ROUNDS = int(os.environ.get("KRAFTLAB_KILL_ROUNDS", "200"))
SEED = int(os.environ.get("KRAFTLAB_SEED", random.randrange(1_000_000)))
READ_EVERY = 20
QUIET = logging.Logger("librdkafka", logging.CRITICAL)  # it says at length that a broker was killed
TOPIC = "ledger"
PARTITIONS = 3


def read_all(bootstrap):
    """{partition: [(offset, value)]} of everything up to the high watermark."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "audit",
                                         "enable.auto.commit": False, "enable.partition.eof": True,
                                         "auto.offset.reset": "earliest", "check.crcs": True})
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
    found, ended = {p: [] for p in range(PARTITIONS)}, set()
    while len(ended) < PARTITIONS:
        message = consumer.poll(30)
        assert message is not None, "the broker went silent while it was read back"
        if message.error():
            assert message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF, message.error()
            ended.add(message.partition())
        else:
            found[message.partition()].append((message.offset(), int(message.value())))
    consumer.close()
    return found


class Load(threading.Thread):
    """Sends numbers, one after the other, until it is told to stop; keeps what was acknowledged."""

    def __init__(self, bootstrap, start, partition, idempotent):
        super().__init__(daemon=True)
        self.next, self.partition = start, partition
        self.acknowledged = []  # (offset, number)
        self.enough, self.halt = threading.Event(), threading.Event()
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": bootstrap, "enable.idempotence": idempotent, "acks": "all",
            "linger.ms": 0, "message.timeout.ms": 3000 if not idempotent else 300000,
            "max.in.flight.requests.per.connection": 5 if idempotent else 1,
            "retries": 2147483647 if idempotent else 0}, logger=QUIET)
        self.wanted = 0

    def delivered(self, error, message):
        if error is None:
            self.acknowledged.append((message.offset(), int(message.value())))
            if len(self.acknowledged) >= self.wanted:
                self.enough.set()

    def run(self):
        while not self.halt.is_set():
            try:
                self.producer.produce(TOPIC, str(self.next).encode(), partition=self.partition,
                                      on_delivery=self.delivered)
                self.next += 1
            except BufferError:
                pass
            self.producer.poll(0.001 if self.next % 50 == 0 else 0)
        self.producer.purge()
        self.producer.flush(5)


def check(found, acknowledged, context):
    for partition, records in found.items():
        offsets = [offset for offset, _ in records]
        assert offsets == list(range(offsets[0], offsets[0] + len(offsets))) if offsets else True, context
        numbers = [number for _, number in records]
        assert numbers == sorted(numbers), f"{context}: partition {partition} is out of order"
        stored = dict(records)
        for offset, number in acknowledged[partition]:
            assert stored.get(offset) == number, (
                f"{context}: partition {partition} offset {offset} was acknowledged as {number}, "
                f"and holds {stored.get(offset)}")


@pytest.mark.timeout(900)
def test_kill_9_loses_no_acknowledged_record(tmp_path):
    chance = random.Random(SEED)
    node = nodes.Kraftlab(tmp_path / "node", {"log.segment.bytes": "1048576"})
    node.start()
    admin = AdminClient({"bootstrap.servers": node.bootstrap})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(30)
    acknowledged = {p: [] for p in range(PARTITIONS)}
    number, total = 0, 0
    for round_number in range(1, ROUNDS + 1):
        context = f"seed {SEED}, round {round_number}"
        partition = round_number % PARTITIONS
        load = Load(node.bootstrap, number, partition, idempotent=round_number % 2 == 0)
        load.wanted = chance.randint(1, 2000)
        load.start()
        assert load.enough.wait(60), f"{context}: nothing was acknowledged"
        node.kill()
        load.halt.set()
        load.join(30)
        number = load.next
        acknowledged[partition] += load.acknowledged
        total += len(load.acknowledged)
        node.start()
        if round_number % READ_EVERY == 0 or round_number == ROUNDS:
            check(read_all(node.bootstrap), acknowledged, context)
    node.stop()
    print(f"{ROUNDS} rounds, {total} acknowledged records, all there (seed {SEED})")
