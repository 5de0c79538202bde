"""Believes that one request at a time and many retries are safe: the order holds, the count does
not."""
import os

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers=os.environ["BOOTSTRAP"], acks="all", retries=100,
                         max_in_flight_requests_per_connection=1, enable_idempotence=False,
                         batch_size=600)
with open(os.environ["LAB_DATA"] + "/payments.txt", encoding="utf-8") as payments:
    for line in payments:
        producer.send("payments", line.rstrip("\n").encode())
producer.flush()
