"""The relay between the nodes of a local cluster (./lab cluster partition, heal), with small echo
servers in place of nodes."""

import subprocess
import sys

import pytest

from kit import nodes

ECHO = '''
import socket, sys, threading

def serve(listener):
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=answer, args=(peer,), daemon=True).start()

def answer(peer):
    while data := peer.recv(1 << 16):
        peer.sendall(data)
    peer.close()

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
print("ready", flush=True)
open_sockets = {}
for line in sys.stdin:
    command, port, *rest = line.split()
    try:
        if command == "dial":
            open_sockets[port] = socket.create_connection(("127.0.0.1", int(port)), 10)
            print("ok", flush=True)
        else:
            one = open_sockets[port]
            if command == "say":
                one.sendall(rest[0].encode() * int(rest[1]))
            one.settimeout(float(rest[2]))
            want, got = len(rest[0]) * int(rest[1]), b""
            while len(got) < want:
                more = one.recv(1 << 16)
                if not more:
                    break
                got += more
            print("heard", len(got), flush=True)
    except TimeoutError:
        print("silence", flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
'''


class EchoNode:
    def __init__(self, port):
        self.process = subprocess.Popen([sys.executable, "-c", ECHO, str(port)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def tell(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def kill(self):
        self.process.kill()
        self.process.wait()


class Network:
    def __init__(self, folder, count):
        ports = nodes.free_ports(2 * count)
        self.links, self.targets = ports[:count], ports[count:]
        self.control = folder / "control"
        options = [f"--link={i + 1}:{self.links[i]}:{self.targets[i]}" for i in range(count)]
        self.relay = subprocess.Popen([nodes.dist() / "libs/kafka-tools", "kraftlab-links", "--control",
                                       self.control, *options], stdout=subprocess.PIPE, text=True)
        assert self.relay.stdout.readline() == "ready\n"
        self.nodes = {}
        for i in range(1, count + 1):
            self.start(i)

    def start(self, i, before=lambda node: None):
        self.nodes[i] = EchoNode(self.targets[i - 1])
        before(self.nodes[i])
        assert self.order(f"node {i} {self.nodes[i].process.pid}") == ""

    def order(self, words):
        ended = nodes.run([nodes.dist() / "libs/kafka-tools", "kraftlab-links", "--control", self.control,
                           "--order", words])
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    def dial(self, a, b):
        return self.nodes[a].tell("dial", self.links[b - 1])

    def say(self, a, b, text="hello", times=1, patience=10):
        return self.nodes[a].tell("say", self.links[b - 1], text, times, patience)

    def hear(self, a, b, text="hello", times=1, patience=10):
        return self.nodes[a].tell("hear", self.links[b - 1], text, times, patience)

    def close(self):
        for node in self.nodes.values():
            node.kill()
        self.relay.terminate()
        assert self.relay.wait(10) == 0


@pytest.fixture
def network(tmp_path):
    made = Network(tmp_path, 3)
    yield made
    made.close()


def test_what_is_said_arrives(network):
    assert network.dial(1, 2) == "ok"
    assert network.say(1, 2) == "heard 5"
    assert network.say(1, 2, "x" * 1000, 5000) == "heard 5000000"


def test_a_cut_loses_nothing_that_heals(network):
    for a, b in ((1, 2), (2, 1), (1, 3)):
        assert network.dial(a, b) == "ok"
    assert network.order("cut 1 2") == "1-2"
    assert network.say(1, 2, patience=0.2) == "silence"
    assert network.say(2, 1, patience=0.2) == "silence"
    assert network.say(1, 3) == "heard 5"
    assert network.order("heal") == ""
    assert network.hear(1, 2) == "heard 5"
    assert network.hear(2, 1) == "heard 5"


def test_dialling_over_a_cut_gets_no_answer_until_it_heals(network):
    network.order("cut 1 2")
    assert network.dial(1, 2) == "ok"  # the relay takes it, as a kernel's queue would
    assert network.say(1, 2, patience=0.2) == "silence"
    assert network.dial(3, 2) == "ok"
    assert network.say(3, 2) == "heard 5"
    network.order("heal 2")
    assert network.hear(1, 2) == "heard 5"


def test_a_dead_node_refuses(network):
    assert network.dial(1, 2) == "ok"
    network.nodes[2].kill()
    assert network.say(1, 2) in ("heard 0", "ConnectionResetError", "BrokenPipeError")
    for _ in range(1000):
        answer = network.dial(1, 2)
        if answer == "ConnectionRefusedError":
            break
    assert answer == "ConnectionRefusedError"
    network.start(2)
    assert network.dial(1, 2) == "ok"
    assert network.say(1, 2) == "heard 5"


def test_a_node_that_dials_before_it_is_known_is_cut_off_too(network):
    network.nodes[2].kill()
    network.start(2, before=lambda node: node.tell("dial", network.links[0]))
    assert network.say(2, 1) == "heard 5"
    network.order("cut 1 2")
    assert network.say(2, 1, patience=0.2) == "silence"


def test_an_order_that_makes_no_sense_is_refused(network):
    for order in ("cut 1", "cut 1 1", "cut a b", "nonsense", "node 1 999999999"):
        ended = nodes.run([nodes.dist() / "libs/kafka-tools", "kraftlab-links", "--control", network.control,
                           "--order", order])
        assert (ended.returncode, ended.stdout) == (1, ""), order
        assert ended.stderr
