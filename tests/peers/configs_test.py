"""Configurations and metadata: the same calls to Apache Kafka and to us give the same answers.

Names, values, sources, synonyms, types and flags are compared entry by entry, refusals by their
class, answers on the wire field by field. What differs stands in DIFFERENT, with its reason.
"""

import json
import pathlib
import re

import pytest

from kit import nodes

CALLS = pathlib.Path(__file__).parent / "java" / "ConfigCalls.java"

# On top of the kit's properties, so that every layer and every way to write a value is there.
PROPERTIES = {
    "num.io.threads": " 9 ",
    "auto.create.topics.enable": "TRUE",
    "log.cleanup.policy": " compact , delete ",
    "log.cleaner.min.cleanable.ratio": "0.50",
    "log.retention.minutes": "77",
    "log.roll.hours": "5",
    "log.segment.bytes": "2097152",
    "compression.type": "gzip",
    "group.consumer.session.timeout.ms": "50000",
    "listener.name.plaintext.max.connections": "7",
    "ssl.keystore.location": "/x",
    "my.own.key": "hello",
}

DESCRIBED = """
create t1 3
describe BROKER:1
describe BROKER:
describe TOPIC:t1
describe GROUP:g1
describe CLIENT_METRICS:m1
describe TOPIC:nope
describe TOPIC:a b
"""

TOPICS = """
create ta 1
alter TOPIC:ta foo=1
alter TOPIC:ta retention.ms=abc
alter TOPIC:ta retention.ms=-5
alter TOPIC:ta retention.ms=5000
describe TOPIC:ta retention.ms
alter TOPIC:ta !retention.ms
describe TOPIC:ta retention.ms
alter TOPIC:ta !retention.bytes
alter TOPIC:ta !foo
alter TOPIC:ta -cleanup.policy=delete
describe TOPIC:ta cleanup.policy
alter TOPIC:ta -cleanup.policy=compact
describe TOPIC:ta cleanup.policy
alter TOPIC:ta +cleanup.policy=delete
alter TOPIC:ta +cleanup.policy=delete
describe TOPIC:ta cleanup.policy
alter TOPIC:ta cleanup.policy=~compact~,~delete~
describe TOPIC:ta cleanup.policy
alter TOPIC:ta +retention.ms=5
alter TOPIC:ta retention.ms=1 retention.ms=2
alter TOPIC:ta min.compaction.lag.ms=100 max.compaction.lag.ms=50
alter TOPIC:ta remote.storage.enable=true
alter TOPIC:ta compression.type=foo
alter TOPIC:ta segment.bytes=100
alter TOPIC:ta internal.segment.bytes=100
describe TOPIC:ta segment.bytes internal.segment.bytes
alter TOPIC:ta follower.replication.throttled.replicas=x
alter TOPIC:ta +leader.replication.throttled.replicas=0:1,1:1
alter TOPIC:ta -leader.replication.throttled.replicas=0:1,5:1
describe TOPIC:ta leader.replication.throttled.replicas
alter TOPIC:ta preallocate=yes
alter TOPIC:ta retention.ms=1 segment.bytes=1
validate TOPIC:ta retention.ms=77
validate TOPIC:ta retention.ms=x
describe TOPIC:ta retention.ms
alter TOPIC:nope retention.ms=5
alter TOPIC: retention.ms=5
alter TOPIC:a b retention.ms=5
alter TOPIC:ta
replace TOPIC:ta flush.ms=9 segment.bytes=5000000
describe TOPIC:ta flush.ms segment.bytes cleanup.policy
replace TOPIC:ta foo=1
replace TOPIC:nope
replace TOPIC:ta
describe TOPIC:ta
"""

