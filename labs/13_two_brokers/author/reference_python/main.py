"""confluent-kafka, idempotent: acks=all comes with it, and a retry appends nothing twice."""
import os

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP"],
                     "client.id": os.environ["CLIENT_ID"], "enable.idempotence": True})
with open(f"{os.environ['LAB_DATA']}/{os.environ['STEP']}.txt", encoding="utf-8") as payments:
    for line in payments:
        producer.produce("payments", line.rstrip("\n"))
producer.flush()
