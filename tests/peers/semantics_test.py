"""Rules of replication where re-implementations of Kafka go wrong, asked over the wire, the same way of
Apache Kafka and of us. The other replicas are stand-ins (kit/stand_in.py), so that every state is reached
at once and for certain.

What cannot be arranged from outside (an AlterPartition that is on its way, a follower's own truncation)
stands in tests/unit/core/replica: IsrTest and TwoReplicas, and in the simulation.
"""

import itertools
import uuid

import pytest

pytest.importorskip("kafka.protocol.schemas", reason="needs kafka-python 3")

from kafka.protocol.admin import (CreateTopicsRequest, DescribeTopicPartitionsRequest,  # noqa: E402
                                  ElectLeadersRequest)
from kafka.protocol.consumer import FetchRequest, ListOffsetsRequest, OffsetForLeaderEpochRequest  # noqa: E402
from kafka.protocol.producer import InitProducerIdRequest, ProduceRequest  # noqa: E402
from kafka.record import MemoryRecordsBuilder  # noqa: E402

from kit import nodes  # noqa: E402
from kit.clusters import wait_until  # noqa: E402
from kit.stand_in import DUPLICATE_BROKER_REGISTRATION, StandIn  # noqa: E402
from kit.wire import Wire  # noqa: E402

PROPERTIES = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500",
              "auto.leader.rebalance.enable": "false", "broker.rack": "one",
              "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector"}
NONE, OFFSET_OUT_OF_RANGE = 0, 1
NOT_LEADER, REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_AFTER_APPEND = 6, 7, 19, 20
STALE_BROKER_EPOCH, FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, OFFSET_NOT_AVAILABLE = 77, 74, 75, 78
PREFERRED_LEADER_NOT_AVAILABLE, ELECTION_NOT_NEEDED = 80, 84
ids = itertools.count(2)  # each test has brokers of its own


@pytest.fixture(scope="module", params=["kraftlab", "kafka"])
def engine(request, tmp_path_factory):
    """One node for all tests of the file. Sessions are short, since Apache Kafka has them run out before a
    broker's next life may register; we look whether somebody listens, and do not wait."""
    if request.param == "kafka":
        request.getfixturevalue("kafka_libs")
    kind = nodes.ApacheKafka if request.param == "kafka" else nodes.Kraftlab
    with kind(tmp_path_factory.mktemp(request.param), PROPERTIES) as node:
        yield node
        node.kill()  # a stop would wait for replicas that nobody has


@pytest.fixture
def scene(engine):
    with Scene(engine) as made:
        yield made


class Topic:
    def __init__(self, name, topic_id):
        self.name, self.id = name, topic_id


