"""Where definitions coincide we count what the peers count; needs the extra `bench`."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks/agreement.py"


def test_peers_count_the_same_where_they_mean_the_same():
    for peer in ("jiwer", "dinglehopper"):
        pytest.importorskip(peer)
    run = subprocess.run(
        [sys.executable, SCRIPT, "--markdown"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    whole = "| dinglehopper CER, given our strict text | the same | 300 | 0 |"
    assert whole in run.stdout.splitlines()
