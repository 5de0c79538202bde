"""Partitions with several replicas: on brokers of ours, and on ours and Apache Kafka's together.

Leaders are killed under a producer that waits for all of the ISR. Afterwards nothing that was
acknowledged is missing, nothing is there twice, and the replicas' files hold the same bytes.
"""

import pathlib
import signal

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from kit.clusters import Cluster, broker, controller, wait_until
from kit.nodes import ApacheKafka, Kraftlab
from kit.traffic import QUIET, Traffic, create_topic, metadata


def partition_of(cluster, topic, partition=0):
    return metadata(cluster.bootstrap).topics[topic].partitions[partition]


def in_sync(cluster, topic, replicas, timeout=5):
    wait_until(lambda: len(partition_of(cluster, topic).isrs) == replicas, f"{replicas} in sync", timeout)


def log_bytes(node, topic, partition=0):
    """The record batches of a replica, as they stand in its files."""
    folder = pathlib.Path(node.data) / f"{topic}-{partition}"
    return b"".join(segment.read_bytes() for segment in sorted(folder.glob("*.log")))


def same_bytes(cluster, ids, topic):
    """Waits until the replicas have the same bytes; nobody writes any more."""
    logs = {}

    def same():
        logs.update({i: log_bytes(cluster[i], topic) for i in ids})
        return len(set(logs.values())) == 1

    try:
        wait_until(same, "the replicas hold the same bytes", 10)
    except AssertionError:
        shortest = min(len(log) for log in logs.values())
        differ = next((at for at in range(shortest) if len({log[at] for log in logs.values()}) > 1), shortest)
        raise AssertionError(f"the logs part at byte {differ}; sizes: "
                             f"{ {i: len(log) for i, log in logs.items()} }") from None
    assert logs[ids[0]], "there is nothing in the logs"


def kill_leaders(cluster, topic, replicas, rounds, timeout=5):
    for _ in range(rounds):
        leader = partition_of(cluster, topic).leader
        cluster[leader].kill()
        yield leader
        cluster[leader].start()
        in_sync(cluster, topic, replicas, timeout)


def test_leaders_killed_one_after_the_other(tmp_path):
    parts = {1: controller(Kraftlab), **{i: broker(Kraftlab) for i in (2, 3, 4)}}
    with Cluster(tmp_path, parts) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=3, min_insync_replicas="2")
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            in_sync(cluster, "numbers", 3)
            for _ in kill_leaders(cluster, "numbers", 3, rounds=4):
                traffic.more(100)
            traffic.more(50)
        traffic.check()
        same_bytes(cluster, (2, 3, 4), "numbers")


def test_two_brokers_in_turn(tmp_path):
    """The two-broker exercise: with one dead the other goes on, and both have all of it afterwards."""
    parts = {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(Kraftlab)}
    with Cluster(tmp_path, parts) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            in_sync(cluster, "numbers", 2)
            for _ in kill_leaders(cluster, "numbers", 2, rounds=3):
                traffic.more(100)
        traffic.check()
        same_bytes(cluster, (2, 3), "numbers")


def test_a_replica_that_was_away_catches_up(tmp_path):
    parts = {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(Kraftlab)}
    with Cluster(tmp_path, parts) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        with Traffic(cluster.bootstrap, "numbers", pause=0) as traffic:
            in_sync(cluster, "numbers", 2)
            follower = next(i for i in (2, 3) if i != partition_of(cluster, "numbers").leader)
            cluster[follower].stop()
            traffic.more(500)
            cluster[follower].start()
            in_sync(cluster, "numbers", 2)
        traffic.check()
        same_bytes(cluster, (2, 3), "numbers")


def test_a_follower_that_hangs_falls_out_and_comes_back(tmp_path):
    parts = {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(Kraftlab)}
    with Cluster(tmp_path, parts, properties={"replica.lag.time.max.ms": "1000"}) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            in_sync(cluster, "numbers", 2)
            leader = partition_of(cluster, "numbers").leader
            follower = next(i for i in (2, 3) if i != leader)
            cluster[follower].process.send_signal(signal.SIGSTOP)
            try:
                wait_until(lambda: partition_of(cluster[leader], "numbers").isrs == [leader], "it falls out", 5)
                traffic.more(100)
            finally:
                cluster[follower].process.send_signal(signal.SIGCONT)
            wait_until(lambda: len(partition_of(cluster[leader], "numbers").isrs) == 2, "it is back", 5)
        traffic.check()
        same_bytes(cluster, (2, 3), "numbers")


