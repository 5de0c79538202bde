"""Divides the partitions by the packer's number. Nobody takes over what a dead packer had."""
import os
import re
import time

from confluent_kafka import Consumer, Producer, TopicPartition

name = os.environ["CLIENT_ID"]
common = {"bootstrap.servers": os.environ["BOOTSTRAP"], "client.id": name}
producer = Producer(common)
consumer = Consumer({"group.id": "packers", "auto.offset.reset": "earliest",
                     "enable.auto.commit": False, **common})
mine = {"packer-1": [0, 1], "packer-2": [2], "packer-3": [3]}[name]
consumer.assign([TopicPartition("parcels", partition) for partition in mine])
while True:
    message = consumer.poll(0.1)
    if message is not None and not message.error():
        time.sleep(int(re.search(rb"takes (\d+) ms", message.value())[1]) / 1000)
        producer.produce("packed", message.value())
        producer.flush()
        consumer.commit(message=message, asynchronous=False)