BROKERS = """
create tb 1
alter BROKER:1 num.partitions=3
alter BROKER: num.partitions=3
alter BROKER:1 !num.partitions
alter BROKER:1 foo=1
alter BROKER: foo=2
describe BROKER:1 foo
describe BROKER: foo
alter BROKER:1 !foo
alter BROKER: !foo
alter BROKER:1 log.retention.ms=5000
describe BROKER:1 log.retention.ms log.retention.minutes log.retention.hours
describe TOPIC:tb retention.ms
alter BROKER: log.retention.ms=6000
describe BROKER:1 log.retention.ms
describe BROKER:
alter BROKER:1 !log.retention.ms
describe TOPIC:tb retention.ms
alter BROKER: !log.retention.ms
describe TOPIC:tb retention.ms
alter BROKER:1 log.retention.ms=abc
alter BROKER: log.retention.ms=abc
alter BROKER:1 log.retention.ms=0
alter BROKER:1 num.io.threads=100
alter BROKER:1 num.io.threads=1
alter BROKER:1 num.io.threads=10
describe BROKER:1 num.io.threads
alter BROKER:1 !num.io.threads
alter BROKER:1 log.cleaner.threads=0
alter BROKER:1 log.cleaner.threads=5
alter BROKER: listeners=PLAINTEXT://:9092
alter BROKER: ssl.keystore.location=/x
alter BROKER:1 ssl.keystore.location=/x
alter BROKER:1 listener.name.plaintext.ssl.keystore.location=/x
describe BROKER:1 listener.name.plaintext.ssl.keystore.location
alter BROKER: max.connections=10
describe BROKER:1 max.connections listener.name.plaintext.max.connections
alter BROKER: !max.connections
alter BROKER:1 node.id=1
alter BROKER:1 log.roll.ms=0
alter BROKER: message.max.bytes=2000000
describe TOPIC:tb max.message.bytes
alter BROKER: !message.max.bytes
alter BROKER: num.partitions=3 log.retention.ms=5 node.id=3
alter BROKER:1 min.insync.replicas=2
alter BROKER: min.insync.replicas=2
describe TOPIC:tb min.insync.replicas
alter BROKER: !min.insync.replicas
alter BROKER: min.insync.replicas=1
replace BROKER: log.retention.ms=5000
describe BROKER:
alter BROKER: unclean.leader.election.enable=true
describe TOPIC:tb unclean.leader.election.enable
alter BROKER: !unclean.leader.election.enable
alter BROKER:1 log.cleanup.policy=compact
describe TOPIC:tb cleanup.policy
alter BROKER:1 !log.cleanup.policy
alter BROKER:1 leader.replication.throttled.rate=100
alter BROKER:1 !leader.replication.throttled.rate
alter BROKER:1 leader.replication.throttled.rate=-5
alter BROKER:1 log.cleaner.dedupe.buffer.size=5
alter BROKER:1 log.segment.bytes=5
alter BROKER:1 metric.reporters=foo
alter BROKER:1 cordoned.log.dirs=/nope
alter BROKER:1 log.flush.interval.ms=5
describe TOPIC:tb flush.ms
alter BROKER:1 !log.flush.interval.ms
alter BROKER: group.consumer.assignment.interval.ms=100000
describe BROKER:1
"""

OTHERS = """
alter GROUP:g1 consumer.session.timeout.ms=50000
describe GROUP:g1 consumer.session.timeout.ms
alter GROUP:g1 foo=1
alter GROUP:g1 consumer.session.timeout.ms=5
alter GROUP:g1 consumer.heartbeat.interval.ms=x
alter GROUP:g1 consumer.session.timeout.ms=46000 consumer.heartbeat.interval.ms=47000
alter GROUP:g1 share.auto.offset.reset=foo
alter GROUP:g1 share.auto.offset.reset=by_duration:PT1H
alter GROUP: consumer.session.timeout.ms=50000
describe GROUP:g1
alter CLIENT_METRICS:m1 interval.ms=5000 metrics=org.apache match=client_id=a.*
describe CLIENT_METRICS:m1
alter CLIENT_METRICS:m1 interval.ms=50
alter CLIENT_METRICS:m1 foo=5
alter CLIENT_METRICS:m1 match=foo
alter CLIENT_METRICS:m1 match=client_id=[a
alter CLIENT_METRICS: interval.ms=5000
raw LIST_CONFIG_RESOURCES 0 {}
raw LIST_CONFIG_RESOURCES 1 {"resourceTypes":[]}
raw LIST_CONFIG_RESOURCES 1 {"resourceTypes":[2,4]}
raw LIST_CONFIG_RESOURCES 1 {"resourceTypes":[99]}
alter CLIENT_METRICS:m1 !interval.ms !metrics !match
raw LIST_CONFIG_RESOURCES 0 {}
alter BROKER_LOGGER:1 root=FOO
alter BROKER_LOGGER:1 nope=INFO
alter BROKER_LOGGER:1 root=ERROR
"""

NO_ID = "AAAAAAAAAAAAAAAAAAAAAA"


def metadata(version, topics, cluster=False, operations=False):
    body = {"topics": topics}
    if version >= 4:
        body["allowAutoTopicCreation"] = False
    if 8 <= version <= 10:
        body["includeClusterAuthorizedOperations"] = cluster
    if version >= 8:
        body["includeTopicAuthorizedOperations"] = operations
    return f"raw METADATA {version} {json.dumps(body)}\n"


def named(version, *names):
    return [{"name": name, **({"topicId": NO_ID} if version >= 10 else {})} for name in names]


