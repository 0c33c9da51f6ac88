#!/usr/bin/env python3
"""Checks what the compilers and clang-tidy do not: the rules of CONTRIBUTING.md about the tree.

Prints one line for each violation and exits with 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["base", "model", "expression", "storage", "engine", "partiql", "auth", "api", "iam", "server", "cli"]
# Layers that may use less than all that stands before them.
ALLOWED = {"auth": {"base", "auth"}, "storage": {"base", "model", "storage"}}
MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 70
BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|commons?|managers?)(_|$)")
SOURCE_SUFFIXES = {".h", ".cc"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {".md", ".txt", ".py", ".cmake", ".json", ".mjs", ".def", ".toml", ""}
# Whose home it is on somebody's machine means nothing on another.
ABSOLUTE_PATH = re.compile(r"(?<![\w./~$}])/(work|root|home/\w+)/")

INCLUDE = re.compile(r'^\s*#include "([^"]+)"')
TYPE = re.compile(r"^(?:class|struct|enum(?: class)?|union)\s+(?:\[\[\w+\]\]\s+)?(?:[A-Z_]+(?:\([^)]*\))?\s+)?"
                  r"(\w+)(?:[^;]*$|[^;]*\{)")
OPERATION = re.compile(r"^\s*STATOR_OPERATION\((\w+)")


def check_includes(path, lines):
    """A folder of src includes only itself and what is to the left of it in LAYERS."""
    if len(path.parts) < 3 or path.parts[0] != "src" or path.parts[1] not in LAYERS:
        return
    own = path.parts[1]
    allowed = ALLOWED.get(own, set(LAYERS[: LAYERS.index(own) + 1]))
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            layer = match.group(1).split("/")[0]
            if "/" not in match.group(1) or layer not in LAYERS:
                yield number, f'"{match.group(1)}" is not a path below src'
            elif layer not in allowed:
                yield number, f"{own} must not include {layer}"


def check_size(path, lines):
    if len(lines) > MAX_FILE_LINES:
        yield MAX_FILE_LINES, f"the file has {len(lines)} lines, {MAX_FILE_LINES} are allowed"


def check_name(path, lines):
    for part in [*path.parts[:-1], path.stem]:
        if BANNED_NAMES.search(part):
            yield 1, f"'{part}' says nothing about what is inside"


def check_type_comments(path, lines):
    """Each type that a header defines at namespace level has a comment, above it or behind it. What is
    within a class belongs to that class, whose comment may explain it."""
    if path.suffix != ".h":
        return
    for number, line in enumerate(lines, 1):
        match = TYPE.match(line)
        if not match or "//" in line:
            continue
        above = number - 2
        while above >= 0 and re.match(r"^\s*(template\b|requires\b|typename\b|\[\[)", lines[above]):
            above -= 1
        # Field lists stand alone in a namespace that names them.
        if above < 0 or not re.match(r"//|namespace (?!stator)", lines[above]):
            yield number, f"the type {match.group(1)} has no comment"


def without_text(source):
    """`source` with the contents of comments, literals and preprocessor lines blanked, line for line."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
                  r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, source,
                  flags=re.DOTALL | re.MULTILINE)


def check_functions(path, lines):
    """The number of lines between the braces of each function."""
    kinds = []  # of the open braces: "scope", "function" or "block", with the line
    statement, number = "", 1
    for char in without_text("\n".join(lines)):
        if char == "\n":
            number += 1
        if char == "{":
            is_scope = re.search(r"\b(namespace|class|struct|union|enum|extern)\b[^()]*$", statement)
            outside = all(kind == "scope" for kind, _ in kinds)
            kind = "scope" if is_scope else "function" if outside and ")" in statement else "block"
            kinds.append((kind, number))
        elif char == "}" and kinds:
            kind, start = kinds.pop()
            if kind == "function" and number - start - 1 > MAX_FUNCTION_LINES:
                yield start, f"the function has {number - start - 1} lines, {MAX_FUNCTION_LINES} are allowed"
        statement = "" if char in "{};" else statement + char


def check_paths(path, lines):
    for number, line in enumerate(lines, 1):
        if ABSOLUTE_PATH.search(line):
            yield number, "a path of one machine"


def snake_case(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def check_operations(root):
    """Each operation of the registry has its file, its test, and its row in the documentation."""
    registry = root / "src/api/operations/operations.def"
    if not registry.exists():
        return
    page = root / "docs/compatibility.md"
    rows = page.read_text() if page.exists() else ""
    for number, line in enumerate(registry.read_text().splitlines(), 1):
        match = OPERATION.match(line)
        if not match:
            continue
        name = match.group(1)
        for suffix in (".cc", "_test.cc"):
            file = registry.parent / (snake_case(name) + suffix)
            if not file.exists():
                yield number, f"{file.relative_to(root)} is missing"
        if not re.search(rf"^\|[^|]*\b{name}\b", rows, re.MULTILINE):
            yield number, f"{name} has no row in docs/compatibility.md"


def files(root):
    """What is, or may become, part of the repository."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root,
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        found = [pathlib.Path(name) for name in listed.stdout.splitlines()]
    else:  # an unpacked archive
        found = [path.relative_to(root) for path in root.rglob("*") if "build" not in path.parts]
    return sorted(path for path in set(found) if path.suffix in TEXT_SUFFIXES and (root / path).is_file())


def check(root):
    """Yields every violation as text."""
    for path in files(root):
        text = (root / path).read_text(errors="replace")
        lines = text.splitlines()
        checks = [check_name, check_paths]
        if path.suffix in SOURCE_SUFFIXES:
            checks += [check_includes, check_size, check_type_comments, check_functions]
        for one in checks:
            for number, message in one(path, lines):
                yield f"{path}:{number}: {message}"
    for number, message in check_operations(root):
        yield f"src/api/operations/operations.def:{number}: {message}"


def main():
    violations = list(check(ROOT))
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
