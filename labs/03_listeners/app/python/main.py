"""Lab 03. Sends every line of $LAB_DATA/$PLACE.txt to the topic `orders`. It is started twice at the
same time: once inside the container network and once outside. The program is right; what it is told
about the network may not be."""
import os

from confluent_kafka import Producer

place = os.environ["PLACE"]  # "inside" or "outside"
configuration = {"client.id": os.environ["CLIENT_ID"]}
with open(f"{place}.properties", encoding="utf-8") as properties:
    for line in properties:
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            configuration[name.strip()] = value.strip()
producer = Producer(configuration)
with open(f"{os.environ['LAB_DATA']}/{place}.txt", encoding="utf-8") as orders:
    for line in orders:
        producer.produce("orders", line.rstrip("\n"))
producer.flush(15)
