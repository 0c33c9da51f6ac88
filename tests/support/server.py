"""Where the tests find the server under test.

STATOR_ENDPOINT names a running one (Stator, DynamoDB Local, or the service itself). Without it, each
test run starts its own Stator on a free loopback port and stops that process, and only that one.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 20
STOP_TIMEOUT_S = 20
KEY = re.compile(r"^export (AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY)=(\S+)$")
URL = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\]):\d+")


def binary():
    return os.environ.get("STATOR_BINARY", str(ROOT / "build/release/src/cli/stator"))


class Server:
    """One stator process that this test owns. `data_dir` None means in memory. After its first start with
    --auth, `credentials` is the root's key, as variables of the environment."""

    def __init__(self, data_dir=None, extra_flags=(), environment=None):
        store = ["--data-dir", str(data_dir)] if data_dir else ["--in-memory"]
        self.log = tempfile.NamedTemporaryFile(prefix="stator-", suffix=".log", mode="w+", delete=False)
        self.credentials = {}
        self.process = subprocess.Popen(
            [binary(), "serve", "--port", "0", *store, *extra_flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, **(environment or {})})
        self.endpoint = self._wait_for_url()
        # Nobody reads stdout any more, and a full pipe would block the server.
        threading.Thread(target=self._drain, args=(self.process.stdout,), daemon=True).start()

    @staticmethod
    def _drain(stream):
        for _ in stream:
            pass

    def _wait_for_url(self):
        found, lines = [], []

        def read():
            for line in self.process.stdout:
                lines.append(line)
                key = KEY.match(line)
                if key:
                    self.credentials[key.group(1)] = key.group(2)
                match = URL.search(line)
                if match:
                    found.append(match.group(0))
                    return

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        reader.join(START_TIMEOUT_S)
        if found:
            return found[0]
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        raise RuntimeError(f"the server printed no URL.\nstdout: {''.join(lines)}\nstderr: {self.errors()}")

    def errors(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")[-4000:]

    def kill(self):
        """kill -9: what a crash looks like from outside."""
        self.process.kill()
        self.process.wait()
        self._forget_log()

    def stop(self):
        """SIGTERM; returns the exit code, which is 0 for a server that drained."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self._forget_log()
        return code

    def _forget_log(self):
        self.log.close()
        pathlib.Path(self.log.name).unlink(missing_ok=True)


class Endpoint:
    """`with Endpoint() as url:` for a whole test run."""

    def __enter__(self):
        given = os.environ.get("STATOR_ENDPOINT")
        self.server = None
        if given:
            return given
        self.directory = tempfile.mkdtemp(prefix="stator-test-")
        try:
            # STATOR_WIRE_AUTH: the same tests with verified signatures, as the root.
            with_auth = bool(os.environ.get("STATOR_WIRE_AUTH"))
            self.server = Server(self.directory, ["--auth"] if with_auth else [])
            os.environ.update(self.server.credentials)
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise
        return self.server.endpoint

    def __exit__(self, *_):
        if not self.server:
            return
        died = self.server.process.poll()
        errors = self.server.errors() if died is not None else ""
        code = self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        if died is not None:
            raise RuntimeError(f"the server died during the tests with code {died}\n{errors}")
        if code != 0:
            raise RuntimeError(f"SIGTERM: the server left with code {code}, not 0")


def wait_until(condition, timeout_s=30, what="condition"):
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise TimeoutError(f"{what} not reached within {timeout_s} s")
