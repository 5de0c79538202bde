"""Programs that no lab keeps in its author folder, and what a verdict has to say of them: correct ones
that are made otherwise, and wrong ones whose result looks right."""

import pytest

from client import labs_test
from client.labs_test import grade

compiled = labs_test.compiled

CONFLUENT = """#!/bin/sh
exec lab-python - <<'END'
import os, time
from confluent_kafka import Consumer, Producer
BOOTSTRAP = os.environ["BOOTSTRAP"]
def lines(name):
    return open(os.environ["LAB_DATA"] + "/" + name).read().splitlines()
"""


def judged(tmp_path, lab, run, files=()):
    folder = tmp_path / "program"
    folder.mkdir()
    for name, text in (("run", run), *files):
        (folder / name).write_text(text)
    (folder / "run").chmod(0o755)
    _, verdict = grade(tmp_path, lab, folder)
    return verdict


def expect_fail(verdict, rule, saw):
    failed = next((f for f in verdict["findings"] if f["outcome"] == "FAIL"), None)
    assert verdict["outcome"] == "FAIL" and failed["rule"] == rule, verdict
    assert saw in failed["saw"], failed


# 07: a ledger that is empty because the one batch with all orders was refused

def test_an_empty_ledger_of_no_orders_is_no_ledger(tmp_path):
    verdict = judged(tmp_path, "07", CONFLUENT + """
orders = Producer({"bootstrap.servers": BOOTSTRAP, "linger.ms": 500})
for order in lines("orders.txt"):
    orders.produce("orders", order)
orders.flush()
""")
    expect_fail(verdict, "07.4", "the ledger proves nothing")
