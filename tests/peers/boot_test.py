"""One data directory, two implementations: Apache Kafka boots from what we wrote, we boot from what
it wrote, and each finds every record, topic, configuration and committed offset of the other.

The directory changes hands several times, after clean stops and after kill -9, with static voters
and with a quorum formatted by --standalone."""

import re
import shutil
import time

import pytest

from kit import nodes

STANDALONE = ["--standalone"]
QUORUMS = {"static": [], "standalone": STANDALONE}
TOPICS = {"plain": 2, "spread": 3, "compact": 1, "idempotent": 2}
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
# After kill -9 Apache Kafka waits until the session of its own old registration is over.
SESSION = {"broker.session.timeout.ms": "2000", "broker.heartbeat.interval.ms": "500"}


def kcat(node, *arguments, stdin=None):
    done = nodes.run(["kcat", "-q", "-b", node.bootstrap, "-X", "fetch.wait.max.ms=10", *arguments],
                     stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Relay:
    """One directory that passes from node to node."""

    def __init__(self, folder, options, java_tools):
        self.folder, self.options, self.ports = folder, options, nodes.free_ports(2)
        self.java_tools = java_tools
        self.topics = dict(TOPICS)  # and how many partitions
        self.node = None

    def take(self, kind, **more):
        properties = SESSION | more
        self.node = kind(self.folder, properties, ports=self.ports, format_options=self.options)
        self.node.start()

    def leave(self, how):
        """Ends the node; Apache Kafka's dump tool reads its whole metadata log without a complaint."""
        assert (self.node.stop() if how == "clean" else self.node.kill()) is not None
        folder = self.node.data / "__cluster_metadata-0"
        files = sorted(str(f) for f in folder.iterdir()
                       if re.fullmatch(r"\d{20}\.log|\d{20}-\d{10}\.checkpoint", f.name))
        dumped = self.java_tools.check("kafka-dump-log", "--cluster-metadata-decoder",
                                       "--skip-record-metadata", "--files", ",".join(files))
        for complaint in ("isvalid: false", "Found", "Could not", "Error"):
            assert complaint not in dumped, dumped

    def tool(self, name, *arguments):
        """Apache Kafka's own tool against either node: what it prints is compared."""
        return self.java_tools.check(name, "--bootstrap-server", self.node.bootstrap, *arguments)

    def await_description(self, topic, text):
        """A broker learns a moment later what the controller decided."""
        for _ in range(200):
            ended = self.java_tools.run("kafka-topics", "--bootstrap-server", self.node.bootstrap,
                                        "--describe", "--topic", topic)
            if text in ended.out:
                return
        raise AssertionError(f"{topic}: no {text} in\n{ended.out}{ended.err}")

    def create(self, topic, partitions=1, *options):
        self.tool("kafka-topics", "--create", "--topic", topic, "--partitions", partitions, *options)
        self.topics[topic] = partitions
        self.await_description(topic, f"PartitionCount: {partitions}\t")

    def create_everything(self):
        for topic, partitions in TOPICS.items():
            if topic != "plain":
                options = ["--config", "cleanup.policy=compact"] if topic == "compact" else []
                self.create(topic, partitions, *options)
        self.create("gone")
        self.tool("kafka-topics", "--delete", "--topic", "gone")
        del self.topics["gone"]
        self.await_description("gone", "does not exist")
        self.create("plain", 1)
        self.tool("kafka-topics", "--alter", "--topic", "plain", "--partitions", "2")
        self.topics["plain"] = 2
        self.await_description("plain", "PartitionCount: 2\t")
        self.tool("kafka-configs", "--alter", "--topic", "plain", "--add-config",
                  "retention.ms=86400000000,min.insync.replicas=1")
        self.await_description("plain", "retention.ms=86400000000")
        self.tool("kafka-configs", "--alter", "--entity-type", "brokers", "--entity-default",
                  "--add-config", "log.cleaner.threads=2")

    def produce(self, label):
        """Some of everything: keys, every codec, an idempotent producer, null values."""
        for codec in CODECS:
            lines = "".join(f"{label}-{codec}-{i}\n" for i in range(50))
            kcat(self.node, "-P", "-t", "plain", "-z", codec, stdin=lines)
        keyed = "".join(f"k{i % 7}:{label}-{i}\n" for i in range(100))
        kcat(self.node, "-P", "-t", "spread", "-K", ":", stdin=keyed)
        kcat(self.node, "-P", "-t", "compact", "-K", ":", "-Z", stdin=f"a:{label}\nb:{label}\nc:\n")
        kcat(self.node, "-P", "-t", "idempotent", "-X", "enable.idempotence=true",
             stdin="".join(f"{label}-{i}\n" for i in range(100)))

    def commit_offsets(self):
        """A consumer group reads a topic to its end and commits."""
        kcat(self.node, "-G", "readers", "-X", "auto.offset.reset=earliest", "-e", "spread")

    def descriptions(self):
        described = self.tool("kafka-topics", "--describe")
        return sorted(line.strip() for line in described.splitlines() if line.strip())

    def everything(self):
        """What a client can see of a node."""
        seen = {"topics": self.descriptions(), "records": {}}
        for topic in self.topics:
            read = kcat(self.node, "-C", "-t", topic, "-o", "beginning", "-e", "-Z", "-f",
                        "%p %o %T %k=%s\n").splitlines()
            seen["records"][topic] = sorted(read, key=lambda line: [*map(int, line.split()[:2])])
        configs = self.tool("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-default")
        seen["broker defaults"] = sorted(re.findall(r"^  (\S+=\S*)", configs, re.M))
        quorum = self.tool("kafka-metadata-quorum", "describe", "--status")
        seen["quorum"] = [line for line in quorum.splitlines()
                          if line.startswith(("ClusterId", "CurrentVoters"))]
        groups = self.tool("kafka-consumer-groups", "--describe", "--group", "readers")
        seen["offsets"] = sorted(re.findall(r"^readers +(\S+) +(\d+) +(\d+) +(\d+) +(\d+)", groups, re.M))
        return seen

    def newest_snapshot(self):
        names = [f.name for f in (self.node.data / "__cluster_metadata-0").iterdir()]
        found = [re.fullmatch(r"(\d{20})-\d{10}\.checkpoint", name) for name in names]
        return max([int(match[1]) for match in found if match], default=0)

    def await_snapshot(self, after):
        """The node writes it in the background."""
        for _ in range(600):
            if self.newest_snapshot() > after:
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.node.name} wrote no snapshot")


