#!/usr/bin/env python3
"""Runs clang-tidy over the sources of a compile database: tools/run_tidy.py CHECKS FILE...

CHECKS is added to those of .clang-tidy. What a file says after preprocessing, comments included, decides
what clang-tidy says of it; so a file that has passed is not looked at again until it, a header of its, or
the configuration changes. What has passed is noted in ~/.cache/stator-tidy, for all checkouts.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATABASE = ROOT / "build/tidy"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "stator-tidy"


def preprocessed(entry):
    """The file as the compiler sees it, without the names of folders."""
    command = shlex.split(entry["command"])
    command = command[next(i for i, word in enumerate(command) if "clang" in pathlib.Path(word).name):]  # no ccache
    for option in ("-o", "-MF", "-MT"):
        if option in command:
            position = command.index(option)
            del command[position:position + 2]
    command = [word for word in command if word not in ("-c", "-MD")] + ["-E", "-P", "-C"]
    return subprocess.run(command, cwd=entry["directory"], capture_output=True, check=True).stdout


def check(entry, checks, configuration):
    """Whether the file passes; and what clang-tidy says of it."""
    note = CACHE / hashlib.sha256(configuration + preprocessed(entry)).hexdigest()
    if note.exists():
        return True, ""
    run = subprocess.run(["clang-tidy", "-p", DATABASE, "--quiet", f"--checks={checks}", entry["file"]],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if run.returncode == 0 and not run.stdout.strip():
        note.touch()
    return run.returncode == 0, run.stdout


def main():
    checks, files = sys.argv[1], {str(ROOT / name) for name in sys.argv[2:]}
    entries = [entry for entry in json.loads((DATABASE / "compile_commands.json").read_text()) if entry["file"] in files]
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    configuration = b"\0".join([version, (ROOT / ".clang-tidy").read_bytes(), checks.encode(), b""])
    CACHE.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda entry: check(entry, checks, configuration), entries))
    for _, said in results:
        print(said, end="")
    failed = sum(not passed for passed, _ in results)
    print(f"{len(results)} files, {failed} of them with faults")
    return 1 if failed or len(entries) < len(files) else 0


if __name__ == "__main__":
    sys.exit(main())
