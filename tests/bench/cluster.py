"""Three nodes, each broker and controller, as one server of the bench; and how long a producer waits when
one of them dies.

The nodes and the failovers are those of the tests (tests/kit); Apache Kafka gets the JVM options of its
own start script here. Failovers need Python's confluent-kafka: without it they are left out, aloud.
"""
import os
import shutil
import sys
from pathlib import Path
from statistics import median

from servers import ApacheKafka

sys.path.append(str(Path(__file__).resolve().parents[1]))
from kit import clusters, nodes  # noqa: E402

NODES = (0, 1, 2)
STARTS = 3


class KafkaNode(nodes.ApacheKafka):
    def start_command(self):
        quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"  # its first lines say that it is ready
        options = [option for option in ApacheKafka.JVM if option != quiet]
        return ["java", *options, "-Dorg.slf4j.simpleLogger.logFile=System.out", "-cp", f"{nodes.libs()}/*",
                "kafka.Kafka", self.file]


KINDS = {"ours": nodes.Kraftlab, "kafka": KafkaNode}


class Trio:
    """What Bench.load asks of a server. `port` is where its requests go."""

    def __init__(self, folder, kind):
        self.folder = Path(folder)
        self.name = KINDS[kind].name
        self.cluster = clusters.Cluster(
            self.folder, {i: clusters.combined(KINDS[kind]) for i in NODES},
            properties={"min.insync.replicas": "2", "auto.leader.rebalance.enable": "false"})
        self.port = self.cluster[0].port

    def start(self):
        """Returns the seconds it took. A node of Apache Kafka 4.3.0 may end itself when the quorum's first
        leader is known to it by a fetch before it is by the election; it is then started again."""
        for left in reversed(range(STARTS)):
            try:
                return self.cluster.start()
            except AssertionError as ended:
                print(f"{self.name}: {str(ended).strip().splitlines()[-1][:200]}; {left} more tries", flush=True)
        raise RuntimeError(f"{self.name}: three nodes do not start")

    @property
    def pid(self):
        return ",".join(str(node.process.pid) for node in self.cluster.nodes.values())

    def remove(self):
        self.cluster.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def last_words(self):
        return "".join(node.log_text()[-700:] for node in self.cluster.nodes.values() if node.log.exists())


def load_measures(bench, kind):
    """Produce with acks=all to a partition of three replicas: what it costs all nodes together."""
    server = bench.server = Trio(bench.new_folder(kind), kind)
    found = {"cluster.start_s": server.start()}
    bench.load("create", topic="bench", topics=1, partitions=1)
    server.port = bench.load("leader", topic="bench-0")["port"]

    def produce(records, size, in_flight, requests):
        return bench.repeat(requests, "produce", pid=server.pid, topic="bench-0", records=records, size=size,
                            in_flight=in_flight)

    os.sync()  # what was written before is not written back while this is measured
    bench.load("produce", pid=server.pid, topic="bench-0", records=10, size=100, in_flight=5,
               amount=bench.sizes["warm_requests"], warmup=0)
    big = produce(100, 1000, 5, int(bench.sizes["cluster_produce"] / bench.BATCH_BYTES))
    found["cluster.cpu_s_per_gb"] = median(one["cpu_s"] / one["bytes"] * 1e9 for one in big)
    found["cluster.mb_s"] = median(one["bytes"] / 1e6 / one["seconds"] for one in big)
    single = produce(1, 100, 1, bench.sizes["single"])
    for name in ("p50_us", "p99_us"):
        found[f"cluster.{name}"] = median(one[name] for one in single)
    found["cluster.resident_mb"] = bench.resident_mb()
    server.remove()
    return found


def partition_measures(bench, kind):
    partitions = bench.sizes["cluster_partitions"]
    if not partitions:
        return {}
    bench.server = Trio(bench.new_folder(kind), kind)
    bench.server.start()
    created = bench.load("create", topic="many", topics=partitions // 2000, partitions=2000)
    found = {"cluster.create_s": created["seconds"], "cluster.partitions_mb": bench.resident_mb()}
    bench.server.remove()
    return found


def failover_measures(bench, kind):
    try:
        from kit import failovers
    except ImportError as missing:
        print(f"SKIPPED: failover: {missing} (tests/client/requirements.txt)", flush=True)
        return {}
    server = bench.server = Trio(bench.new_folder(kind), kind)
    server.start()
    failovers.create_topic_for(server.cluster)
    gaps = failovers.end_leaders(server.cluster, "kill", bench.sizes["failovers"])
    told = ", ".join(f"{gap:.3f}{'+' * active}" for gap, active in gaps)
    print(f"{server.name}: {told} s without an acknowledgement (+: the active controller too)", flush=True)
    server.remove()
    found = {"failover.max_s": max(gap for gap, _ in gaps)}
    for name, wanted in (("leader", False), ("controller", True)):
        some = [gap for gap, active in gaps if active == wanted]
        if some:
            found[f"failover.{name}_s"] = median(some)
    return found


def measures(bench, kind):
    return {**load_measures(bench, kind), **partition_measures(bench, kind), **failover_measures(bench, kind)}
