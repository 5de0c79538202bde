"""A producer and a reader that run beside what a test does to a cluster, and tell afterwards what came of it.

    with Traffic(cluster.bootstrap, "topic") as traffic:
        cluster[1].kill()
        traffic.more(100)           # waits until 100 more records are acknowledged
    traffic.longest_gap             # seconds between two acknowledgements
    traffic.check()                 # every acknowledged record is there, once, in order
"""

import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

QUIET = {"log_level": 0, "socket.timeout.ms": 10000}


def create_topic(bootstrap, name, partitions=1, replicas=1, **config):
    admin = AdminClient({"bootstrap.servers": bootstrap, **QUIET})
    topic = NewTopic(name, partitions, replicas, config={k.replace("_", "."): v for k, v in config.items()})
    admin.create_topics([topic], request_timeout=30)[name].result(30)


def metadata(bootstrap, timeout=10):
    return AdminClient({"bootstrap.servers": bootstrap, **QUIET}).list_topics(timeout=timeout)


class Traffic:
    """Numbers its records; one at a time is on its way, so that their order is their sending."""

    def __init__(self, bootstrap, topic, partition=0, pause=0.002):
        self.bootstrap, self.topic, self.partition, self.pause = bootstrap, topic, partition, pause
        self.acknowledged = []   # (number, seconds)
        self.errors = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        self.more(1)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(60)

    def run(self):
        producer = Producer({"bootstrap.servers": self.bootstrap, "acks": "all", "enable.idempotence": True,
                             "linger.ms": 0, "retry.backoff.ms": 10, "reconnect.backoff.ms": 10,
                             "reconnect.backoff.max.ms": 100, "topic.metadata.refresh.fast.interval.ms": 20,
                             "delivery.timeout.ms": 60000, **QUIET})
        number = 0
        while not self.stopping.is_set():
            done = []
            producer.produce(self.topic, str(number).encode(), partition=self.partition,
                             on_delivery=lambda error, _: done.append(error))
            while not done:
                producer.poll(0.1)
            if done[0] is None:
                self.acknowledged.append((number, time.monotonic()))
            else:
                self.errors.append(str(done[0]))
            number += 1
            self.stopping.wait(self.pause)
        producer.flush(10)

    def more(self, count, timeout=60):
        wanted = len(self.acknowledged) + count
        until = time.monotonic() + timeout
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, (
                f"{len(self.acknowledged)} of {wanted} records were acknowledged; errors: {self.errors[-3:]}")
            time.sleep(0.005)

    @property
    def longest_gap(self):
        times = [at for _, at in self.acknowledged]
        return max(later - earlier for earlier, later in zip(times, times[1:]))

    def check(self, group=None):
        """Reads everything, as a group if it has a name, and compares."""
        sent = [number for number, _ in self.acknowledged]
        read = read_numbers(self.bootstrap, self.topic, self.partition, sent[-1], group)
        acknowledged = set(sent)
        missing = sorted(acknowledged - set(read))
        assert not missing, f"acknowledged and lost: {missing[:10]} of {len(sent)}"
        assert read == sorted(set(read)), "records came twice or out of order"
        assert not self.errors, self.errors


def read_numbers(bootstrap, topic, partition, last, group, timeout=60):
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group or "reader", "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, **QUIET})
    try:
        consumer.subscribe([topic]) if group else consumer.assign([TopicPartition(topic, partition, 0)])
        read, until = [], time.monotonic() + timeout
        while not read or read[-1] < last:
            assert time.monotonic() < until, f"read {len(read)} records, the last one {read[-1:]}; {last} was written"
            for message in consumer.consume(500, 0.2):
                if message.error() is None:
                    read.append(int(message.value()))
        if group:
            consumer.commit(asynchronous=False)
        return read
    finally:
        consumer.close()