@pytest.fixture(params=QUORUMS)
def relay(request, tmp_path, java_tools):
    if not shutil.which("kcat"):
        pytest.skip("kcat is not here")
    relay = Relay(tmp_path / "node", QUORUMS[request.param], java_tools)
    yield relay
    if relay.node is not None:
        relay.node.kill()


@pytest.mark.parametrize("first", [nodes.Kraftlab, nodes.ApacheKafka], ids=["ours-first", "kafka-first"])
def test_a_directory_changes_hands(relay, first):
    """From each to the other, after a clean stop and after kill -9."""
    second = nodes.ApacheKafka if first is nodes.Kraftlab else nodes.Kraftlab
    relay.take(first)
    relay.create_everything()
    relay.produce("one")
    relay.commit_offsets()
    expected = relay.everything()
    assert len(expected["records"]["idempotent"]) == 100
    assert len(expected["offsets"]) == 3
    handovers = [("clean", second), ("kill", first), ("kill", second), ("clean", first)]
    for round, (how, kind) in enumerate(handovers):
        relay.leave(how)
        relay.take(kind)
        assert relay.everything() == expected, f"{kind.name} in round {round}, after {how}"
        relay.create(f"more-{round}")
        kcat(relay.node, "-P", "-t", f"more-{round}", stdin="hello\n")
        relay.produce(f"round{round}")
        relay.commit_offsets()
        expected = relay.everything()
    relay.leave("clean")


def test_snapshots_change_hands(relay):
    """The log is read from a snapshot on, whoever wrote it."""
    small = {"metadata.log.max.record.bytes.between.snapshots": "1000"}
    relay.take(nodes.Kraftlab, **small)
    relay.create_everything()
    expected = relay.descriptions()
    relay.await_snapshot(0)
    relay.leave("clean")
    for kind in (nodes.ApacheKafka, nodes.Kraftlab, nodes.ApacheKafka):
        before = relay.newest_snapshot()
        relay.take(kind, **small)
        assert relay.descriptions() == expected, kind.name
        for i in range(6):
            relay.create(f"{kind.name}-{before}-{i}", 4)
        expected = relay.descriptions()
        relay.await_snapshot(before)
        relay.leave("clean")


def test_transactions_that_apache_kafka_left(relay):
    """Committed transactional records are served from Apache Kafka's directory, and kept."""
    relay.take(nodes.ApacheKafka)
    relay.create("txn")
    relay.tool("kafka-producer-perf-test", "--topic", "txn", "--num-records", "500", "--record-size", "20",
               "--throughput", "-1", "--transactional-id", "t1", "--transaction-duration-ms", "50")
    read = ["-C", "-t", "txn", "-o", "beginning", "-e", "-f", "%o %s\n"]
    expected = kcat(relay.node, *read)
    assert len(expected.splitlines()) == 500
    relay.leave("clean")
    relay.take(nodes.Kraftlab)
    assert kcat(relay.node, *read) == expected
    relay.leave("kill")
    relay.take(nodes.ApacheKafka)
    assert kcat(relay.node, *read) == expected


def test_apache_kafka_formats_what_we_format(tmp_path, java_tools):
    """The same command, the same files; ids and times apart."""
    for number, options in enumerate([[], STANDALONE, ["--release-version", "3.9"],
                                      [*STANDALONE, "--release-version", "4.0"], ["--feature", "group.version=0"]]):
        files = {}
        for kind in (nodes.Kraftlab, nodes.ApacheKafka):
            node = kind(tmp_path / f"{kind.name}{number}", ports=[29092, 29093], format_options=options)
            node.write_properties()
            if kind is nodes.Kraftlab:
                node.format()
            else:
                java_tools.check("kafka-storage", "format", "-t", nodes.CLUSTER_ID, "-c", node.file, *options)
            files[kind] = {str(f.relative_to(node.data)): f for f in node.data.rglob("*") if f.is_file()}
        ours, theirs = files[nodes.Kraftlab], files[nodes.ApacheKafka]
        assert sorted(ours) == sorted(theirs), options
        for name in ours:
            if name.endswith(".checkpoint"):
                assert dump(java_tools, ours[name]) == dump(java_tools, theirs[name]), (options, name)
                assert ours[name].stat().st_size == theirs[name].stat().st_size, (options, name)
                assert ours[name].stat().st_mode == theirs[name].stat().st_mode, (options, name)


def dump(java_tools, file):
    """The records of a checkpoint, without times and ids."""
    dumped = java_tools.check("kafka-dump-log", "--cluster-metadata-decoder", "--files", file)
    text = re.sub(r"CreateTime: \d+|crc: \d+|[\w/.-]+/bootstrap.checkpoint", "", dumped)
    text = re.sub(r'"voterDirectoryId":"[^"]+"|"lastContainedLogTimestamp":\d+', "", text)
    return re.sub(r"Dumping \S+", "", text)
