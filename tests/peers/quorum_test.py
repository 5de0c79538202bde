"""Controllers and brokers, ours and Apache Kafka's, in one cluster: registration, forwarding, elections.

Traffic runs through every change: what was acknowledged is read back afterwards, once and in order.
"""

import pytest

from kit.clusters import Cluster, broker, combined, controller, wait_until
from kit.nodes import ApacheKafka, Kraftlab, java, run, tool
from kit.traffic import Traffic, create_topic, metadata


def partition_of(cluster, topic, partition=0):
    return metadata(cluster.bootstrap).topics[topic].partitions[partition]


def start_again(cluster, node_id):
    """Back, and a voter again that has caught up with the leader."""
    cluster[node_id].start()
    if node_id in cluster.voters:
        wait_until(lambda: (q := cluster.quorum()).voters.get(node_id, -1) >= q.high_watermark,
                   f"controller {node_id} catches up")


def test_one_controller_and_two_brokers_of_ours(tmp_path):
    parts = {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(Kraftlab)}
    with Cluster(tmp_path, parts) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=2)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            leader = partition_of(cluster, "numbers").leader
            cluster[leader].kill()
            traffic.more(200)
            start_again(cluster, leader)
            wait_until(lambda: len(partition_of(cluster, "numbers").isrs) == 2, "both in sync", 5)
            other = partition_of(cluster, "numbers").leader
            cluster[other].kill()
            traffic.more(200)
        # Its only other broker was dead a moment ago: librdkafka begins anew from its bootstrap
        # servers and looks for leaders once a second; the brokers had elected after 10 ms.
        assert traffic.longest_gap < 2.5
        traffic.check()


def test_three_nodes_of_ours_lose_the_active_controller(tmp_path):
    with Cluster(tmp_path, {i: combined(Kraftlab) for i in (1, 2, 3)}) as cluster:
        create_topic(cluster.bootstrap, "numbers", partitions=3, replicas=3, min_insync_replicas="2")
        active = cluster.quorum().leader
        led = next(i for i in range(3) if partition_of(cluster, "numbers", i).leader == active)
        with Traffic(cluster.bootstrap, "numbers", led) as traffic:
            cluster[active].kill()
            traffic.more(300)
            assert cluster.quorum().leader != active
            start_again(cluster, active)
            wait_until(lambda: len(partition_of(cluster, "numbers", led).isrs) == 3, "all in sync", 10)
        assert traffic.longest_gap < 2
        traffic.check(group="readers")


def test_a_clean_stop_is_not_felt(tmp_path):
    with Cluster(tmp_path, {i: combined(Kraftlab) for i in (1, 2, 3)}, dynamic=True) as cluster:
        create_topic(cluster.bootstrap, "numbers", replicas=3)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            for _ in range(2):
                leader = partition_of(cluster, "numbers").leader
                assert cluster[leader].stop() == 0
                traffic.more(100)
                start_again(cluster, leader)
                wait_until(lambda: len(partition_of(cluster, "numbers").isrs) == 3, "all in sync", 10)
        assert traffic.longest_gap < 1
        traffic.check()


def test_a_real_broker_under_our_controllers(kafka_libs, tmp_path):
    parts = {1: controller(Kraftlab), 2: controller(Kraftlab), 3: controller(Kraftlab), 4: broker(ApacheKafka)}
    with Cluster(tmp_path, parts, dynamic=True) as cluster:
        create_topic(cluster.bootstrap, "numbers", partitions=2)
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            for move, how in enumerate(("kill", "stop", "kill")):
                leader = cluster.quorum().leader
                getattr(cluster[leader], how)()
                wait_until(lambda: cluster.quorum().leader != leader, "another controller leads", 10)
                create_topic(cluster.bootstrap, f"after-{move}")
                traffic.more(50)
                start_again(cluster, leader)
        traffic.check(group="readers")
        cluster[4].stop()
        assert "asked us to exit controlled shutdown" in cluster[4].log_text()


def test_our_broker_under_a_real_controller(kafka_libs, tmp_path):
    parts = {1: controller(ApacheKafka), 2: broker(Kraftlab)}
    with Cluster(tmp_path, parts) as cluster:
        create_topic(cluster.bootstrap, "numbers", partitions=2, segment_bytes="1048576")
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            assert cluster[2].stop() == 0
            cluster[2].start()
            traffic.more(50)
            cluster[1].kill()
            traffic.more(50)  # leaders need no controller to go on
            cluster[1].start()
            cluster[2].kill()
            cluster[2].start()
            traffic.more(50)
        create_topic(cluster.bootstrap, "after")
        traffic.check(group="readers")


