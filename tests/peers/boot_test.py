"""One data directory, two implementations: Apache Kafka boots from what we wrote, we boot from what
it wrote, and each finds every record, topic, configuration and committed offset of the other.

The directory changes hands several times, after clean stops and after kill -9, with static voters
and with a quorum formatted by --standalone."""

import re
import shutil

import pytest

from kit import nodes

STANDALONE = ["--standalone"]
QUORUMS = {"static": [], "standalone": STANDALONE}
TOPICS = {"plain": 1, "spread": 3, "compact": 1, "idempotent": 2}
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def kcat(node, *arguments, stdin=None):
    done = nodes.run(["kcat", "-q", "-b", node.bootstrap, *arguments], stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def apache(node, main, *arguments):
    """Apache Kafka's own tool against either node: what it prints is compared."""
    done = nodes.run(nodes.java(main, "--bootstrap-server", node.bootstrap, *arguments))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def topics_tool(node, *arguments):
    return apache(node, "org.apache.kafka.tools.TopicCommand", *arguments)


def create_everything(node):
    for topic, partitions in TOPICS.items():
        options = ["--config", "cleanup.policy=compact"] if topic == "compact" else []
        topics_tool(node, "--create", "--topic", topic, "--partitions", str(partitions), *options)
    topics_tool(node, "--create", "--topic", "gone")
    topics_tool(node, "--delete", "--topic", "gone")
    topics_tool(node, "--alter", "--topic", "plain", "--partitions", "2")
    TOPICS_NOW["plain"] = 2
    apache(node, "kafka.admin.ConfigCommand", "--alter", "--topic", "plain", "--add-config",
           "retention.ms=86400000000,min.insync.replicas=1")
    apache(node, "kafka.admin.ConfigCommand", "--alter", "--entity-type", "brokers", "--entity-default",
           "--add-config", "log.cleaner.threads=2")


TOPICS_NOW = dict(TOPICS)


def produce(node, label):
    """Some of everything: keys, every codec, an idempotent producer, null values."""
    for codec in CODECS:
        lines = "".join(f"{label}-{codec}-{i}\n" for i in range(50))
        kcat(node, "-P", "-t", "plain", "-z", codec, stdin=lines)
    keyed = "".join(f"k{i % 7}:{label}-{i}\n" for i in range(100))
    kcat(node, "-P", "-t", "spread", "-K", ":", stdin=keyed)
    kcat(node, "-P", "-t", "compact", "-K", ":", "-Z", stdin=f"a:{label}\nb:{label}\nc:\n")
    kcat(node, "-P", "-t", "idempotent", "-X", "enable.idempotence=true",
         stdin="".join(f"{label}-{i}\n" for i in range(100)))


def commit_offsets(node):
    """A consumer group reads a topic to its end and commits."""
    kcat(node, "-G", "readers", "-X", "auto.offset.reset=earliest", "-e", "spread")


def everything(node):
    """What a client can see of a node."""
    records = {}
    for topic, partitions in TOPICS_NOW.items():
        for partition in range(partitions):
            records[f"{topic}-{partition}"] = kcat(
                node, "-C", "-t", topic, "-p", str(partition), "-o", "beginning", "-e", "-Z", "-f",
                "%o %T %k=%s\n").splitlines()
    described = topics_tool(node, "--describe")
    seen = {"topics": sorted(line.strip() for line in described.splitlines() if line.strip()), "records": records}
    configs = apache(node, "kafka.admin.ConfigCommand", "--describe", "--entity-type", "brokers", "--entity-default")
    seen["broker defaults"] = sorted(re.findall(r"^  (\S+=\S*)", configs, re.M))
    quorum = apache(node, "org.apache.kafka.tools.MetadataQuorumCommand", "describe", "--status")
    seen["quorum"] = [line for line in quorum.splitlines() if line.startswith(("ClusterId", "CurrentVoters"))]
    groups = apache(node, "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "--describe",
                    "--group", "readers")
    seen["offsets"] = sorted(re.findall(r"^readers +(\S+) +(\d+) +(\d+) +(\d+) +(\d+)", groups, re.M))
    return seen


def check_log(node):
    """Apache Kafka's dump tool reads the whole metadata log without a complaint."""
    folder = node.data / "__cluster_metadata-0"
    files = sorted(str(f) for f in folder.iterdir() if re.fullmatch(r"\d{20}\.log|\d{20}-\d{10}\.checkpoint", f.name))
    done = nodes.run(nodes.java("org.apache.kafka.tools.DumpLogSegments", "--cluster-metadata-decoder",
                                "--skip-record-metadata", "--files", ",".join(files)))
    assert done.returncode == 0, done.stderr
    for complaint in ("isvalid: false", "Found", "Could not", "Error"):
        assert complaint not in done.stdout, done.stdout


class Relay:
    """One directory that passes from node to node."""

    def __init__(self, folder, options):
        self.folder, self.options, self.ports = folder, options, nodes.free_ports(2)
        self.node = None

    def take(self, kind, **more):
        self.node = kind(self.folder, ports=self.ports, format_options=self.options, **more)
        self.node.start()
        return self.node

    def leave(self, how):
        assert (self.node.stop() if how == "clean" else self.node.kill()) is not None
        check_log(self.node)


@pytest.fixture(params=QUORUMS)
def relay(request, tmp_path, kafka_libs):
    if not shutil.which("kcat"):
        pytest.skip("kcat is not here")
    TOPICS_NOW.clear()
    TOPICS_NOW.update(TOPICS)
    relay = Relay(tmp_path / "node", QUORUMS[request.param])
    yield relay
    if relay.node is not None:
        relay.node.kill()


@pytest.mark.parametrize("how", ["clean", "kill"])
@pytest.mark.parametrize("first", [nodes.Kraftlab, nodes.ApacheKafka], ids=["ours-first", "kafka-first"])
@pytest.mark.timeout(600)
def test_a_directory_changes_hands(relay, first, how):
    second = nodes.ApacheKafka if first is nodes.Kraftlab else nodes.Kraftlab
    relay.take(first)
    create_everything(relay.node)
    produce(relay.node, "one")
    commit_offsets(relay.node)
    expected = everything(relay.node)
    assert len(expected["records"]["idempotent-0"]) + len(expected["records"]["idempotent-1"]) == 100
    assert len(expected["offsets"]) == 3
    for round, kind in enumerate([second, first, second]):
        relay.leave(how)
        relay.take(kind)
        assert everything(relay.node) == expected, f"{kind.name} in round {round}"
        topics_tool(relay.node, "--create", "--topic", f"more-{round}")
        TOPICS_NOW[f"more-{round}"] = 1
        kcat(relay.node, "-P", "-t", f"more-{round}", stdin="hello\n")
        produce(relay.node, f"round{round}")
        commit_offsets(relay.node)
        expected = everything(relay.node)
    relay.leave("clean")


@pytest.mark.timeout(300)
def test_snapshots_change_hands(relay):
    """The log is read from a snapshot on, whoever wrote it."""
    small = {"metadata.log.max.record.bytes.between.snapshots": "3000"}
    relay.take(nodes.Kraftlab, properties=small)
    create_everything(relay.node)
    expected = everything_but_records(relay.node)
    relay.leave("clean")
    for kind in (nodes.ApacheKafka, nodes.Kraftlab, nodes.ApacheKafka):
        assert newest_snapshot(relay.node) > 0
        before = newest_snapshot(relay.node)
        relay.take(kind, properties=small)
        assert everything_but_records(relay.node) == expected, kind.name
        for i in range(6):
            name = f"{kind.name}-{before}-{i}"
            topics_tool(relay.node, "--create", "--topic", name, "--partitions", "4")
        expected = everything_but_records(relay.node)
        relay.leave("clean")
        assert newest_snapshot(relay.node) > before, f"{kind.name} wrote no snapshot"


def everything_but_records(node):
    return sorted(line.strip() for line in topics_tool(node, "--describe").splitlines() if line.strip())


def newest_snapshot(node):
    names = [f.name for f in (node.data / "__cluster_metadata-0").iterdir()]
    return max([int(m[1]) for m in (re.fullmatch(r"(\d{20})-\d{10}\.checkpoint", n) for n in names) if m], default=0)


@pytest.mark.timeout(300)
def test_transactions_that_apache_kafka_left(relay):
    """Committed transactional records are served from Apache Kafka's directory, and kept."""
    relay.take(nodes.ApacheKafka)
    topics_tool(relay.node, "--create", "--topic", "txn")
    done = nodes.run(nodes.java("org.apache.kafka.tools.ProducerPerformance", "--topic", "txn", "--num-records", "500",
                                "--record-size", "20", "--throughput", "-1", "--transactional-id", "t1",
                                "--transaction-duration-ms", "50", "--bootstrap-server", relay.node.bootstrap))
    assert done.returncode == 0, done.stderr
    read = ["-C", "-t", "txn", "-o", "beginning", "-e", "-f", "%o %s\n"]
    expected = kcat(relay.node, *read)
    assert len(expected.splitlines()) == 500
    relay.leave("clean")
    relay.take(nodes.Kraftlab)
    assert kcat(relay.node, *read) == expected
    relay.leave("kill")
    relay.take(nodes.ApacheKafka)
    assert kcat(relay.node, *read) == expected


def test_apache_kafka_formats_what_we_format(tmp_path, kafka_libs):
    """The same command, the same files; ids and times apart."""
    for options in ([], STANDALONE, ["--release-version", "3.9"], ["--standalone", "--release-version", "4.0"],
                    ["--feature", "group.version=0"]):
        files = {}
        for kind in (nodes.Kraftlab, nodes.ApacheKafka):
            node = kind(tmp_path / f"{kind.name}{len(list(tmp_path.iterdir()))}", ports=[29092, 29093],
                        format_options=options)
            node.write_properties()
            node.format()
            files[kind] = {str(f.relative_to(node.data)): f for f in node.data.rglob("*") if f.is_file()}
        ours, theirs = files[nodes.Kraftlab], files[nodes.ApacheKafka]
        assert sorted(ours) == sorted(theirs), options
        for name in ours:
            if name.endswith(".checkpoint"):
                assert dump(ours[name]) == dump(theirs[name]), (options, name)
                assert ours[name].stat().st_size == theirs[name].stat().st_size, (options, name)
                assert ours[name].stat().st_mode == theirs[name].stat().st_mode, (options, name)


def dump(file):
    """The records of a checkpoint, without times and ids."""
    done = nodes.run(nodes.java("org.apache.kafka.tools.DumpLogSegments", "--cluster-metadata-decoder", "--files", file))
    assert done.returncode == 0, done.stderr
    text = re.sub(r"CreateTime: \d+|crc: \d+|[\w/.-]+/bootstrap.checkpoint", "", done.stdout)
    text = re.sub(r'"voterDirectoryId":"[^"]+"|"lastContainedLogTimestamp":\d+', "", text)
    return re.sub(r"Dumping \S+", "", text)
