"""Lab 05. Decode the segments in $LAB_DATA/orders-0 and send each record to the topic `decoded`:
key = its offset, value = its value. This one takes a segment for text."""
import os
import pathlib
import struct

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP"]})
folder = pathlib.Path(os.environ["LAB_DATA"]) / "orders-0"
for file in sorted(folder.glob("*.log")):
    data = file.read_bytes()
    # TODO: a segment is a row of batches. Where does the first one end?
    base_offset, length = struct.unpack_from(">qi", data, 0)  # the length counts from byte 12 on
    producer.produce("decoded", data, key=str(base_offset))
producer.flush()
