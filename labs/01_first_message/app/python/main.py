"""Lab 01. Create the topic `cities`, write each line of $LAB_DATA/cities.txt into it, read all of
them back from the first one."""
import os

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

BOOTSTRAP = os.environ["BOOTSTRAP"]

with open(os.environ["LAB_DATA"] + "/cities.txt", encoding="utf-8") as lines:
    cities = lines.read().splitlines()


def create_topic():
    admin = AdminClient({"bootstrap.servers": BOOTSTRAP})
    # TODO: admin.create_topics([NewTopic(...)]) returns at once; what does it return, and who waits?


def write_cities():
    producer = Producer({"bootstrap.servers": BOOTSTRAP})
    # TODO: one message for each city; and what has to happen before this function may return?


def read_cities():
    consumer = Consumer({
        "bootstrap.servers": BOOTSTRAP,
        "group.id": "readers",
        # TODO: where does a consumer begin that has never read anything?
    })
    # TODO: subscribe, poll until all cities have come.
    consumer.close()


create_topic()
write_cities()
read_cities()
