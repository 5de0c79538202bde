"""A Docker engine for the tests: the one that runs, or one started by hand for them.

    engine()      DOCKER_HOST's value ("" for the default one), or Unavailable with the reason
    base_image()  debian:bookworm-slim, pulled or else made with debootstrap

What is made by hand stands in .lab/docker, so that a second run starts at once.
"""

import json
import os
import pathlib
import shutil
import subprocess
import time

BASE = "debian:bookworm-slim"
IMAGE = "kraftlab:latest"


class Unavailable(Exception):
    pass


def state():
    root = pathlib.Path(os.environ["KRAFTLAB_ROOT"])
    return pathlib.Path(os.environ.get("KRAFTLAB_STATE", root / ".lab")) / "docker"


class Engine:
    def __init__(self):
        self.daemon = None
        self.host = self.running() or self.started()
        self.compose_command = self.find_compose()

    def running(self):
        """None when no engine answers; DOCKER_HOST as it is set otherwise."""
        if not shutil.which("docker"):
            return None
        host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        answered = subprocess.run(["docker", "info"], capture_output=True, env={**os.environ, "DOCKER_HOST": host})
        return host if answered.returncode == 0 else None

    def started(self):
        for needed in ("docker", "dockerd", "containerd", "iptables"):
            if not shutil.which(needed):
                raise Unavailable(f"no Docker engine answers, and {needed} is not installed")
        if os.geteuid() != 0:
            raise Unavailable("no Docker engine answers, and only root can start one")
        folder = state()
        folder.mkdir(parents=True, exist_ok=True)
        socket = f"unix://{folder}/sock"
        self.log = open(folder / "dockerd.log", "w")
        self.daemon = subprocess.Popen(
            ["dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec", "-H", socket,
             "-p", folder / "pid"], stdout=self.log, stderr=self.log)
        for _ in range(300):
            if self.daemon.poll() is not None:
                break
            if subprocess.run(["docker", "-H", socket, "info"], capture_output=True).returncode == 0:
                return socket
            time.sleep(0.1)  # the engine comes up
        self.close()
        tail = (folder / "dockerd.log").read_text()[-500:]
        raise Unavailable(f"dockerd did not come up: {tail}")

    def find_compose(self):
        if self.docker("compose", "version", check=False).returncode == 0:
            return ["docker", "compose"]
        if shutil.which("docker-compose"):
            return ["docker-compose"]
        self.close()
        raise Unavailable("neither `docker compose` nor docker-compose is installed")

    def docker(self, *arguments, check=True, **options):
        return self.run(["docker", *arguments], check, **options)

    def compose(self, folder, *arguments, check=True):
        return self.run([*self.compose_command, *arguments], check, cwd=folder)

    def run(self, command, check, timeout=200, stdin=None, **options):
        ended = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=timeout,
                               input=stdin, **options,
                               env={**os.environ, "DOCKER_HOST": getattr(self, "host", ""), "DOCKER_BUILDKIT": "0"})
        assert not check or ended.returncode == 0, f"{command}\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}"
        return ended

    def inspect(self, what, kind="container"):
        return json.loads(self.docker(kind, "inspect", what).stdout)[0]

    def have_base(self):
        if self.docker("image", "inspect", BASE, check=False).returncode == 0:
            return
        try:
            if self.docker("pull", "-q", BASE, check=False, timeout=60).returncode == 0:
                return
        except subprocess.TimeoutExpired:
            pass
        if not shutil.which("debootstrap") or os.geteuid() != 0:
            raise Unavailable(f"{BASE} can neither be pulled nor made (debootstrap as root)")
        folder = state() / "bookworm"
        shutil.rmtree(folder, ignore_errors=True)
        made = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", folder], capture_output=True,
                              text=True)
        if made.returncode != 0:
            raise Unavailable(f"debootstrap: {(made.stdout + made.stderr)[-300:]}")
        packed = subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE)
        subprocess.run(["docker", "-H", self.host, "import", "-", BASE], stdin=packed.stdout, check=True,
                       capture_output=True)
        packed.stdout.close()
        assert packed.wait() == 0
        shutil.rmtree(folder)

    def build(self, context):
        """The image, from a tree that is built already where that is a Debian 12's."""
        root = pathlib.Path(os.environ["KRAFTLAB_ROOT"])
        tree = pathlib.Path(os.environ["KRAFTLAB_DIST"])
        shutil.copytree(root / "compose/image", context / "compose/image")
        arguments = []
        if 'VERSION_CODENAME=bookworm' in pathlib.Path("/etc/os-release").read_text():
            shutil.copytree(tree, context / "build/kafka", symlinks=True,
                            ignore=lambda folder, _: ["logs"] if pathlib.Path(folder) == tree else [])
            for program in (context / "build/kafka/libs").iterdir():
                subprocess.run(["strip", program], check=True)
            arguments = ["--build-arg", "TREE=build/kafka"]
        else:
            for part in ("CMakeLists.txt", "broker", "labs", "protocol"):
                copy = shutil.copytree if (root / part).is_dir() else shutil.copy
                copy(root / part, context / part)
        self.docker("build", "-t", IMAGE, "-f", root / "compose/Dockerfile", *arguments, context, timeout=1200)

    def close(self):
        if self.daemon is not None:
            self.daemon.terminate()
            try:
                self.daemon.wait(20)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
            self.daemon = None