def test_controllers_join_and_leave_by_apache_kafkas_tool(kafka_libs, tmp_path):
    def quorum_tool(*arguments):
        return run(java("org.apache.kafka.tools.MetadataQuorumCommand", *arguments), check=True).stdout

    with Cluster(tmp_path, {i: combined(Kraftlab) for i in (1, 2, 3)}, dynamic=True) as cluster:
        fourth = cluster.add_controller(Kraftlab, 4)
        wait_until(lambda: 4 in cluster.quorum().observers, "the fourth is an observer")
        quorum_tool("--command-config", fourth.file, "--bootstrap-server", cluster.bootstrap, "add-controller")
        assert set(cluster.quorum().voters) == {1, 2, 3, 4}
        cluster.voters.append(4)
        described = quorum_tool("--bootstrap-controller", fourth.bootstrap_controller, "describe", "--replication")
        leader, directory = next(line.split()[:2] for line in described.splitlines() if "Leader" in line)
        quorum_tool("--bootstrap-server", cluster.bootstrap, "remove-controller",
                    "--controller-id", leader, "--controller-directory-id", directory)
        wait_until(lambda: set(cluster.quorum().voters) == {1, 2, 3, 4} - {int(leader)}, "the leader has left")
        create_topic(cluster.bootstrap, "after", replicas=3)


def test_controllers_join_by_themselves(kafka_libs, tmp_path):
    for first, second in ((ApacheKafka, Kraftlab), (Kraftlab, ApacheKafka)):
        with Cluster(tmp_path / first.name, {1: combined(first)}, dynamic=True) as cluster:
            cluster.add_controller(second, 2, {"controller.quorum.auto.join.enable": "true"})
            wait_until(lambda: set(cluster.quorum().voters) == {1, 2}, f"{second.name} has joined {first.name}")
            create_topic(cluster.bootstrap, "after")  # which both had to write


def test_our_quorum_tool_says_what_apache_kafkas_says(java_tools, tmp_path):
    """A controller joins, leaves, joins and leaves: by turns with either tool, and each says the same."""
    def ours(*arguments):
        ended = tool("kafka-metadata-quorum.sh", *arguments)
        return ended.returncode, ended.stdout

    def theirs(*arguments):
        return java_tools.run("kafka-metadata-quorum", *arguments)[:2]

    with Cluster(tmp_path, {i: combined(Kraftlab) for i in (1, 2, 3)}, dynamic=True) as cluster:
        fourth = cluster.add_controller(Kraftlab, 4)
        meta = dict(line.split("=", 1) for line in (fourth.data / "meta.properties").read_text().split()
                    if "=" in line)
        server = ["--bootstrap-server", cluster.bootstrap]
        leaving = ["remove-controller", "-i", "4", "--controller-directory-id", meta["directory.id"]]
        joining = ["--command-config", fourth.file, "add-controller"]
        for command in (joining, leaving):
            said = {}
            for name, quorum_tool in (("theirs", theirs), ("ours", ours)):
                if command is joining:
                    wait_until(lambda: 4 in cluster.quorum().observers, "the fourth is an observer")
                said[name] = [quorum_tool(*server, *command, "--dry-run"), quorum_tool(*server, *command)]
                assert [code for code, _ in said[name]] == [0, 0], said
                wait_until(lambda: (4 in cluster.quorum().voters) == (command is joining), "the voters change")
                if name == "theirs":  # undone, for ours to do it again
                    undo = leaving if command is joining else joining
                    if undo is joining:
                        wait_until(lambda: 4 in cluster.quorum().observers, "the fourth is an observer")
                    assert theirs(*server, *undo)[0] == 0
            assert said["ours"] == said["theirs"]
        wrong = ["remove-controller", "-i", "9", "-d", meta["directory.id"]]
        assert ours(*server, *wrong) == theirs(*server, *wrong) == (1, "")


@pytest.mark.parametrize("dynamic", [True, False], ids=["dynamic voters", "static voters"])
def test_a_mixed_quorum_moves_its_leadership(kafka_libs, tmp_path, dynamic):
    parts = {1: controller(Kraftlab), 2: controller(Kraftlab), 3: controller(ApacheKafka), 4: broker(Kraftlab)}
    with Cluster(tmp_path, parts, dynamic=dynamic) as cluster:
        create_topic(cluster.bootstrap, "numbers")
        led = set()
        with Traffic(cluster.bootstrap, "numbers") as traffic:
            for move in range(5):
                leader = cluster.quorum().leader
                led.add(cluster[leader].name)
                cluster[leader].kill() if move % 2 else cluster[leader].stop()
                wait_until(lambda: cluster.quorum().leader != leader, "another controller leads", 15)
                create_topic(cluster.bootstrap, f"move-{move}")
                traffic.more(20)
                start_again(cluster, leader)
            if "kafka" not in led:  # it leads when it is the only one that can be elected
                make_it_lead(cluster, 3)
                create_topic(cluster.bootstrap, "led-by-kafka")
        traffic.check(group="readers")
        assert {f"move-{move}" for move in range(5)} <= set(metadata(cluster.bootstrap).topics)


def make_it_lead(cluster, wanted):
    """Kills whoever leads, until the one that is wanted was faster than the others."""
    for _ in range(10):
        leader = cluster.quorum().leader
        if leader == wanted:
            return
        cluster[leader].kill()
        wait_until(lambda: cluster.quorum().leader != leader, "another controller leads", 15)
        start_again(cluster, leader)
    raise AssertionError(f"controller {wanted} was never elected")
