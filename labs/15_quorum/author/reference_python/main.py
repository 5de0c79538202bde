"""confluent-kafka creates and produces; the quorum is asked with the stock tool, which the client
library has no call for."""
import os
import subprocess

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, step, topic = (os.environ[name] for name in ("BOOTSTRAP", "STEP", "TOPIC"))


def leader():
    command = ["kafka-metadata-quorum.sh", "--bootstrap-server", bootstrap, "describe", "--status"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=4).stdout
    except subprocess.TimeoutExpired:
        return "none"
    lines = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    return lines.get("LeaderId", "none").strip()


leads = leader()
created = AdminClient({"bootstrap.servers": bootstrap}).create_topics(
    [NewTopic(topic, 1, 1)], request_timeout=4, operation_timeout=3)[topic]
try:
    created.result(5)
except (KafkaException, TimeoutError) as problem:
    print(f"{topic} was not created: {problem}")
producer = Producer({"bootstrap.servers": bootstrap})
producer.produce("events", f"{step} leader={leads}")
producer.flush()
