"""Stock clients produce and consume: every codec, in groups, across a restart of the broker and of
the client, with nothing lost and nothing doubled. The same tests run on Apache Kafka where it can
be had (`either`), so that a wrong expectation shows."""

import collections
import pathlib
import shutil

import confluent_kafka
import kafka
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from kit import nodes

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
COUNT = 500
JAVA = pathlib.Path(__file__).parent / "java"


def create(bootstrap, topic, partitions=1):
    admin = AdminClient({"bootstrap.servers": bootstrap})  # outlives its future
    admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(30)


def values(label, begin=0, count=COUNT):
    return [f"{label}-{i}-" + "x" * (i % 200) for i in range(begin, begin + count)]


class Librdkafka:
    """The newest librdkafka, as PyPI's confluent-kafka brings it."""

    def __init__(self, node):
        self.node = node

    def produce(self, topic, items, codec="none"):
        failures = []
        producer = confluent_kafka.Producer({"bootstrap.servers": self.node.bootstrap,
                                             "compression.type": codec, "linger.ms": 5,
                                             "enable.idempotence": True})
        for item in items:
            producer.produce(topic, item.encode(), key=item[:5].encode(), headers={"h": b"1"},
                             on_delivery=lambda error, _: error and failures.append(error))
        assert producer.flush(60) == 0
        assert not failures

    def consume(self, topic, count, group):
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.node.bootstrap,
                                             "group.id": group, "auto.offset.reset": "earliest",
                                             "enable.auto.commit": False})
        consumer.subscribe([topic])
        got = []
        while len(got) < count:
            messages = consumer.consume(count - len(got), 30)
            assert messages, f"only {len(got)} of {count} came"
            for message in messages:
                assert message.error() is None, message.error()
                got.append(message.value().decode())
        consumer.commit(asynchronous=False)
        consumer.close()
        return got


class KafkaPython:
    """The client that is Python all the way down."""

    def __init__(self, node):
        self.node = node

    def produce(self, topic, items, codec="none"):
        producer = kafka.KafkaProducer(bootstrap_servers=self.node.bootstrap, linger_ms=5, acks="all",
                                       compression_type=None if codec == "none" else codec)
        sent = [producer.send(topic, item.encode(), key=item[:5].encode()) for item in items]
        producer.flush(60)
        for future in sent:
            future.get(30)
        producer.close()

    def consume(self, topic, count, group):
        consumer = kafka.KafkaConsumer(topic, bootstrap_servers=self.node.bootstrap, group_id=group,
                                       auto_offset_reset="earliest", enable_auto_commit=False,
                                       consumer_timeout_ms=30000)
        got = []
        for message in consumer:
            got.append(message.value.decode())
            if len(got) == count:
                break
        consumer.commit()
        consumer.close()
        return got


class Kcat:
    """kcat on the distribution's own librdkafka (2.0.2 on Debian 12)."""

    def __init__(self, node):
        if not shutil.which("kcat"):
            pytest.skip("kcat is not installed")
        self.node = node

    def produce(self, topic, items, codec="none"):
        nodes.run(["kcat", "-b", self.node.bootstrap, "-P", "-t", topic, "-z", codec, "-X",
                   "acks=all"], stdin="".join(f"{item}\n" for item in items), check=True)

    def consume(self, topic, count, group):
        done = nodes.run(["kcat", "-b", self.node.bootstrap, "-G", group, "-c", count, "-q", "-X",
                          "auto.offset.reset=earliest", topic], check=True)
        return done.stdout.splitlines()


class Java:
    """Apache Kafka's own client."""

    def __init__(self, node):
        if nodes.libs() is None:
            pytest.skip("Apache Kafka's jars are not here (KRAFTLAB_KAFKA_LIBS)")
        self.node = node

    def program(self, *arguments, **options):
        return nodes.run(["java", "-XX:TieredStopAtLevel=1",
                          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp",
                          f"{nodes.libs()}/*", JAVA / "RoundTrip.java", self.node.bootstrap,
                          *arguments], check=True, **options)

    def produce(self, topic, items, codec="none"):
        self.program("produce", topic, codec, stdin="".join(f"{item}\n" for item in items))

    def consume(self, topic, count, group):
        return self.program("consume", topic, group, count).stdout.splitlines()


