"""Clusters of several nodes, ours and Apache Kafka's in any mixture.

    with Cluster(folder, {1: controller(Kraftlab), 2: broker(Kraftlab), 3: broker(ApacheKafka)}) as cluster:
        cluster.bootstrap                  # all brokers
        cluster[3].kill()                  # see nodes.py
        cluster.quorum().leader            # who leads the metadata quorum, and how far each voter is

Voters are static (controller.quorum.voters) or, with dynamic=True, stand in the log (KIP-853).
"""

import dataclasses
import pathlib
import socket
import struct
import threading
import time

from kit import nodes


@dataclasses.dataclass(frozen=True)
class Part:
    kind: type
    roles: str


def controller(kind):
    return Part(kind, "controller")


def broker(kind):
    return Part(kind, "broker")


def combined(kind):
    return Part(kind, "broker,controller")


class Cluster:
    def __init__(self, folder, parts, dynamic=False, properties=None):
        folder = pathlib.Path(folder)
        ports = {node_id: nodes.free_ports(2) for node_id in parts}
        self.voters = [i for i, part in parts.items() if "controller" in part.roles]
        directories = {i: f"{'A' * 20}{chr(ord('a') + n)}g" for n, i in enumerate(self.voters)}
        replicas = str(min(3, sum("broker" in part.roles for part in parts.values())))
        self.nodes = {}
        for node_id, part in parts.items():
            own = {
                "process.roles": part.roles,
                "node.id": str(node_id),
                "offsets.topic.replication.factor": replicas,
                "default.replication.factor": replicas,
                **addresses(part.roles, ports[node_id]),
                **(properties or {}),
            }
            options = []
            if dynamic:
                own["controller.quorum.voters"] = None
                own["controller.quorum.bootstrap.servers"] = ",".join(
                    f"127.0.0.1:{ports[i][1]}" for i in self.voters)
                options = ["--initial-controllers", ",".join(
                    f"{i}@127.0.0.1:{ports[i][1]}:{directories[i]}" for i in self.voters)
                ] if node_id in self.voters else ["--no-initial-controllers"]
            else:
                own["controller.quorum.voters"] = ",".join(
                    f"{i}@127.0.0.1:{ports[i][1]}" for i in self.voters)
            node = part.kind(folder / f"{part.kind.name}-{node_id}", own, ports[node_id], options)
            node.properties = {k: v for k, v in node.properties.items() if v is not None}
            node.roles = part.roles
            self.nodes[node_id] = node

    def add_controller(self, kind, node_id, properties=None):
        """Starts one more controller of a dynamic quorum: an observer until it is made a voter."""
        ports = nodes.free_ports(2)
        own = {"process.roles": "controller", "node.id": str(node_id), "controller.quorum.voters": None,
               "controller.quorum.bootstrap.servers": ",".join(self[i].bootstrap_controller for i in self.voters),
               **addresses("controller", ports), **(properties or {})}
        folder = self[self.voters[0]].folder.parent / f"{kind.name}-{node_id}"
        node = self.nodes[node_id] = kind(folder, own, ports, ["--no-initial-controllers"])
        node.properties = {k: v for k, v in node.properties.items() if v is not None}
        node.roles = "controller"
        node.start()
        return node

    def __getitem__(self, node_id):
        return self.nodes[node_id]

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        """Starts what does not run, all at once; returns the seconds until the last one was ready."""
        began = time.monotonic()
        self.each([n for n in self.nodes.values() if n.process is None], lambda node: node.start())
        return time.monotonic() - began

    def stop(self):
        self.each([n for n in self.nodes.values() if n.process is not None], lambda node: node.stop())

    def kill(self):
        for node in self.nodes.values():
            if node.process is not None:
                node.kill()

    @staticmethod
    def each(some, action):
        errors = []

        def run(node):
            try:
                action(node)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=run, args=(node,)) for node in some]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    @property
    def brokers(self):
        return [n for n in self.nodes.values() if "broker" in n.roles]

    @property
    def bootstrap(self):
        return ",".join(n.bootstrap for n in self.brokers)

    def quorum(self, timeout=20):
        """The metadata quorum, as its leader describes it."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            for voter in self.voters:
                if self[voter].process is not None:
                    found = describe_quorum(self[voter].controller_port)
                    if found is not None:
                        return found
            time.sleep(0.02)
        raise AssertionError("the metadata quorum has no leader")


def addresses(roles, ports):
    """Listeners for the roles; the ports are the one for clients and the one for controllers."""
    client, quorum = f"PLAINTEXT://127.0.0.1:{ports[0]}", f"CONTROLLER://127.0.0.1:{ports[1]}"
    if roles == "controller":
        return {"listeners": quorum, "advertised.listeners": None}
    if roles == "broker":
        return {"listeners": client}
    return {"listeners": f"{client},{quorum}"}


def wait_until(condition, what, timeout=30):
    """Asks until it holds; returns what it returned."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {timeout} s: {what}")


@dataclasses.dataclass
class Quorum:
    leader: int
    epoch: int
    high_watermark: int
    voters: dict     # id: log end offset
    observers: dict


def describe_quorum(port, timeout=5):
    """DescribeQuorum v0 of a controller; None when it does not lead or does not answer."""
    topic = b"__cluster_metadata"
    body = b"\x02" + bytes([len(topic) + 1]) + topic + b"\x02" + struct.pack(">i", 0) + b"\x00\x00\x00"
    request = struct.pack(">hhih", 55, 0, 1, -1) + b"\x00" + body
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.makefile("rb")
            size, = struct.unpack(">i", answer.read(4))
            return parse_quorum(answer.read(size))
    except (OSError, struct.error):
        return None


def parse_quorum(data):
    at = 5  # correlation id, tags

    def take(layout):
        nonlocal at
        values = struct.unpack_from(">" + layout, data, at)
        at += struct.calcsize(">" + layout)
        return values if len(values) > 1 else values[0]

    def replicas():
        found = {}
        for _ in range(take("B") - 1):
            node_id, end, _ = take("iqB")
            found[node_id] = end
        return found

    error, topics = take("hB")
    if error != 0 or topics != 2:
        return None
    name_bytes = take("B") - 1
    at += name_bytes
    _, _, error, leader, epoch, high_watermark = take("Bihiiq")
    if error != 0:
        return None
    return Quorum(leader, epoch, high_watermark, replicas(), replicas())
