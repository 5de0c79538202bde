"""The requests of groups, byte for byte the same to Apache Kafka and to us, and the same answers.

Each scene is a conversation: it asks over raw connections and writes down every answer. It is played
on both nodes; what is random (member ids, ports) is named by order of appearance. Requests that wait
(JoinGroup, SyncGroup) get a connection of their own.
"""

import re
import struct
import time
import uuid

import pytest

pytest.importorskip("kafka.protocol.schemas", reason="needs kafka-python 3")

from kafka.protocol.admin import groups, topics  # noqa: E402
from kafka.protocol.consumer import group, offsets  # noqa: F401,E402
from kafka.protocol.metadata import FindCoordinatorRequest, MetadataRequest  # noqa: E402
from kit import nodes  # noqa: E402

from kit.wire import Wire  # noqa: E402

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Scene:
    """A node, some connections, and the answers so far."""

    def __init__(self, node):
        self.node = node
        self.main = Wire(node)
        self.lines = []
        self.names = {}
        self.own = f"{node.name}-{uuid.uuid4().hex[:8]}"  # groups and topics of this scene alone
        self.open = [self.main]

    def group(self, name="g"):
        return f"{self.own}.{name}"

    def wire(self):
        self.open.append(Wire(self.node))
        return self.open[-1]

    def plain(self, value):
        """What is random, by name: the first UUID is id-1."""
        if isinstance(value, dict):
            return {k: self.in_order(k, v) for k, v in value.items() if k != "throttle_time_ms"}
        if isinstance(value, (list, tuple)):
            return [self.plain(v) for v in value]
        if isinstance(value, str):
            value = nodes.without_port(value.replace(self.own, "scene"), self.node.port, "PORT")
            return UUID.sub(lambda m: self.names.setdefault(m[0], f"id-{len(self.names) + 1}"), value)
        if isinstance(value, int) and value == self.node.port:
            return "PORT"
        return value

    def in_order(self, key, value):
        """Lists that have no order of their own: Apache Kafka answers as its hash maps fall."""
        if key == "members":  # those that were seen before come first
            value = sorted(value, key=lambda each: self.names.get(each["member_id"][-36:], "new"))
        value = self.plain(value)
        if key in ("topics", "results"):
            value.sort(key=lambda each: each.get("name") or each.get("group_id") or "")
        return value

    def note(self, what, response):
        self.lines.append((what, self.plain(response.to_dict())))
        return response

    def ask(self, what, request, version):
        return self.note(f"{what} v{version}", self.main.ask(request, version))

    def say(self, what, value):
        self.lines.append((what, self.plain(value)))

    def create_topic(self, name, partitions=2):
        topic = f"{self.own}.{name}"
        creatable = topics.CreateTopicsRequest.CreatableTopic
        self.main.ask(topics.CreateTopicsRequest(
            topics=[creatable(name=topic, num_partitions=partitions, replication_factor=1,
                              assignments=[], configs=[])],
            timeout_ms=30000, validate_only=False), 4)
        deadline = time.monotonic() + 30
        while True:  # until its leaders are known
            wanted = MetadataRequest.MetadataRequestTopic(name=topic, topic_id=uuid.UUID(int=0))
            answer = self.main.ask(MetadataRequest(topics=[wanted], allow_auto_topic_creation=False), 12)
            found = answer.topics[0]
            if found.error_code == 0 and all(p.error_code == 0 for p in found.partitions):
                return topic, found.topic_id
            assert time.monotonic() < deadline, f"{topic} did not get ready"

    def find_coordinator(self):
        """The first question makes __consumer_offsets; then all its partitions have to be loaded."""
        everywhere = groups.DescribeGroupsRequest(groups=[f"{i}" for i in range(500)])
        deadline = time.monotonic() + 60
        while True:
            answer = self.main.ask(FindCoordinatorRequest(
                key_type=0, coordinator_keys=[self.group()]), 4)
            described = self.main.ask(everywhere, 5)
            if answer.coordinators[0].error_code == 0 and all(
                    g.error_code == 0 for g in described.groups):
                return
            assert time.monotonic() < deadline, "no coordinator was found"

    # ---- members

    def join_request(self, member_id="", instance=None, name="g", topic="t", protocols=("range",),
                     type="consumer", session=10000, rebalance=10000):
        make = group.JoinGroupRequest.JoinGroupRequestProtocol
        subscription = b"\0\0" + struct.pack(">ih", 1, len(topic)) + topic.encode() + struct.pack(">i", 0)
        return group.JoinGroupRequest(
            group_id=self.group(name) if name else "", session_timeout_ms=session,
            rebalance_timeout_ms=rebalance, member_id=member_id, group_instance_id=instance,
            protocol_type=type, protocols=[make(name=p, metadata=subscription) for p in protocols],
            reason="because")

    def sync_request(self, joined, parts=None, instance=None, name="g", generation=None,
                     type="consumer", protocol="range"):
        make = group.SyncGroupRequest.SyncGroupRequestAssignment
        return group.SyncGroupRequest(
            group_id=self.group(name),
            generation_id=joined.generation_id if generation is None else generation,
            member_id=joined.member_id, group_instance_id=instance, protocol_type=type,
            protocol_name=protocol,
            assignments=[make(member_id=m, assignment=a) for m, a in (parts or {}).items()])

    def heartbeat(self, what, joined, version=4, generation=None, instance=None, member_id=None,
                  name="g"):
        return self.ask(what, group.HeartbeatRequest(
            group_id=self.group(name) if name else "",
            generation_id=joined.generation_id if generation is None else generation,
            member_id=joined.member_id if member_id is None else member_id,
            group_instance_id=instance), version)

    def stable_member(self, instance=None, name="g", topic="t", version=3, **options):
        """A member alone in a stable group."""
        wire = self.wire()
        version = version if instance is None else 9
        joined = wire.ask(self.join_request(instance=instance, name=name, topic=topic, **options), version)
        wire.ask(self.sync_request(joined, {joined.member_id: b"all"}, instance=instance, name=name,
                                   type=options.get("type", "consumer"),
                                   protocol=options.get("protocols", ("range",))[0]), 5)
        return joined

    def commit_request(self, topic, partitions, joined=None, name="g", generation=None, topic_id=None,
                       metadata="", member_id=None, retention=-1):
        make = group.OffsetCommitRequest.OffsetCommitRequestTopic
        part = make.OffsetCommitRequestPartition if hasattr(make, "OffsetCommitRequestPartition") else \
            group.OffsetCommitRequest.OffsetCommitRequestPartition
        return group.OffsetCommitRequest(
            group_id=self.group(name) if name is not None else "",
            generation_id_or_member_epoch=generation if generation is not None else (
                joined.generation_id if joined else -1),
            member_id=member_id if member_id is not None else (joined.member_id if joined else ""),
            group_instance_id=None, retention_time_ms=retention,
            topics=[make(name=topic, topic_id=topic_id or uuid.UUID(int=0), partitions=[
                part(partition_index=p, committed_offset=o, committed_leader_epoch=-1,
                     committed_metadata=metadata) for p, o in partitions.items()])])

    def fetch_request(self, topic=None, partitions=(), name="g", version=9, stable=False, topic_id=None):
        request = group.OffsetFetchRequest
        if version < 8:
            chosen = None if topic is None else [request.OffsetFetchRequestTopic(
                name=topic, partition_indexes=list(partitions))]
            return request(group_id=self.group(name), topics=chosen, require_stable=stable)
        wanted = request.OffsetFetchRequestGroup
        made = getattr(wanted, "OffsetFetchRequestTopics", None) or request.OffsetFetchRequestTopics
        chosen = None if topic is None else [made(
            name=topic, topic_id=topic_id or uuid.UUID(int=0), partition_indexes=list(partitions))]
        return request(groups=[wanted(group_id=self.group(name), member_id=None, member_epoch=-1,
                                      topics=chosen)], require_stable=stable)

    def close(self):
        for wire in self.open:
            wire.close()


