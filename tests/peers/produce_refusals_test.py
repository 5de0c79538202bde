"""Batches that no broker should take, sent to Apache Kafka and to us: the same error codes."""

import gzip
import socket
import struct
import time

import pytest

NONE, UNKNOWN_SERVER_ERROR, CORRUPT_MESSAGE, MESSAGE_TOO_LARGE = 0, -1, 2, 10
INVALID_TIMESTAMP, UNSUPPORTED_COMPRESSION_TYPE, INVALID_RECORD = 32, 76, 87
NOW = int(time.time() * 1000)  # of the import: hours may pass until a batch is sent
DAY = 86_400_000


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return ~crc & 0xFFFFFFFF


def uvarint(n):
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def read_uvarint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def varint(n):
    return uvarint(n << 1 if n >= 0 else (-n << 1) - 1)


def field(data):
    return varint(-1) if data is None else varint(len(data)) + data


def record(offset_delta=0, timestamp_delta=0, key=b"k", value=b"v", headers=b"\0", longer=0):
    body = b"\0" + varint(timestamp_delta) + varint(offset_delta) + field(key) + field(value) + headers
    return varint(len(body) + longer) + body


def batch(*records, base_offset=0, magic=2, attributes=0, last=None, base_timestamp=NOW,
          max_timestamp=None, producer=(-1, -1, -1), count=None, packed=None, wrong_crc=0, cut=0):
    body = b"".join(records) if packed is None else packed
    count = len(records) if count is None else count
    last = count - 1 if last is None else last
    max_timestamp = base_timestamp if max_timestamp is None else max_timestamp
    after_crc = struct.pack(">hiqqqhii", attributes, last, base_timestamp, max_timestamp, *producer,
                            count) + body
    head = struct.pack(">ibI", -1, magic, crc32c(after_crc) ^ wrong_crc)
    whole = struct.pack(">qi", base_offset, len(head) + len(after_crc)) + head + after_crc
    return whole[:len(whole) - cut]