class Scene:
    """The node (broker 1), stand-ins, and requests about partition 0 of a topic."""

    def __init__(self, node):
        self.node = node
        self.main = Wire(node)
        self.open = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.main.close()
        for each in reversed(self.open):
            each.close()

    def stand_in(self, joined=True, rack=None):
        made = StandIn(self.node, next(ids), rack)
        self.open.append(made)
        if joined:
            made.join()
        return made

    def topic(self, replicas, **config):
        create = CreateTopicsRequest.CreatableTopic
        name = f"t-{uuid.uuid4().hex[:8]}"
        answer = self.main.ask(CreateTopicsRequest(timeout_ms=30000, validate_only=False, topics=[create(
            name=name, num_partitions=-1, replication_factor=-1,
            assignments=[create.CreatableReplicaAssignment(
                partition_index=0, broker_ids=[r if r == 1 else r.id for r in replicas])],
            configs=[create.CreatableTopicConfig(name=k.replace("_", "."), value=v) for k, v in config.items()])]), 7)
        assert answer.topics[0].error_code == NONE, answer
        topic = Topic(name, answer.topics[0].topic_id)
        wait_until(lambda: self.partition(topic), "the topic is known")
        self.until(topic)
        return topic

    def partition(self, topic):
        answer = self.main.ask(DescribeTopicPartitionsRequest(
            topics=[DescribeTopicPartitionsRequest.TopicRequest(name=topic.name)], response_partition_limit=10,
            cursor=None), 0)
        return answer.topics[0].partitions[0] if answer.topics[0].partitions else None

    def until(self, topic, leader=None, isr=None):
        """Until the metadata says so, and the leader, where it is the node, acts on it."""
        def holds():
            now = self.partition(topic)
            if (leader is not None and now.leader_id != leader) or (isr is not None and sorted(now.isr_nodes) != isr):
                return None
            heard = now.leader_id != 1 or self.consume(topic, leader_epoch=now.leader_epoch).error_code == NONE
            return now if heard else None
        return wait_until(holds, f"leader {leader}, ISR {isr}")

    def joins(self, topic, stand_in, offset):
        """The stand-in fetches there until it is in the ISR: the leader may hear late that it is back."""
        isr = sorted([1, stand_in.id])
        wait_until(lambda: stand_in.fetch(topic, offset).error_code == NONE
                   and sorted(self.partition(topic).isr_nodes) == isr, f"ISR {isr}")
        return self.until(topic, isr=isr)

    @staticmethod
    def records(count, producer=(-1, -1), sequence=-1):
        builder = MemoryRecordsBuilder(2, 0, 1 << 20, producer_id=producer[0], producer_epoch=producer[1],
                                       base_sequence=sequence)
        for number in range(count):
            builder.append(timestamp=1000, key=None, value=b"%d" % number, headers=[])
        builder.close()
        return bytes(builder.buffer())

    def produce(self, topic, count, acks=1, wire=None, timeout_ms=30000, **idempotence):
        """Produce v9. With a wire, it is sent on it and not waited for."""
        data = ProduceRequest.TopicProduceData
        request = ProduceRequest(transactional_id=None, acks=acks, timeout_ms=timeout_ms, topic_data=[data(
            name=topic.name, partition_data=[data.PartitionProduceData(
                index=0, records=self.records(count, **idempotence))])])
        if wire is not None:
            wire.send(request, 9)
            return None
        return produced(self.main.ask(request, 9))

    def producer_id(self):
        """(producer id, epoch)."""
        def given():
            answer = self.main.ask(InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=60000), 4)
            return answer.error_code == NONE and (answer.producer_id, answer.producer_epoch)

        return wait_until(given, "a producer id")

    def wire(self):
        self.open.append(Wire(self.node))
        return self.open[-1]

    def consume(self, topic, offset=0, leader_epoch=-1, last_epoch=-1, rack="", version=12):
        part = FetchRequest.FetchTopic.FetchPartition(
            partition=0, current_leader_epoch=leader_epoch, fetch_offset=offset, last_fetched_epoch=last_epoch,
            log_start_offset=-1, partition_max_bytes=1 << 20)
        return self.main.ask(FetchRequest(
            replica_id=-1, cluster_id=None, max_wait_ms=0, min_bytes=0, max_bytes=1 << 20, isolation_level=0,
            session_id=0, session_epoch=-1, forgotten_topics_data=[], rack_id=rack,
            topics=[FetchRequest.FetchTopic(topic=topic.name, partitions=[part])]), version).responses[0].partitions[0]

    def latest(self, topic):
        """ListOffsets v7 of the end: (error code, offset)."""
        wanted = ListOffsetsRequest.ListOffsetsTopic
        answer = self.main.ask(ListOffsetsRequest(replica_id=-1, isolation_level=0, topics=[wanted(
            name=topic.name, partitions=[wanted.ListOffsetsPartition(
                partition_index=0, current_leader_epoch=-1, timestamp=-1)])]), 7).topics[0].partitions[0]
        return answer.error_code, answer.offset

    def end_of_epoch(self, topic, epoch):
        wanted = OffsetForLeaderEpochRequest.OffsetForLeaderTopic
        answer = self.main.ask(OffsetForLeaderEpochRequest(replica_id=-1, topics=[wanted(
            topic=topic.name, partitions=[wanted.OffsetForLeaderPartition(
                partition=0, current_leader_epoch=-1, leader_epoch=epoch)])]), 4).topics[0].partitions[0]
        return answer.error_code, answer.leader_epoch, answer.end_offset

    def elect(self, topic, kind):
        """ElectLeaders v2; 0: the preferred one, 1: an unclean one. The partition's error code."""
        answer = self.main.ask(ElectLeadersRequest(election_type=kind, timeout_ms=30000, topic_partitions=[
            ElectLeadersRequest.TopicPartitions(topic=topic.name, partitions=[0])]), 2)
        return answer.replica_election_results[0].partition_result[0].error_code


def produced(answer):
    """(error code, base offset)."""
    partition = answer.responses[0].partition_responses[0]
    return partition.error_code, partition.base_offset


