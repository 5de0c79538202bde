"""Consumer groups as people meet them: Apache Kafka's kafka-consumer-groups and stock clients, the
same script on our node and on Apache Kafka. groups_wire_test.py compares the single answers."""

import collections
import re
import threading
import time

import confluent_kafka
import kafka
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from kit import nodes

COUNT = 40
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def create(node, topic, partitions):
    admin = AdminClient({"bootstrap.servers": node.bootstrap})
    admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(30)


def fill(node, topic, partitions, per_partition):
    producer = confluent_kafka.Producer({"bootstrap.servers": node.bootstrap})
    for partition in range(partitions):
        for i in range(per_partition):
            producer.produce(topic, f"{partition}-{i}".encode(), partition=partition)
    assert producer.flush(60) == 0


class Member:
    """A librdkafka consumer that polls on a thread of its own until it is closed."""

    def __init__(self, node, group, topic, name, **options):
        self.got = []
        self.assigned = frozenset()
        self.assignments = []
        self.fatal = None
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": node.bootstrap, "group.id": group, "client.id": name,
            "auto.offset.reset": "earliest", "enable.auto.commit": False,
            "session.timeout.ms": 6000, "heartbeat.interval.ms": 200, **options})
        self.consumer.subscribe([topic], on_assign=lambda _, parts: self.assignments.append(parts))
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self.poll, daemon=True)
        self.thread.start()

    def poll(self):
        while not self.closing.is_set():
            message = self.consumer.poll(0.05)
            self.assigned = frozenset(p.partition for p in self.consumer.assignment())
            if message is None:
                continue
            if not message.error():
                self.got.append(message.value().decode())
                self.consumer.commit(message, asynchronous=False)
            elif message.error().code() == confluent_kafka.KafkaError._FATAL:
                self.fatal = message.error().str()

    def close(self):
        self.closing.set()
        self.thread.join(60)
        self.consumer.close()


