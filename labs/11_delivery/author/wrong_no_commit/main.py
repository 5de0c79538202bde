"""Believes that reading is enough: no position is ever committed."""
import os

from confluent_kafka import Consumer, Producer

bootstrap, source, sink = (os.environ[name] for name in ("BOOTSTRAP", "SOURCE", "SINK"))
producer = Producer({"bootstrap.servers": bootstrap})
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "workers-" + source,
                     "group.instance.id": "worker-1", "auto.offset.reset": "earliest",
                     "enable.auto.commit": False})
consumer.subscribe([source])
for _ in range(int(os.environ["COUNT"])):
    message = None
    while message is None or message.error():
        message = consumer.poll(1)
    producer.produce(sink, message.value())
    producer.flush()
consumer.close()
