#!/usr/bin/env python3
"""Print where the tree departs from its house rules. It reports and fails nothing.

usage: style-report.py SOURCE-TREE

SPDX-License-Identifier: GPL-2.0-or-later
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

FILE_LINES = 1000
FUNCTION_LINES = 100
LINE_COLUMNS = 100
README_HEADINGS = ("What it is", "Comes in", "Goes out", "Threads", "Read first")
CODE = {".c", ".h", ".S"}
TEXT = CODE | {".py", ".sh", ".mak", ".objs"}


def tracked(root):
    out = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True,
                         check=True).stdout
    return [Path(root, name) for name in out.splitlines()]


def functions(lines):
    """(name, first line, length) of each function: a '{' in column 0 opens its body."""
    start = name = None
    for i, line in enumerate(lines, 1):
        if line.startswith("{") and i > 1:
            for back in range(i - 2, max(i - 9, -1), -1):
                m = re.match(r"\S.*?([A-Za-z_]\w*)\s*\(", lines[back])
                if m:
                    start, name = i, m.group(1)
                    break
        elif line.startswith("}") and start:
            yield name, start, i - start + 1
            start = None


def check_code(path, rel, text, findings):
    lines = text.splitlines()
    if len(lines) > FILE_LINES and path.suffix == ".c":
        findings["files of more than %d lines" % FILE_LINES].append(f"{rel}: {len(lines)}")
    for name, first, length in functions(lines):
        if length > FUNCTION_LINES:
            findings["functions of more than %d lines" % FUNCTION_LINES].append(
                f"{rel}:{first}: {name}: {length}")
    for i, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS:
            findings["lines of more than %d columns" % LINE_COLUMNS].append(f"{rel}:{i}")
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            findings["open marks"].append(f"{rel}:{i}: {line.strip()}")
        if re.match(r'#\s*include\s+".*\.c(\.inc)?"', line):
            findings["template includes"].append(f"{rel}:{i}: {line}")
    if not text.lstrip().startswith(("/*", "//", "#!", "#")):
        findings["files without a header comment"].append(str(rel))


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    findings = defaultdict(list)
    folders = set()
    for path in tracked(root):
        rel = path.relative_to(root)
        if not path.is_file() or path.is_symlink():
            continue
        if path.suffix in TEXT or path.name in ("configure", "Makefile", "Makefile.objs"):
            text = path.read_text(encoding="utf-8", errors="replace")
            if "SPDX-License-Identifier" not in text[:4000]:
                findings["files without an SPDX line"].append(str(rel))
            if path.suffix in CODE:
                check_code(path, rel, text, findings)
                if rel.parts[0] not in ("include", "tests"):
                    folders.add(path.parent)
    for folder in sorted(folders):
        readme = folder / "README.md"
        if not readme.is_file():
            findings["folders without a README.md"].append(str(folder.relative_to(root)))
            continue
        text = readme.read_text(encoding="utf-8")
        missing = [h for h in README_HEADINGS if h not in text]
        if missing:
            findings["README.md without the five headings"].append(
                f"{readme.relative_to(root)}: {', '.join(missing)}")
    for title in sorted(findings):
        print(f"{title}: {len(findings[title])}")
        for row in findings[title]:
            print(f"  {row}")
    if not findings:
        print("nothing to report")


if __name__ == "__main__":
    main()
