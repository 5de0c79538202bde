"""kafka-python: another producer, another consumer; the end comes from end_offsets()."""
import os

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

BOOTSTRAP = os.environ["BOOTSTRAP"]
PARTITION = TopicPartition("orders", 0)

producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, acks="all")
with open(os.environ["LAB_DATA"] + "/orders.txt", encoding="utf-8") as orders:
    for line in orders:
        producer.send("orders", line.rstrip("\n").encode())
producer.flush()

consumer = KafkaConsumer("orders", bootstrap_servers=BOOTSTRAP, group_id="shop",
                         auto_offset_reset="earliest", enable_auto_commit=False)
end = consumer.end_offsets([PARTITION])[PARTITION]
for message in consumer:
    print(message.value.decode())
    if message.offset == end - 1:
        break
consumer.commit()
consumer.close()
