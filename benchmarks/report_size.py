"""How large a report of many pages is, and how soon it opens: python benchmarks/report_size.py.

    python benchmarks/report_size.py OUT TRUTH SCANS [PAGES]

Takes the documents of OUT and TRUTH again and again until there are PAGES (1 000 if not given),
makes their report, and has Chromium open it: time to the first paint, and until the page can be
used. Promised are less than 20 MB.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from ocr.evaluate.files import reader, score_folder
from ocr.evaluate.report.build import build_report
from ocr.evaluate.report.gallery import Sources
from ocr.evaluate.report.html import to_html
from ocr.evaluate.score import Score

# Tells when the page was painted and ready, in ms from the start of loading.
PROBE = """<script>addEventListener("load", () => setTimeout(() => {
const [page] = performance.getEntriesByType("navigation");
const [paint] = performance.getEntriesByType("paint");
document.title = JSON.stringify([paint ? paint.startTime : 0, page.loadEventStart]); }, 500));
</script></body>"""


def many(score: Score, pages: int) -> Score:
    """The documents of `score` under new names until there are about as many pages."""
    copies = (
        replace(document, name=f"{document.name}#{n}")
        for n in count()
        for document in score.documents
    )
    each = sum(len(document.pages) for document in score.documents) / len(score.documents)
    return replace(score, documents=tuple(islice(copies, round(pages / each))))


def opened(html: bytes) -> tuple[float, float]:
    """Milliseconds to the first paint, and to the end of loading."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.html")
        file.write_bytes(html.replace(b"</body>", PROBE.encode()))
        browser = shutil.which("chromium") or "google-chrome"
        shown = subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000",
             "--dump-dom", file.as_uri()],
            capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip
    paint, loaded = json.loads(shown.split("<title>")[1].split("</title>")[0])
    return paint, loaded


def main() -> None:
    out, truth, scans = (Path(name) for name in sys.argv[1:4])
    read = reader(out, truth)
    score = many(score_folder(out, truth), int(sys.argv[4]) if len(sys.argv) > 4 else 1000)
    start = time.perf_counter()
    report = build_report(score, Sources(lambda name: read(name.split("#")[0]), scans))
    html = to_html(report)
    took = time.perf_counter() - start
    paint, loaded = opened(html)
    pictures = sum(page.picture is not None for page in report.pages)
    lines = sum(bool(page.line_views) for page in report.pages)
    print("| pages | with lines | with picture | MB | made in s | first paint ms | ready ms |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    print(
        f"| {len(report.pages)} | {lines} | {pictures} | {len(html) / 1e6:.1f} | {took:.0f} "
        f"| {paint:.0f} | {loaded:.0f} |"
    )


if __name__ == "__main__":
    main()
