"""Partitions that move between processes: kafka-reassign-partitions, with and without a throttle,
kafka-leader-election (Apache Kafka's own and ours) and kafka-replica-verification, against brokers of ours under
traffic."""

import json
import os
import pathlib
import subprocess
import time

import pytest
from confluent_kafka import Producer

from kit import nodes
from kit.clusters import Cluster, broker, controller, wait_until
from kit.nodes import Kraftlab, java
from kit.traffic import QUIET, Traffic, create_topic, metadata


@pytest.fixture
def cluster(tmp_path):
    parts = {1: controller(Kraftlab), **{i: broker(Kraftlab) for i in (2, 3, 4)}}
    with Cluster(tmp_path, parts) as started:
        yield started


class OurTools:
    @staticmethod
    def check(tool, *arguments, timeout=60):
        ended = nodes.tool(f"{tool}.sh", *arguments, timeout=timeout)
        assert ended.returncode == 0, f"{tool} {arguments}\n{ended.stdout}{ended.stderr}"
        return ended.stdout


@pytest.fixture(params=["java", "ours"])
def tools(request):
    return request.getfixturevalue("java_tools") if request.param == "java" else OurTools


def partition_of(cluster, topic):
    return metadata(cluster.bootstrap).topics[topic].partitions[0]


class Reassignment:
    """What kafka-reassign-partitions is told about partition 0 of a topic."""

    def __init__(self, tools, cluster, file, topic, replicas):
        self.tools, self.server, self.file = tools, ["--bootstrap-server", cluster.bootstrap], file
        file.write_text(json.dumps({"version": 1, "partitions": [
            {"topic": topic, "partition": 0, "replicas": replicas}]}))

    def tell(self, *arguments):
        return self.tools.check("kafka-reassign-partitions", *self.server, "--reassignment-json-file", self.file,
                                *arguments, timeout=60)

    def verified(self):
        return "is completed" in self.tell("--verify")


def test_a_partition_moves_under_traffic(tools, cluster, tmp_path):
    create_topic(cluster.bootstrap, "numbers", replicas=2, min_insync_replicas="1")
    before = partition_of(cluster, "numbers").replicas
    new = next(i for i in (2, 3, 4) if i not in before)
    moved = [new, before[1]]
    with Traffic(cluster.bootstrap, "numbers") as traffic:
        traffic.more(100)
        reassignment = Reassignment(tools, cluster, tmp_path / "move.json", "numbers", moved)
        assert "Successfully started partition reassignment for numbers-0" in reassignment.tell("--execute")
        wait_until(reassignment.verified, "the partition has moved")
        traffic.more(100)
        found = partition_of(cluster, "numbers")
        assert (found.replicas, sorted(found.isrs)) == (moved, sorted(moved))
        wait_until(lambda: not (pathlib.Path(cluster[before[0]].data) / "numbers-0").exists(), "the old copy is gone")
        elect_preferred(tools, cluster, tmp_path / "elect.json", new)
        traffic.more(100)
    traffic.check()
    if tools is not OurTools:
        verify_replicas(cluster, "numbers")


def elect_preferred(tools, cluster, file, preferred):
    """Away from the preferred leader, by its restart, and back by kafka-leader-election."""
    cluster[preferred].restart()
    wait_until(lambda: len(partition_of(cluster, "numbers").isrs) == 2, "in sync again")
    assert partition_of(cluster, "numbers").leader != preferred
    file.write_text(json.dumps({"partitions": [{"topic": "numbers", "partition": 0}]}))
    command = ["kafka-leader-election", "--bootstrap-server", cluster.bootstrap, "--election-type", "preferred",
               "--path-to-json-file", file]
    assert "Successfully completed leader election (PREFERRED) for partitions numbers-0" in tools.check(*command)
    wait_until(lambda: partition_of(cluster, "numbers").leader == preferred, "the preferred replica leads")
    assert "Valid replica already elected for partitions numbers-0" in tools.check(*command)


def verify_replicas(cluster, topic):
    """kafka-replica-verification reads all replicas until it is stopped; its reports name the largest lag."""
    command = java("org.apache.kafka.tools.ReplicaVerificationTool", "--broker-list", cluster.bootstrap,
                   "--topics-include", topic, "--report-interval-ms", "500")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as verification:
        try:
            reports = (line for line in verification.stdout if "max lag is" in line)
            assert any("max lag is 0 " in report for report in reports)
        finally:
            verification.kill()


def test_a_throttle_slows_a_move_down_and_is_taken_away(tools, cluster, tmp_path):
    if tools is OurTools and not os.environ.get("KRAFTLAB_LONG"):
        pytest.skip("ten seconds more, with KRAFTLAB_LONG=1")
    create_topic(cluster.bootstrap, "heavy")
    producer = Producer({"bootstrap.servers": cluster.bootstrap, **QUIET})
    for _ in range(40):
        producer.produce("heavy", bytes(100_000), partition=0)
    assert producer.flush(30) == 0
    leader = partition_of(cluster, "heavy").leader
    new = next(i for i in (2, 3, 4) if i != leader)
    reassignment = Reassignment(tools, cluster, tmp_path / "throttled.json", "heavy", [new])
    began = time.monotonic()
    told = reassignment.tell("--execute", "--throttle", 250_000)
    assert "The inter-broker throttle limit was set to 250000 B/s" in told
    wait_until(lambda: partition_of(cluster, "heavy").replicas == [new], "the partition has moved", 60)
    seconds = time.monotonic() - began
    # 4 MB at 0.25 MB/s; a quota looks at ten seconds together, so 2.5 MB of them are free, and the fetch
    # that goes beyond is whole.
    assert seconds > 5, f"4 MB took {seconds:.1f} s at 0.25 MB/s"
    verified = reassignment.tell("--verify")
    assert "Clearing broker-level throttles on brokers" in verified, verified
    assert "Clearing topic-level throttles on topic heavy" in verified, verified
    configs = tools.check("kafka-configs", "--bootstrap-server", cluster.bootstrap, "--describe",
                               "--entity-type", "topics", "--entity-name", "heavy")
    assert "throttled" not in configs, configs
