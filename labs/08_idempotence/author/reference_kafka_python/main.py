"""Another client: kafka-python, idempotent."""
import os
import sys

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers=os.environ["BOOTSTRAP"], enable_idempotence=True,
                         acks="all", linger_ms=0)
with open(os.environ["LAB_DATA"] + "/payments.txt", encoding="utf-8") as payments:
    reports = [producer.send("payments", line.rstrip("\n").encode()) for line in payments]
producer.flush()
sys.exit(any(report.failed() for report in reports))
