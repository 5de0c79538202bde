"""A client that bootstraps and cannot reach the address it is then told: the broker's log says so, and is
silent about clients that only look around."""

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from kit.clusters import wait_until
from kit.nodes import Kraftlab, free_ports
from kit.traffic import QUIET

SIGN = "it seems that it cannot reach"


def test_a_client_that_cannot_reach_the_advertised_address_is_told_of(tmp_path):
    [nowhere] = free_ports(1)
    with Kraftlab(tmp_path / "node", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{nowhere}"}) as node:
        for _ in range(5):
            AdminClient({"bootstrap.servers": node.bootstrap, **QUIET}).list_topics(timeout=2)
        assert SIGN not in node.log_text()
        producer = Producer({"bootstrap.servers": node.bootstrap, "client.id": "billing", **QUIET})
        producer.produce("orders", b"1")
        wait_until(lambda: (producer.poll(0.1), SIGN in node.log_text())[1], "a line in the broker's log", 60)
        line = next(line for line in node.log_text().splitlines() if SIGN in line)
        for part in ("WARN", '"billing" at 127.0.0.1', "listener PLAINTEXT", f"127.0.0.1:{nowhere}", "advertised.listeners"):
            assert part in line, line
        producer.purge()
