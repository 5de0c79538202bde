"""Fixtures for the tests that need a running node: see kit/nodes.py."""

import os
import pathlib

import pytest

# Where things are: tests/run says it; who starts pytest by hand means this checkout.
ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ.setdefault("KRAFTLAB_ROOT", str(ROOT))
os.environ.setdefault("KRAFTLAB_BUILD", str(ROOT / "build"))
os.environ.setdefault("KRAFTLAB_DIST", str(pathlib.Path(os.environ["KRAFTLAB_BUILD"]) / "kafka"))

from kit import nodes
from kit.java_tools import JavaTools


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture
def node(tmp_path):
    """A fresh node of ours."""
    with nodes.Kraftlab(tmp_path / "kraftlab") as started:
        yield started


@pytest.fixture(scope="module")
def shared_node(tmp_path_factory):
    """A node of ours for all tests of a file: they keep to topics of their own."""
    with nodes.Kraftlab(tmp_path_factory.mktemp("kraftlab")) as started:
        yield started


@pytest.fixture(scope="session")
def kafka_libs():
    """The folder of Apache Kafka's jars; the test is skipped, aloud, where it is not to be had."""
    if nodes.libs() is None:
        pytest.skip("Apache Kafka's jars are not here (KRAFTLAB_KAFKA_LIBS)")
    return nodes.libs()


@pytest.fixture(scope="session")
def java_tools(kafka_libs, tmp_path_factory):
    """Apache Kafka's own command-line tools."""
    tools = JavaTools(tmp_path_factory.mktemp("java-tools"))
    yield tools
    tools.close()


@pytest.fixture(scope="module")
def apache_kafka(kafka_libs, tmp_path_factory):
    """A fresh Apache Kafka for all tests of a file."""
    with nodes.ApacheKafka(tmp_path_factory.mktemp("kafka")) as started:
        yield started


@pytest.fixture(params=["kraftlab", "kafka"])
def either(request, tmp_path):
    """The same test on our node and on Apache Kafka."""
    if request.param == "kafka":
        if nodes.libs() is None:
            pytest.skip("Apache Kafka's jars are not here (KRAFTLAB_KAFKA_LIBS)")
        # After kill -9 it waits until the session of its own old registration is over.
        made = nodes.ApacheKafka(tmp_path / "kafka", {"broker.session.timeout.ms": "4000"})
    else:
        made = nodes.Kraftlab(tmp_path / "kraftlab")
    with made as started:
        yield started
