"""The command ./lab: what it refuses and how, what it never loses, what it leaves behind when it is
interrupted, and in which language it speaks."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import tomllib

import pytest

from client import labs_test
from client.labs_test import (BUILD, LABS, ROOT, environment_of, kraftlab, languages_of,
                              skip_without)

compiled = labs_test.compiled


def started(tmp_path, text):
    """Lab 01 begun, with this text as its run."""
    assert kraftlab(tmp_path, "start", "01").returncode == 0
    run = tmp_path / "work/01-first-message/run"
    run.write_text(text, newline="")
    return run


def test_a_starter_is_there_whole_or_not_at_all(tmp_path):
    lab = tmp_path / "root/labs/01_half"
    (lab / "app").mkdir(parents=True)
    (lab / "lab.toml").write_text('id = "01"\nname = "half"\ntitle = "t"\ngoal = "g"\n')
    (lab / "app/run").write_text("#!/bin/sh\n")  # and no README.md
    environment = dict(environment_of(tmp_path), KRAFTLAB_ROOT=str(tmp_path / "root"))
    for _ in range(2):
        refused = subprocess.run([BUILD / "kraftlab", "start", "01"], env=environment, text=True,
                                 capture_output=True)
        assert refused.returncode == 1 and "cannot make" in refused.stderr
    assert list((tmp_path / "work").iterdir()) == []


def left_behind(tmp_path):
    """The processes whose command names something in this folder."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue  # it has ended
        if str(tmp_path) in words:
            found.append(words)
    return found


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_an_interrupted_grade_leaves_no_process_behind(name, tmp_path):
    child = tmp_path / "child"
    shutil.copy("/bin/sleep", child)
    # SIGKILL gives no chance to end what the learner's program has started.
    started(tmp_path, f"#!/bin/sh\n{'exec ' if name == 'SIGKILL' else ''}{child} 60\n")
    number = getattr(signal, name)
    heard = [] if name == "SIGKILL" else [number]  # tests in the background may ignore SIGINT
    with subprocess.Popen([BUILD / "kraftlab", "grade", "01"], env=environment_of(tmp_path),
                          stdout=subprocess.DEVNULL,
                          preexec_fn=lambda: [signal.signal(one, signal.SIG_DFL) for one in heard]
                          ) as grading:
        wait_until(lambda: any(str(child) in words for words in left_behind(tmp_path)))
        assert any("server.properties" in words for words in left_behind(tmp_path))
        grading.send_signal(number)
        assert grading.wait(timeout=10) == -number
    wait_until(lambda: not left_behind(tmp_path))
    run = next((tmp_path / "runs").iterdir()).name
    assert kraftlab(tmp_path, "replay", run).returncode == 2


def wait_until(holds, seconds=20):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("arguments", [
    (), ("grade",), ("grade", "01", "--seed", "-5"), ("grade", "01", "--seed", "9" * 25),
    ("grade", "01", "--runs", "0"), ("start", "01", "--in", "cobol"), ("explain", "01.9"),
    ("replay", "x" * 300), ("hint", "77")])
def test_what_is_refused_ends_with_status_1(arguments, tmp_path):
    refused = kraftlab(tmp_path, *arguments)
    assert (refused.returncode, refused.stdout) == (1, "") and refused.stderr


def test_a_lab_on_a_cluster_is_not_graded_on_apache_kafka(tmp_path):
    refused = kraftlab(tmp_path, "grade", "13", "--engine", "kafka", "--solution",
                       str(ROOT / "labs/13_two_brokers/app"))
    assert refused.returncode == 1 and "runs on a cluster" in refused.stderr


@pytest.mark.parametrize("arguments", [
    ("grade", "99"), ("grade", "01"), ("replay", "nothing"), ("verify", "/etc/hostname"),
    ("evidence", "x" * 300)])
def test_a_refusal_is_json_where_json_was_asked_for(arguments, tmp_path):
    refused = kraftlab(tmp_path, *arguments, "--json")
    assert refused.returncode == 1
    assert f"lab: {json.loads(refused.stdout)['error']}\n" == refused.stderr


def test_progress_that_was_cut_short_loses_nothing(tmp_path):
    (tmp_path / "progress.tsv").write_bytes(
        b"# kraftlab progress 2\nbadge\t01\tgold\npassed\t01\t2026-11-21T20:15:00Z\t\xff\xfe")
    before = (tmp_path / "progress.tsv").read_bytes()
    assert kraftlab(tmp_path, "hint", "02").returncode == 0
    assert (tmp_path / "progress.tsv").read_bytes() == before + b"\nhint\t02\t1\n"
    rows = json.loads(kraftlab(tmp_path, "export").stdout)["labs"]
    assert (rows[0]["state"], rows[1]["hints_read"]) == ("passed", 1)


