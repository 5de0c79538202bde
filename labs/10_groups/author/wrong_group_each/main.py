"""A group for each packer: every packer packs every parcel."""
import os
import re
import time

from confluent_kafka import Consumer, Producer

name = os.environ["CLIENT_ID"]
common = {"bootstrap.servers": os.environ["BOOTSTRAP"], "client.id": name}
producer = Producer(common)
consumer = Consumer({"group.id": "packers-" + name, "auto.offset.reset": "earliest",
                     "enable.auto.commit": False, **common})
consumer.subscribe(["parcels"])
while True:
    message = consumer.poll(0.1)
    if message is not None and not message.error():
        time.sleep(int(re.search(rb"takes (\d+) ms", message.value())[1]) / 1000)
        producer.produce("packed", message.value())
        producer.flush()
        consumer.commit(message=message, asynchronous=False)
