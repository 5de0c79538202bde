"""Apache Kafka's own command-line tools, run in one virtual machine (peers/java/JavaTools.java)."""

import base64
import pathlib
import subprocess
from typing import NamedTuple

from kit import nodes

MAIN = {
    "kafka-topics": "org.apache.kafka.tools.TopicCommand",
    "kafka-console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-storage": "kafka.tools.StorageTool",
    "kafka-metadata-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
    "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "kafka-configs": "kafka.admin.ConfigCommand",
    "kafka-log-dirs": "org.apache.kafka.tools.LogDirsCommand",
    "kafka-delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
    "kafka-broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "kafka-cluster": "org.apache.kafka.tools.ClusterTool",
    "kafka-dump-log": "org.apache.kafka.tools.DumpLogSegments",
    "kafka-reassign-partitions": "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
    "kafka-leader-election": "org.apache.kafka.tools.LeaderElectionCommand",
    "kafka-features": "org.apache.kafka.tools.FeatureCommand",
    "kafka-producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
}


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def encode(text):
    return base64.b64encode(str(text).encode()).decode()


class JavaTools:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        source = pathlib.Path(__file__).parents[1] / "peers/java/JavaTools.java"
        subprocess.run(["javac", "-Xlint:-removal", "-cp", f"{nodes.libs()}/*", "-d", folder, source],
                       check=True, capture_output=True, text=True)
        command = nodes.java("JavaTools")
        command[1:1] = ["-Djava.security.manager=allow", "-Dfile.encoding=UTF-8"]
        command[command.index("-cp") + 1] += f":{folder}"
        self.log = open(folder / "log", "w")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)

    def run(self, tool, *arguments, stdin="", timeout=30):
        fields = [str(timeout * 1000), encode(stdin), MAIN[tool], *map(encode, arguments)]
        self.process.stdin.write("\t".join(fields) + "\n")
        self.process.stdin.flush()
        code, out, err = self.process.stdout.readline().rstrip("\n").split("\t")
        return Ended(int(code), base64.b64decode(out).decode(errors="replace"),
                     base64.b64decode(err).decode(errors="replace"))

    def check(self, tool, *arguments, **options):
        """What it prints; an assertion that shows it when it fails."""
        ended = self.run(tool, *arguments, **options)
        assert ended.code == 0, f"{tool} {arguments}\n{ended.out}{ended.err}"
        return ended.out

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
