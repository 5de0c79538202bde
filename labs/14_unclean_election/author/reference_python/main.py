"""confluent-kafka for all of it: the topic's policy, the producer, and the reader."""
import os
import pathlib

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource,
                                   ResourceType)

STEP = os.environ["STEP"]
COMMON = {"bootstrap.servers": os.environ["BOOTSTRAP"], "client.id": os.environ["CLIENT_ID"],
          "topic.metadata.refresh.interval.ms": 500}
LOST = (KafkaError._AUTO_OFFSET_RESET, KafkaError._LOG_TRUNCATION, KafkaError.OFFSET_OUT_OF_RANGE)


def allow_unclean_leaders_of_clicks():
    entry = ConfigEntry("unclean.leader.election.enable", "true",
                        incremental_operation=AlterConfigOpType.SET)
    topic = ConfigResource(ResourceType.TOPIC, "clicks", incremental_configs=[entry])
    admin = AdminClient(COMMON)
    admin.incremental_alter_configs([topic])[topic].result(30)


def end_of(consumer):
    while True:
        try:
            return consumer.get_watermark_offsets(TopicPartition("clicks", 0), timeout=1)[1]
        except KafkaException as problem:
            print(f"no leader yet: {problem}")


def read(producer):
    consumer = Consumer({**COMMON, "group.id": "readers", "enable.auto.commit": False,
                         "auto.offset.reset": "error"})
    consumer.assign([TopicPartition("clicks", 0, 0)])
    while True:
        message = consumer.poll(0.1)
        producer.poll(0)
        if message is None:
            continue
        if not message.error():
            producer.produce("seen", message.value())
        elif message.error().code() in LOST:
            end = end_of(consumer)
            print(f"clicks were lost: going on at offset {end}")
            consumer.assign([TopicPartition("clicks", 0, end)])


def send(producer):
    for topic in ("ledger", "clicks"):
        lines = pathlib.Path(os.environ["LAB_DATA"], f"{topic}-{STEP}.txt")
        for line in lines.read_text(encoding="utf-8").splitlines() if lines.exists() else []:
            producer.produce(topic, line)
    producer.flush()


if STEP == "morning":
    allow_unclean_leaders_of_clicks()
producer = Producer({**COMMON, "enable.idempotence": True})
read(producer) if STEP == "read" else send(producer)