def partitions(names, limit, cursor=None):
    cursor = None if cursor is None else {"topicName": cursor[0], "partitionIndex": cursor[1]}
    body = {"topics": [{"name": name} for name in names], "responsePartitionLimit": limit,
            "cursor": cursor}
    return f"raw DESCRIBE_TOPIC_PARTITIONS 0 {json.dumps(body)}\n"


def described(*resources, keys=None):
    return "raw DESCRIBE_CONFIGS 4 " + json.dumps({
        "resources": [{"resourceType": kind, "resourceName": name, "configurationKeys": keys}
                      for kind, name in resources],
        "includeSynonyms": False, "includeDocumentation": False}) + "\n"


MISSING = ("md", "nope", "a b", "", "__consumer_offsets", "__cluster_metadata", "md")
METADATA = (
    "create md 5\n"
    # before version 4 the missing ones that could be there would be created
    + "".join(metadata(version, named(version, "md", "a b", "")) for version in range(4))
    + "".join(metadata(version, named(version, *MISSING)) for version in range(4, 14))
    + "".join(metadata(version, []) for version in range(14))
    + "".join(metadata(version, None) for version in range(1, 14))
    + metadata(9, named(9, *MISSING), cluster=True, operations=True)
    + metadata(13, named(13, *MISSING), operations=True)
    + metadata(11, [{"name": "md", "topicId": "AAAAAAAAAAAAAAAAAAAABQ"}])
    + metadata(10, [{"name": None, "topicId": NO_ID}])
    + metadata(12, [{"name": None, "topicId": "AAAAAAAAAAAAAAAAAAAABQ"}, *named(12, "md")])
    + partitions([], 2000)
    + partitions(["md", "nope", "a b"], 2000)
    + partitions(["md"], 2)
    + partitions(["md", "zz"], 2, ("md", 3))
    + partitions(["md", "zz"], 5)
    + partitions(["md"], 0)
    + partitions(["md"], 5, ("md", 9))
    + partitions(["md"], 5, ("md", -1))
    + partitions(["md"], 5, ("other", 0))
    + partitions([], 5, ("a", 3))
    + partitions(["gone", "md"], 5, ("gone", 3))
    + described((2, "md"), keys=["retention.ms", "nope"])
    + described((2, "md"), (2, "md"), keys=[])
    + described((2, "nope"), (2, ""), (2, "a b"), (4, "2"), (4, "x"), (8, ""), (8, "2"), (8, "x"),
                (16, ""), (32, ""))
)

# Call, our answer, and why it is not Apache Kafka's.
DIFFERENT = [
    ("alter BROKER_LOGGER:1 root=WARN\ndescribe BROKER_LOGGER:1",
     "  root=WARN DYNAMIC_BROKER_LOGGER_CONFIG UNKNOWN documented",
     "it has a logger for each Java class, we have one"),
    ("validate BROKER:1 listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,X:SSL",
     "  refused: InvalidRequestException",
     "listeners cannot be changed while our broker runs yet"),
    ("alter BROKER: leader.replication.throttled.rate=100\n"
     "describe BROKER: leader.replication.throttled.rate",
     "  leader.replication.throttled.rate=100 DYNAMIC_DEFAULT_BROKER_CONFIG LONG documented | "
     "DYNAMIC_DEFAULT_BROKER_CONFIG leader.replication.throttled.rate=100",
     "rates that only exist while they are set are documented here"),
    ('raw METADATA 12 {"topics":[{"topicId":"%s","name":null}],"allowAutoTopicCreation":false,'
     '"includeTopicAuthorizedOperations":false}' % NO_ID,
     '  {"throttleTimeMs":0,"brokers":[],"clusterId":null,"controllerId":-1,"topics":[{"errorCode":'
     '42,"name":"","topicId":"%s","isInternal":false,"partitions":[],"topicAuthorizedOperations":'
     '-2147483648}]}' % NO_ID,
     "a topic with neither name nor id is an UNKNOWN_SERVER_ERROR there, after a null pointer"),
    ('raw INCREMENTAL_ALTER_CONFIGS 1 {"resources":[{"resourceType":2,"resourceName":"ta","configs":'
     '[{"name":"flush.ms","configOperation":9,"value":"1"}]}],"validateOnly":true}',
     '  {"throttleTimeMs":0,"responses":[{"errorCode":42,"errorMessage":"text","resourceType":2,'
     '"resourceName":"ta"}]}',
     "an unknown operation on a topic is an UNKNOWN_SERVER_ERROR there, on a broker it is not"),
]


