#!/usr/bin/env python3
"""Run the programs of one test suite and count what they found.

A test is a program. It ends with status 0 (passed), 77 (skipped: its output says why) or
anything else (failed). Programs that print how many single tests they ran are counted by
those:

    Check   "100%: Checks: 12, Failures: 0, Errors: 0"
    TAP     "ok 1 - name", "not ok 2 - name", "ok 3 - name # SKIP reason"

A skip is never a pass, and a program that fails counts at least one failure, whatever it
printed. Results go to test-results/SUITE.json, outputs to test-results/SUITE/.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import argparse
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import time

CHECK_LINE = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.M)
TAP_LINE = re.compile(r"^(ok|not ok) \d+(?: -)?(.*)$", re.M)
SKIP = 77


def count(status, text):
    """(passed, failed, skipped) of one program's exit status and output."""
    if status == SKIP:
        return 0, 0, 1
    passed = failed = skipped = 0
    for checks, failures, errors in CHECK_LINE.findall(text):
        bad = int(failures) + int(errors)
        passed += int(checks) - bad
        failed += bad
    for verdict, rest in TAP_LINE.findall(text):
        if re.search(r"#\s*SKIP\b", rest, re.I):
            skipped += 1
        elif verdict == "ok":
            passed += 1
        else:
            failed += 1
    if status == 0 and passed + failed + skipped == 0:
        passed = 1
    if status != 0 and failed == 0:
        failed = 1
    return passed, failed, skipped


def resolve(args, name):
    """Programs are built, scripts are in the source tree."""
    for base in (args.build, args.source):
        path = os.path.join(base, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def run_one(args, name):
    path = resolve(args, name)
    start = time.monotonic()
    if path is None:
        return name, 127, f"{name}: there is no such program\n", 0.0
    env = dict(os.environ, SRC_PATH=args.source, BUILD_DIR=args.build)
    env.setdefault("CK_DEFAULT_TIMEOUT", "60")
    # A process group of its own, so that a timeout leaves nothing behind.
    proc = subprocess.Popen([path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, cwd=args.build, env=env,
                            start_new_session=True)
    try:
        out, _ = proc.communicate(timeout=args.timeout)
        status = proc.returncode
    except subprocess.TimeoutExpired:
        os.killpg(proc.pid, signal.SIGKILL)
        out, _ = proc.communicate()
        out += f"\n{name}: no end after {args.timeout} s, killed\n".encode()
        status = 124
    return name, status, out.decode(errors="replace"), time.monotonic() - start


def report(args, result, totals):
    name, status, text, seconds = result
    counts = count(status, text)
    for i, n in enumerate(counts):
        totals[i] += n
    log = os.path.join(args.results, args.suite, name.replace("/", "_") + ".log")
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w", encoding="utf-8") as f:
        f.write(text)
    word = "FAIL" if counts[1] else "skip" if not counts[0] and counts[2] else "ok"
    print(f"  {word:5} {name} ({counts[0]} passed, {counts[1]} failed, "
          f"{counts[2]} skipped; {seconds:.1f} s)")
    if counts[1] or args.verbose:
        print(text.rstrip())
        if status < 0:
            print(f"  {name}: ended by signal {-status}")
    elif counts[2]:
        reasons = [line for line in text.splitlines() if "skip" in line.lower()]
        print("        " + (reasons[-1] if reasons else "skipped without a reason"))
    sys.stdout.flush()
    return {"name": name, "status": status, "seconds": round(seconds, 2),
            "passed": counts[0], "failed": counts[1], "skipped": counts[2]}


def run_suite(args):
    names = [t for t in args.tests if not args.only or any(o in t for o in args.only)]
    print(f"Suite {args.suite}: {len(names)} programs")
    totals = [0, 0, 0]
    rows = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = [pool.submit(run_one, args, name) for name in names]
        for job in concurrent.futures.as_completed(jobs):
            rows.append(report(args, job.result(), totals))
    os.makedirs(args.results, exist_ok=True)
    with open(os.path.join(args.results, args.suite + ".json"), "w", encoding="utf-8") as f:
        json.dump(rows, f, indent=1)
    print(f"Suite {args.suite}: {totals[0]} passed, {totals[1]} failed, {totals[2]} skipped")
    return 1 if totals[1] else 0


def print_total(args):
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    files = sorted(f for f in os.listdir(args.results) if f.endswith(".json"))
    for name in files:
        with open(os.path.join(args.results, name), encoding="utf-8") as f:
            for row in json.load(f):
                for key in totals:
                    totals[key] += row[key]
                if row["failed"]:
                    print(f"failed: {row['name']}")
    if totals["skipped"]:
        print(f"{totals['skipped']} skipped, which is not a pass; the logs say why")
    print(f"{totals['passed']} passed, {totals['failed']} failed")
    return 1 if totals["failed"] or not totals["passed"] else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--suite")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=300)
    parser.add_argument("--only", action="append")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--total", action="store_true")
    parser.add_argument("tests", nargs="*")
    args = parser.parse_args()
    args.results = os.path.join(args.build, "test-results")
    return print_total(args) if args.total else run_suite(args)


if __name__ == "__main__":
    sys.exit(main())
