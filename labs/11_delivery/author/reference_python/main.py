"""confluent-kafka: acts on five messages at a time, and commits once for the five."""
import os

from confluent_kafka import Consumer, Producer, TopicPartition

bootstrap, source, sink = (os.environ[name] for name in ("BOOTSTRAP", "SOURCE", "SINK"))
count = int(os.environ["COUNT"])
producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 0})
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "workers-" + source,
                     "group.instance.id": "worker-1", "auto.offset.reset": "earliest",
                     "enable.auto.commit": False})


def act(messages):
    for message in messages:
        producer.produce(sink, message.value())
    producer.flush()


def commit(messages):
    place = TopicPartition(source, 0, messages[-1].offset() + 1)
    consumer.commit(offsets=[place], asynchronous=False)


steps = [act, commit] if os.environ["MODE"] == "at-least-once" else [commit, act]
position = max(consumer.committed([TopicPartition(source, 0)])[0].offset, 0)
consumer.subscribe([source])
while position < count:
    messages = [m for m in consumer.consume(5, timeout=0.2) if not m.error()]
    if messages:
        for step in steps:
            step(messages)
        position = messages[-1].offset() + 1
consumer.close()
