"""Compares every message's description with the schemas that Apache Kafka's jars carry.

Field by field and in order: name, type, versions, versions in which it may be null, tag, default;
and for each message its versions and its first flexible one. Needs KRAFTLAB_KAFKA_LIBS (the jars)
and KRAFTLAB_BUILD (protocol-schema-dump, which prints our descriptions).
"""

import json
import os
import pathlib
import re
import subprocess
import zipfile

import pytest

EVER = 32767
JARS = ["clients", "metadata", "group-coordinator", "transaction-coordinator", "share-coordinator"]
NOT_MESSAGES = {
    "RequestHeader", "ResponseHeader",  # protocol/frame.h reads and writes them by hand
    "ControlRecordTypeSchema",  # two numbers, see protocol/control_records.h
}
PRIMITIVES = {"bool", "int8", "int16", "int32", "int64", "uint16", "uint32", "float64", "string",
              "uuid", "bytes", "records"}


def official_schemas(libs):
    found = {}
    for jar in JARS:
        path = next(pathlib.Path(libs).glob(f"kafka-{jar}-4.3.0.jar"))
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"common/(message|metadata)/\w+\.json", name):
                    text = archive.read(name).decode()
                    schema = json.loads(re.sub(r"(?m)^\s*//.*$", "", text))
                    if "fields" in schema and schema["name"] not in NOT_MESSAGES:
                        found[schema["name"]] = schema
    return found


def our_schemas(build):
    dump = subprocess.run([pathlib.Path(build) / "protocol-schema-dump"], check=True,
                          capture_output=True, text=True).stdout
    return {schema["name"]: schema for schema in map(json.loads, dump.splitlines())}


def versions(text):
    """"2+" -> (2, EVER), "1-3" -> (1, 3), "none" -> None."""
    if text in (None, "none"):
        return None
    if text.endswith("+"):
        return int(text[:-1]), EVER
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def within(inner, outer):
    """The part of a range that lies in another; None when there is none."""
    if inner is None or outer is None:
        return None
    low, high = max(inner[0], outer[0]), min(inner[1], outer[1])
    return (low, high) if low <= high else None


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def official_default(field):
    kind, given = field["type"], field.get("default")
    if given == "null":
        return None
    if kind.startswith("[]"):
        return []
    if kind == "bool":
        return str(given).lower() == "true"
    if kind == "float64":
        return float(given or 0)
    if kind in ("string", "bytes"):
        return given or ""
    if kind == "uuid":
        return "A" * 22
    if kind == "records":
        return 0  # an official default of null is empty records here
    if kind in PRIMITIVES:
        return int(str(given), 0) if given is not None else 0
    return "struct"


class Comparison:
    def __init__(self, schema):
        self.schema = schema
        self.valid = versions(schema["validVersions"])
        self.common = {struct["name"]: struct["fields"] for struct in schema.get("commonStructs", [])}
        self.differences = []
        self.fields = 0

    def expect(self, where, what, official, ours):
        if official != ours:
            self.differences.append(f"{where}: {what} is {official!r} in Kafka, {ours!r} here")

    def compare(self, ours):
        name = self.schema["name"]
        flexible = versions(self.schema["flexibleVersions"])
        if within(flexible, self.valid) is None:
            flexible = None
        self.expect(name, "versions", self.valid, (ours["min_version"], ours["max_version"]))
        self.expect(name, "first flexible version", flexible[0] if flexible else EVER,
                    ours["flexible_since"])
        self.compare_fields(name, self.schema["fields"], ours["fields"], self.valid)
        return self

    def compare_fields(self, where, official, ours, outer):
        self.expect(where, "field names", [snake(f["name"]) for f in official],
                    [f["name"] for f in ours])
        for theirs, mine in zip(official, ours):
            self.compare_field(f"{where}.{mine['name']}", theirs, mine, outer)

    def compare_field(self, where, theirs, mine, outer):
        self.fields += 1
        exists = within(versions(theirs.get("versions", theirs.get("taggedVersions"))), outer)
        null = within(versions(theirs.get("nullableVersions")), exists)
        our_null = within((mine["nullable_since"], mine["nullable_until"]), exists)
        tagged = versions(theirs.get("taggedVersions"))
        self.expect(where, "type", theirs["type"], mine["type"])
        self.expect(where, "versions", exists, within((mine["since"], mine["until"]), outer))
        self.expect(where, "nullable versions", null, our_null)
        self.expect(where, "tag", theirs.get("tag", -1), mine["tag"])
        self.expect(where, "tag in all versions", True, tagged is None or within(exists, tagged) == exists)
        default = mine["default"]
        self.expect(where, "default", official_default(theirs),
                    "struct" if isinstance(default, dict) else default)
        self.expect(where, "the same default in wire()", True, mine["default_agrees"])
        if exists != outer:  # where it cannot be left out, this says nothing
            self.expect(where, "ignorable", str(theirs.get("ignorable", False)).lower() == "true",
                        mine["ignorable"])
        if "fields" in mine:
            inner = theirs.get("fields") or self.common[theirs["type"].removeprefix("[]")]
            self.compare_fields(where, inner, mine["fields"], exists)


@pytest.fixture(scope="module")
def libs():
    path = os.environ.get("KRAFTLAB_KAFKA_LIBS")
    if not path:
        pytest.skip("the jars of Apache Kafka are not here (KRAFTLAB_KAFKA_LIBS)")
    return path


def test_every_field_is_as_in_the_official_schemas(libs):
    official = official_schemas(libs)
    ours = our_schemas(os.environ["KRAFTLAB_BUILD"])
    assert sorted(official) == sorted(ours)
    differences, fields = [], 0
    for name, schema in official.items():
        comparison = Comparison(schema).compare(ours[name])
        differences += comparison.differences
        fields += comparison.fields
    assert not differences, "\n".join(differences)
    assert fields > 1900
    print(f"{len(official)} messages, {fields} fields agree")