def records_of(data):
    return data.records if data.records else b""


def test_consumers_never_read_past_the_high_watermark(scene):
    two = scene.stand_in()
    topic = scene.topic([1, two])
    assert scene.produce(topic, 3) == (NONE, 0)
    assert scene.produce(topic, 2) == (NONE, 3)
    seen = scene.consume(topic)
    assert (seen.error_code, seen.high_watermark, len(records_of(seen))) == (NONE, 0, 0)
    assert scene.latest(topic) == (NONE, 0)
    assert two.fetch(topic, 3).error_code == NONE
    assert scene.consume(topic).high_watermark == 3
    assert scene.latest(topic) == (NONE, 3)


def test_acks_all_needs_enough_in_sync_replicas_before_and_after(scene):
    two = scene.stand_in()
    topic = scene.topic([1, two], min_insync_replicas="2")
    waiting = scene.wire()
    scene.produce(topic, 1, acks=-1, wire=waiting, timeout_ms=2000)
    wait_until(lambda: len(records_of(two.fetch(topic, 0))) > 0, "it is appended")
    two.leave()
    # Since below min.insync.replicas the high watermark stands (KIP-966), Apache Kafka only asks whether the
    # ISR is large enough when it is too late. We say at once what the producer has to know.
    ours = scene.node.name == "kraftlab"
    assert produced(waiting.receive())[0] == (NOT_ENOUGH_AFTER_APPEND if ours else REQUEST_TIMED_OUT)
    scene.until(topic, isr=[1])
    assert scene.produce(topic, 1, acks=-1)[0] == NOT_ENOUGH_REPLICAS
    assert scene.produce(topic, 1, acks=1)[0] == NONE
    assert scene.consume(topic).high_watermark == 0, "below min.insync.replicas nothing is committed"


def test_a_duplicate_waits_for_the_high_watermark_like_the_first(scene):
    two = scene.stand_in()
    topic = scene.topic([1, two])
    batch = {"producer": scene.producer_id(), "sequence": 0}
    first, second = scene.wire(), scene.wire()
    scene.produce(topic, 2, acks=-1, wire=first, **batch)
    wait_until(lambda: len(records_of(two.fetch(topic, 0))) > 0, "it is appended")
    assert scene.produce(topic, 2, acks=-1, timeout_ms=100, **batch)[0] == REQUEST_TIMED_OUT
    scene.produce(topic, 2, acks=-1, wire=second, **batch)
    assert two.fetch(topic, 2).error_code == NONE
    assert produced(first.receive()) == (NONE, 0)
    assert produced(second.receive()) == (NONE, 0)
    assert scene.consume(topic).high_watermark == 2, "it was appended once"


def away_and_back(scene, topic, two):
    """Leadership goes to the stand-in, which is preferred, and back: two epochs later."""
    two.come_back()
    scene.joins(topic, two, 0)
    assert scene.elect(topic, 0) == NONE
    scene.until(topic, leader=two.id)
    two.leave()
    scene.until(topic, leader=1, isr=[1])


def test_histories_are_told_apart_by_leader_epochs(scene):
    two = scene.stand_in()
    topic = scene.topic([two, 1], min_insync_replicas="1")
    two.leave()
    first = scene.until(topic, leader=1, isr=[1]).leader_epoch
    assert scene.produce(topic, 4)[0] == NONE
    two.come_back()
    scene.joins(topic, two, 4)
    assert scene.elect(topic, 0) == NONE
    scene.until(topic, leader=two.id)
    two.leave()
    second = scene.until(topic, leader=1, isr=[1]).leader_epoch
    assert second == first + 2
    assert scene.produce(topic, 3)[0] == NONE
    assert scene.end_of_epoch(topic, first) == (NONE, first, 4)
    assert scene.end_of_epoch(topic, first + 1) == (NONE, first, 4), "an epoch without records here"
    assert scene.end_of_epoch(topic, second) == (NONE, second, 7)
    two.come_back()
    cut = two.fetch(topic, 6, last_epoch=first + 1)  # it led, and wrote two records nobody else has
    assert (cut.error_code, cut.diverging_epoch.epoch, cut.diverging_epoch.end_offset) == (NONE, first, 4)
    assert len(records_of(cut)) == 0
    on = two.fetch(topic, 4, last_epoch=first)
    assert (on.error_code, on.diverging_epoch) == (NONE, None) and len(records_of(on)) > 0


