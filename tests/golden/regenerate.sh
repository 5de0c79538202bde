#!/usr/bin/env bash
# tests/golden/regenerate.sh LIBS: makes the golden messages anew with Apache Kafka's own encoder.
# LIBS is a directory with the jars of Apache Kafka 4.3.0 (mvn -f tests/peers/pom.xml
# dependency:copy-dependencies -DoutputDirectory=LIBS). Needs a JDK, 17 or later.
set -euo pipefail

libs=$(readlink -f "${1:?"usage: tests/golden/regenerate.sh LIBS"}")
root=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../..")
rm -rf "$root/tests/golden/messages"
java -cp "$libs/*" "$root/tests/peers/java/GoldenBytes.java" "$libs" "$root/tests/golden/messages"
du -sh "$root/tests/golden/messages"
