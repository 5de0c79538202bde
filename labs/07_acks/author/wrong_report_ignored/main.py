"""Believes that produce() without an exception means stored; nobody reads the reports."""
import os

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP"], "acks": "all",
                     "batch.num.messages": 10})
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as lines:
    orders = [line.rstrip("\n") for line in lines]
for order in orders:
    producer.produce("orders", order)
producer.flush()
for order in orders:
    producer.produce("ledger", order)
producer.flush()
