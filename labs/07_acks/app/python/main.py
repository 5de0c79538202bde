"""Lab 07. Send the lines of $LAB_DATA/orders.txt to `orders`, and write into `ledger` those that are
stored. This ledger believes everything that it is told."""
import os

from confluent_kafka import Producer

BOOTSTRAP = os.environ["BOOTSTRAP"]

orders = Producer({
    "bootstrap.servers": BOOTSTRAP,
    "batch.num.messages": 10,
    "acks": "1",  # TODO: who has to have a record before it counts as stored?
})
sent = []
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as lines:
    for line in lines:
        order = line.rstrip("\n")
        # TODO: on_delivery=FUNCTION is called with (error, message) when its fate is known.
        orders.produce("orders", order)
        sent.append(order)
orders.flush()

ledger = Producer({"bootstrap.servers": BOOTSTRAP})
for order in sent:
    ledger.produce("ledger", order)
ledger.flush()
