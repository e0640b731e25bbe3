"""Reports of a made-up run: crops from their places, texts that stay texts, a size that is kept,
and the page as a browser shows it."""

import io
import json
import shutil
import subprocess
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from lxml import etree
from PIL import Image

from ocr.cli import cli
from ocr.document import Document, Field, Line, Mark, MarkKind, Page, Source, Word, Zone, ZoneKind
from ocr.evaluate.files import reader, score_folder
from ocr.evaluate.report.build import build_report
from ocr.evaluate.report.crops import ScanFolder
from ocr.evaluate.report.gallery import Sources
from ocr.evaluate.report.html import to_html
from ocr.evaluate.report.render import report_files
from ocr.formats.page_xml import to_page_xml
from ocr.formats.record import dump, nest, to_json
from ocr.geometry import Box

SIZE = (400, 600)
EVIL = "</script><script>document.body.dataset.hacked=1</script><img src=x onerror=alert(1)>"
TEXTS = {
    "a": ("СОВЕРШЕННО СЕКРЕТНО", "Прошу ваших указаний", "о порядке оплаты", "Рощин & Ко"),
    "b": ("СЕКРЕТНО", "Сообщаю, что груз прибыл", "Титов", "7 октября 1950 г."),
}
READ = {
    "a": ("СОВЕРШЕННО СЕКРЕТН0", "Прошу вашнх указаний", "о порядке оплаты", "Рощин & Ко"),
    "b": ("СЕКРЕТНО", f"Сообщаю {EVIL}", "Титев", "7 октября 1950 г."),
}
KINDS = (ZoneKind.HEAD, ZoneKind.BODY, ZoneKind.BODY, ZoneKind.SIGN_OFF)


def box_of(n):
    return Box(50, 50 + 100 * n, 350, 90 + 100 * n)


def grey_of(n):
    """The line's own grey on the scan, by which its crop is known."""
    return 40 + 50 * n


def page(texts, sure=0.9):
    zones = tuple(Zone(f"z{n}", kind, box_of(n).grow(9, 9), n) for n, kind in enumerate(KINDS))
    lines = tuple(
        Line(
            f"l{n}", f"z{n}", box_of(n), text, sure,
            tuple(Word(word, box_of(n), sure - 0.1 * (n == 1)) for word in text.split()),
        )
        for n, text in enumerate(texts)
    )  # fmt: skip
    return Page(0, SIZE, 150.0, (), zones, lines, (Mark(MarkKind.STAMP, box_of(2)),))


def record(number):
    return (Field("number", number, number, (), 1.0), Field("origin", "Пекин", "ПЕКИН", (), 1.0))


def scan():
    pixels = np.full((SIZE[1], SIZE[0]), 255, np.uint8)
    for n in range(len(KINDS)):
        b = box_of(n)
        pixels[b.top : b.bottom, b.left : b.right] = grey_of(n)
    return pixels


@pytest.fixture
def run(tmp_path):
    """out, truth, scans (folders), score, and read (documents again)."""
    out, truth, scans = (tmp_path / name for name in ("out", "truth", "scans"))
    for folder in (out, truth, scans):
        folder.mkdir()
    for name in TEXTS:
        (truth / f"{name}.xml").write_bytes(to_page_xml(page(TEXTS[name], 1.0), f"{name}.png"))
        (truth / f"{name}.json").write_text(dump(nest(record("25348"))), encoding="utf-8")
        source = Source(f"{name}.png", "", 1)
        document = Document(source, (page(READ[name]),), (), record("25343"))
        (out / f"{name}.json").write_text(dump(to_json(document)), encoding="utf-8")
        Image.fromarray(scan()).save(scans / f"{name}.png")
    (truth / "levels.json").write_text(json.dumps({"a": "light", "b": "hard"}), encoding="utf-8")
    (truth / "lost.xml").write_bytes(to_page_xml(page(TEXTS["a"]), "lost.png"))
    score, read = score_folder(out, truth), reader(out, truth)
    return SimpleNamespace(out=out, truth=truth, scans=scans, score=score, read=read)


def built(run, scans=True, **sources):
    return build_report(run.score, Sources(run.read, run.scans if scans else None, **sources))


