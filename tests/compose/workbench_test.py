"""The workbench: all that ./lab needs in one image. Building that image installs a compiler, three
languages and their clients, so the whole is for KRAFTLAB_LONG=1; what it must hold is compared with
what ./lab itself installs in every run."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from kit.engine import Engine, Unavailable

ROOT = pathlib.Path(__file__).parents[2]
WORKBENCH = ROOT / "compose/workbench"


def test_it_has_what_the_build_needs():
    wanted = re.search(r'^build_packages="(.*?)"', (ROOT / "lab").read_text(), re.MULTILINE | re.DOTALL)
    installed = (WORKBENCH / "Dockerfile").read_text().split()
    missing = [line.split(":")[0] for line in wanted.group(1).splitlines()
               if line.split(":")[0] not in installed]
    assert not missing


@pytest.mark.timeout(1800)
@pytest.mark.skipif(not os.environ.get("KRAFTLAB_LONG"), reason="builds an image: KRAFTLAB_LONG=1")
def test_a_lab_is_graded_in_it(tmp_path):
    try:
        engine = Engine()
        engine.have_base()
    except Unavailable as reason:
        pytest.skip(f"Docker: {reason}")
    try:
        grade_in(engine, tmp_path)
    finally:
        engine.close()


def grade_in(engine, folder):
    checkout, built = folder / "checkout", folder / "build"
    subprocess.run(["git", "clone", "-q", ROOT, checkout], check=True)
    shutil.copytree(WORKBENCH, checkout / "compose/workbench", dirs_exist_ok=True)
    for own in pathlib.Path("/usr/local/share/ca-certificates").glob("*.crt"):
        shutil.copy(own, checkout / "compose/workbench/certificates")
    build = pathlib.Path(os.environ["KRAFTLAB_BUILD"])  # so that nothing is compiled in there
    shutil.copytree(os.environ["KRAFTLAB_DIST"], built / "kafka", symlinks=True)
    for program in ("kraftlab", "kraftlab-proxy"):
        shutil.copy(build / program, built)
    for what in ("distribution", "kraftlab"):
        (built / f".built-{what}").touch()
    compose = [*engine.compose_command, "-f", checkout / "compose/workbench.yml"]
    engine.run([*compose, "build"], True, timeout=1200)

    def lab(*arguments):
        return engine.run([*compose, "run", "--rm", "-T", "-v", f"{built}:/keep/build", "lab",
                           *arguments], False, timeout=600)

    doctor = lab("doctor")
    assert doctor.returncode == 0 and "building" not in doctor.stdout, doctor.stdout + doctor.stderr
    assert lab("start", "02").returncode == 0
    assert (checkout / "work/02-first-program/main.cc").exists()
    assert lab("grade", "02").returncode == 1
    for make in ("cpp", "kafka_python", "notebook"):
        done = lab("grade", "02", "--solution", f"labs/02_first_program/author/reference_{make}")
        assert done.returncode == 0, done.stdout + done.stderr