CLIENTS = [Librdkafka, KafkaPython, Kcat, Java]


@pytest.mark.parametrize("client", CLIENTS)
def test_every_codec_comes_back_as_it_went(shared_node, client):
    connected = client(shared_node)
    for codec in CODECS:
        topic = f"codec-{client.__name__}-{codec}"
        create(shared_node.bootstrap, topic)
        sent = values(codec)
        connected.produce(topic, sent, codec)
        assert connected.consume(topic, COUNT, f"group-{topic}") == sent, codec


@pytest.mark.parametrize("writer", CLIENTS)
def test_what_one_client_compressed_another_reads(shared_node, writer):
    for codec in CODECS[1:]:
        topic = f"cross-{writer.__name__}-{codec}"
        create(shared_node.bootstrap, topic)
        sent = values(codec, count=50)
        writer(shared_node).produce(topic, sent, codec)
        for reader in (Librdkafka, KafkaPython, Kcat):
            assert reader(shared_node).consume(topic, 50, f"{reader.__name__}-{topic}") == sent


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_restart_loses_and_doubles_nothing(node, client, end):
    connected = client(node)
    create(node.bootstrap, "orders", 3)
    first, second = values("first"), values("second")
    connected.produce("orders", first, "lz4")
    assert collections.Counter(connected.consume("orders", COUNT, "readers")) == collections.Counter(first)
    getattr(node, end)()
    node.start()
    connected.produce("orders", second)
    # The group goes on where it committed: the first half does not come again.
    assert collections.Counter(connected.consume("orders", COUNT, "readers")) == collections.Counter(second)
    everything = connected.consume("orders", 2 * COUNT, "others")
    assert collections.Counter(everything) == collections.Counter(first + second)


def test_two_members_share_the_partitions(shared_node):
    create(shared_node.bootstrap, "shared", 4)

    def member():
        made = confluent_kafka.Consumer({"bootstrap.servers": shared_node.bootstrap, "group.id": "pair",
                                         "auto.offset.reset": "earliest", "session.timeout.ms": 6000,
                                         "heartbeat.interval.ms": 500})
        made.subscribe(["shared"])
        return made

    def poll_until(members, wanted):
        for _ in range(600):
            for one in members:
                one.poll(0.05)
            owned = [sorted(p.partition for p in one.assignment()) for one in members]
            if wanted(owned):
                return owned
        raise AssertionError(f"the group did not settle: {owned}")

    first = member()
    poll_until([first], lambda owned: owned == [[0, 1, 2, 3]])
    second = member()
    owned = poll_until([first, second], lambda now: sorted(map(len, now)) == [2, 2])
    assert sorted(owned[0] + owned[1]) == [0, 1, 2, 3]
    second.close()
    poll_until([first], lambda now: now == [[0, 1, 2, 3]])
    first.close()


def test_a_client_that_stays_survives_a_restart_of_the_broker(node):
    create(node.bootstrap, "stays")
    delivered = []
    producer = confluent_kafka.Producer({"bootstrap.servers": node.bootstrap, "enable.idempotence": True,
                                         "linger.ms": 0, "reconnect.backoff.ms": 10,
                                         "reconnect.backoff.max.ms": 50, "retry.backoff.ms": 10})

    def send(label):
        for item in values(label, count=200):
            producer.produce("stays", item.encode(),
                             on_delivery=lambda error, m: delivered.append((error, m.value())))
            producer.poll(0)

    send("before")
    node.kill()
    send("during")
    node.start()
    send("after")
    assert producer.flush(60) == 0
    assert [error for error, _ in delivered if error] == []
    expected = values("before", count=200) + values("during", count=200) + values("after", count=200)
    assert Librdkafka(node).consume("stays", 600, "check") == expected
