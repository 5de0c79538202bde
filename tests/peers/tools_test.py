"""The command-line tools, side by side: Apache Kafka's own and ours, each against Apache Kafka and
against our broker. All four print the same and end with the same code, line by line of
tools/cases.txt. What Apache Kafka's tool says to Apache Kafka is the measure.

Then what cannot stand in such a table: the command lines of courses in a tree that was moved, a
terminal, signals, start-up time.
"""

import concurrent.futures
import difflib
import json
import os
import pathlib
import pty
import re
import shlex
import shutil
import signal
import subprocess
import time
from typing import NamedTuple

import pytest

from kit import nodes
from kit.java_tools import Ended

CASES = pathlib.Path(__file__).parent / "tools/cases.txt"
MARKS = "?~#!wk"
# Names of one length, so that columns have one width. (tools, broker)
COLUMNS = {("java", "kafka"): "jak", ("ours", "kafka"): "ouk",
           ("java", "kraftlab"): "jar", ("ours", "kraftlab"): "our"}


class Case(NamedTuple):
    marks: str
    line: str
    stdin: str


def read_cases():
    sequences = {}
    for text in CASES.read_text().splitlines():
        if text.strip() == "#":
            continue
        if text.startswith("== "):
            current = sequences.setdefault(text[3:], [])
        elif text and not text.startswith("# "):
            current.append(parse_case(text))
    return sequences


def parse_case(text):
    marks = ""
    while not text.startswith("kafka-"):
        assert text[0] in MARKS, text
        marks, text = marks + text[0], text[1:]
    line, _, stdin = text.partition(" <<< ")
    return Case(marks, line, stdin.replace("\\n", "\n").replace("\\t", "\t"))


SEQUENCES = read_cases()


