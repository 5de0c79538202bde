"""Every solution of every lab, graded for real: starters fail, references pass, and each wrong
solution fails on its own rule. What is expected stands in the labs' own lab.toml."""

import json
import os
import pathlib
import shutil
import subprocess
import tomllib

import pytest

ROOT = pathlib.Path(os.environ["KRAFTLAB_ROOT"])
BUILD = pathlib.Path(os.environ["KRAFTLAB_BUILD"])
DIST = pathlib.Path(os.environ["KRAFTLAB_DIST"])


def solutions():
    for toml in sorted((ROOT / "labs").glob("[0-9]*/lab.toml")):
        lab = tomllib.loads(toml.read_text())
        for solution in lab["solutions"]:
            yield pytest.param(lab["id"], toml.parent, solution,
                               id=f"{lab['id']}-{solution['path'].split('/')[-1]}")


def kraftlab(state, *arguments):
    environment = dict(os.environ, KRAFTLAB_STATE=str(state), KRAFTLAB_DIST=str(DIST))
    return subprocess.run([BUILD / "kraftlab", *arguments], env=environment, text=True,
                          capture_output=True, timeout=120)


def grade(state, lab, folder, seed=None):
    extra = ["--seed", str(seed)] if seed is not None else []
    done = kraftlab(state, "grade", lab, "--json", "--solution", str(folder), *extra)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("lab, folder, solution", list(solutions()))
def test_solution_is_judged_as_its_lab_says(lab, folder, solution, tmp_path):
    needs = solution.get("needs")
    if needs and not shutil.which(needs):
        pytest.skip(f"{needs} is not installed")
    status, verdict = grade(tmp_path, lab, folder / solution["path"], seed=1234)
    detail = json.dumps(verdict, indent=1)
    if solution["expect"] == "pass":
        assert (status, verdict["outcome"]) == (0, "PASS"), detail
    else:
        assert (status, verdict["outcome"]) == (1, "FAIL"), detail
        failed = next(f for f in verdict["findings"] if f["outcome"] == "FAIL")
        assert failed["rule"] == solution["rule"], detail
        assert failed["saw"] and failed["expected"], detail


@pytest.mark.parametrize("lab, folder, solution", list(solutions()))
def test_replay_gives_the_same_verdict(lab, folder, solution, tmp_path):
    if solution.get("needs") and not shutil.which(solution["needs"]):
        pytest.skip(f"{solution['needs']} is not installed")
    status, verdict = grade(tmp_path, lab, folder / solution["path"])
    again = kraftlab(tmp_path, "replay", verdict["run"], "--json")
    assert again.returncode == status
    assert json.loads(again.stdout) == verdict


def test_printing_the_answer_is_not_an_answer(tmp_path):
    cheat = tmp_path / "cheat"
    cheat.mkdir()
    (cheat / "run").write_text('#!/bin/sh\necho "Created topic cities."\ncat "$LAB_DATA/cities.txt"\n')
    (cheat / "run").chmod(0o755)
    status, verdict = grade(tmp_path, "01", cheat)
    assert (status, verdict["outcome"]) == (1, "FAIL")
