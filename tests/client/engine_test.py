"""The labs on Apache Kafka itself, through our recording proxy: a reference of each passes, and a
wrong solution fails on the same rule as on our broker. All share one Kafka, which is emptied before
each run; but for lab 03, whose Kafka is what the learner's compose file says."""

import pytest
from client import labs_test
from kit import nodes

ONE_NODE = [(folder, lab) for folder, lab in labs_test.LABS if lab["id"] <= "11"]
compiled = labs_test.compiled

pytestmark = pytest.mark.skipif(nodes.libs() is None, reason="needs Apache Kafka")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    with nodes.ApacheKafka(tmp_path_factory.mktemp("kafka"),
                           {"group.initial.rebalance.delay.ms": 0,
                            "group.min.session.timeout.ms": 500}) as kafka:  # as lab 10 has it
        yield kafka.bootstrap


def first(folder, lab, expect):
    """The first of the author's solutions of that kind that can run here."""
    for solution in lab["solutions"]:
        if solution["path"].startswith("author/") and solution["expect"] == expect:
            try:
                labs_test.skip_without(solution.get("needs", ""))
            except pytest.skip.Exception:
                continue
            return solution
    pytest.skip(f"no such solution of {folder.name} can run here")


@pytest.mark.parametrize("expect", ["pass", "fail"])
@pytest.mark.parametrize("folder, lab", ONE_NODE, ids=[folder.name for folder, _ in ONE_NODE])
def test_a_lab_judges_alike_on_apache_kafka(folder, lab, expect, scratch, tmp_path, compiled,
                                            monkeypatch):
    solution = first(folder, lab, expect)
    monkeypatch.setenv("KRAFTLAB_KAFKA_SCRATCH", scratch)
    (tmp_path / "compiled").symlink_to(compiled)
    done = labs_test.kraftlab(tmp_path, "grade", lab["id"], "--json", "--engine", "kafka",
                              "--solution", str(folder / solution["path"]))
    [verdict] = labs_test.verdicts_in(done.stdout)
    labs_test.check_verdict(verdict, solution)


def test_verify_runs_again_where_the_run_was_made(scratch, tmp_path, compiled, monkeypatch):
    folder, lab = ONE_NODE[0]
    solution = str(folder / first(folder, lab, "pass")["path"])
    monkeypatch.setenv("KRAFTLAB_KAFKA_SCRATCH", scratch)
    (tmp_path / "compiled").symlink_to(compiled)
    done = labs_test.kraftlab(tmp_path, "grade", lab["id"], "--json", "--engine", "kafka",
                              "--solution", solution)
    [verdict] = labs_test.verdicts_in(done.stdout)
    again = labs_test.kraftlab(tmp_path, "verify", verdict["run"], "--secret-seed", "4711",
                               "--solution", solution)
    assert again.returncode == 0, again.stdout
    assert len(list((tmp_path / "runs").glob("*/proxy.log"))) == 2


def test_without_apache_kafka_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.delenv("KRAFTLAB_KAFKA_SCRATCH", raising=False)
    monkeypatch.setenv("KRAFTLAB_KAFKA_LIBS", str(tmp_path / "nowhere"))
    (tmp_path / "run").write_text("#!/bin/sh\n")
    done = labs_test.kraftlab(tmp_path, "grade", "01", "--engine", "kafka", "--solution",
                              str(tmp_path))
    assert done.returncode == 1 and "./lab test --all fetches them" in done.stderr
