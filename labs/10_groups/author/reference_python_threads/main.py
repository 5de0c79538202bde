"""confluent-kafka: packs in another thread. When that takes long it pauses the partitions and goes on
polling, so that no handler keeps it from the next rebalance."""
import os
import re
import signal
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition

stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
common = {"bootstrap.servers": os.environ["BOOTSTRAP"], "client.id": os.environ["CLIENT_ID"]}
producer = Producer({"linger.ms": 0, **common})
consumer = Consumer({"group.id": "packers", "session.timeout.ms": 3000,
                     "heartbeat.interval.ms": 250, "max.poll.interval.ms": 10000,
                     "auto.offset.reset": "earliest", "enable.auto.commit": False, **common})
packing = None  # the thread at work, and the parcel in its hands
parcel = None


def pack(message):
    time.sleep(int(re.search(rb"takes (\d+) ms", message.value())[1]) / 1000)
    producer.produce("packed", message.value())
    producer.flush()


def begin(message):
    global packing, parcel
    parcel = message
    packing = threading.Thread(target=pack, args=(message,))
    packing.start()
    packing.join(0.2)
    if packing.is_alive():
        consumer.pause(consumer.assignment())
    else:
        finish(paused=False)


def finish(paused=True):
    """Commits what is packed, and reads on."""
    global packing
    packing.join()
    packing = None
    place = TopicPartition("parcels", parcel.partition(), parcel.offset() + 1)
    consumer.commit(offsets=[place], asynchronous=False)
    if paused:
        consumer.resume(consumer.assignment())


def hand_over(consumer, partitions):
    """Before a partition goes to another, what is in hand is finished and committed."""
    if packing is not None:
        finish()


consumer.subscribe(["parcels"], on_revoke=hand_over)
while not stopping.is_set():
    message = consumer.poll(0.005 if packing else 0.1)
    if message is not None and not message.error():
        begin(message)
    elif packing is not None and not packing.is_alive():
        finish()
consumer.close()
