"""Every solution of every lab, graded for real: starters fail, references pass, and each wrong
solution fails on its own rule. What is expected stands in the labs' own lab.toml. Each verdict is
then given again by replay. And the commands around it: start, hint, solution, reset, export."""

import csv
import importlib.util
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib

import pytest

ROOT = pathlib.Path(os.environ["KRAFTLAB_ROOT"])
BUILD = pathlib.Path(os.environ["KRAFTLAB_BUILD"])
DIST = pathlib.Path(os.environ["KRAFTLAB_DIST"])
LABS = [(toml.parent, tomllib.loads(toml.read_text()))
        for toml in sorted((ROOT / "labs").glob("[0-9]*/lab.toml"))]


def solutions():
    for folder, lab in LABS:
        for solution in lab["solutions"]:
            name = solution["path"].replace("author/", "").replace("/", "_")
            yield pytest.param(lab["id"], folder, solution, id=f"{lab['id']}-{name}")


def skip_without(needs):
    if needs.startswith("python:"):
        if importlib.util.find_spec(needs.removeprefix("python:")) is None:
            pytest.skip(f"{needs} is not installed")
    elif needs and not shutil.which(needs):
        pytest.skip(f"{needs} is not installed")


def kraftlab(state, *arguments):
    environment = dict(os.environ, KRAFTLAB_STATE=str(state), KRAFTLAB_DIST=str(DIST),
                       KRAFTLAB_WORK=str(state / "work"), LAB_PYTHON=sys.executable)
    return subprocess.run([BUILD / "kraftlab", *arguments], env=environment, text=True,
                          capture_output=True, timeout=180)


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


@pytest.mark.parametrize("lab, folder, solution", list(solutions()))
def test_solution_is_judged_as_its_lab_says(lab, folder, solution, tmp_path, compiled):
    skip_without(solution.get("needs", ""))
    status, verdict = grade(tmp_path, lab, folder / solution["path"], cache=compiled)
    detail = json.dumps(verdict, indent=1)
    if solution["expect"] == "pass":
        assert (status, verdict["outcome"]) == (0, "PASS"), detail
    else:
        assert (status, verdict["outcome"]) == (1, "FAIL"), detail
        failed = next(f for f in verdict["findings"] if f["outcome"] == "FAIL")
        assert failed["rule"] == solution["rule"], detail
        assert failed["saw"] and failed["expected"] and failed["advice"], detail
    again = kraftlab(tmp_path, "replay", verdict["run"], "--json")
    assert again.returncode == status
    assert json.loads(again.stdout) == verdict


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
    runs = [grade(tmp_path, "08", lab / "author/wrong_retries_off", seed=99, cache=compiled)[1]
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
    assert "reference_kcat" in kraftlab(tmp_path, "solution", "01").stdout
    exported = json.loads(kraftlab(tmp_path, "export").stdout)["labs"][0]
    assert (exported["state"], exported["hints_read"]) == ("passed", 2)
    rows = list(csv.DictReader(io.StringIO(kraftlab(tmp_path, "export", "--format", "csv").stdout)))
    assert rows[0]["run"] == exported["run"]
    assert kraftlab(tmp_path, "verify", exported["run"]).returncode == 0
    secret = kraftlab(tmp_path, "verify", exported["run"], "--secret-seed", "31337",
                      "--solution", str(work))
    assert secret.returncode == 0 and "seed 31337" in secret.stdout
    assert kraftlab(tmp_path, "reset", "01", "--yes").returncode == 0
    assert not (work / "mine.txt").exists()
    assert list((tmp_path / "before-reset").glob("*/mine.txt"))


def test_a_starter_comes_in_the_language_asked_for(tmp_path):
    assert kraftlab(tmp_path, "start", "02", "--in", "python").returncode == 0
    assert (tmp_path / "work/02-first-program/main.py").exists()
    refused = kraftlab(tmp_path, "start", "04", "--in", "go")
    assert refused.returncode == 1 and "cpp, python" in refused.stderr


def test_doctor_finds_this_machine_fit(tmp_path):
    done = kraftlab(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