def wait_for(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        threading.Event().wait(0.02)


def shared(members, partitions):
    """Every partition belongs to exactly one of them, and each of them has some."""
    counted = collections.Counter(p for m in members for p in m.assigned)
    return all(m.assigned for m in members) and counted == collections.Counter(range(partitions))


# ---- kafka-consumer-groups


class Tool:
    def __init__(self, java_tools, node):
        self.java_tools = java_tools
        self.node = node
        self.said = []

    def __call__(self, *arguments):
        ended = self.java_tools.run("kafka-consumer-groups", "--bootstrap-server",
                                    self.node.bootstrap, *arguments)
        text = UUID.sub("ID", ended.out + ended.err).replace(self.node.bootstrap, "BROKER")
        lines = [re.sub(r" +", " ", line).strip() for line in text.splitlines()
                 if not re.match(r"\s+(at |\.\.\. )", line)]  # stack traces
        # Sorted: rows come as Java's hash maps fall.
        self.said.append((" ".join(arguments), ended.code, sorted(filter(None, lines))))


def administer(java_tools, node):
    create(node, "orders", 3)
    create(node, "other", 1)
    fill(node, "orders", 3, 10)
    fill(node, "other", 1, 5)
    tool = Tool(java_tools, node)
    tool("--list")
    members = [Member(node, "readers", "orders", name, **{"group.instance.id": name})
               for name in ("one", "two")]
    wait_for(lambda: shared(members, 3) and sum(len(m.got) for m in members) == 30, "30 records")
    admin = AdminClient({"bootstrap.servers": node.bootstrap})
    admin.alter_consumer_group_offsets([confluent_kafka.ConsumerGroupTopicPartitions(
        "offsets-only", [confluent_kafka.TopicPartition("other", 0, 3)])])["offsets-only"].result(30)
    tool("--list", "--state")
    tool("--list", "--state", "Stable")
    tool("--list", "--type")
    tool("--describe", "--group", "readers")
    tool("--describe", "--group", "readers", "--members", "--verbose")
    tool("--describe", "--group", "readers", "--state")
    tool("--describe", "--group", "nobody")
    tool("--reset-offsets", "--group", "readers", "--topic", "orders", "--to-earliest", "--execute")
    tool("--delete", "--group", "readers")
    tool("--delete-offsets", "--group", "readers", "--topic", "orders")
    for member in members:
        member.close()
    leave_static(node, "readers", ["one", "two"])
    tool("--describe", "--group", "readers")
    tool("--describe", "--all-groups", "--state")
    tool("--reset-offsets", "--group", "readers", "--topic", "orders:1", "--to-offset", "4", "--dry-run")
    tool("--reset-offsets", "--group", "readers", "--all-topics", "--shift-by", "-3", "--execute")
    tool("--reset-offsets", "--group", "fresh", "--topic", "orders", "--to-latest", "--execute")
    tool("--describe", "--group", "readers", "--offsets")
    tool("--delete-offsets", "--group", "readers", "--topic", "orders:0")
    tool("--delete-offsets", "--group", "readers", "--topic", "nothing")
    tool("--describe", "--group", "readers")
    tool("--delete", "--group", "readers", "--group", "fresh", "--group", "nobody")
    tool("--list")
    return tool.said


def leave_static(node, group, instances):
    """What Admin.removeMembersFromConsumerGroup sends."""
    admin = kafka.KafkaAdminClient(bootstrap_servers=node.bootstrap)
    admin.remove_group_members(group, [kafka.admin.MemberToRemove(group_instance_id=i)
                                       for i in instances])
    admin.close()


def test_the_tool_prints_the_same(shared_node, apache_kafka, java_tools):
    theirs, ours = (administer(java_tools, node) for node in (apache_kafka, shared_node))
    for (command, status, said), (_, our_status, our_words) in zip(theirs, ours, strict=True):
        assert (our_status, our_words) == (status, said), command


# ---- clients


def test_members_come_and_go(either):
    create(either, "t", 4)
    fill(either, "t", 4, COUNT // 4)
    first = Member(either, "g", "t", "first")
    wait_for(lambda: shared([first], 4) and len(first.got) == COUNT, "all records at one member")
    second = Member(either, "g", "t", "second")
    wait_for(lambda: shared([first, second], 4), "two members share")
    fill(either, "t", 4, 5)
    wait_for(lambda: len(first.got) + len(second.got) == COUNT + 20, "the new records")
    second.close()  # says so: nobody waits for its session to end
    began = time.monotonic()
    wait_for(lambda: shared([first], 4), "one member has all again")
    assert time.monotonic() - began < 5.5, "a member that leaves is not waited for"
    assert len(set(first.got + second.got)) == COUNT, "nothing twice but what was produced twice"
    first.close()


def test_a_member_that_vanishes_is_replaced_after_its_session(either):
    create(either, "t", 2)
    silent = kafka.KafkaConsumer(
        "t", bootstrap_servers=either.bootstrap, group_id="g", session_timeout_ms=6000,
        heartbeat_interval_ms=500, max_poll_interval_ms=7000, auto_offset_reset="earliest")
    wait_for(lambda: silent.poll(100) is not None and len(silent.assignment()) == 2, "it is alone")
    other = Member(either, "g", "t", "other")
    # It polls no more: after max.poll.interval it stops heartbeating, or leaves.
    wait_for(lambda: shared([other], 2), "the other takes over")
    other.close()


def test_kafka_python_members_share(either):
    create(either, "t", 4)
    fill(either, "t", 4, 5)
    done = threading.Event()
    got, held = [collections.Counter(), collections.Counter()], [0, 0]

    # Each in a thread of its own, so that a member that joins waits for no other. And each poll may
    # last longer than a rebalance: a member of kafka-python 3.0 whose poll ends in the middle of one
    # can stay without the assignment that it has received.
    def consume(i):
        consumer = kafka.KafkaConsumer("t", bootstrap_servers=either.bootstrap, group_id="g",
                                       auto_offset_reset="earliest", heartbeat_interval_ms=300,
                                       enable_auto_commit=False)
        while not done.is_set():
            for records in consumer.poll(3000).values():
                got[i].update(r.value for r in records)
            held[i] = len(consumer.assignment())
        consumer.commit()
        consumer.close()

    members = [threading.Thread(target=consume, args=(i,), daemon=True) for i in range(2)]
    for member in members:
        member.start()
    wait_for(lambda: held == [2, 2] and len(got[0] + got[1]) == 20,
             "two members with two partitions each, and 20 records")
    done.set()
    for member in members:
        member.join(30)
    checker = kafka.KafkaConsumer(bootstrap_servers=either.bootstrap, group_id="g")
    assert [checker.committed(kafka.TopicPartition("t", p)) for p in range(4)] == [5] * 4
    checker.close()


def test_a_static_member_restarts_unnoticed(either):
    create(either, "t", 2)
    options = {"session.timeout.ms": 30000}
    stays = Member(either, "g", "t", "stays", **options, **{"group.instance.id": "stays"})
    leaves = Member(either, "g", "t", "leaves", **options, **{"group.instance.id": "leaves"})
    wait_for(lambda: shared([stays, leaves], 2), "both have a partition")
    rebalances = len(stays.assignments)
    leaves.close()  # a static member leaves without a word
    again = Member(either, "g", "t", "leaves", **options, **{"group.instance.id": "leaves"})
    wait_for(lambda: again.assigned == leaves.assigned, "its partition waits for it")
    assert len(stays.assignments) == rebalances, "nobody else noticed"
    twin = Member(either, "g", "t", "twin", **options, **{"group.instance.id": "stays"})
    wait_for(lambda: stays.fatal is not None, "the former life is fenced")
    assert "fenced" in stays.fatal.lower()
    wait_for(lambda: shared([twin, again], 2), "the twin has its place")
    for member in (twin, again, stays):
        member.close()


def test_positions_survive_restarts_of_broker_and_consumer(either):
    create(either, "t", 2)
    fill(either, "t", 2, 10)
    reader = Member(either, "g", "t", "reader")
    wait_for(lambda: len(reader.got) == 20, "20 records")
    reader.close()
    either.restart()
    fill(either, "t", 2, 3)
    again = Member(either, "g", "t", "reader")
    wait_for(lambda: len(again.got) == 6, "the 6 new records")
    assert sorted(again.got) == sorted(f"{p}-{i}" for p in range(2) for i in range(3))
    either.kill()  # the member lives on, and finds its group again
    either.start()
    fill(either, "t", 2, 1)
    wait_for(lambda: len(again.got) == 8, "2 more after kill -9 of the broker")
    again.close()


def test_offsets_go_with_their_topic(either):
    create(either, "t", 1)
    fill(either, "t", 1, 5)
    reader = Member(either, "g", "t", "reader")
    wait_for(lambda: len(reader.got) == 5, "5 records")
    reader.close()
    admin = AdminClient({"bootstrap.servers": either.bootstrap})
    admin.delete_topics(["t"])["t"].result(30)

    def gone():
        listed = admin.list_consumer_group_offsets(
            [confluent_kafka.ConsumerGroupTopicPartitions("g")])["g"].result(30)
        return not listed.topic_partitions

    wait_for(gone, "no offsets of a topic that is gone")


def described(java_tools, node, *groups):
    tool = Tool(java_tools, node)
    for group in groups:
        tool("--describe", "--group", group, "--offsets")
    return [(command, said) for command, _, said in tool.said]


def test_groups_move_with_their_data_directory(java_tools, tmp_path):
    """Apache Kafka's log of groups is ours, and ours is Apache Kafka's; consumer groups of the new
    protocol (KIP-848) keep their offsets on the way."""
    ports = nodes.free_ports(2)
    folder = tmp_path / "node"
    with nodes.ApacheKafka(folder, ports=ports) as node:
        create(node, "t", 1)
        fill(node, "t", 1, 10)
        read(node, "old", 4)
        read(node, "new", 6, **{"group.protocol": "consumer"})
        theirs = described(java_tools, node, "old", "new")
    with nodes.Kraftlab(folder, ports=ports) as node:
        assert described(java_tools, node, "old", "new") == theirs
        assert read(node, "old", 3) == ["0-4", "0-5", "0-6"]
        assert read(node, "ours", 2) == ["0-0", "0-1"]
        mine = described(java_tools, node, "old", "new", "ours")
    with nodes.ApacheKafka(folder, ports=ports) as node:
        assert described(java_tools, node, "old", "new", "ours") == mine
        assert read(node, "ours", 2) == ["0-2", "0-3"]


def read(node, group, count, **options):
    """The next `count` values of topic t for the group, committed one by one."""
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": node.bootstrap, "group.id": group, "auto.offset.reset": "earliest",
        "enable.auto.commit": False, **options})
    consumer.subscribe(["t"])
    got = []
    while len(got) < count:
        message = consumer.poll(60)
        assert message is not None and not message.error()
        got.append(message.value().decode())
        consumer.commit(message, asynchronous=False)
    consumer.close()
    return got
