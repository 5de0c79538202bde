"""kafka-python: its partitioner is Java's already."""
import os

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers=os.environ["BOOTSTRAP"], acks="all")
sent = []
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as lines:
    for line in lines:
        customer, order = line.rstrip("\n").encode().split(b"\t")
        sent.append((customer, producer.send("orders", order, key=customer)))
producer.flush()
for customer, report in sent:
    place = report.get()
    producer.send("receipts", f"{place.partition}/{place.offset}".encode(), key=customer)
producer.flush()
