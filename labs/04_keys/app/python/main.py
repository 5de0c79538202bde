"""Lab 04. Send each order with its customer as key, so that a customer's orders keep their order;
then send a receipt for each, that names the place where it stands."""
import os

from confluent_kafka import Producer

BOOTSTRAP = os.environ["BOOTSTRAP"]
receipts = []


def report(error, message):
    if error is None:
        # TODO: what names a record of a topic with three partitions?
        receipts.append((message.key(), "?"))


producer = Producer({"bootstrap.servers": BOOTSTRAP})
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as lines:
    for line in lines:
        customer, order = line.rstrip("\n").split("\t")
        # TODO: the key; and which partition does a producer in Java choose for it?
        producer.produce("orders", order, on_delivery=report)
producer.flush()

desk = Producer({"bootstrap.servers": BOOTSTRAP})
for customer, place in receipts:
    desk.produce("receipts", place, key=customer)
desk.flush()
