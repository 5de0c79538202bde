"""confluent-kafka, and listeners named after where they lead."""
import os

from confluent_kafka import Producer

place = os.environ["PLACE"]
bootstrap = {"inside": "broker:19092", "outside": "127.0.0.1:29092"}[place]
producer = Producer({"bootstrap.servers": bootstrap, "client.id": os.environ["CLIENT_ID"]})
with open(f"{os.environ['LAB_DATA']}/{place}.txt", encoding="utf-8") as orders:
    for line in orders:
        producer.produce("orders", line.rstrip("\n"))
producer.flush()
