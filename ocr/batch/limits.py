"""What a worker process may take: time, memory, tasks; and what it may never do.

Everything that decodes a scan runs in a worker, so that a file made to harm costs one worker. Its
memory is limited by the system (RLIMIT_DATA: what it writes to, not what it maps to read, of which
onnxruntime and pdfium take much). What may be loaded at all is said in `ocr.load.LoadSettings`.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# of its memory, that a process may still hold when a page is done
KEPT = 0.5
# Events of Python's audit that no reading of a scan raises; ours would be a hole.
_FORBIDDEN = frozenset(
    (
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendto",
    )
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one worker process.

    page_s     seconds that a page may take. The slowest of ours, A3 at 600 dpi, takes ten.
    memory_mb  memory, in units of 10⁶ bytes. A3 at 600 dpi takes 900; a page of the largest
               size that is loaded, 2 500.
    tasks      pages after which a worker is replaced, so that what libraries never give back
               does not add up
    """

    page_s: float = 120.0
    memory_mb: int = 4000
    tasks: int = 1000


def confine(limits: Limits) -> None:
    """Hold this process, and what it starts, to `limits.memory_mb`, and off the network."""
    most = limits.memory_mb * 1_000_000
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    sys.addaudithook(_forbid)


def is_spent(limits: Limits) -> bool:
    """Whether this process has so little memory left that the next page would suffer for it.

    Libraries that run out of memory do not always give back what they had by then.
    """
    try:
        data_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except OSError:  # outside Linux, where nothing is limited either
        return False
    return data_pages * resource.getpagesize() > KEPT * limits.memory_mb * 1_000_000


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"a scan may not lead to {event}")