# ---- the scenes


def finding_the_coordinator(scene):
    for version in range(0, 7):
        if version < 4:
            request = FindCoordinatorRequest(key=scene.group(), key_type=0)
        else:
            request = FindCoordinatorRequest(key_type=0, coordinator_keys=[scene.group(), "other"])
        scene.ask("a group", request, version)
    scene.ask("a share group before v6", FindCoordinatorRequest(key_type=2, coordinator_keys=["a"]), 5)


def joining_in_every_version(scene):
    for version in range(0, 10):
        name = f"v{version}"
        wire = scene.wire()
        joined = scene.note(f"first join v{version}", wire.ask(scene.join_request(name=name), version))
        if joined.error_code == 79:
            joined = scene.note("with its id", wire.ask(
                scene.join_request(joined.member_id, name=name), version))
        for sync in range(0, 6):
            scene.ask("sync", scene.sync_request(joined, {joined.member_id: b"part"}, name=name), sync)
        for beat in range(0, 5):
            scene.heartbeat("heartbeat", joined, beat, name=name)
        for describe in range(0, 7):
            scene.ask("describe", groups.DescribeGroupsRequest(
                groups=[scene.group(name)], include_authorized_operations=describe >= 3), describe)
        for leave in range(0, 6):
            identity = group.LeaveGroupRequest.MemberIdentity(
                member_id=joined.member_id, group_instance_id=None, reason=None)
            scene.ask("leave", group.LeaveGroupRequest(
                group_id=scene.group(name), member_id=joined.member_id, members=[identity]), leave)


