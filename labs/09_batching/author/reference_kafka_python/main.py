"""kafka-python: the same two settings under other names."""
import os
import time

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers=os.environ["BOOTSTRAP"], linger_ms=200,
                         batch_size=1 << 20, compression_type="gzip")
with open(os.environ["LAB_DATA"] + "/readings.txt", "rb") as readings:
    for line in readings:
        producer.send("readings", line.rstrip(b"\n"))
        time.sleep(int(os.environ["GAP_MS"]) / 1000)
producer.flush()
