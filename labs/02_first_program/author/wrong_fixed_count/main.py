"""Believes that there are always ten orders."""
import os

from confluent_kafka import Consumer, KafkaError, Producer

BOOTSTRAP = os.environ["BOOTSTRAP"]

producer = Producer({"bootstrap.servers": BOOTSTRAP})
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as orders:
    for line in orders:
        producer.produce("orders", line.rstrip("\n"))
producer.flush()

consumer = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "shop",
                     "auto.offset.reset": "earliest", "enable.auto.commit": False,
                     "enable.partition.eof": True})
consumer.subscribe(["orders"])
read = 0
while read < 10:
    message = consumer.poll(1)
    if message is None:
        continue
    if message.error():
        if message.error().code() == KafkaError._PARTITION_EOF:
            break
        continue
    read += 1
    print(message.value().decode())
consumer.commit(asynchronous=False)
consumer.close()
