"""Believes that retries keep the order by themselves: many requests in flight, no idempotence."""
import os

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP"], "batch.num.messages": 10,
                     "max.in.flight": 100})
with open(os.environ["LAB_DATA"] + "/payments.txt", encoding="utf-8") as payments:
    for line in payments:
        producer.produce("payments", line.rstrip("\n"))
producer.flush(30)
