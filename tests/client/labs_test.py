"""Every solution of every lab, graded for real: starters fail, references pass, and each wrong
solution fails on its own rule. What is expected stands in the labs' own lab.toml. Each verdict is
then given again by replay. And the course of a lab: start, hint, solution, reset, export.

KRAFTLAB_LONG=1 is the long form: 100 runs of each reference and 20 of each other solution, on
random seeds (KRAFTLAB_RUNS=N: N and N/5). It takes about two hours."""

import contextlib
import csv
import importlib.util
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib
from xml.etree import ElementTree

import pytest

from kit.fixed_ports import fixed_ports

ROOT = pathlib.Path(os.environ["KRAFTLAB_ROOT"])
BUILD = pathlib.Path(os.environ["KRAFTLAB_BUILD"])
DIST = pathlib.Path(os.environ["KRAFTLAB_DIST"])
RUNS = int(os.environ.get("KRAFTLAB_RUNS") or (100 if os.environ.get("KRAFTLAB_LONG") else 1))
LABS = [(toml.parent, tomllib.loads(toml.read_text()))
        for toml in sorted((ROOT / "labs").glob("[0-9]*/lab.toml"))]


def solutions():
    for folder, lab in LABS:
        for solution in lab["solutions"]:
            if solution.get("long") and not os.environ.get("KRAFTLAB_LONG"):
                continue
            name = solution["path"].removeprefix("author/").removesuffix(".patch").replace("/", "_")
            yield pytest.param(lab["id"], folder, solution, id=f"{lab['id']}-{name}")


def skip_without(needs):
    if needs.startswith("python:"):
        if importlib.util.find_spec(needs.removeprefix("python:")) is None:
            pytest.skip(f"{needs} is not installed")
    elif needs and not shutil.which(needs):
        pytest.skip(f"{needs} is not installed")


def environment_of(state):
    return dict(os.environ, KRAFTLAB_STATE=str(state), KRAFTLAB_DIST=str(DIST),
                KRAFTLAB_WORK=str(state / "work"), LAB_PYTHON=sys.executable)


def kraftlab(state, *arguments, timeout=180):
    listens = arguments[:2] == ("grade", "03")
    with fixed_ports() if listens else contextlib.nullcontext():
        return subprocess.run([BUILD / "kraftlab", *arguments], env=environment_of(state), text=True,
                              capture_output=True, timeout=timeout)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """One cache of compiled solutions for all tests."""
    return tmp_path_factory.mktemp("compiled")


