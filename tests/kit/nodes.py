"""Nodes for tests: ours and Apache Kafka's, started and stopped the same way.

    with Kraftlab(folder) as node:        # or ApacheKafka(folder)
        node.bootstrap                    # "127.0.0.1:PORT"
        node.kill()                       # kill -9
        node.start()                      # again, on the same data

Both format their data folder on first use. Readiness is the log line that both print.
"""

import itertools
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

READY = "Kafka Server started"
CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw"


def libs():
    """The folder of Apache Kafka's jars, or None."""
    folder = os.environ.get("KRAFTLAB_KAFKA_LIBS")
    return pathlib.Path(folder) if folder and pathlib.Path(folder).is_dir() else None


def dist():
    return pathlib.Path(os.environ["KRAFTLAB_DIST"])


# Below those that the kernel gives to outgoing connections, and a range for each worker of a
# parallel run, so that a port that is free now still is when its node starts.
PORTS_OF_A_WORKER = 2000
FIRST_PORT = 20000 + PORTS_OF_A_WORKER * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 6)
next_port = itertools.count(os.getpid() * 7)


def free_ports(count):
    ports = []
    while len(ports) < count:
        port = FIRST_PORT + next(next_port) % PORTS_OF_A_WORKER
        try:
            socket.create_server(("127.0.0.1", port)).close()
            ports.append(port)
        except OSError:  # taken: the next one
            pass
    return ports


def without_port(text, port, name):
    """A port by name where it stands as a number of its own, not inside an id or a time."""
    return re.sub(rf"(?<![\w-]){port}(?![\w-])", name, text)


class Node:
    """One combined node (broker and controller). Subclasses say how to format and start it."""

    def __init__(self, folder, properties=None, ports=None, format_options=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.controller_port = ports or free_ports(2)
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.bootstrap_controller = f"127.0.0.1:{self.controller_port}"
        self.data = self.folder / "data"
        self.file = self.folder / "server.properties"
        self.log = self.folder / "server.log"
        self.format_options = list(format_options)
        self.process = None
        self.properties = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.data),
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
        }
        if "--standalone" in self.format_options:
            self.properties["controller.quorum.bootstrap.servers"] = self.bootstrap_controller
        else:
            self.properties["controller.quorum.voters"] = f"1@127.0.0.1:{self.controller_port}"
        self.properties.update(properties or {})

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.stop()

    def write_properties(self):
        self.file.write_text("".join(f"{k}={v}\n" for k, v in self.properties.items()))

    def start(self, timeout=60):
        """Starts it and returns the seconds until it was ready."""
        self.write_properties()
        if not (self.data / "meta.properties").exists():
            self.format()
        began = time.monotonic()
        out = open(self.log, "ab")
        self.process = subprocess.Popen(self.start_command(), stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        ready, ended_or_ready = threading.Event(), threading.Event()
        tail = []

        def follow(pipe):
            for line in pipe:
                out.write(line)
                out.flush()
                tail.append(line.decode(errors="replace"))
                if READY in tail[-1]:
                    ready.set()
                    ended_or_ready.set()
                del tail[:-30]
            out.close()
            ended_or_ready.set()

        self.follower = threading.Thread(target=follow, args=(self.process.stdout,), daemon=True)
        self.follower.start()
        ended_or_ready.wait(timeout)
        if not ready.is_set() or self.process.poll() is not None:
            self.kill()
            raise AssertionError("the node did not start:\n" + "".join(tail))
        return time.monotonic() - began

    def end(self, sig, timeout):
        process, self.process = self.process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(sig)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the node did not stop within {timeout} s") from None
        self.follower.join(10)
        return status

    def stop(self, timeout=60):
        return self.end(signal.SIGTERM, timeout)

    def kill(self):
        return self.end(signal.SIGKILL, 30)

    def restart(self):
        self.stop()
        return self.start()

    def log_text(self):
        return self.log.read_text(errors="replace")


class Kraftlab(Node):
    name = "kraftlab"

    def format(self):
        subprocess.run([dist() / "bin/kafka-storage.sh", "format", "-t", CLUSTER_ID, "-c", self.file,
                        *self.format_options], check=True, capture_output=True, text=True)

    def start_command(self):
        return [dist() / "bin/kafka-server-start.sh", self.file]


class ApacheKafka(Node):
    name = "kafka"

    def format(self):
        subprocess.run(java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", self.file,
                            *self.format_options), check=True, capture_output=True, text=True)

    def start_command(self):
        return java("kafka.Kafka", self.file)


def java(main, *arguments):
    """A command line that runs a class of Apache Kafka; its log goes to stderr or, for the server, stdout."""
    log = ["-Dorg.slf4j.simpleLogger.logFile=System.out"] if main == "kafka.Kafka" else [
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    return ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *log,
            "-cp", f"{libs()}/*", main, *map(str, arguments)]


def run(command, stdin=None, timeout=120, check=False):
    """Runs a command to its end; stdout and stderr as text."""
    return subprocess.run([str(c) for c in command], input=stdin, text=True, capture_output=True,
                          timeout=timeout, check=check,
                          stdin=subprocess.DEVNULL if stdin is None else None)


def tool(name, *arguments, **options):
    """One of our own tools."""
    return run([dist() / "bin" / name, *arguments], **options)
