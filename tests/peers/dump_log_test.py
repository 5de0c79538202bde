"""Log files, both ways: Apache Kafka's DumpLogSegments reads ours, our log reads Apache Kafka's.

The program log-files (tests/peers/log_files.cc) stands for our side.
"""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from kit import nodes

RECORD = re.compile(r"^\| offset: (\d+) \w+: (-?\d+) keySize: (-?\d+) valueSize: (-?\d+)")
BATCH = re.compile(r"^baseOffset: (\d+) lastOffset: (\d+) .*isvalid: true")


@pytest.fixture
def log_files():
    program = pathlib.Path(os.environ["KRAFTLAB_BUILD"]) / "log-files"
    assert program.exists(), f"{program} is not built"
    return program


def ours(program, *arguments):
    """The lines that log-files prints."""
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True,
                          text=True).stdout.splitlines()


@pytest.fixture
def dump(java_tools):
    def run(*options):
        ended = java_tools.run("kafka-dump-log", *options)
        assert ended.code == 0, ended.err
        return ended.out.splitlines() + ended.err.splitlines()
    return run


def complaints(lines, base):
    """What DumpLogSegments says beyond the contents. It starts to count at -1 in every segment."""
    known = (r"\|", r"\[.*\] WARN org\.apache\.kafka\.clients",  # of another tool in the same JVM
             r"baseOffset: ", r"Dumping ", r"Log starting offset: ", r"offset: \d+ position: \d+$",
             r"timestamp: -?\d+ offset: \d+$", r"producerId: ", r".* passed sanity check\.$")
    first = [f"Non-consecutive offsets in", f"  -1 is followed by {base}"]
    left = [line for line in lines if line.strip() and not any(re.match(k, line) for k in known)]
    if base > 0 and len(left) == 2 and left[0].startswith(first[0]) and left[1] == first[1]:
        return []
    return left


def segments(folder):
    return sorted(pathlib.Path(folder).glob("*.log"))


def dumped_records(dump, folder):
    """"offset timestamp key-bytes value-bytes" of every record, as DumpLogSegments reads them."""
    rows = []
    for segment in segments(folder):
        for line in dump("--files", segment, "--deep-iteration"):
            if found := RECORD.match(line):
                rows.append(" ".join(found.groups()))
    return rows


@pytest.mark.parametrize("seed", [1, 2])
def test_dump_log_segments_reads_our_files_without_a_complaint(dump, log_files, tmp_path, seed):
    end = ours(log_files, "write", tmp_path, seed)[-1].split()[1]
    folder = tmp_path / "orders-0"
    assert len(segments(folder)) > 1
    for segment in segments(folder):
        base = int(segment.stem)
        files = ",".join(str(segment.with_suffix(s)) for s in (".log", ".index", ".timeindex"))
        assert complaints(dump("--files", files, "--deep-iteration"), base) == []
        for check in ("--verify-index-only", "--index-sanity-check"):
            indexes = ",".join(str(segment.with_suffix(s)) for s in (".index", ".timeindex"))
            assert complaints(dump("--files", indexes, check), 0) == []
    assert dumped_records(dump, folder) == ours(log_files, "cat", folder)[:-1]
    snapshot = dump("--files", folder / f"{int(end):020d}.snapshot")
    assert complaints(snapshot, 0) == []
    assert sorted(re.findall(r"producerId: (\d+)", "\n".join(snapshot))) == ["1000", "1001", "1002"]


def produce(java_tools, node, topic, codec, records):
    java_tools.check("kafka-producer-perf-test", "--topic", topic, "--num-records", records,
                     "--record-size", "700", "--throughput", "-1", "--producer-props",
                     f"bootstrap.servers={node.bootstrap}", f"compression.type={codec}",
                     "batch.size=9000")


def recovery_point(data, topic):
    for line in (data / "recovery-point-offset-checkpoint").read_text().splitlines()[2:]:
        name, partition, offset = line.split()
        if (name, partition) == (topic, "0"):
            return int(offset)
    return 0


def test_our_log_reads_what_apache_kafka_wrote(java_tools, dump, log_files, tmp_path):
    properties = {"log.segment.bytes": "1048576", "num.partitions": "1"}
    with nodes.ApacheKafka(tmp_path / "kafka", properties) as kafka:
        for codec in ("none", "zstd", "lz4", "snappy", "gzip"):
            produce(java_tools, kafka, "orders", codec, 600)
        kafka.kill()
        live = kafka.data / "orders-0"
        killed = tmp_path / "killed-0"
        shutil.copytree(live, killed)
        assert any(f.stat().st_size == 10485760 for f in killed.glob("*.index")), "not preallocated"
        expected = dumped_records(dump, live)
        assert len(expected) == 3000
        found = ours(log_files, "cat", killed)
        assert found[:-1] == expected
        assert found[-1].split()[:3] == ["end", "3000", "0"]

        kafka.start()
        kafka.stop()
        point = recovery_point(kafka.data, "orders")
        assert point == 3000
        stopped = tmp_path / "stopped-0"
        shutil.copytree(live, stopped)
        assert ours(log_files, "cat", stopped, "--clean", point)[:-1] == expected

        for segment in segments(stopped)[-1:]:  # its own files draw no other remark than ours
            files = ",".join(str(segment.with_suffix(s)) for s in (".log", ".index", ".timeindex"))
            assert int(segment.stem) > 0
            assert complaints(dump("--files", files, "--deep-iteration"), int(segment.stem)) == []

        # With nothing but the batches left, the rest is made anew.
        bare = tmp_path / "bare-0"
        bare.mkdir()
        for segment in segments(live):
            shutil.copy(segment, bare)
        assert ours(log_files, "cat", bare)[:-1] == expected
        metadata = ours(log_files, "cat", shutil.copytree(kafka.data / "__cluster_metadata-0",
                                                          tmp_path / "__cluster_metadata-0"))
        assert int(metadata[-1].split()[1]) > 10