def normal(value, key=None):
    """Without what differs between any two clusters; lists without order where none is meant."""
    if isinstance(value, dict):
        return {k: normal(v, k) for k, v in value.items()}
    if isinstance(value, list):
        items = [normal(v) for v in value]
        unordered = key in ("topics", "configs", "configResources")
        return sorted(items, key=json.dumps) if unordered else items
    if key == "topicId" and not value.startswith("AAAAAAAAAAAAAAAAAAAA"):
        return "id"
    if key == "errorMessage" and value:
        return "text"
    return value


def normal_line(line, node):
    if line.startswith("  {"):
        line = "  " + json.dumps(normal(json.loads(line)), separators=(",", ":"))
    line = nodes.without_port(line.replace(str(node.folder), "FOLDER"), node.port, "PORT")
    return nodes.without_port(line, node.controller_port, "CONTROLLER_PORT")


def answers(node, calls):
    """A list of (call, lines of the answer)."""
    command = nodes.java("x", node.bootstrap)
    command[command.index("x")] = str(CALLS)
    done = nodes.run(command, stdin=calls.strip() + "\n", timeout=280)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    found = []
    for line in done.stdout.splitlines():
        if line.startswith("> "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(normal_line(line, node))
    return found


@pytest.fixture(scope="module")
def both(kafka_libs, tmp_path_factory):
    kafka = nodes.ApacheKafka(tmp_path_factory.mktemp("kafka"), PROPERTIES)
    ours = nodes.Kraftlab(tmp_path_factory.mktemp("kraftlab"), PROPERTIES)
    with kafka, ours:
        for node in (kafka, ours):
            answers(node, "create tools 2")
        yield kafka, ours


@pytest.mark.parametrize("calls", [DESCRIBED, TOPICS, BROKERS, OTHERS, METADATA],
                         ids=["described", "topics", "brokers", "others", "metadata"])
def test_the_same_calls_get_the_same_answers(both, calls):
    kafka, ours = both
    expected, got = answers(kafka, calls), answers(ours, calls)
    differing = [(call, theirs, mine) for (call, theirs), (_, mine) in zip(expected, got)
                 if theirs != mine]
    for call, theirs, mine in differing:
        print(f"\n> {call}")
        print("".join(f"  kafka   {line}\n" for line in theirs if line not in mine), end="")
        print("".join(f"  ours    {line}\n" for line in mine if line not in theirs), end="")
    assert len(expected) == len(got)
    assert not differing


@pytest.mark.parametrize("call, answer, reason", DIFFERENT, ids=[d[2][:40] for d in DIFFERENT])
def test_what_differs_does_so_as_intended(both, call, answer, reason):
    theirs, mine = (answers(node, call)[-1][1] for node in both)
    assert mine == [answer], reason
    assert theirs != [answer], "no longer different: " + reason


def run_tool(java_tools, tool, node, *arguments):
    ended = java_tools.run(tool, "--bootstrap-server", node.bootstrap, *arguments)
    text = re.sub(r"TopicId: \S+", "TopicId: id", ended.out)
    return ended.code, sorted(normal_line(line, node) for line in text.splitlines())


@pytest.mark.parametrize("arguments", [
    ("kafka-configs", "--describe", "--all", "--entity-type", "brokers",
     "--entity-name", "1"),
    ("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-default"),
    ("kafka-configs", "--describe", "--all", "--topic", "tools"),
    ("kafka-configs", "--describe", "--topic", "tools"),
    ("kafka-configs", "--alter", "--topic", "tools", "--add-config",
     "retention.ms=60000,cleanup.policy=[compact,delete]"),
    ("kafka-configs", "--describe", "--topic", "tools"),
    ("kafka-configs", "--alter", "--topic", "tools", "--delete-config",
     "retention.ms,cleanup.policy"),
    ("kafka-configs", "--alter", "--topic", "tools", "--add-config", "foo=1"),
    ("kafka-configs", "--alter", "--entity-type", "brokers", "--entity-default",
     "--add-config", "log.retention.ms=70000"),
    ("kafka-configs", "--describe", "--all", "--topic", "tools"),
    ("kafka-configs", "--alter", "--entity-type", "brokers", "--entity-default",
     "--delete-config", "log.retention.ms"),
    ("kafka-topics", "--describe", "--topic", "tools"),
    ("kafka-topics", "--describe", "--topic", "nope"),
    ("kafka-topics", "--list", "--exclude-internal"),
], ids=lambda arguments: " ".join(arguments)[:60])
def test_apache_kafkas_tools_print_the_same(both, java_tools, arguments):
    (status, theirs), (our_status, mine) = (
        run_tool(java_tools, arguments[0], node, *arguments[1:]) for node in both)
    assert our_status == status
    assert ([line for line in mine if line not in theirs],
            [line for line in theirs if line not in mine]) == ([], [])
