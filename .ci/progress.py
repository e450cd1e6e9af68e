"""Run a command that says nothing for long, such as pip, and say what it is doing: per step, and every 2 seconds.

`python .ci/progress.py WHAT COMMAND...`; the exit code is the command's, and what it printed is shown if it fails.
Only the standard library is used: it runs before anything is installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from queue import Empty, Queue

SILENCE = 2.0
"""Seconds without a line after which the time that has gone by is printed."""

STEPS = (
    (re.compile(r"Downloading (?:\S*/)?([^/\s-]+)-\S+ \((\S+ [kMG]?B)\)"), "downloading {0} ({1})"),
    (re.compile(r"Installing (build dependencies): started"), "preparing {0}"),
    (re.compile(r"(?:Preparing|Getting|Building) (.+?)(?: \(\S+\))?: started"), "preparing {0}"),
    (re.compile(r"Installing collected packages: (.+)"), "installing {packages} packages: {0}"),
)
"""Lines of pip, and how they are told."""


def told(line: str) -> str | None:
    """Return what a line of output says in a few words, None if it is no step."""
    for pattern, words in STEPS:
        if found := pattern.match(line.strip()):
            return words.format(*found.groups(), packages=found[1].count(",") + 1)
    return None


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    what, *command = arguments
    begin = time.monotonic()
    print(f"{what} ...", flush=True)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    lines: Queue[str | None] = Queue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line.rstrip("\n"))
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    output: list[str] = []
    step = "at work"
    while True:
        try:
            line = lines.get(timeout=SILENCE)
        except Empty:
            print(f"  {time.monotonic() - begin:3.0f} s  still {step[:90]}", flush=True)
            continue
        if line is None:
            break
        output.append(line)
        if (found := told(line)) and found != step:
            step = found
            print(f"  {time.monotonic() - begin:3.0f} s  {step[:110]}", flush=True)
    code = process.wait()
    if code:
        print("\n".join(output), file=sys.stderr)
        print(f"{what} failed: {' '.join(command)}", file=sys.stderr)
    else:
        print(f"  {time.monotonic() - begin:3.0f} s  done", flush=True)
    return code


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # the command has got it too
        raise SystemExit(130) from None