def test_two_grades_of_one_seed_at_once_have_a_run_each(tmp_path):
    started(tmp_path, (ROOT / "labs/01_first_message/author/reference_console/run").read_text())
    both = [subprocess.Popen([BUILD / "kraftlab", "grade", "01", "--seed", "5", "--json"],
                             env=environment_of(tmp_path), stdout=subprocess.PIPE, text=True)
            for _ in range(2)]
    verdicts = [json.loads(each.communicate()[0]) for each in both]
    assert [verdict["outcome"] for verdict in verdicts] == ["PASS", "PASS"]
    assert verdicts[0]["run"] != verdicts[1]["run"]


def test_doctor_finds_this_machine_fit(tmp_path):
    done = kraftlab(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout


def test_watch_grades_again_on_saving(tmp_path, compiled):
    (tmp_path / "compiled").symlink_to(compiled)
    assert kraftlab(tmp_path, "start", "01").returncode == 0
    run = tmp_path / "work/01-first-message/run"
    reference = (ROOT / "labs/01_first_message/author/reference_console/run").read_text()
    with subprocess.Popen([BUILD / "kraftlab", "watch", "01"], env=environment_of(tmp_path),
                          stdout=subprocess.PIPE, text=True) as watch:
        try:
            seen = lines_until(watch.stdout, "Watching")
            assert any(line.startswith("FAIL") for line in seen)
            run.write_text(reference)  # as an editor does: written and closed
            seen = lines_until(watch.stdout, "Watching")
            assert any(line.startswith("PASS") for line in seen)
            beside = run.with_name("run.new")  # as another does: a new file takes its place
            beside.write_text("#!/bin/sh\nexit 1\n")
            beside.chmod(0o755)
            beside.rename(run)
            seen = lines_until(watch.stdout, "Watching")
            assert any(line.startswith("FAIL") for line in seen)
        finally:
            watch.kill()


def test_watch_sees_what_was_saved_while_it_graded(tmp_path):
    run = started(tmp_path, "#!/bin/sh\necho begun\nsleep 2\n")
    reference = (ROOT / "labs/01_first_message/author/reference_console/run").read_text()
    with subprocess.Popen([BUILD / "kraftlab", "watch", "01"], env=environment_of(tmp_path),
                          stdout=subprocess.PIPE, text=True) as watch:
        try:
            lines_until(watch.stdout, "begun")
            saved = run.with_name("run.new")
            saved.write_text(reference)
            saved.chmod(0o755)
            saved.rename(run)
            seen = lines_until(watch.stdout, "Watching")
            assert [line[:4] for line in seen if line[:4] in ("PASS", "FAIL")] == ["FAIL", "PASS"]
        finally:
            watch.kill()


def lines_until(stream, beginning):
    seen = []
    for line in stream:
        seen.append(line)
        if line.startswith(beginning):
            return seen
    pytest.fail("it ended: " + "".join(seen))


@pytest.mark.parametrize("folder", [folder for folder, _ in LABS], ids=lambda f: f.name)
def test_a_translated_lab_is_translated_whole(folder):
    for language in languages_of(folder):
        texts = tomllib.loads((folder / f"lab.{language}.toml").read_text())
        assert texts["title"] and texts["goal"] and texts["first_step"] and texts["messages"]
        english = [folder / "README.md", *(folder / "hints").glob("?.md")]
        assert all(file.with_suffix(f".{language}.md").exists() for file in english)
        rules = set(re.findall(r'\{"(\d\d\.\d)"', (folder / "rules.cc").read_text()))
        assert set(texts["rules"]) == rules
        assert all(rule["sentence"] and rule["explanation"] for rule in texts["rules"].values())


def test_the_language_is_chosen_by_option_or_environment(tmp_path):
    for variable, arguments in (("LANG", []), ("LC_ALL", []), ("", ["--lang", "ru"])):
        environment = environment_of(tmp_path)
        for name in ("LANG", "LC_ALL", "LC_MESSAGES"):
            environment.pop(name, None)
        if variable:
            environment[variable] = "ru_RU.UTF-8"
        done = subprocess.run([BUILD / "kraftlab", "start", "01", *arguments], env=environment,
                              text=True, capture_output=True)
        assert "Первое сообщение" in done.stdout and "Цель" in done.stdout
        readme = tmp_path / "work/01-first-message/README.md"
        assert "Первое сообщение" in readme.read_text()
        shutil.rmtree(tmp_path / "work")
    assert "Подсказка 1 из" in kraftlab(tmp_path, "--lang", "ru", "hint", "01").stdout
    assert "намеренно" in kraftlab(tmp_path, "explain", "01.1", "--lang", "ru").stdout
    untranslated = kraftlab(tmp_path, "start", "05", "--lang", "ru").stdout
    assert "Decode a partition" in untranslated and "Цель" in untranslated
    refused = kraftlab(tmp_path, "list", "--lang", "russian")
    assert refused.returncode == 1 and "like en or ru" in refused.stderr


def complete(shell, *words):
    """What the shell offers for the last of the words, behind ./lab."""
    quoted = " ".join(f"'{word}'" for word in ("./lab", *words))
    setting = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}"
    call = '_kraftlab_complete; printf "%s\\n" "${COMPREPLY[@]}"'
    if shell == "zsh":  # as its bashcompinit calls it; it leaves out what does not fit itself
        call = f"compgen -F _kraftlab_complete -- '{words[-1]}'"
    done = subprocess.run([shell, "-c", f'eval "$(./lab completion {shell})"; {setting}; {call}'],
                          cwd=ROOT, text=True, capture_output=True)
    assert not done.stderr, done.stderr
    return [word for word in done.stdout.split() if word.startswith(words[-1])]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_shell_completes(shell):
    skip_without(shell)
    assert complete(shell, "gra") == ["grade"]
    assert {"01", "first-message", "11", "delivery"} <= set(complete(shell, "start", ""))
    assert complete(shell, "start", "01", "--in", "p") == ["python"]
    assert complete(shell, "explain", "08.3") == ["08.3"]
    assert complete(shell, "grade", "08", "--se") == ["--seed"]
    assert complete(shell, "grade", "08", "--e") == ["--engine"]
    assert complete(shell, "cluster", "s") == ["status", "stop"]
    assert complete(shell, "reset-broker", "--") == ["--yes"]
    assert "README.md" in complete(shell, "verify", "READ")
    assert complete(shell, "cluster", "kill", "s") == []
    # Every word that is offered behind `cluster` is one that it knows, and none is left out.
    usage = subprocess.run(["./lab", "cluster", "--help"], cwd=ROOT, text=True, capture_output=True)
    assert set(complete(shell, "cluster", "")) == set(re.findall(r"lab cluster ([a-z]+)", usage.stdout))


