"""Makes the metadata directories in this folder anew, with Apache Kafka 4.3.0.

    KRAFTLAB_KAFKA_LIBS=LIBS PYTHONPATH=tests python3 tests/golden/metadata/regenerate.py

static/  controller.quorum.voters: __cluster_metadata-0 with log, snapshot and quorum-state
dynamic/ the same of a node formatted with --standalone, and its 0-0 checkpoint
bootstrap.checkpoint  of a freshly formatted directory

Ids, times and offsets differ from run to run; expected.json says what the test has to know of them.
"""

import json
import pathlib
import re
import shutil
import tempfile

from kit import nodes

HERE = pathlib.Path(__file__).parent
ACCESS = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
    "metadata.log.max.record.bytes.between.snapshots": "2900",
}


def tool(node, main, *arguments):
    done = nodes.run(nodes.java(main, "--bootstrap-server", node.bootstrap, *arguments))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def topics(node, *arguments):
    return tool(node, "org.apache.kafka.tools.TopicCommand", *arguments)


def configs(node, *arguments):
    return tool(node, "kafka.admin.ConfigCommand", "--alter", *arguments)


def fill(node):
    """One of each kind of record that a single node without SASL can be made to write."""
    topics(node, "--create", "--topic", "alpha", "--partitions", "3", "--config", "retention.ms=100000",
           "--config", "min.insync.replicas=1")
    topics(node, "--create", "--topic", "gone", "--partitions", "2")
    topics(node, "--delete", "--topic", "gone")
    topics(node, "--create", "--topic", "beta")
    topics(node, "--alter", "--topic", "beta", "--partitions", "2")
    configs(node, "--topic", "alpha", "--add-config", "segment.bytes=10485760")
    configs(node, "--topic", "alpha", "--delete-config", "retention.ms")
    configs(node, "--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=700000")
    configs(node, "--client-metrics", "sub", "--add-config", "interval.ms=60000")
    configs(node, "--entity-type", "users", "--entity-name", "ann", "--add-config", "producer_byte_rate=1024")
    configs(node, "--entity-type", "users", "--entity-default", "--add-config", "consumer_byte_rate=2048")
    configs(node, "--entity-type", "users", "--entity-name", "ann", "--add-config",
            "SCRAM-SHA-256=[iterations=4096,password=secret]")
    configs(node, "--entity-type", "users", "--entity-name", "bob", "--add-config",
            "SCRAM-SHA-512=[iterations=4096,password=secret]")
    configs(node, "--entity-type", "users", "--entity-name", "bob", "--delete-config", "SCRAM-SHA-512")
    acl = ("--allow-principal", "User:ann", "--operation", "Read", "--topic", "alpha")
    tool(node, "org.apache.kafka.tools.AclCommand", "--add", *acl)
    tool(node, "org.apache.kafka.tools.AclCommand", "--add", "--allow-principal", "User:bob",
         "--operation", "Write", "--topic", "beta")
    tool(node, "org.apache.kafka.tools.AclCommand", "--remove", "--force", "--allow-principal", "User:bob",
         "--operation", "Write", "--topic", "beta")
    nodes.run(["kcat", "-P", "-b", node.bootstrap, "-t", "alpha", "-X", "enable.idempotence=true"],
              stdin="hello\n", check=True)


def keep(node, folder):
    folder.mkdir()
    properties = dict(line.split("=", 1) for line in
                      (node.data / "meta.properties").read_text().splitlines() if "=" in line)
    ids = dict(re.findall(r"Topic: (\S+)\tTopicId: (\S+)", node.description))
    expected = {"cluster_id": properties["cluster.id"], "directory_id": properties["directory.id"], "topics": ids}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    metadata = node.data / "__cluster_metadata-0"
    for file in metadata.iterdir():
        if re.fullmatch(r"\d{20}\.log|\d{20}-\d{10}\.checkpoint|quorum-state", file.name):
            shutil.copyfile(file, folder / file.name)


def make(name, options, scratch):
    node = nodes.ApacheKafka(scratch / name, properties=ACCESS, format_options=options)
    with node:
        bootstrap = (node.data / "bootstrap.checkpoint").read_bytes()
        fill(node)
        node.restart()  # a second epoch
        node.kill()     # and one that ends without a clean stop
        node.start()
        node.description = topics(node, "--describe")
    shutil.rmtree(HERE / name, ignore_errors=True)
    keep(node, HERE / name)
    return bootstrap


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        bootstrap = make("static", [], scratch)
        make("dynamic", ["--standalone"], scratch)
        (HERE / "bootstrap.checkpoint").write_bytes(bootstrap)


if __name__ == "__main__":
    main()