def write_files(folder, name):
    """What @D/... names."""
    folder.mkdir()
    combined = {"process.roles": "broker,controller", "node.id": "1",
                "listeners": "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
                "advertised.listeners": "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
                "controller.listener.names": "CONTROLLER",
                "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                "controller.quorum.bootstrap.servers": "127.0.0.1:9093"}
    broker = {**combined, "process.roles": "broker", "node.id": "3",
              "listeners": "PLAINTEXT://127.0.0.1:9092",
              "advertised.listeners": "PLAINTEXT://127.0.0.1:9092"}
    static = {**combined, "controller.quorum.voters": "1@127.0.0.1:9093"}
    del static["controller.quorum.bootstrap.servers"]
    files = {"standalone": combined, "static": static, "broker": broker, "controllers": combined,
             "no-roles": without(combined, "process.roles"), "no-id": without(combined, "node.id")}
    for file, properties in files.items():
        dirs = f"{folder}/data-{file}" + (f",{folder}/more-{file}" if file == "static" else "")
        (folder / f"{file}.properties").write_text(
            "".join(f"{k}={v}\n" for k, v in {**properties, "log.dirs": dirs}.items()))
    (folder / "add.properties").write_text("retention.ms=77\nsegment.bytes=2000000\n")
    partition = {"topic": f"o-{name}", "partition": 0, "offset": 1}
    beyond = {"topic": f"o-{name}", "partition": 1, "offset": 1000}
    for file, content in {f"delete-{name}": {"partitions": [partition, beyond], "version": 1},
                          "twice": {"partitions": [partition, partition], "version": 1},
                          "version": {"partitions": [partition], "version": 2}}.items():
        (folder / f"{file}.json").write_text(json.dumps(content))
    (folder / "broken.json").write_text('{"partitions": []')
    write_moves(folder, name)


def write_moves(folder, name):
    """Files of elections and of partitions that move."""
    first, second = ({"topic": f"a-{name}", "partition": number} for number in (0, 1))
    unknown = {"topic": "unknown", "partition": 0}
    for file, partitions in {f"elect-{name}": [first, {**unknown, "topic": f"nope-{name}"}],
                             "elect-twice": [first, first]}.items():
        (folder / f"{file}.json").write_text(json.dumps({"partitions": partitions}))
    for file, topics in {f"topics-{name}": [first["topic"]], "topics-none": ["unknown"]}.items():
        (folder / f"{file}.json").write_text(json.dumps(
            {"version": 1, "topics": [{"topic": topic} for topic in topics]}))
    here = {"replicas": [1]}
    moves = {f"move-{name}": [{**first, **here, "log_dirs": ["any"]}, {**second, **here}],
             "move-away": [{**first, "replicas": [7]}], "move-twice": [{**first, **here}] * 2,
             "move-double": [{**first, "replicas": [1, 1]}], "move-empty": [{**first, "replicas": []}],
             "move-none": [], "move-unknown": [{**unknown, **here}],
             "move-places": [{**first, **here, "log_dirs": ["any", "any"]}],
             f"move-dir-{name}": [{**first, **here, "log_dirs": ["/nowhere"]}]}
    for file, partitions in moves.items():
        (folder / f"{file}.json").write_text(json.dumps({"version": 1, "partitions": partitions}))
    (folder / "move-version.json").write_text(json.dumps({"version": 2, "partitions": []}))


def without(properties, key):
    return {k: v for k, v in properties.items() if k != key}


def run_ours(tool, *arguments, stdin=""):
    ended = nodes.tool(f"{tool}.sh", *arguments, stdin=stdin, timeout=60)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def run_sequence(run, node, cases, name, folder):
    """Each line's end; @B and the like filled in before, and made nameless again after."""
    write_files(folder, name)
    ends = []
    for case in cases:
        line = case.line.replace("%", name).replace("@B", node.bootstrap)
        line = line.replace("@C", node.bootstrap_controller).replace("@D", str(folder))
        tool, *arguments = shlex.split(line)
        ended = run(tool, *arguments, stdin=case.stdin)
        same = 1
        while "!" in case.marks and same < 3:
            before, ended = ended, run(tool, *arguments, stdin=case.stdin)
            same = same + 1 if (ended.code, ended.out) == (before.code, before.out) else 1
        ends.append(ended._replace(out=nameless(ended.out, node, name, folder, case.marks)))
    return ends


# Java's tool for reassignments prints where in its source an exception came from, on stdout.
STACK = re.compile(r"\t(at |\.\.\. \d+ more)|Caused by: ")


def nameless(text, node, name, folder, marks):
    others = [other for other in COLUMNS.values() if other != name]
    lines = [line for line in text.split("\n")
             if not any(f"-{other}" in line for other in others) and "console-consumer-" not in line
             and not STACK.match(line)]
    text = "\n".join(lines).replace(str(folder), "@D").replace(str(node.data), "@L")
    text = text.replace(node.bootstrap, "@B").replace(node.bootstrap_controller, "@C")
    text = nodes.without_port(nodes.without_port(text, node.port, "@P"), node.controller_port, "@Q")
    text = re.sub(rf"(?<=[-._]){name}\b", "%", text)
    text = re.sub(r"\b(?=[\w-]*[A-Z0-9_-])[A-Za-z0-9_-]{22}(?![\w-])", lambda m: uuid_mask(m[0]), text)
    text = re.sub(r"\b1[0-9]{12}\b", "TIME", text)
    if "#" in marks:
        text = re.sub(r"\d+", "N", text)
        text = re.sub(r" +", " ", text)
    return "\n".join(sorted(text.split("\n"))) if "~" in marks else text


def uuid_mask(text):
    """Ids are random; what only looks like one (a word of 22 letters) has no digit and no capital."""
    return "UUID" if re.search(r"[A-Z]", text) and re.search(r"[a-z]", text) else text


@pytest.fixture(scope="module")
def standalone_nodes(kafka_libs, tmp_path_factory):
    """Both brokers, with a voter set that has directory ids."""
    folder = tmp_path_factory.mktemp("nodes")
    options = {"format_options": ("--standalone",)}
    with nodes.ApacheKafka(folder / "kafka", **options) as kafka:
        with nodes.Kraftlab(folder / "kraftlab", **options) as kraftlab:
            yield {"kafka": kafka, "kraftlab": kraftlab}


@pytest.fixture(scope="module")
def ends(java_tools, standalone_nodes, tmp_path_factory):
    """What each pair of tools and broker says in a sequence; all four are run once. Two at a time,
    which have neither the virtual machine nor the broker in common."""
    done = {}
    runs = {"java": java_tools.run, "ours": run_ours}

    def run(sequence, pair):
        tools, broker = pair
        return run_sequence(runs[tools], standalone_nodes[broker], SEQUENCES[sequence], COLUMNS[pair],
                            tmp_path_factory.mktemp("files") / "files")

    def of(sequence):
        if sequence not in done:
            done[sequence] = {}
            for together in ([("java", "kafka"), ("ours", "kraftlab")], [("java", "kraftlab"), ("ours", "kafka")]):
                with concurrent.futures.ThreadPoolExecutor() as pool:
                    started = {pair: pool.submit(run, sequence, pair) for pair in together}
                done[sequence] |= {pair: future.result() for pair, future in started.items()}
        return done[sequence]

    return of


@pytest.mark.timeout(600)
@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("tools, broker", [("ours", "kafka"), ("java", "kraftlab"), ("ours", "kraftlab")])
def test_same_output(sequence, tools, broker, ends):
    expected, actual = ends(sequence)["java", "kafka"], ends(sequence)[tools, broker]
    differences = []
    for case, want, got in zip(SEQUENCES[sequence], expected, actual, strict=True):
        if "k" in case.marks and broker != "kafka":
            continue
        if "w" in case.marks and broker != "kafka":
            want, got = (end._replace(out=end.out.split(" : ")[0]) for end in (want, got))
        same_out = "?" in case.marks or want.out == got.out
        if want.code != got.code or not same_out:
            differences.append(f"{case.line}\n  expected {want.code}\n{indented(want.out)}"
                               f"  got {got.code}\n{indented(got.out)}  stderr\n{indented(got.err[-600:])}")
    assert not differences, f"{len(differences)} differ\n" + "\n".join(differences)


def indented(text):
    return "".join(f"    {line}\n" for line in text.splitlines())


def test_every_api_is_listed(java_tools, standalone_nodes):
    """A line for each request a client knows: offered as Apache Kafka offers it, or not at all."""
    expected = api_lines(java_tools.run, standalone_nodes["kafka"])
    assert api_lines(run_ours, standalone_nodes["kafka"]) == expected
    ours = api_lines(java_tools.run, standalone_nodes["kraftlab"])
    assert api_lines(run_ours, standalone_nodes["kraftlab"]) == ours
    assert ours.keys() == expected.keys()
    for name, versions in ours.items():
        assert versions in (expected[name], "UNSUPPORTED"), name


def api_lines(run, node):
    ended = run("kafka-broker-api-versions", "--bootstrap-server", node.bootstrap)
    assert ended.code == 0
    first, *lines, last, end = ended.out.split("\n")
    assert first == f"{node.bootstrap} (id: 1 rack: null isFenced: false) -> ("
    assert (last, end) == (")", "")
    return dict(line.strip().rstrip(",").split(": ", 1) for line in lines)


def test_same_log_directories(java_tools, standalone_nodes):
    """kafka-log-dirs.sh prints one line of JSON; partitions stand in another order there."""
    for node in standalone_nodes.values():
        ours, java = (run("kafka-log-dirs", "--bootstrap-server", node.bootstrap, "--describe")
                      for run in (run_ours, java_tools.run))
        assert ours.code == java.code == 0
        assert ours.out.splitlines()[:2] == java.out.splitlines()[:2]
        assert sorted_partitions(ours.out) == sorted_partitions(java.out)


def sorted_partitions(out):
    answer = json.loads(out.splitlines()[2])
    for broker in answer["brokers"]:
        for directory in broker["logDirs"]:
            directory["partitions"].sort(key=lambda p: p["partition"])
    return answer


def test_same_dump(java_tools, kafka_libs, tmp_path):
    """kafka-dump-log.sh, on every file of a directory that Apache Kafka wrote and left."""
    folder = tmp_path / "kafka"
    with nodes.ApacheKafka(folder, {"offsets.topic.num.partitions": "1"},
                           format_options=["--standalone"]) as kafka:
        server = ("--bootstrap-server", kafka.bootstrap)
        run_ours("kafka-topics", *server, "--create", "--topic", "orders", "--config", "segment.bytes=1048576")
        for codec in ("none", "gzip", "lz4", "zstd", "snappy"):
            run_ours("kafka-console-producer", *server, "--topic", "orders", "--compression-codec", codec,
                     "--reader-property", "parse.key=true", "--reader-property", "parse.headers=true",
                     stdin="".join(f"h:{n}\tkey{n}\t{'value' * n}\n" for n in range(20)))
        run_ours("kafka-console-consumer", *server, "--topic", "orders", "--group", "readers",
                 "--from-beginning", "--max-messages", "7")
        data = kafka.data
    metadata, offsets = "__cluster_metadata-0", "__consumer_offsets-0"
    files = [(["--print-data-log"], data / "orders-0"), (["--deep-iteration"], data / "orders-0"),
             (["--print-data-log", "--skip-record-metadata"], data / "orders-0"),
             (["--offsets-decoder"], data / offsets), (["--cluster-metadata-decoder"], data / metadata),
             ([], data / "orders-0"), (["--cluster-metadata-decoder"], data)]
    differences = []
    for options, place in files:
        for file in sorted(place.glob("*.*")):
            if file.suffix not in (".log", ".checkpoint", ".index", ".timeindex", ".snapshot") or file.is_dir():
                continue
            java = java_tools.run("kafka-dump-log", "--files", file, *options)
            ours = run_ours("kafka-dump-log", "--files", file, *options)
            if (ours.code, ours.out) != (java.code, java.out):
                lines = difflib.unified_diff(java.out.splitlines(), ours.out.splitlines(), "java", "ours", n=0)
                differences.append("\n".join([f"{options} {file}: {java.code} {ours.code}", *lines]))
    assert not differences, "\n".join(differences)


# --- what courses tell people to type ------------------------------------------------------------

@pytest.fixture
def moved_tree(tmp_path):
    """A copy of the tree, as it stands in /opt/kafka, with a broker that listens elsewhere."""
    tree = tmp_path / "opt/kafka"
    shutil.copytree(nodes.dist(), tree, symlinks=True)
    port, controller = nodes.free_ports(2)
    settings = tree / "config/server.properties"
    text = settings.read_text().replace(":9092", f":{port}").replace(":9093", f":{controller}")
    settings.write_text(re.sub(r"(?m)^log\.dirs=.*$", f"log.dirs={tmp_path}/kafka-logs", text))
    return tree, port, controller


def shell(command, cwd, stdin=None, path=None):
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"} if path else None
    return subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=cwd, input=stdin, text=True,
                          capture_output=True, timeout=60, env=environment)


