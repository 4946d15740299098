#!/usr/bin/env python3
"""Set up what `make run` and `make test` need, once: environment, front end, and (for tests) Debian packages.

Standard library only, so that it runs on a machine that has nothing but Python. Each step leaves a stamp with the hash
of its inputs in `.make/`; a second run finds the stamps and does nothing.

    python3 scripts/prepare.py run      environment from config/lock-run.txt, front-end files
    python3 scripts/prepare.py test     the same with config/lock-test.txt, and Chromium, PostgreSQL and Redis
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".make"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
SOURCE = ROOT / "participation" / "static" / "src"
STATIC = ROOT / "participation" / "static" / "build"
PYTHONS = ((3, 11), (3, 13))
# package -> the programs that show it is there already
DEBIAN_PACKAGES = {
    "chromium": ("chromium", "chromium-browser"),
    "postgresql": ("/usr/lib/postgresql/*/bin/initdb", "initdb"),
    "redis-tools": ("redis-check-rdb", "redis-server"),
}


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def stop(text: str) -> None:
    print(f"\nSet-up stopped: {text}", file=sys.stderr)
    sys.exit(1)


def digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def step(name: str, inputs: Iterable[Path], result: Path, work: Callable[[], None]) -> None:
    """Do `work` unless its stamp says that it was done with these inputs and `result` is still there."""
    stamp, wanted = STAMPS / name, digest(inputs)
    if result.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    began = time.monotonic()
    work()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(wanted)
    say(f"{name} ready ({time.monotonic() - began:.0f} s)")


def run(*command: str | Path, quiet: bool = False) -> None:
    out = subprocess.DEVNULL if quiet else None
    result = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=out, check=False)
    if result.returncode:
        stop(f"this command failed with exit code {result.returncode}:\n  {' '.join(str(part) for part in command)}")


def environment(lock: Path) -> None:
    say(f"Python environment in .venv from {lock.relative_to(ROOT)} (about a minute the first time)")
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", "--without-pip", VENV)
    pip = (sys.executable, "-m", "pip", "--python", PYTHON, "--disable-pip-version-check")
    if subprocess.run([*map(str, pip), "--version"], capture_output=True, check=False).returncode:
        stop("pip is missing. On Debian or Ubuntu: apt-get install python3-pip python3-venv")
    run(*pip, "install", "-qq", "--require-hashes", "--only-binary", ":all:", "-r", lock)
    paths = next((VENV / "lib").glob("python3.*/site-packages"))
    (paths / "participation.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "participation"
    command.write_text(f"#!{PYTHON}\nimport sys\nfrom participation.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)


def packages() -> None:
    say("Front-end packages")
    if shutil.which("npm") is None:
        stop("Node.js with npm is missing. On Debian or Ubuntu: apt-get install nodejs npm (Node 20 or later)")
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", quiet=True)


def front_end() -> None:
    say("Stylesheet and scripts")
    STATIC.mkdir(parents=True, exist_ok=True)
    run(
        "npx", "--no-install", "sass", "--no-source-map", "--style=compressed", "--quiet-deps", "--load-path=node_modules",
        f"{SOURCE / 'site.scss'}:{STATIC / 'site.css'}",
    )  # fmt: skip
    shutil.copy(MODULES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js", STATIC)
    for script in SOURCE.glob("*.js"):
        shutil.copy(script, STATIC)


def found(programs: Iterable[str]) -> bool:
    return any(
        shutil.which(program) or (program.startswith("/") and list(Path("/").glob(program[1:]))) for program in programs
    )


def debian_packages() -> None:
    """Install what the tests need, or say exactly what is missing and stop: a test is never skipped for it."""
    missing = [package for package, programs in DEBIAN_PACKAGES.items() if not found(programs)]
    if not missing:
        return
    line = f"apt-get install --no-install-recommends -y {' '.join(missing)}"
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    may = shutil.which("apt-get") and (
        not sudo or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )
    if not may:
        stop(f"the tests need {', '.join(missing)}. Install them, then run this again:\n  {line}")
    say(f"Debian packages for the tests: {', '.join(missing)}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run(*sudo, "apt-get", "update", "-qq", quiet=True)
    run(*sudo, *line.split(), "-qq", quiet=True)
    still = [package for package in missing if not found(DEBIAN_PACKAGES[package])]
    if still:
        stop(f"these packages are still missing after their installation: {', '.join(still)}")


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        stop(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]}")
    if purpose == "test":
        debian_packages()
    # The lock for tests holds the one for running, at the same versions: an environment for tests does for both.
    tests_ready = (STAMPS / "environment-test").exists()
    lock = ROOT / "config" / ("lock-test.txt" if purpose == "test" or tests_ready else "lock-run.txt")
    name = "environment-test" if purpose == "test" or tests_ready else "environment-run"
    step(name, [lock], PYTHON, lambda: environment(lock))
    step("packages", [ROOT / "package-lock.json"], MODULES / ".package-lock.json", packages)
    step("front-end", [ROOT / "package-lock.json", *sorted(SOURCE.glob("*"))], STATIC / "site.css", front_end)


if __name__ == "__main__":
    main()
