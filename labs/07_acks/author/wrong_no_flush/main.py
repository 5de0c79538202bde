"""Believes that ending the program sends what is left in the queue."""
import os

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP"], "acks": "all",
                     "linger.ms": 1000})
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as lines:
    for line in lines:
        producer.produce("orders", line.rstrip("\n"))
os._exit(0)
