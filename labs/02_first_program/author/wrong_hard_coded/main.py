"""Sends the orders of the example, whatever the run has."""
import os

from confluent_kafka import Consumer, KafkaError, Producer

BOOTSTRAP = os.environ["BOOTSTRAP"]

producer = Producer({"bootstrap.servers": BOOTSTRAP})
for number in range(1001, 1031):
    producer.produce("orders", f'{{"order":"{number}","amount":599.99}}')
producer.flush()

consumer = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "shop",
                     "auto.offset.reset": "earliest", "enable.auto.commit": False,
                     "enable.partition.eof": True})
consumer.subscribe(["orders"])
read = 0
while True:
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