def joins_that_are_refused(scene):
    for version in (0, 6, 7, 9):
        scene.ask("no group", scene.join_request(name=""), version)
        scene.ask("session too short", scene.join_request(session=5999), version)
        scene.ask("session too long", scene.join_request(session=1800001), version)
        scene.ask("an id nobody gave", scene.join_request("nobody"), version)
        scene.ask("no protocols", scene.join_request(protocols=()), version)
        scene.ask("no protocol type", scene.join_request(type=""), version)
    joined = scene.stable_member()
    scene.ask("another type", scene.join_request(type="connect"), 9)
    scene.ask("another protocol", scene.join_request(protocols=("sticky",)), 9)
    scene.ask("an id nobody gave, in a living group", scene.join_request("nobody"), 9)
    scene.ask("an instance nobody has", scene.join_request(joined.member_id, instance="x"), 9)


def syncs_and_heartbeats_that_are_refused(scene):
    joined = scene.stable_member()
    for version in range(0, 6):
        scene.ask("old generation", scene.sync_request(joined, generation=0), version)
        scene.ask("no such group", scene.sync_request(joined, name="none"), version)
    scene.ask("other protocol", scene.sync_request(joined, protocol="sticky"), 5)
    scene.ask("other type", scene.sync_request(joined, type="connect"), 5)
    scene.ask("no protocol", scene.sync_request(joined, protocol=None), 5)
    scene.ask("an instance nobody has", scene.sync_request(joined, instance="x"), 5)
    scene.heartbeat("old generation", joined, generation=0)
    scene.heartbeat("future generation", joined, generation=9)
    scene.heartbeat("stranger", joined, member_id="nobody")
    scene.heartbeat("no such group", joined, name="none")
    scene.heartbeat("no group", joined, name="")
    scene.heartbeat("an instance nobody has", joined, instance="x")


def two_members_rebalance(scene):
    first = scene.wire()
    a = first.ask(scene.join_request(), 3)
    first.ask(scene.sync_request(a, {a.member_id: b"all"}), 5)
    second = scene.wire()
    second.send(scene.join_request(), 3)
    deadline = time.monotonic() + 10
    while scene.main.ask(group.HeartbeatRequest(group_id=scene.group(), generation_id=a.generation_id,
                                                member_id=a.member_id), 4).error_code != 27:
        assert time.monotonic() < deadline
    scene.ask("sync in a rebalance", scene.sync_request(a), 5)
    a = scene.note("the leader is back", first.ask(scene.join_request(a.member_id), 9))
    b = second.receive()
    scene.say("the follower", [b.error_code, b.generation_id, b.leader == a.member_id, len(b.members)])
    second.send(scene.sync_request(b), 5)
    topic, _ = scene.create_topic("commits")
    scene.ask("commit before the assignment", scene.commit_request(topic, {0: 1}, b), 9)
    scene.note("the leader's sync", first.ask(
        scene.sync_request(a, {a.member_id: b"half", b.member_id: b"other half"}), 5))
    scene.note("the follower's sync", second.receive())
    scene.ask("commit of the member", scene.commit_request(topic, {0: 1}, b), 9)
    scene.ask("commit of the last generation", scene.commit_request(topic, {0: 1}, b, generation=1), 9)
    scene.ask("a follower with nothing new", scene.join_request(b.member_id), 9)
    described = scene.main.ask(groups.DescribeGroupsRequest(groups=[scene.group()]), 6)
    scene.say("described", [described.groups[0].group_state, described.groups[0].protocol_data,
                            sorted(m.member_assignment for m in described.groups[0].members),
                            {m.client_host for m in described.groups[0].members},
                            {m.client_id for m in described.groups[0].members}])


