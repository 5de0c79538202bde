"""A broker with two log directories tells the controller in which of them its replicas are (KIP-858): as the
controller's own metadata log says afterwards. Apache Kafka's controller leaves the choice to such a broker."""

import json
import os
import pathlib
import re

import pytest

from kit import nodes
from kit.clusters import Cluster, broker, controller, wait_until
from kit.nodes import ApacheKafka, Kraftlab
from kit.traffic import create_topic

PARTITIONS = 4


def directory_ids(broker):
    """{path: id}, from what stands in the directories."""
    return {path: re.search(r"directory\.id=(\S+)", (pathlib.Path(path) / "meta.properties").read_text())[1]
            for path in broker.properties["log.dirs"].split(",")}


def assigned(controller_node, partitions):
    """{partition: directory id}, by the last record of each in the metadata log."""
    log = sorted((controller_node.data / "__cluster_metadata-0").glob("*.log"))[0]
    found = {}
    for line in nodes.tool("kafka-dump-log.sh", "--cluster-metadata-decoder", "--files", log).stdout.splitlines():
        if '"PARTITION_RECORD"' in line or '"PARTITION_CHANGE_RECORD"' in line:
            data = json.loads(line[line.index("payload: ") + len("payload: "):])["data"]
            if data.get("directories"):
                found[data["partitionId"]] = data["directories"][0]
    return found if len(found) == partitions else None


PAIRS = {"our broker, real controller": (Kraftlab, ApacheKafka)}
if os.environ.get("KRAFTLAB_LONG"):
    PAIRS |= {"real broker, our controller": (ApacheKafka, Kraftlab), "ours": (Kraftlab, Kraftlab),
              "both real": (ApacheKafka, ApacheKafka)}


@pytest.mark.parametrize("brokers, controllers", PAIRS.values(), ids=PAIRS)
def test_the_metadata_says_where_replicas_are(kafka_libs, tmp_path, brokers, controllers):
    cluster = Cluster(tmp_path, {1: controller(controllers), 2: broker(brokers)})
    cluster[2].properties["log.dirs"] = f"{cluster[2].data},{tmp_path / 'more'}"
    with cluster:
        create_topic(cluster.bootstrap, "many", partitions=PARTITIONS)
        ids = directory_ids(cluster[2])

        def agrees():
            where = assigned(cluster[1], PARTITIONS)
            return where and where == {
                number: directory for number in range(PARTITIONS) for path, directory in ids.items()
                if (pathlib.Path(path) / f"many-{number}").is_dir()} and where

        where = wait_until(agrees, "the metadata knows all directories")
        assert set(where.values()) == set(ids.values()), "both are used"
