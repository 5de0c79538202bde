"""Single requests over a raw connection, in the version that the test names: kafka-python's schemas.

    wire = Wire(node)
    wire.ask(MetadataRequest(...), 12).topics

The two that only brokers send, and the schemas do not have, are written out here.
"""

import importlib
import socket
import struct

from kafka.protocol import schemas  # noqa: F401  kafka-python 3

MODULES = ("admin", "consumer", "metadata", "producer", "consumer.group", "admin.groups", "admin.topics")


def responses():
    found = {}
    for module in (importlib.import_module(f"kafka.protocol.{name}") for name in MODULES):
        for name in dir(module):
            if name.endswith("Response"):
                found[name[:-len("Response")] + "Request"] = getattr(module, name)
    return found


RESPONSES = responses()


class Wire:
    """One connection. ask() is send() and receive()."""

    def __init__(self, node, port=None):
        self.socket = socket.create_connection(("127.0.0.1", port or node.port), timeout=30)
        self.asked = []

    def send(self, request, version):
        request.API_VERSION = version
        request.with_header(correlation_id=len(self.asked), client_id="scene")
        self.socket.sendall(request.encode(header=True, framed=True))
        self.asked.append((type(request), version))

    def receive(self):
        request, version = self.asked[-1]
        response = RESPONSES[request.__name__]
        return response.decode(self.frame(), version=version, header=True)

    def ask(self, request, version):
        self.send(request, version)
        return self.receive()

    def ask_bytes(self, key, version, body):
        """A flexible request, and the body of its answer."""
        header = struct.pack(">hhihB", key, version, len(self.asked), -1, 0)
        self.socket.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
        self.asked.append((key, version))
        return self.frame()[5:]  # correlation id, no tags

    def frame(self):
        return self.read(struct.unpack(">i", self.read(4))[0])

    def read(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            assert more, f"the broker closed the connection after {self.asked[-1]}"
            data += more
        return data

    def close(self):
        self.socket.close()