def static_members(scene):
    a = scene.stable_member(instance="one")
    scene.say("the generation", a.generation_id)
    wire = scene.wire()
    again = scene.note("it comes back", wire.ask(scene.join_request(instance="one"), 9))
    scene.note("its assignment waits", wire.ask(scene.sync_request(again, instance="one"), 5))
    scene.heartbeat("the former life", a, instance="one")
    scene.heartbeat("the former life, unnamed", a)
    scene.ask("the former life joins", scene.join_request(a.member_id, instance="one"), 9)
    scene.heartbeat("the new life", again, instance="one")
    old = scene.note("back with v8", wire.ask(scene.join_request(instance="one"), 8))
    scene.say("is told to lead", old.leader == old.member_id)
    identity = group.LeaveGroupRequest.MemberIdentity
    scene.ask("removed by its instance id", group.LeaveGroupRequest(group_id=scene.group(), members=[
        identity(member_id="", group_instance_id="one", reason="r"),
        identity(member_id="", group_instance_id="two", reason=None),
        identity(member_id="nobody", group_instance_id=None, reason=None)]), 5)


def commits_in_every_version(scene):
    topic, topic_id = scene.create_topic("t")
    for version in range(2, 11):
        named = None if version < 10 else topic_id
        for what, request in {
            "known and unknown partitions": scene.commit_request(topic, {0: version, 1: 2, 7: 3}, topic_id=named),
            "an unknown topic": scene.commit_request("nothing", {0: 1}, topic_id=named and uuid.UUID(int=5)),
            "a stranger's generation": scene.commit_request(topic, {0: 1}, generation=5, name="other",
                                                            member_id="m", topic_id=named),
            "metadata too long": scene.commit_request(topic, {0: 1}, metadata="x" * 4097, topic_id=named),
            "metadata at the limit": scene.commit_request(topic, {1: 1}, metadata="x" * 4096, topic_id=named),
            "no group id": scene.commit_request(topic, {0: 1}, name=None, topic_id=named),
            "a negative offset": scene.commit_request(topic, {0: -5}, topic_id=named),
            "nothing": scene.commit_request(topic, {}, topic_id=named),
        }.items():
            scene.ask(what, request, version)
        scene.ask("what is there", scene.fetch_request(topic, (0, 1, 7), version=version if version < 10 else 9),
                  version if version < 10 else 9)


def commits_of_members(scene):
    topic, _ = scene.create_topic("t")
    joined = scene.stable_member()
    scene.ask("a member", scene.commit_request(topic, {0: 1}, joined), 9)
    scene.ask("nobody", scene.commit_request(topic, {0: 2}), 9)
    scene.ask("a stranger", scene.commit_request(topic, {0: 2}, generation=1, member_id="m"), 9)
    scene.ask("a later generation", scene.commit_request(topic, {0: 2}, joined, generation=7), 9)
    scene.ask("a member with generation -1", scene.commit_request(topic, {0: 2}, joined, generation=-1), 9)
    scene.ask("what is there", scene.fetch_request(topic, (0, 1)), 9)


def fetches_in_every_version(scene):
    topic, topic_id = scene.create_topic("t")
    scene.main.ask(scene.commit_request(topic, {0: 41}, metadata="m"), 9)
    for version in range(1, 11):
        named = None if version < 10 else topic_id
        scene.ask("some", scene.fetch_request(topic, (0, 1, 9), version=version, topic_id=named), version)
        scene.ask("an unknown topic", scene.fetch_request(
            "nothing", (0,), version=version, topic_id=named and uuid.UUID(int=5)), version)
        scene.ask("an unknown group", scene.fetch_request(topic, (0,), name="none", version=version,
                                                          topic_id=named), version)
        if version >= 2:
            scene.ask("all", scene.fetch_request(version=version), version)
            scene.ask("all of an unknown group", scene.fetch_request(name="none", version=version), version)
        if version >= 7:
            scene.ask("stable", scene.fetch_request(topic, (0, 1), version=version, stable=True,
                                                    topic_id=named), version)