@pytest.mark.parametrize("command", ["up", "down", "status", "logs", "build", "reset-broker", "cluster",
                                     "completion", "sim", "bench", "test"])
def test_help_does_nothing_but_help(command, tmp_path):
    data = tmp_path / "broker/data"
    data.mkdir(parents=True)
    done = subprocess.run([ROOT / "lab", command, "--help"], stdin=subprocess.DEVNULL, text=True,
                          env=dict(environment_of(tmp_path), CI="true"), capture_output=True)
    assert done.returncode == 0, done.stderr
    assert command in done.stdout or command == "bench" and "usage" in done.stdout
    assert data.exists() and list(tmp_path.rglob("*")) == [tmp_path / "broker", data]


def test_what_a_build_says_is_not_in_the_json(tmp_path):
    build = tmp_path / "build"
    programs = {"ninja": "echo some work", "build/kraftlab": "echo '{}'",
                "build/kafka/bin/kafka-server-start.sh": "", "build/build.ninja": ""}
    for name, text in programs.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    environment = dict(environment_of(tmp_path), KRAFTLAB_BUILD=str(build),
                       PATH=f"{tmp_path}:{os.environ['PATH']}")

    def lab(*words):
        return subprocess.run([ROOT / "lab", *words], env=environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL)
    built_by_the_way = lab("list", "--json")
    assert built_by_the_way.stdout == "{}\n", built_by_the_way.stderr
    assert "building" in built_by_the_way.stderr
    (build / ".built-kraftlab").unlink()
    assert "some work" in lab("build").stdout
    assert lab("list", "--json").stderr == ""  # nothing is left to build


def test_wrong_numbers_are_answered_in_a_sentence(tmp_path):
    for words in (["up", "--port"], ["up", "--port", "08"], ["up", "--port", "70000"],
                  ["cluster", "08"], ["cluster", "0"], ["cluster", "3", "--port"]):
        done = subprocess.run([ROOT / "lab", *words], env=environment_of(tmp_path), text=True,
                              capture_output=True)
        assert done.returncode == 1 and done.stderr.startswith("lab: "), done.stderr
    stop = subprocess.run([ROOT / "lab", "cluster", "stop"], env=environment_of(tmp_path), text=True,
                          capture_output=True)
    assert stop.stdout == "There is no cluster.\n"