def test_fetches_of_another_epoch_are_refused(scene):
    two = scene.stand_in()
    topic = scene.topic([two, 1])
    two.leave()
    epoch = scene.until(topic, leader=1, isr=[1]).leader_epoch
    assert epoch > 0
    assert scene.consume(topic, leader_epoch=epoch).error_code == NONE
    assert scene.consume(topic, leader_epoch=epoch - 1).error_code == FENCED_LEADER_EPOCH
    assert scene.consume(topic, leader_epoch=epoch + 1).error_code == UNKNOWN_LEADER_EPOCH
    two.come_back()
    assert two.fetch(topic, 0, leader_epoch=epoch - 1).error_code == FENCED_LEADER_EPOCH
    assert two.fetch(topic, 0, leader_epoch=epoch + 1).error_code == UNKNOWN_LEADER_EPOCH
    assert scene.partition(topic).isr_nodes == [1], "fetches that are refused say nothing"


def test_who_joins_the_isr_has_the_start_of_the_leaders_epoch(scene):
    two = scene.stand_in()
    topic = scene.topic([two, 1], min_insync_replicas="2")
    two.leave()
    scene.until(topic, leader=1, isr=[1])
    assert scene.produce(topic, 6) == (NONE, 0)
    assert scene.produce(topic, 4) == (NONE, 6)
    away_and_back(scene, topic, two)
    assert scene.latest(topic)[0] == OFFSET_NOT_AVAILABLE, "its high watermark is behind its epoch's start"
    two.come_back()
    for offset in (0, 6):  # both at the high watermark or beyond
        assert two.fetch(topic, offset).error_code == NONE
        assert scene.consume(topic).high_watermark == 0
    assert scene.partition(topic).isr_nodes == [1]
    scene.joins(topic, two, 10)
    wait_until(lambda: scene.latest(topic) == (NONE, 10), "all of it is committed")


def test_an_earlier_life_is_not_listened_to(scene):
    two = scene.stand_in()
    topic = scene.topic([1, two])
    earlier = two.epoch
    two.leave()
    scene.until(topic, isr=[1])
    two.join(previous_epoch=earlier)
    assert two.epoch > earlier
    assert two.heartbeat(epoch=earlier)[0] == STALE_BROKER_EPOCH
    assert two.heartbeat(fence=True, epoch=earlier)[0] == STALE_BROKER_EPOCH
    assert scene.partition(scene.topic([two, 1])).leader_id == two.id, "it is not fenced"
    assert two.fetch(topic, 0, epoch=earlier).error_code == NOT_LEADER
    assert scene.produce(topic, 1, acks=-1) == (NONE, 0), "its ISR is the leader"
    assert scene.partition(topic).isr_nodes == [1]
    scene.joins(topic, two, 1)


def test_who_comes_back_from_a_crash_is_not_elected_as_if_it_were_whole(scene):
    two, three = scene.stand_in(), scene.stand_in()
    topic = scene.topic([two, three], min_insync_replicas="2")
    two.leave()
    left = scene.until(topic, leader=three.id, isr=[three.id])
    assert left.eligible_leader_replicas == [two.id]
    three.leave()
    alone = scene.until(topic, leader=-1)
    assert (alone.isr_nodes, sorted(alone.eligible_leader_replicas)) == ([], sorted([two.id, three.id]))
    three.join()  # it does not say that it stopped cleanly
    told = scene.until(topic, leader=-1)
    assert (told.isr_nodes, told.eligible_leader_replicas) == ([], [two.id])
    two.come_back()
    scene.until(topic, leader=two.id, isr=[two.id])


def test_a_registration_is_retried_and_not_taken_over(scene):
    two = scene.stand_in(joined=False)
    life = uuid.uuid4()
    assert two.register(life) == (NONE, two.epoch)
    first = two.epoch
    assert two.register(life) == (NONE, first), "the reply was lost: the same again"
    assert two.heartbeat() == (NONE, False, False)
    assert two.register(life) == (NONE, first)
    other = StandIn(scene.node, two.id)
    try:
        assert other.register()[0] == DUPLICATE_BROKER_REGISTRATION
    finally:
        other.close()
    assert two.heartbeat() == (NONE, False, False)