def test_deleted_records_are_deleted_on_every_replica(tmp_path):
    parts = {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(Kraftlab)}
    with Cluster(tmp_path, parts) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            traffic.more(20)
        in_sync(cluster, "numbers", 2)
        admin = AdminClient({"bootstrap.servers": cluster.bootstrap, **QUIET})
        deleted = admin.delete_records([TopicPartition("numbers", 0, 10)])
        assert [f.result(10).low_watermark for f in deleted.values()] == [10]
        cluster[partition_of(cluster, "numbers").leader].kill()
        consumer = Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "x", **QUIET})
        wait_until(lambda: partition_of(cluster, "numbers").leader in (2, 3), "another leader")
        assert consumer.get_watermark_offsets(TopicPartition("numbers", 0), timeout=10)[0] == 10
        consumer.close()


def test_a_group_moves_with_its_partition(tmp_path):
    parts = {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(Kraftlab)}
    with Cluster(tmp_path, parts, properties={"offsets.topic.num.partitions": "1"}) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            traffic.more(20)
            consumer = Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "g",
                                 "auto.offset.reset": "earliest", "enable.auto.commit": False, **QUIET})
            consumer.subscribe(["numbers"])
            wait_until(lambda: consumer.consume(5, 1), "records")
            committed = consumer.commit(asynchronous=False)[0].offset
            in_sync(cluster, "__consumer_offsets", 2)
            cluster[partition_of(cluster, "__consumer_offsets").leader].kill()
            wait_until(lambda: consumer.committed([TopicPartition("numbers", 0)], timeout=10)[0].offset == committed,
                       "the other broker knows the offset")
            wait_until(lambda: consumer.consume(5, 1), "records from the next coordinator's group")
            assert consumer.commit(asynchronous=False)[0].offset > committed
            consumer.close()
        traffic.check()


def test_a_consumer_reads_from_the_replica_in_its_rack(tmp_path):
    parts = {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(Kraftlab)}
    selector = "org.apache.kafka.common.replica.RackAwareReplicaSelector"
    cluster = Cluster(tmp_path, parts, properties={"replica.selector.class": selector})
    for i in (2, 3):
        cluster[i].properties["broker.rack"] = f"rack-{i}"
    with cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            traffic.more(20)
        in_sync(cluster, "numbers", 2)
        follower = next(i for i in (2, 3) if i != partition_of(cluster, "numbers").leader)
        lines = []
        consumer = Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "x", "client.rack": f"rack-{follower}",
                             "debug": "fetch"}, logger=Lines(lines))
        consumer.assign([TopicPartition("numbers", 0, 0)])
        wait_until(lambda: consumer.consume(5, 1), "records")
        consumer.close()
        assert any("referred" in line and str(follower) in line for line in lines), lines[-20:]


class Lines:
    """A logger that keeps what it is told."""

    def __init__(self, lines):
        self.lines = lines

    def log(self, _level, text, *arguments):
        self.lines.append(text % arguments if arguments else text)


@pytest.mark.parametrize("controllers", [ApacheKafka, Kraftlab], ids=["real controller", "our controller"])
def test_replicas_of_both_kinds(kafka_libs, tmp_path, controllers):
    """Apache Kafka's broker and ours hold one partition; each leads in turn, and each dies once as its leader."""
    parts = {1: controller(controllers), 2: broker(Kraftlab), 3: broker(ApacheKafka)}
    with Cluster(tmp_path, parts) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        led = set()
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            in_sync(cluster, "numbers", 2, 10)
            for leader in kill_leaders(cluster, "numbers", 2, rounds=2, timeout=20):
                led.add(cluster[leader].name)
                traffic.more(50)
            traffic.more(50)
        assert led == {"kraftlab", "kafka"}
        traffic.check()
        same_bytes(cluster, (2, 3), "numbers")
