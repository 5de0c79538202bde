"""kafka-python: one future for each order; the ledger names those that came true."""
import os

from kafka import KafkaProducer

BOOTSTRAP = os.environ["BOOTSTRAP"]
producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, acks="all", batch_size=400,
                         enable_idempotence=False)  # an idempotent one stops at such an error
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as lines:
    orders = [line.rstrip("\n").encode() for line in lines]
reports = [producer.send("orders", order) for order in orders]
producer.flush()
for order, report in zip(orders, reports):
    if report.succeeded():
        producer.send("ledger", order)
producer.flush()
