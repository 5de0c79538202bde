"""confluent-kafka creates and produces; the quorum is asked with the stock tool, which the client
library has no call for. Asking and creating go side by side: without a quorum both wait."""
import os
import subprocess

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, step, topic = (os.environ[name] for name in ("BOOTSTRAP", "STEP", "TOPIC"))


def leader():
    command = ["kafka-metadata-quorum.sh", "--bootstrap-server", bootstrap, "describe", "--status"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=5).stdout
    except subprocess.TimeoutExpired:
        return "none"
    lines = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    return lines.get("LeaderId", "none").strip()


admin = AdminClient({"bootstrap.servers": bootstrap})
created = admin.create_topics([NewTopic(topic, 1, 1)], request_timeout=5, operation_timeout=4)[topic]
leads = leader()
try:
    created.result(5)
except (KafkaException, TimeoutError) as problem:
    print(f"{topic} was not created: {problem}")
producer = Producer({"bootstrap.servers": bootstrap})
producer.produce("events", f"{step} leader={leads}")
producer.flush()