def test_the_commands_of_courses(moved_tree):
    tree, port, controller = moved_tree
    command = f"bin/kafka-storage.sh format --standalone -t $(bin/kafka-storage.sh random-uuid) -c config/server.properties"
    assert shell(command, tree).returncode == 0
    server = subprocess.Popen(["kafka/bin/kafka-server-start.sh", "config/server.properties"],
                              cwd=tree.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        wait_for_line(server.stdout, nodes.READY)
        run_course(tree, port, controller)
        stopped = shell("bin/kafka-server-stop.sh --node-id=1 --process-role=broker", tree)
        assert stopped.returncode == 0
        assert server.wait(30) == 0
        assert shell("bin/kafka-server-stop.sh", tree).returncode == 1
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def wait_for_line(pipe, text):
    for line in pipe:
        if text in line:
            return
    raise AssertionError(f"the output ended before {text!r}")


def run_course(tree, port, controller):
    at = f"localhost:{port}"
    made = shell(f"sh bin/kafka-topics.sh --create --bootstrap-server {at} --topic cities "
                 "--partitions 1 --replication-factor 1", tree)
    assert (made.returncode, made.stdout) == (0, "Created topic cities.\n")
    old = shell("bin/kafka-topics.sh --describe --zookeeper localhost:2181 --topic cities", tree)
    assert (old.returncode, old.stdout) == (1, "")
    assert "bin/kafka-topics.sh --describe --bootstrap-server localhost:9092 --topic cities" in old.stderr
    described = shell(f"bin/kafka-topics.sh --describe --bootstrap-server {at} --topic cities", tree)
    assert "PartitionCount: 1\tReplicationFactor: 1" in described.stdout

    sent = shell(f"bin/kafka-console-producer.sh --broker-list {at} --topic cities", tree, "Moscow\n")
    assert sent.returncode == 0 and "--bootstrap-server" in sent.stderr
    assert shell(f"bin/kafka-console-producer.sh --bootstrap-server {at} --topic cities", tree, "Kazan\n").returncode == 0
    slip = shell(f"bin/kafka-console-producer.sh --bootstrap-server {at} --topic cities --from-begining", tree)
    assert slip.returncode == 1
    assert slip.stderr.startswith("from-begining is not a recognized option\n")
    assert "kafka-console-consumer.sh takes --from-beginning" in slip.stderr

    made = shell(f"{tree}/bin/kafka-topics.sh \\\n  --topic orders \\\n  --create \\\n  "
                 f"--bootstrap-server {at} \\\n  --partitions 3 \\\n  --replication-factor 1", "/")
    assert (made.returncode, made.stdout) == (0, "Created topic orders.\n")
    for order in ('{"orderid":1001, "amount":599.99}', '{"orderid":1002, "amount":300}'):
        sent = shell(f"echo '{order}' | jq -c | {tree}/bin/kafka-console-producer.sh \\\n"
                     f"  --topic orders \\\n  --bootstrap-server {at}", "/")
        assert sent.returncode == 0, sent.stderr
    read = shell(f"{tree}/bin/kafka-console-consumer.sh \\\n  --topic orders \\\n  --from-beginning \\\n"
                 f"  --bootstrap-server {at} --max-messages 2", "/")
    assert sorted(read.stdout.split()) == ['{"orderid":1001,"amount":599.99}', '{"orderid":1002,"amount":300}']
    read = shell(f"bin/kafka-console-consumer.sh --bootstrap-server {at} --topic cities --from-beginning "
                 "--max-messages 2", tree)
    assert read.stdout == "Moscow\nKazan\n"
    status = shell(f"bin/kafka-metadata-quorum.sh --bootstrap-controller localhost:{controller} describe --status", tree)
    assert "LeaderId:               1\n" in status.stdout
    assert list((tree.parents[1] / "kafka-logs/cities-0").glob("0*.log"))


@pytest.mark.parametrize("script, instead", [
    ("zookeeper-server-start.sh config/zookeeper.properties", "kafka-server-start.sh config/server.properties"),
    ("zookeeper-server-stop.sh", "kafka-server-stop.sh"),
    ("zookeeper-shell.sh localhost:2181 ls /brokers/ids", "kafka-dump-log.sh"),
    ("kafka-producer-perf-test.sh --topic t", "not part of this distribution"),
    ("kafka-acls.sh --list", "not part of this distribution"),
])
def test_absent_tools_say_what_to_do(script, instead):
    ended = shell(f"bin/{script}", nodes.dist())
    assert (ended.returncode, ended.stdout) == (1, "")
    assert instead in ended.stderr and ended.stderr.count("\n") == 1


def test_scripts_find_their_tree(tmp_path):
    link = tmp_path / "kafka"
    link.symlink_to(nodes.dist())
    (tmp_path / "topics").symlink_to(link / "bin/kafka-topics.sh")
    (tmp_path / "relative").symlink_to("kafka/bin/kafka-topics.sh")
    bin_folder = nodes.dist() / "bin"
    for command, cwd in [("kafka/bin/kafka-topics.sh", tmp_path), ("sh kafka/bin/kafka-topics.sh", tmp_path),
                         ("./topics", tmp_path), (f"{tmp_path}/topics", "/"), ("./relative", tmp_path),
                         ("./kafka-topics.sh", bin_folder), ("sh kafka-topics.sh", bin_folder),
                         ("kafka-topics.sh", "/"), ("topics", "/")]:
        ended = shell(f"{command} --version", cwd, path=f"{bin_folder}:{tmp_path}")
        assert (ended.returncode, ended.stdout[:6]) == (0, "4.3.0 "), f"{command}: {ended.stderr}"


def test_the_tree_has_what_kafka_has():
    names = {path.name for path in (nodes.dist() / "bin").iterdir()}
    assert {"kafka-server-start.sh", "kafka-server-stop.sh", "kafka-storage.sh", "kafka-topics.sh",
            "kafka-console-producer.sh", "kafka-console-consumer.sh", "kafka-metadata-quorum.sh"} <= names
    assert {"server.properties", "broker.properties", "controller.properties", "producer.properties",
            "consumer.properties"} <= {path.name for path in (nodes.dist() / "config").iterdir()}


def test_tools_start_in_milliseconds():
    def seconds():
        began = time.monotonic()
        assert nodes.tool("kafka-topics.sh", "--version").returncode == 0
        return time.monotonic() - began
    assert min(seconds() for _ in range(20)) < 0.05


# --- terminals and signals -----------------------------------------------------------------------

def test_the_producer_prompts_on_a_terminal(shared_node):
    server, terminal = pty.openpty()
    command = [nodes.dist() / "bin/kafka-console-producer.sh", "--bootstrap-server", shared_node.bootstrap,
               "--topic", "typed"]
    producer = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=subprocess.DEVNULL)
    os.close(terminal)
    assert os.read(server, 1) == b">"
    os.write(server, b"first\n")
    assert read_until(server, b"\n>").endswith(b"first\r\n>")
    os.write(server, b"\x04")  # Ctrl-D
    assert producer.wait(30) == 0
    os.close(server)
    read = run_ours("kafka-console-consumer", "--bootstrap-server", shared_node.bootstrap, "--topic", "typed",
                    "--from-beginning", "--max-messages", "1")
    assert read.out == "first\n"


