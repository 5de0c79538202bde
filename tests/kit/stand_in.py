"""A broker that is none: it registers with a controller, sends heartbeats and fetches as a follower, each
when a test says so. So the test decides which replica has what, and when.

    two = StandIn(node, 2)
    two.join()                       # registered and unfenced
    two.fetch(topic, 5)              # "I have the records below 5"
    two.leave()                      # fenced
    two.come_back()                  # the same life, unfenced again

Nobody listens at its address: what is led by it cannot be read.
"""

import socket
import struct
import threading
import uuid

from kafka.protocol.consumer import FetchRequest

from kit.clusters import wait_until
from kit.nodes import CLUSTER_ID
from kit.wire import Wire

FEATURES = ("metadata.version", "kraft.version", "transaction.version", "group.version",
            "eligible.leader.replicas.version", "share.version", "streams.version")
INTERVAL_S = 0.5  # of heartbeats
DUPLICATE_BROKER_REGISTRATION = 101


def compact(text):
    return bytes([len(text) + 1]) + text.encode()


class StandIn:
    def __init__(self, node, broker_id, rack=None):
        self.id, self.rack = broker_id, rack
        self.directory = uuid.uuid4()
        self.address = socket.socket()  # bound, so that nobody else gets the port, and not listening
        self.address.bind(("127.0.0.1", 0))
        self.controller = Wire(node, node.controller_port)
        self.broker = Wire(node)
        self.epoch = -1
        self.fence = self.silent = False
        self.lock = threading.Lock()  # of the connection to the controller
        self.closing = threading.Event()
        self.beating = threading.Thread(target=self.beat, daemon=True)
        self.beating.start()

    def beat(self):
        while not self.closing.wait(INTERVAL_S):
            if self.epoch >= 0 and not self.silent:
                self.heartbeat(self.fence)

    def close(self):
        self.closing.set()
        self.beating.join()
        for each in (self.controller, self.broker, self.address):
            each.close()

    def ask_controller(self, key, version, body):
        with self.lock:
            return self.controller.ask_bytes(key, version, body)

    def register(self, incarnation=None, previous_epoch=-1):
        """BrokerRegistration v3: (error code, broker epoch)."""
        port = self.address.getsockname()[1]
        level = {"metadata.version": (7, 100)}
        features = b"".join(compact(name) + struct.pack(">hhB", *level.get(name, (0, 100)), 0) for name in FEATURES)
        body = (struct.pack(">i", self.id) + compact(CLUSTER_ID) + (incarnation or uuid.uuid4()).bytes
                + b"\x02" + compact("PLAINTEXT") + compact("127.0.0.1") + struct.pack(">HhB", port, 0, 0)
                + bytes([len(FEATURES) + 1]) + features + (compact(self.rack) if self.rack else b"\0") + b"\0"
                + b"\x02" + self.directory.bytes
                + struct.pack(">qB", previous_epoch, 0))
        _, error, epoch = struct.unpack_from(">ihq", self.ask_controller(62, 3, body))
        if error == 0:
            self.epoch = epoch
        return error, epoch

    def heartbeat(self, fence=False, shut_down=False, epoch=None):
        """BrokerHeartbeat v0, of a broker that has all metadata: (error code, fenced, may shut down)."""
        epoch = self.epoch if epoch is None else epoch
        body = struct.pack(">iqq??B", self.id, epoch, 1 << 40, fence, shut_down, 0)
        _, error, _, fenced, may_go = struct.unpack_from(">ih???", self.ask_controller(63, 0, body))
        return error, fenced, may_go

    def join(self, previous_epoch=-1):
        """A new life; Apache Kafka has the session of the one before run out first."""
        self.silent, answers = True, []

        def registered():
            answers.append(self.register(previous_epoch=previous_epoch)[0])
            assert answers[-1] in (0, DUPLICATE_BROKER_REGISTRATION), answers
            return answers[-1] == 0

        wait_until(registered, "registered")
        self.silent = False
        self.come_back()

    def leave(self):
        """Fenced at once, as after its session. (In a controlled shutdown leaderships would go first.)"""
        self.fence = True
        error, fenced, _ = self.heartbeat(fence=True)
        assert (error, fenced) == (0, True)

    def come_back(self):
        self.fence = False
        wait_until(lambda: self.heartbeat() == (0, False, False), "it is unfenced")

    def fetch(self, topic, offset, leader_epoch=-1, last_epoch=-1, epoch=None):
        """Fetch v17 without a session, answered at once: the partition's data."""
        part = FetchRequest.FetchTopic.FetchPartition(
            partition=0, current_leader_epoch=leader_epoch, fetch_offset=offset, last_fetched_epoch=last_epoch,
            log_start_offset=0, partition_max_bytes=1 << 20, replica_directory_id=self.directory)
        request = FetchRequest(
            cluster_id=None, max_wait_ms=0, min_bytes=0, max_bytes=1 << 20, isolation_level=0, session_id=0,
            session_epoch=-1, forgotten_topics_data=[], rack_id="",
            replica_state=FetchRequest.ReplicaState(
                replica_id=self.id, replica_epoch=self.epoch if epoch is None else epoch),
            topics=[FetchRequest.FetchTopic(topic_id=topic.id, partitions=[part])])
        return self.broker.ask(request, 17).responses[0].partitions[0]