def grade(state, lab, folder, seed=None, cache=None):
    if cache is not None and not (state / "compiled").exists():
        (state / "compiled").symlink_to(cache)
    extra = ["--seed", str(seed)] if seed is not None else []
    done = kraftlab(state, "grade", lab, "--json", "--solution", str(folder), *extra)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def verdicts_in(text):
    """The JSON documents that `grade --json --runs N` prints one behind the other."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        verdict, at = decoder.raw_decode(text, at)
        at += 1  # its newline
        yield verdict


def check_verdict(verdict, solution):
    detail = json.dumps(verdict, indent=1)
    if solution["expect"] == "pass":
        assert verdict["outcome"] == "PASS", detail
        return
    assert verdict["outcome"] == "FAIL", detail
    failed = next(f for f in verdict["findings"] if f["outcome"] == "FAIL")
    assert failed["rule"] == solution["rule"], detail
    assert failed["saw"] and failed["expected"] and failed["advice"], detail


@pytest.mark.timeout(300 + 20 * RUNS)
@pytest.mark.parametrize("lab, folder, solution", list(solutions()))
def test_solution_is_judged_as_its_lab_says(lab, folder, solution, tmp_path, compiled):
    skip_without(solution.get("needs", ""))
    runs = RUNS if solution["expect"] == "pass" else max(1, RUNS // 5)
    (tmp_path / "compiled").symlink_to(compiled)
    done = kraftlab(tmp_path, "grade", lab, "--json", "--runs", str(runs), "--solution",
                    str(folder / solution["path"]), timeout=240 + 20 * runs)
    verdicts = list(verdicts_in(done.stdout))
    assert len(verdicts) == runs, done.stderr
    for verdict in verdicts:
        check_verdict(verdict, solution)
    assert done.returncode == (0 if solution["expect"] == "pass" else 1)
    for verdict in verdicts:
        again = kraftlab(tmp_path, "replay", verdict["run"], "--json")
        assert again.returncode == done.returncode
        assert json.loads(again.stdout) == verdict
    for language in languages_of(folder):
        check_translation(tmp_path, verdicts[-1], language)


def languages_of(folder):
    return [file.suffixes[0].strip(".") for file in folder.glob("lab.*.toml")]


def check_translation(state, verdict, language):
    """Not one sentence of the verdict is left in English."""
    shown = kraftlab(state, "replay", verdict["run"], "--lang", language).stdout
    for finding in verdict["findings"]:
        assert finding["sentence"] not in shown
    if verdict["outcome"] == "FAIL":
        failed = next(f for f in verdict["findings"] if f["outcome"] == "FAIL")
        for text in ("expected", "saw", "advice"):
            assert failed[text] not in shown, f"not translated: {failed[text]}"



@pytest.mark.parametrize("lab", [lab["id"] for _, lab in LABS])
def test_printing_the_answer_is_not_an_answer(lab, tmp_path):
    cheat = tmp_path / "cheat"
    cheat.mkdir()
    (cheat / "run").write_text('#!/bin/sh\necho "Created topic cities."\ncat "$LAB_DATA"/*.txt\n')
    (cheat / "run").chmod(0o755)
    status, verdict = grade(tmp_path, lab, cheat)
    assert (status, verdict["outcome"]) == (1, "FAIL")


def test_a_seed_repeats_data_and_faults(tmp_path, compiled):
    lab = ROOT / "labs/08_idempotence"
    runs = [grade(tmp_path, "08", lab / "author/wrong_retries_off.patch", seed=99, cache=compiled)[1]
            for _ in range(2)]
    assert runs[0]["seed"] == runs[1]["seed"] == 99
    heads = [(tmp_path / "runs" / run["run"] / "lab-data/payments.txt").read_text() for run in runs]
    assert heads[0] == heads[1]


def test_a_message_says_fault_expectation_and_next_command(tmp_path, compiled):
    (tmp_path / "compiled").symlink_to(compiled)
    done = kraftlab(tmp_path, "grade", "08", "--seed", "4", "--solution",
                    str(ROOT / "labs/08_idempotence/author/wrong_plain_retry"))
    assert done.returncode == 1
    for words in ("FAIL", "rule 3", "seed 4", "(fired)", "producer_id = -1", "./lab explain 08.3"):
        assert words in done.stdout, done.stdout


def test_a_broker_that_does_not_start_is_heard_out(tmp_path):
    mine = tmp_path / "mine"
    shutil.copytree(ROOT / "labs/03_listeners/author/reference_cpp", mine)
    compose = mine / "compose.yml"
    compose.write_text(compose.read_text().replace("PLAINTEXT_HOST:PLAINTEXT,", ""))
    status, verdict = grade(tmp_path, "03", mine)
    assert status == 1
    finding = next(f for f in verdict["findings"] if f["outcome"] == "FAIL")
    assert finding["rule"] == "03.1"
    assert "add PLAINTEXT_HOST:PLAINTEXT to listener.security.protocol.map" in finding["saw"]


def test_the_course_of_a_lab(tmp_path, compiled):
    """start, nothing overwritten, hints in steps, solution only after PASS, progress, reset."""
    (tmp_path / "compiled").symlink_to(compiled)
    work = tmp_path / "work/01-first-message"
    assert kraftlab(tmp_path, "start", "01").returncode == 0
    (work / "mine.txt").write_text("mine")
    assert "nothing in it was touched" in kraftlab(tmp_path, "start", "first-message").stdout
    assert kraftlab(tmp_path, "solution", "01").returncode == 1
    first, second = (kraftlab(tmp_path, "hint", "01").stdout for _ in range(2))
    assert first.startswith("Hint 1 of") and second.startswith("Hint 2 of")
    assert kraftlab(tmp_path, "grade", "01").returncode == 1
    shutil.copy(ROOT / "labs/01_first_message/author/reference_console/run", work / "run")
    passed = kraftlab(tmp_path, "grade", "01")
    assert passed.returncode == 0
    assert "What you saw" in passed.stdout and "CreateTopics cities" in passed.stdout
    check_page(passed.stdout)
    run = re.search(r"./lab evidence (\S+)", passed.stdout).group(1)
    evidence = kraftlab(tmp_path, "evidence", run).stdout
    assert "record  cities-0  offset 0  key null  value" in evidence
    assert "now  cities-0: leader 1, epoch 0, in sync 1" in evidence
    assert re.search(r"now  cities-0: log end (\d+), high watermark \1\n", evidence)
    assert "reference_kcat" in kraftlab(tmp_path, "solution", "01").stdout
    exported = json.loads(kraftlab(tmp_path, "export").stdout)["labs"][0]
    assert (exported["state"], exported["hints_read"]) == ("passed", 2)
    rows = list(csv.DictReader(io.StringIO(kraftlab(tmp_path, "export", "--format", "csv").stdout)))
    assert rows[0]["run"] == exported["run"]
    assert kraftlab(tmp_path, "verify", exported["run"]).returncode == 0
    handed_in = (tmp_path / "runs" / exported["run"] / "evidence").read_bytes()
    city = (tmp_path / "runs" / exported["run"] / "lab-data/cities.txt").read_bytes().split()[0]
    (tmp_path / "edited").write_bytes(handed_in.replace(city, city[::-1]))
    edited = kraftlab(tmp_path, "verify", str(tmp_path / "edited"))
    assert edited.returncode == 1 and "it was edited" in edited.stderr
    secret = kraftlab(tmp_path, "verify", exported["run"], "--secret-seed", "31337",
                      "--solution", str(work))
    assert secret.returncode == 0 and "seed 31337" in secret.stdout
    assert kraftlab(tmp_path, "reset", "01", "--yes").returncode == 0
    assert not (work / "mine.txt").exists()
    assert list((tmp_path / "before-reset").glob("*/mine.txt"))


def check_page(printed):
    """The path of the page is said; the page needs nothing but itself, and draws the run."""
    path = re.search(r"^as a page *(.*page\.html)$", printed, re.MULTILINE).group(1)
    page = (ROOT / path).read_text()
    assert not re.search(r"<script|<link|<img|src=|href=|url\(", page)
    drawing = ElementTree.fromstring(page[page.index("<svg"):page.index("</svg>") + len("</svg>")])
    words = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"A", "broker", "CreateTopics cities", "Fetch cities-0, 12 records"} <= set(words)


def test_a_starter_comes_in_the_language_asked_for(tmp_path):
    assert kraftlab(tmp_path, "start", "02", "--in", "python").returncode == 0
    assert (tmp_path / "work/02-first-program/main.py").exists()
    assert kraftlab(tmp_path, "start", "01").returncode == 0  # the console tools
    assert "kafka-topics.sh" in (tmp_path / "work/01-first-message/run").read_text()
    refused = kraftlab(tmp_path, "start", "04", "--in", "notebook")
    assert refused.returncode == 1 and "cpp, go, python" in refused.stderr


def test_a_starter_in_go_brings_its_modules_or_says_what_is_missing(tmp_path):
    without = subprocess.run([BUILD / "kraftlab", "start", "02", "--in", "go"], text=True,
                             env=dict(environment_of(tmp_path), PATH="/nonexistent"),
                             capture_output=True)
    assert without.returncode == 1 and "apt-get install golang" in without.stderr
    assert not (tmp_path / "work").exists()
    skip_without("go")
    assert kraftlab(tmp_path, "start", "02", "--in", "go").returncode == 0
    work = tmp_path / "work/02-first-program"
    assert all((work / name).exists() for name in ("main.go", "go.mod", "go.sum", "run"))


def test_a_notebook_says_which_cell_went_wrong(tmp_path):
    cells = [{"cell_type": kind, "source": source}
             for kind, source in (("markdown", ["# words"]), ("code", ["x = 6\n", "x"]),
                                  ("code", ["%matplotlib inline\n", "print(x * 7)"]),
                                  ("code", ["x / 0"]))]
    (tmp_path / "it.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    done = subprocess.run([ROOT / "labs/common/bin/lab-notebook", "it.ipynb"], cwd=tmp_path,
                          text=True, capture_output=True,
                          env=dict(os.environ, LAB_PYTHON=sys.executable))
    assert (done.returncode, done.stdout) == (1, "42\n")
    assert "it.ipynb, cell 3" in done.stderr and "ZeroDivisionError" in done.stderr


@pytest.mark.parametrize("columns, language", [(60, "en"), (80, "en"), (100, "ru")])
def test_the_list_fits_the_terminal(columns, language, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    listed = kraftlab(tmp_path, "list", "--lang", language).stdout
    assert all(lab["id"] in listed and lab["name"] in listed for _, lab in LABS)
    assert max(map(len, listed.splitlines())) <= columns