def read_until(descriptor, end):
    text = b""
    while not text.endswith(end):
        text += os.read(descriptor, 100)
    return text


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_consumer_with_its_count(shared_node, sent):
    topic = f"signalled-{sent}"
    run_ours("kafka-console-producer", "--bootstrap-server", shared_node.bootstrap, "--topic", topic, stdin="a\nb\n")
    command = [nodes.dist() / "bin/kafka-console-consumer.sh", "--bootstrap-server", shared_node.bootstrap,
               "--topic", topic, "--from-beginning"]
    consumer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert [consumer.stdout.readline() for _ in range(2)] == ["a\n", "b\n"]
    consumer.send_signal(sent)
    _, errors = consumer.communicate(timeout=30)
    assert errors == "Processed a total of 2 messages\n"
    assert consumer.returncode == 128 + sent


def test_a_closed_output_ends_the_consumer(shared_node):
    run_ours("kafka-console-producer", "--bootstrap-server", shared_node.bootstrap, "--topic", "piped",
             stdin="line\n" * 50000)
    ended = shell(f"bin/kafka-console-consumer.sh --bootstrap-server {shared_node.bootstrap} --topic piped "
                  "--from-beginning | head -1; echo ${PIPESTATUS[0]}", nodes.dist())
    assert ended.stdout == "line\n0\n"
    assert "Unable to write to standard out" in ended.stderr


