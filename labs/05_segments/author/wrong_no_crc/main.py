"""Believes that what stands on a disk is right: looks at no checksum."""
import os
import pathlib
import struct
import zlib

from confluent_kafka import Producer

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def varint(data, at):
    """A zigzag varint, and where the next field begins."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value >> 1 ^ -(value & 1), at


def records(batch):
    """(offset delta, value) of each record."""
    count, = struct.unpack_from(">i", batch, 57)
    body = batch[61:]
    if batch[22] & 7 == 1:  # gzip
        body = zlib.decompress(body, wbits=31)
    at = 0
    for _ in range(count):
        length, at = varint(body, at)
        end = at + length
        at += 1  # attributes
        _, at = varint(body, at)  # timestamp delta
        delta, at = varint(body, at)
        key_length, at = varint(body, at)
        at += max(key_length, 0)
        value_length, at = varint(body, at)
        yield delta, body[at:at + value_length]
        at = end


def decode(data):
    """(offset, value) of each record of the intact batches."""
    at = 0
    while at + 61 <= len(data):
        base, length = struct.unpack_from(">qi", data, at)
        batch = data[at:at + 12 + length]
        at += 12 + length
        crc, = struct.unpack_from(">I", batch, 17)
        if len(batch) < 12 + length:
            continue
        for delta, value in records(batch):
            yield base + delta, value


producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP"]})
folder = pathlib.Path(os.environ["LAB_DATA"]) / "orders-0"
for file in sorted(folder.glob("*.log")):
    for offset, value in decode(file.read_bytes()):
        producer.produce("decoded", value, key=str(offset))
producer.flush()
