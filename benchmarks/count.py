"""How fast and how large a count is, beside the tools in use: same file, same rule, same winners.

    python -m benchmarks.count --data FOLDER                 the largest elections, beside pabutools (exact fractions)
    python -m benchmarks.count --data FOLDER --javascript D  also beside the equalshares.net tool, fetched into D by you
    python -m benchmarks.count --data FOLDER --larger-shares ours alone, repeated with larger shares to the end (minutes)
    python -m benchmarks.count --synthetic 1000000 10000000  elections made up on the spot, from text to winners

The rule is equal shares with cost satisfaction and, but for --larger-shares, no completion. Every measurement is a process
of its own, so that its peak memory is its own; times are processor time of that process, the best of three counts for us,
one for the others. What is loaded or compiled once (Numba, Node) is not counted, for anybody. pabutools is measured twice,
as it reads a file and after merging identical ballots, which suits it best; ratios are against the better of the two.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.made_up import write_election

FILES = ("Poland_Lodz_2022.pb.gz", "Hungary_Budapest_2024.pb.gz", "Poland_Wroclaw_2015_150_-_500.pb.gz")
SMALL = Path(__file__).with_name("small.pb")
TOOL = Path(__file__).with_name("equalshares_tool.mjs")


def measure_ours(path: Path) -> dict[str, Any]:
    from participation.counting import Ties, count  # noqa: PLC0415  # only the process that measures us loads us
    from participation.counting.pabulib import read  # noqa: PLC0415  # as above

    def once(file_path: Path, path_of_count: str) -> tuple[float, float, Any]:
        started = time.process_time()
        file = read(file_path)
        election = file.election()
        profile = file.profile(election)
        read_at = time.process_time()
        outcome = count(
            election,
            profile,
            rule="equal-shares",
            settings={},
            ties=Ties.parse("id"),
            explain=False,
            path=path_of_count,
        )
        return read_at - started, time.process_time() - read_at, outcome

    once(SMALL, "compiled")
    reading, counting, outcome = min((once(path, "auto") for _ in range(3)), key=lambda result: result[1])
    return {"reading": reading, "counting": counting, "winners": sorted(outcome.selected), "ballots": outcome.ballots}


def measure_pabutools(path: Path) -> dict[str, Any]:
    from pabutools.election import Cost_Sat, parse_pabulib  # noqa: PLC0415  # only the process that measures it loads it
    from pabutools.rules import method_of_equal_shares  # noqa: PLC0415  # as above

    sys.setrecursionlimit(5000)
    started = time.process_time()
    instance, profile = parse_pabulib(str(path))
    read_at = time.process_time()
    method_of_equal_shares(instance, profile, sat_class=Cost_Sat)
    counted_at = time.process_time()
    merged = profile.as_multiprofile()
    merged_at = time.process_time()
    winners = method_of_equal_shares(instance, merged, sat_class=Cost_Sat)
    done = time.process_time()
    return {
        "reading": read_at - started,
        "counting": min(counted_at - read_at, done - merged_at),
        "unmerged": counted_at - read_at,
        "winners": sorted(project.name for project in winners),
    }


def measure_larger_shares(path: Path) -> dict[str, Any]:
    """Every step of a count with larger shares, in forints more than twenty thousand."""
    from participation.counting import Ties, count  # noqa: PLC0415  # only the process that measures us loads us
    from participation.counting.pabulib import read  # noqa: PLC0415  # as above

    started = time.process_time()
    file = read(path)
    election = file.election()
    profile = file.profile(election)
    read_at = time.process_time()
    outcome = count(
        election, profile, rule="equal-shares", settings={"completion": "add1"}, ties=Ties.parse("id"), explain=False
    )
    counting = time.process_time() - read_at
    return {"reading": read_at - started, "counting": counting, "winners": sorted(outcome.selected)} | {
        "runs": outcome.facts["shares_tried"]
    }


def measured(tool: str, path: Path, javascript: Path | None = None) -> dict[str, Any]:
    """Run one measurement in a process of its own; its peak memory is in megabytes."""
    if tool == "javascript":
        command = ["node", "--max-old-space-size=16000", str(TOOL), str(javascript), str(path)]
    else:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.count", "--measure", tool, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def report(title: str, results: dict[str, dict[str, Any]]) -> None:
    """One table: what each tool took, and how many times longer than we did."""
    ours = results["ours"]
    print(f"\n{title}")
    print(
        f"{'':12}{'reading s':>12}{'counting s':>12}{'peak MB':>10}{'winners':>9}{'ratio reading':>15}{'counting':>10}"
    )
    for tool, result in results.items():
        if "failed" in result:
            print(f"{tool:12}{result['failed']}")
            continue
        same = "same" if result["winners"] == ours["winners"] else "DIFFER"
        ratios = f"{result['reading'] / ours['reading']:15.1f}{result['counting'] / ours['counting']:10.1f}"
        print(
            f"{tool:12}{result['reading']:12.4f}{result['counting']:12.4f}{result['peak']:10.0f}"
            f"{len(result['winners']):4} {same}{ratios}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of Pabulib files")
    parser.add_argument("--files", nargs="*", default=FILES, help="names in that folder")
    parser.add_argument("--javascript", type=Path, help="folder of the equalshares.net tool")
    parser.add_argument("--without-pabutools", action="store_true")
    parser.add_argument("--larger-shares", action="store_true", help="walk through every step of add1 instead")
    parser.add_argument("--synthetic", nargs="*", type=int, default=[], help="numbers of ballots")
    parser.add_argument("--measure", nargs=2, metavar=("TOOL", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        tool, file = chosen.measure
        tools = {"ours": measure_ours, "pabutools": measure_pabutools, "larger-shares": measure_larger_shares}
        result = tools[tool](Path(file))
        result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result))
        return
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.files if chosen.data else []:
            path = Path(folder, name.removesuffix(".gz"))
            raw = Path(chosen.data, name).read_bytes()
            path.write_bytes(gzip.decompress(raw) if name.endswith(".gz") else raw)
            if chosen.larger_shares:
                found = measured("larger-shares", path)
                print(f"{name}: {found['runs']:,} runs in {found['counting']:.1f} s, {len(found['winners'])} winners")
                continue
            results = {"ours": measured("ours", path)}
            if not chosen.without_pabutools:
                results["pabutools"] = measured("pabutools", path)
            if chosen.javascript:
                results["javascript"] = measured("javascript", path, chosen.javascript)
            report(name, results)
        for ballots in chosen.synthetic:
            path = Path(folder, f"{ballots}.pb")
            write_election(path, ballots)
            report(f"{ballots:,} made-up ballots, {path.stat().st_size / 1e6:.0f} MB", {"ours": measured("ours", path)})


if __name__ == "__main__":
    main()
