"""confluent-kafka: the same three steps from a program."""
import os

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

BOOTSTRAP = os.environ["BOOTSTRAP"]

with open(os.environ["LAB_DATA"] + "/cities.txt", encoding="utf-8") as lines:
    cities = lines.read().splitlines()

admin = AdminClient({"bootstrap.servers": BOOTSTRAP})
created = admin.create_topics([NewTopic("cities", num_partitions=1, replication_factor=1)])
created["cities"].result()

producer = Producer({"bootstrap.servers": BOOTSTRAP})
for city in cities:
    producer.produce("cities", city)
producer.flush()

consumer = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "readers",
                     "auto.offset.reset": "earliest"})
consumer.subscribe(["cities"])
read = 0
while read < len(cities):
    message = consumer.poll(1.0)
    if message is not None and not message.error():
        print(message.offset(), message.value().decode())
        read += 1
consumer.close()
