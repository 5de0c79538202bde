"""The three servers of the bench: how each is formatted, started and stopped.

Every server is a child of this process, listens on loopback and keeps its data in a folder of its
own. Nothing here looks for processes by name.
"""
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw"

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
"""


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Server:
    """A server that can be started again on the same data."""

    name = ""
    can_restart = True  # keeps topics over a restart

    def __init__(self, folder, ports):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.port, self.controller_port = ports
        self.process = None
        self.log = open(self.folder / "output.log", "ab")

    def format(self):
        """Makes the data folder ready for the first start."""

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def start(self):
        """When exec was asked for, as time.monotonic_ns()."""
        started = time.monotonic_ns()
        self.process = subprocess.Popen(
            self.command(), stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
            env=self.environment(), cwd=self.folder)
        return started

    @property
    def pid(self):
        return self.process.pid

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def remove(self):
        self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def last_words(self):
        return (self.folder / "output.log").read_text(errors="replace")[-2000:]


class Floor(Server):
    name = "floor"
    can_restart = False

    def __init__(self, folder, ports, programs):
        super().__init__(folder, ports)
        self.program = Path(programs) / "bench-floor"

    def command(self):
        return [str(self.program), str(self.port), str(self.folder)]


class Broker(Server):
    """A server that reads server.properties."""

    def __init__(self, folder, ports):
        super().__init__(folder, ports)
        self.properties = self.folder / "server.properties"
        self.properties.write_text(PROPERTIES.format(
            port=self.port, controller_port=self.controller_port, data=self.folder / "data"))

    def format_command(self):
        raise NotImplementedError

    def format(self):
        done = subprocess.run(self.format_command(), stdout=self.log, stderr=self.log,
                              stdin=subprocess.DEVNULL, env=self.environment(), cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(f"{self.name}: formatting failed\n{self.last_words()}")


class Ours(Broker):
    name = "kraftlab"

    def __init__(self, folder, ports, distribution):
        super().__init__(folder, ports)
        self.bin = Path(distribution).resolve() / "bin"

    def format_command(self):
        return [str(self.bin / "kafka-storage.sh"), "format", "-t", CLUSTER_ID,
                "-c", str(self.properties)]

    def command(self):
        return [str(self.bin / "kafka-server-start.sh"), str(self.properties)]

    def record(self, evidence):
        """Records what the broker sees into that file, as a graded run does."""
        with open(self.properties, "a") as file:
            file.write(f"kraftlab.evidence.path={evidence}\n")


class ApacheKafka(Broker):
    """Apache Kafka from its jars, with the JVM options of its own start script."""

    name = "Kafka"
    JVM = ["-server", "-Xmx1G", "-Xms1G", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
           "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent",
           "-Djava.awt.headless=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]

    def __init__(self, folder, ports, libs):
        super().__init__(folder, ports)
        self.libs = Path(libs).resolve()

    def java(self, *arguments):
        return ["java", *self.JVM, "-cp", f"{self.libs}/*", *arguments]

    def format_command(self):
        return self.java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID,
                         "-c", str(self.properties))

    def command(self):
        return self.java("kafka.Kafka", str(self.properties))