class Client:
    def __init__(self, node):
        self.socket = socket.create_connection(("127.0.0.1", node.port))

    def ask(self, key, version, body):
        frame = struct.pack(">hhih4sB", key, version, 1, 4, b"test", 0) + body
        self.socket.sendall(struct.pack(">i", len(frame)) + frame)
        size = struct.unpack(">i", self.receive(4))[0]
        return self.receive(size)[5:]

    def receive(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            assert more, "the broker closed the connection"
            data += more
        return data

    def create(self, topic, **configs):
        named = b"".join(uvarint(len(k) + 1) + k.encode() + uvarint(len(v) + 1) + v.encode() + b"\0"
                         for k, v in configs.items())
        body = (b"\2" + uvarint(len(topic) + 1) + topic.encode() + struct.pack(">ih", 1, 1) + b"\1" +
                uvarint(len(configs) + 1) + named + b"\0" + struct.pack(">ib", 30000, 0) + b"\0")
        self.ask(19, 7, body)
        for _ in range(200):
            if self.produce(topic, batch(record()))[0] == NONE:
                return
            time.sleep(0.05)  # the leader is being made known
        raise AssertionError(f"{topic} did not get ready")

    def produce(self, topic, records):
        """The error code and the indexes of refused records."""
        body = (b"\0" + struct.pack(">hi", -1, 30000) + b"\2" + uvarint(len(topic) + 1) +
                topic.encode() + b"\2" + struct.pack(">i", 0) +
                uvarint(len(records) + 1) + records + b"\0\0\0")
        answer = self.ask(0, 9, body)
        at = 1 + 1 + len(topic) + 1 + 4
        code = struct.unpack_from(">h", answer, at)[0]
        at += 2 + 8 + 8 + 8
        refused = [0] * (answer[at] - 1)
        at += 1
        for i in range(len(refused)):
            refused[i] = struct.unpack_from(">i", answer, at)[0]
            length, at = read_uvarint(answer, at + 4)
            at += max(length - 1, 0) + 1
        return code, refused


TWO = (record(0), record(1))
GZIP = 1
PACKED = gzip.compress(b"".join(TWO))

# name: (topic, bytes, code, refused records)
CASES = {
    "a good batch": ("plain", batch(*TWO), NONE, []),
    "a good gzip batch": ("plain", batch(packed=PACKED, count=2, attributes=GZIP), NONE, []),
    "no bytes": ("plain", b"", INVALID_RECORD, []),
    "half a header": ("plain", batch(*TWO)[:30], INVALID_RECORD, []),
    "a cut batch": ("plain", batch(*TWO, cut=1), INVALID_RECORD, []),
    "two batches": ("plain", batch(*TWO) * 2, INVALID_RECORD, []),
    "one and a half": ("plain", batch(*TWO) + batch(*TWO, cut=1), NONE, []),
    "magic 0": ("plain", batch(*TWO, magic=0), INVALID_RECORD, []),
    "magic 1": ("plain", batch(*TWO, magic=1), INVALID_RECORD, []),
    "magic 3": ("plain", batch(*TWO, magic=3), CORRUPT_MESSAGE, []),
    "a base offset": ("plain", batch(*TWO, base_offset=1), INVALID_RECORD, []),
    "a wrong checksum": ("plain", batch(*TWO, wrong_crc=1), CORRUPT_MESSAGE, []),
    "too large": ("small", batch(record(value=b"x" * 2000)), MESSAGE_TOO_LARGE, []),
    "a control batch": ("plain", batch(*TWO, attributes=0x20), INVALID_RECORD, []),
    "count too large": ("plain", batch(*TWO, count=3, last=1), INVALID_RECORD, []),
    "last offset too large": ("plain", batch(*TWO, last=2), INVALID_RECORD, []),
    "no records": ("plain", batch(count=0), INVALID_RECORD, []),
    "fewer records than counted": ("plain", batch(*TWO, count=3), INVALID_RECORD, []),
    "more records than counted": ("plain", batch(*TWO, count=1), INVALID_RECORD, []),
    "a record that is too long": ("plain", batch(record(longer=1)), INVALID_RECORD, []),
    "a record that is too short": ("plain", batch(record(longer=-1)), INVALID_RECORD, []),
    "a producer id without sequence": ("plain", batch(*TWO, producer=(5, 0, -1)), INVALID_RECORD, []),
    "the append time from a client": ("plain", batch(*TWO, attributes=8), NONE, []),
    "the append time where the broker sets it": ("stamped", batch(*TWO, attributes=8), INVALID_TIMESTAMP, [0, 1]),
    "a time too late": ("plain", batch(record(0), record(1, 2 * DAY)), INVALID_TIMESTAMP, [1]),
    "a time too late where the broker sets it": ("stamped", batch(record(0, 2 * DAY)), NONE, []),
    "a time too early": ("bounded", batch(record(0, -2 * DAY)), INVALID_TIMESTAMP, [0]),
    "no time": ("bounded", batch(record(), base_timestamp=-1), NONE, []),
    "no key in a compacted topic": ("compacted", batch(record(), record(1, key=None)), INVALID_RECORD, [1]),
    "no key and a wrong time": (
        "compacted", batch(record(0, key=None), record(1, 2 * DAY)), INVALID_TIMESTAMP, [0, 1]),
    "gzip: more records than counted": (
        "plain", batch(packed=PACKED, count=1, attributes=GZIP), INVALID_RECORD, []),
    "gzip: fewer records than counted": (
        "plain", batch(packed=PACKED, count=3, attributes=GZIP), INVALID_RECORD, []),
}

# Where we are stricter, or say more; no client sends such a thing.
STRICTER = {
    "an unknown codec": (batch(*TWO, attributes=5), UNSUPPORTED_COMPRESSION_TYPE, UNKNOWN_SERVER_ERROR),
    "a damaged gzip stream": (
        batch(packed=b"not gzip", count=2, attributes=GZIP), CORRUPT_MESSAGE, UNKNOWN_SERVER_ERROR),
    "gzip: a record that is too long": (
        batch(packed=gzip.compress(record(longer=1)), count=1, attributes=GZIP), INVALID_RECORD, NONE),
    "offsets with a gap": (batch(record(0), record(2)), INVALID_RECORD, NONE),
    "gzip: offsets with a gap": (
        batch(packed=gzip.compress(record(0) + record(2)), count=2, attributes=GZIP), INVALID_RECORD,
        UNKNOWN_SERVER_ERROR),
    "a delete horizon": (batch(*TWO, attributes=0x40), INVALID_RECORD, NONE),
}


def client_of(node):
    client = Client(node)
    client.create("plain")
    client.create("small", **{"max.message.bytes": "1000"})
    client.create("stamped", **{"message.timestamp.type": "LogAppendTime"})
    client.create("bounded", **{"message.timestamp.before.max.ms": str(DAY)})
    client.create("compacted", **{"cleanup.policy": "compact"})
    return client


@pytest.fixture(scope="module")
def kafka(apache_kafka):
    return client_of(apache_kafka)


@pytest.fixture(scope="module")
def ours(shared_node):
    return client_of(shared_node)


@pytest.mark.parametrize("name", CASES)
def test_apache_kafka_refuses(kafka, name):
    topic, records, code, refused = CASES[name]
    assert kafka.produce(topic, records) == (code, refused)


@pytest.mark.parametrize("name", CASES)
def test_we_refuse_the_same(ours, name):
    topic, records, code, refused = CASES[name]
    assert ours.produce(topic, records) == (code, refused)


@pytest.mark.parametrize("name", STRICTER)
def test_apache_kafka_is_more_lenient(kafka, name):
    records, _, code = STRICTER[name]
    assert kafka.produce("plain", records)[0] == code


@pytest.mark.parametrize("name", STRICTER)
def test_we_are_stricter(ours, name):
    records, code, _ = STRICTER[name]
    assert ours.produce("plain", records)[0] == code