def test_an_address_without_a_broker_is_named():
    [port] = nodes.free_ports(1)
    settings = ["--command-config", "/dev/stdin"]
    ended = nodes.tool("kafka-topics.sh", "--bootstrap-server", f"127.0.0.1:{port}", "--list", *settings,
                       stdin="default.api.timeout.ms=300\n")
    assert ended.returncode == 1
    assert ended.stdout.startswith("Error while executing topic command : Timed out")
    assert f"127.0.0.1:{port}: Connection refused. Is a broker running there" in ended.stderr
    ended = nodes.tool("kafka-topics.sh", "--bootstrap-server", "no-such-host.invalid:9092", "--list", *settings,
                       stdin="default.api.timeout.ms=300\n")
    assert ended.returncode == 1 and '"no-such-host.invalid" does not resolve' in ended.stderr


def test_tools_wait_for_a_broker_that_starts_late(tmp_path):
    node = nodes.Kraftlab(tmp_path)
    waiting = subprocess.Popen([nodes.dist() / "bin/kafka-topics.sh", "--bootstrap-server", node.bootstrap,
                                "--create", "--topic", "early"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    assert "Trying again" in waiting.stderr.readline()
    with node:
        out, _ = waiting.communicate(timeout=30)
    assert (waiting.returncode, out) == (0, "Created topic early.\n")