@pytest.mark.parametrize("allowed", ["false", "true"])
def test_an_unclean_election_only_where_the_topic_allows_it(scene, allowed):
    two, three = scene.stand_in(), scene.stand_in()
    topic = scene.topic([two, three], min_insync_replicas="1", unclean_leader_election_enable=allowed)
    two.leave()
    scene.until(topic, leader=three.id, isr=[three.id])
    three.leave()
    scene.until(topic, leader=-1)
    two.come_back()
    if allowed == "true":
        scene.until(topic, leader=two.id, isr=[two.id])
        return
    assert scene.partition(topic).leader_id == -1
    assert scene.elect(topic, 0) == PREFERRED_LEADER_NOT_AVAILABLE
    assert scene.elect(topic, 1) == NONE, "asked for by hand"
    scene.until(topic, leader=two.id, isr=[two.id])


def test_a_controlled_shutdown_hands_leaderships_over_and_they_come_back(scene):
    two = scene.stand_in()
    topic = scene.topic([two, 1])
    scene.until(topic, leader=two.id)
    began = scene.partition(topic).leader_epoch
    wait_until(lambda: two.heartbeat(shut_down=True)[2], "it may shut down")
    now = scene.until(topic, leader=1, isr=[1])
    assert now.leader_epoch == began + 1
    assert scene.produce(topic, 1, acks=-1) == (NONE, 0)
    two.join(previous_epoch=two.epoch)
    assert scene.elect(topic, 0) == PREFERRED_LEADER_NOT_AVAILABLE, "it is not in sync"
    scene.joins(topic, two, 1)
    assert scene.elect(topic, 0) == NONE
    assert scene.until(topic, leader=two.id).leader_epoch == began + 2
    assert scene.elect(topic, 0) == ELECTION_NOT_NEEDED


def test_a_consumer_is_sent_to_the_replica_in_its_rack(scene):
    two, three = scene.stand_in(rack="two"), scene.stand_in(rack="three")
    topic = scene.topic([1, two, three])
    assert scene.produce(topic, 3) == (NONE, 0)
    for each in (two, three):
        each.fetch(topic, 3)
    assert scene.consume(topic).high_watermark == 3

    def seen(rack, offset=0, **options):
        data = scene.consume(topic, offset, rack=rack, **options)
        return data.error_code, data.preferred_read_replica, len(records_of(data)) > 0

    assert seen("two") == (NONE, two.id, False)
    assert seen("three") == (NONE, three.id, False)
    assert seen("one") == (NONE, -1, True)
    assert seen("nowhere") == (NONE, -1, True)
    assert seen("") == (NONE, -1, True)
    assert scene.produce(topic, 1) == (NONE, 3)
    three.fetch(topic, 4)
    assert seen("two", 3) == (NONE, two.id, False)
    two.leave()
    scene.until(topic, isr=sorted([1, three.id]))
    assert seen("two") == (NONE, -1, True), "it is fenced"


def test_a_follower_serves_consumers_what_it_knows_to_be_committed(scene):
    two = scene.stand_in()
    topic = scene.topic([two, 1])
    two.leave()
    scene.until(topic, leader=1, isr=[1])
    assert scene.produce(topic, 3, acks=-1) == (NONE, 0)
    two.come_back()
    scene.joins(topic, two, 3)
    assert scene.produce(topic, 2) == (NONE, 3)  # and nobody fetches it
    assert scene.elect(topic, 0) == NONE
    epoch = scene.until(topic, leader=two.id).leader_epoch
    wait_until(lambda: scene.latest(topic)[0] == NOT_LEADER, "it follows")
    for version, expected in ((11, NONE), (12, NONE), (10, NOT_LEADER)):
        assert scene.consume(topic, version=version).error_code == expected, version
    data = scene.consume(topic)
    assert (data.high_watermark, len(records_of(data)) > 0) == (3, True)
    data = scene.consume(topic, 3)
    assert (data.error_code, data.high_watermark, len(records_of(data))) == (NONE, 3, 0)
    assert scene.consume(topic, 4).error_code == scene.consume(topic, 5).error_code == NONE
    assert scene.consume(topic, 6).error_code == OFFSET_OUT_OF_RANGE
    assert scene.consume(topic, leader_epoch=epoch).error_code == NONE
    assert scene.consume(topic, leader_epoch=epoch - 1).error_code == FENCED_LEADER_EPOCH
    assert scene.consume(topic, leader_epoch=epoch + 1).error_code == UNKNOWN_LEADER_EPOCH
    assert scene.produce(topic, 1)[0] == NOT_LEADER
