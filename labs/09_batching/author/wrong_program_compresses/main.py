"""Believes that the program has to compress: each value is gzip."""
import gzip
import os
import time

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP"], "linger.ms": 250})
with open(os.environ["LAB_DATA"] + "/readings.txt", "rb") as readings:
    for line in readings:
        producer.produce("readings", gzip.compress(line.rstrip(b"\n")))
        time.sleep(int(os.environ["GAP_MS"]) / 1000)
producer.flush()
