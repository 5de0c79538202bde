"""Leaders that end under a producer of librdkafka with its default settings (acks=all, idempotent), on a
cluster of nodes 0, 1 and 2: how long nothing is acknowledged, and that nothing acknowledged is lost.

Every second victim is the active controller too, if it leads a partition. Each round has a producer of
its own: one that saw a node die within the last reconnect.backoff.max.ms (10 s) waits up to so long
before it tries that node again, whoever leads by then.
"""

import threading
import time

from confluent_kafka import Producer

from kit.clusters import wait_until
from kit.traffic import QUIET, create_topic, metadata, read_numbers

TOPIC = "numbers"
NODES = PARTITIONS = (0, 1, 2)


def create_topic_for(cluster):
    create_topic(cluster.bootstrap, TOPIC, partitions=len(PARTITIONS), replicas=len(NODES),
                 min_insync_replicas="2")


class Flow:
    """A producer that writes a number to each partition in turn, a thousand times a second in all. Entered
    again it is another one, and goes on with the numbers."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.number = 0
        self.acknowledged = {partition: [] for partition in PARTITIONS}  # (number, seconds)
        self.errors = []

    def __enter__(self):
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        self.more(200)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(60)

    def run(self):
        producer = Producer({"bootstrap.servers": self.bootstrap, "acks": "all", "enable.idempotence": True, **QUIET})

        def on_delivery(error, message):
            if error is None:
                self.acknowledged[message.partition()].append((int(message.value()), time.monotonic()))
            else:
                self.errors.append(str(error))

        while not self.stopping.is_set():
            partition = self.number % len(PARTITIONS)
            producer.produce(TOPIC, str(self.number).encode(), partition=partition, on_delivery=on_delivery)
            producer.poll(0.001)
            self.number += 1
        producer.flush(30)

    def more(self, count, timeout=30):
        """Waits until each partition has so many acknowledgements more."""
        wanted = {partition: len(some) + count for partition, some in self.acknowledged.items()}
        wait_until(lambda: all(len(self.acknowledged[p]) >= n for p, n in wanted.items()), "acknowledgements", timeout)

    def longest_gap_since(self, moment):
        """In any partition, of the gaps that end after it."""
        longest = 0
        for some in self.acknowledged.values():
            times = [at for _, at in some]
            longest = max(longest, *(b - a for a, b in zip(times, times[1:]) if b > moment))
        return longest

    def check(self):
        """Every acknowledged record is there, once, in order."""
        assert not self.errors, self.errors[:5]
        for partition, some in self.acknowledged.items():
            sent = [number for number, _ in some]
            read = read_numbers(self.bootstrap, TOPIC, partition, sent[-1], None)
            missing = sorted(set(sent) - set(read))
            assert not missing, f"acknowledged and lost in {partition}: {missing[:10]} of {len(sent)}"
            assert read == sorted(set(read)), f"records of {partition} came twice or out of order"
        return sum(map(len, self.acknowledged.values()))


def partitions_of(cluster):
    return metadata(cluster.bootstrap).topics[TOPIC].partitions.values()


def end_leaders(cluster, way, rounds):
    """[(seconds of the longest gap, whether the victim was the active controller)], one for each round."""
    gaps, flow = [], Flow(cluster.bootstrap)
    for number in range(rounds):
        wait_until(lambda: all(len(p.isrs) == len(NODES) for p in partitions_of(cluster)), "all replicas in sync")
        active, leaders = cluster.quorum().leader, sorted({p.leader for p in partitions_of(cluster)})
        wanted = [leader for leader in leaders if (leader == active) == bool(number % 2)]
        victim = wanted[0] if wanted else leaders[0]
        with flow:
            began = time.monotonic()
            getattr(cluster[victim], way)()
            flow.more(200)
            gaps.append((flow.longest_gap_since(began), victim == active))
        cluster[victim].start()
    print(f"{flow.check()} records were acknowledged, none is lost")
    return gaps