def test_the_worst_lines_come_with_their_crops_from_the_scan(run):
    worst = built(run).worst
    assert [(w.document, w.place, w.line.errors) for w in worst[1:]] == [
        ("b", 2, 1), ("a", 0, 1), ("a", 1, 1)
    ]  # fmt: skip
    for w in worst:
        image = np.asarray(Image.open(io.BytesIO(w.crop.picture.data)).convert("L"))
        height, width = image.shape
        left, top, right, bottom = w.crop.line
        middle = image[round((top + bottom) / 2 * height), round((left + right) / 2 * width)]
        above = image[round(top / 2 * height), width // 2]
        assert abs(int(middle) - grey_of(w.place)) < 6
        assert above > 245  # the paper over the line


def test_differences_stand_where_they_were_planted(run):
    line = built(run).worst[1].line
    assert line.segments == (("Тит", "Тит"), ("о", "е"), ("в ", "в "))
    html = to_html(built(run)).decode()
    assert 'Тит<mark class="s" title="read: е">о</mark>в' in html
    assert 'Тит<mark class="s" title="typed: о">е</mark>в' in html


def test_texts_cannot_become_markup(run):
    html = to_html(built(run)).decode()
    assert "<img src=x" not in html
    assert html.count("<script>") == 1  # its own
    assert "default-src 'none'" in html  # nothing is fetched, whatever a text says


def test_files_agree_and_are_the_same_bytes_twice(run):
    files = report_files(run.score, built(run))
    assert files == report_files(run.score, built(run))
    figures = json.loads(files[".json"])
    assert figures["headline"][0]["errors"] == run.score.figures.text.chars.errors
    assert figures["headline"][0]["low"] <= figures["headline"][0]["rate"]
    assert {f["name"]: f["wrong"] for f in figures["fields"]} == {"number": 2, "origin": 0}
    assert figures["without_counterpart"] == [{"name": "lost", "missing": "output"}]
    assert "| `Титов` | `Титев` |" in files[".md"].decode()


def test_junit_fails_poor_pages_and_what_was_not_read(run):
    root = etree.fromstring(report_files(run.score, built(run))[".xml"])
    cases = [failure.getparent() for failure in root.iter("failure")]
    failed = {(case.get("classname"), case.get("name")) for case in cases}
    assert failed == {("b", "page 1"), ("without counterpart", "lost")}
    assert (root.get("tests"), root.get("failures")) == ("3", "2")


def test_without_scans_there_are_no_pictures_and_it_says_so(run, tmp_path):
    for scans in (None, tmp_path / "nowhere"):
        report = build_report(run.score, Sources(run.read, scans))
        assert not any(w.crop for w in report.worst)
        assert not any(page.picture for page in report.pages)
        assert report.notes[0].startswith("Without pictures")
    Image.fromarray(scan()[:, :200]).save(run.scans / "a.png")  # another sheet of that name
    report = built(run)
    assert [page.picture is None for page in report.pages] == [True, False]
    assert "No picture of a.png" in report.notes[0]


def test_a_scan_is_known_by_its_bytes_under_any_name(run):
    folder = ScanFolder(run.scans)
    assert folder.find("a.png", "") == run.scans / "a.png"
    renamed = run.scans / "scan 7.jpg"
    Image.fromarray(255 - scan()).save(renamed)
    fingerprint = __import__("hashlib").sha256(renamed.read_bytes()).hexdigest()
    assert ScanFolder(run.scans).find("a.png", fingerprint) == renamed
    assert folder.find("a.png", "0" * 64) is None


@pytest.mark.parametrize(("target", "stem"), [("r", "r/report"), ("all.today.html", "all.today")])
def test_the_command_writes_four_files(run, tmp_path, target, stem):
    arguments = ["report", run.out, "--truth", run.truth, "-o", tmp_path / target]
    result = CliRunner().invoke(cli, [str(each) for each in arguments])
    assert result.exit_code == 0
    assert result.stdout == f"{tmp_path / stem}.html\n"
    assert "Without pictures" in result.stderr
    assert all((tmp_path / f"{stem}.{kind}").stat().st_size for kind in ("json", "md", "xml"))


def many(run, pages):
    """The same score as of many documents."""
    documents = [
        replace(d, name=f"{d.name}#{n}") for n in range(pages // 2) for d in run.score.documents
    ]
    score = replace(run.score, documents=tuple(documents))
    read = {name: run.read(name) for name in TEXTS}
    return score, lambda name: read[name.split("#")[0]]


def test_many_pages_stay_under_their_size_worst_pages_first(run):
    score, read = many(run, 400)
    most = 1_320_000
    report = build_report(score, Sources(read, run.scans, most_bytes=most))
    assert len(to_html(report)) <= most
    with_lines = [page.document[0] for page in report.pages if page.line_views]
    with_picture = [page for page in report.pages if page.picture]
    assert len(report.pages) == 400
    assert with_lines.count("b") == 200  # b has most of the errors
    assert 0 < len(with_picture) < 200
    assert {page.document[0] for page in with_picture} == {"b"}


# --- in a browser ----------------------------------------------------------------------------

# Clicks, keys and filters, and what is to be seen after each; told in the element #told.
VISIT = """
const told = {}, wait = () => new Promise(done => setTimeout(done, 60));
const seen = all => [...document.querySelectorAll(all)].filter(e => e.getClientRects().length);
const event = key => new KeyboardEvent("keydown", {key, bubbles: true});
const press = key => document.body.dispatchEvent(event(key));
addEventListener("error", e => told.error = String(e.message));
addEventListener("load", async () => {
  told.plots = seen("svg.plot").filter(s => s.getBBox().width > 100).length;
  told.texts = seen("svg.plot text").length;
  const crops = [...document.querySelectorAll(".crop img")];
  await Promise.all(crops.map(i => { i.loading = "eager"; return i.decode(); }));
  told.crops = crops.filter(i => i.naturalWidth > 100).length;
  told.rows = seen("#page-table tbody tr").length;
  press("j"); press("j");
  told.second = document.querySelector(".current").id;
  const select = document.querySelector("select[name=level]");
  select.value = "hard"; select.dispatchEvent(new Event("input", {bubbles: true})); await wait();
  told.hash = location.hash;
  told.hard = seen("#page-table tbody tr").map(tr => tr.dataset.page);
  location.hash = "#q=титев"; await wait();
  told.found = seen("#page-table tbody tr").map(tr => tr.dataset.page);
  location.hash = "#page=a.1"; await wait();
  told.boxes = [seen(".sheet .bad").length, seen(".sheet .ok").length];
  const picture = document.querySelector(".sheet image");
  told.picture = picture.href.baseVal.slice(0, 15);
  press("j"); await wait();
  told.line = location.hash;
  told.marks = seen(".lines mark").map(m => m.className + m.textContent);
  press("Escape"); await wait();
  told.back = seen("#overview").length;
  told.hacked = document.body.dataset.hacked;
  const out = document.createElement("pre");
  out.id = "told"; out.textContent = JSON.stringify(told); document.body.append(out);
});
"""


def chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no browser to look at the report with: apt-get install chromium")
    return found


def test_in_a_browser_it_opens_shows_filters_and_turns_pages(run, tmp_path):
    file = tmp_path / "visited.html"
    html = to_html(built(run)).decode()
    file.write_text(html.replace("</body>", f"<script>{VISIT}</script></body>"), encoding="utf-8")
    told = {}
    for ms in (9_000, 60_000):  # of the browser's own clock, which runs on where a machine is busy
        command = [
            chromium(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--virtual-time-budget={ms}",
            f"--user-data-dir={tmp_path / f'profile-{ms}'}",
            "--dump-dom",
            file.as_uri(),
        ]
        shown = subprocess.run(command, capture_output=True, timeout=120, check=True).stdout
        if text := etree.HTML(shown.decode()).xpath("string(//*[@id='told'])"):
            told = json.loads(text)
            break
    assert told.pop("plots") == 3  # rates, pages, confusions
    assert told.pop("texts") > 30
    assert told == {
        "crops": 4,
        "rows": 2,
        "second": "worst-2",
        "hash": "#level=hard",
        "hard": ["b.1"],
        "found": ["b.1"],
        "boxes": [2, 2],
        "picture": "data:image/webp",
        "line": "#page=a.1&line=0",
        "marks": ["sО", "s0", "sи", "sн"],
        "back": 1,
    }
