"""Lab 02. Send the lines of $LAB_DATA/orders.txt to the topic `orders`; then read them all back as
the group `shop`, and commit how far you have read."""
import os

from confluent_kafka import Consumer, KafkaError, Producer

BOOTSTRAP = os.environ["BOOTSTRAP"]


def send_orders():
    producer = Producer({"bootstrap.servers": BOOTSTRAP})
    with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as orders:
        for line in orders:
            pass  # TODO: producer.produce("orders", line.rstrip("\n"))
    # TODO: what has to happen before this function may return?


def read_orders():
    consumer = Consumer({
        "bootstrap.servers": BOOTSTRAP,
        "group.id": "shop",
        "enable.auto.commit": False,
        "enable.partition.eof": True,  # poll() says when a partition's end is reached
        # TODO: where does a group begin that has never read anything?
    })
    # TODO: subscribe, poll until KafkaError._PARTITION_EOF, commit.
    consumer.close()


send_orders()
read_orders()