def describing_and_listing(scene):
    topic, _ = scene.create_topic("t")
    scene.main.ask(scene.commit_request(topic, {0: 1}, name="simple"), 9)
    scene.stable_member(name="stable")
    scene.main.ask(scene.join_request(name="pending"), 9)
    for version in range(0, 7):
        for name in ("simple", "stable", "pending", "none"):
            scene.ask(name, groups.DescribeGroupsRequest(
                groups=[scene.group(name)], include_authorized_operations=False), version)
    scene.ask("no name", groups.DescribeGroupsRequest(groups=[""]), 6)
    for version, states, types in [(v, [], []) for v in range(0, 6)] + [
            (4, ["Stable"], []), (4, ["stable", " EMPTY "], []), (4, ["Nonsense"], []),
            (5, [], ["classic"]), (5, [], ["CLASSIC"]), (5, [], ["consumer"]), (5, [], ["nonsense"]),
            (5, ["Dead"], ["classic"])]:
        answer = scene.main.ask(groups.ListGroupsRequest(states_filter=states, types_filter=types), version)
        ours = sorted((scene.plain(g.to_dict()) for g in answer.groups if scene.own in g.group_id),
                      key=lambda g: g["group_id"])
        scene.say(f"list v{version} {states} {types}", [answer.error_code, ours])


def deleting_groups_and_offsets(scene):
    t, _ = scene.create_topic("t")
    u, _ = scene.create_topic("u")
    make = group.OffsetDeleteRequest.OffsetDeleteRequestTopic
    part = getattr(make, "OffsetDeleteRequestPartition", None) or \
        group.OffsetDeleteRequest.OffsetDeleteRequestPartition

    def forget(what, name, *wanted):
        scene.ask(what, group.OffsetDeleteRequest(group_id=scene.group(name) if name else "", topics=[
            make(name=topic, partitions=[part(partition_index=p) for p in partitions])
            for topic, partitions in wanted]), 0)

    for topic in (t, u):
        scene.main.ask(scene.commit_request(topic, {0: 1, 1: 2}), 9)
    forget("of an empty group", "g", (t, (0, 9)), ("nothing", (0,)))
    forget("of no group", "none", (t, (0,)))
    forget("without a group id", None, (t, (0,)))
    forget("an unknown topic of no group", "none", ("nothing", (0,)))
    scene.ask("left", scene.fetch_request(), 9)
    joined = scene.stable_member(topic=t)
    forget("of a group in use", "g", (t, (1,)), (u, (0,)))
    scene.ask("left", scene.fetch_request(), 9)
    scene.stable_member(name="connect", type="connect", protocols=("compatible",))
    forget("of connect workers", "connect", (t, (1,)))
    for version in range(0, 3):
        scene.ask("delete", groups.DeleteGroupsRequest(
            groups_names=[scene.group(), scene.group("none"), scene.group("none"), ""]), version)
    scene.main.ask(group.LeaveGroupRequest(group_id=scene.group(), member_id=joined.member_id), 1)
    scene.ask("delete the empty one", groups.DeleteGroupsRequest(groups_names=[scene.group()]), 2)
    scene.ask("left", scene.fetch_request(), 9)
    scene.ask("described", groups.DescribeGroupsRequest(groups=[scene.group()]), 6)
    scene.heartbeat("heartbeat", joined)


SCENES = [finding_the_coordinator, joining_in_every_version, joins_that_are_refused,
          syncs_and_heartbeats_that_are_refused, two_members_rebalance, static_members,
          commits_in_every_version, commits_of_members, fetches_in_every_version,
          describing_and_listing, deleting_groups_and_offsets]


def play(node, scene):
    playing = Scene(node)
    try:
        playing.find_coordinator()
        scene(playing)
        return playing.lines
    finally:
        playing.close()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_answers_are_the_same(shared_node, apache_kafka, scene):
    theirs, ours = play(apache_kafka, scene), play(shared_node, scene)
    assert [what for what, _ in ours] == [what for what, _ in theirs]
    differences = [f"{what}\n  kafka: {a}\n  ours:  {b}"
                   for (what, a), (_, b) in zip(theirs, ours) if a != b]
    assert not differences, "\n" + "\n".join(differences)
