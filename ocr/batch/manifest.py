"""The manifest of a folder of results: one SQLite file that knows every scan, page and result.

It lies in the hidden folder `.shifrovka` of OUT, beside the lock by which two runs on one OUT
exclude each other and the drafts of files that are being written. One process writes to it, the
one that runs; others may look while it does (WAL). What is told to be done is durable: the files
first, then the entry, each synced, so that a power cut costs what was in work and no more.

    settings   what made something: engine, model, versions and all settings, by their hash
    documents  a scan each: where it lies, its content, its pages, its state
    pages      state, attempts, error, time and, while the document waits for others, the result
    outputs    the files, with their hashes
    runs       when, and how each ended
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ocr.errors import OutputError

FOLDER = ".shifrovka"
FILE = "manifest.sqlite"
VERSION = 1

_SCHEMA = """
CREATE TABLE settings (
    id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, made_by TEXT NOT NULL,
    options TEXT NOT NULL
);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, path BLOB NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT, pages INTEGER,
    state TEXT NOT NULL, settings INTEGER NOT NULL REFERENCES settings, error TEXT, code INTEGER,
    finished REAL
);
CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, number INTEGER NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, seconds REAL, error TEXT, code INTEGER,
    finished REAL, result BLOB, PRIMARY KEY (document, number)
);
CREATE TABLE outputs (
    path BLOB PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    sha256 TEXT, size INTEGER, old INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outputs_of ON outputs (document);
CREATE INDEX documents_by_state ON documents (state);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, began REAL NOT NULL, ended REAL, exit_code INTEGER,
    settings INTEGER NOT NULL REFERENCES settings
);
"""


class State(StrEnum):
    """Of a document or page. What is in work when a run breaks off is still waiting."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A scan as the manifest knows it. `name`: of its results, below OUT, without suffix."""

    id: int
    name: str
    path: Path
    size: int
    mtime_ns: int
    sha256: str | None
    pages: int | None
    state: State
    settings: int
    error: str | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page as the manifest knows it; `number` counts from 0."""

    document: int
    number: int
    state: State
    attempts: int
    seconds: float | None
    error: str | None
    code: int | None


@dataclass(frozen=True, slots=True)
class OutputEntry:
    """A file of a document; without a hash while it is only claimed."""

    path: str
    document: int
    sha256: str | None
    size: int | None


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Keeps other runs off OUT, and clears away the drafts of one that was killed.

    The system gives the lock back when this process ends, however it ends. Raises OutputError
    where another run holds it.
    """
    folder = out / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=0)
        with lock:
            for draft in drafts(out).glob("*"):
                draft.unlink()
            yield
    except Timeout as e:
        raise OutputError(
            f"{out}: another run is writing there; wait for it, or choose another folder with -o"
        ) from e


def drafts(out: Path) -> Path:
    """The folder of files that are being written; one file system with OUT."""
    return out / FOLDER / "drafts"


class Manifest:
    """Reads and writes the manifest of OUT. Paths keep bytes that are no UTF-8."""

    def __init__(self, out: Path, *, write: bool) -> None:
        """Raises OutputError where there is none to read, or it is broken or of another kind."""
        self._file = out / FOLDER / FILE
        if not write and not self._file.exists():
            raise OutputError(f"{out}: holds no results of shifrovka transcribe; check the path")
        with self._told():
            self._db = self._connect("mode=rwc" if write else "mode=ro")
            if write:
                self._set_up()
            try:
                found = self._db.execute("PRAGMA user_version").fetchone()[0]
            except sqlite3.OperationalError:  # on a disk that cannot be written
                self._db = self._connect("immutable=1")
                found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found != VERSION:
            raise OutputError(
                f"{self._file}: is a manifest of version {found}, and this program writes "
                f"{VERSION}; choose another folder with -o"
            )

    def _connect(self, how: str) -> sqlite3.Connection:
        where = f"{self._file.resolve().as_uri()}?{how}"
        connection = sqlite3.connect(where, uri=True, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def _set_up(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")

    def close(self) -> None:
        """Leaves one file: its journal goes into it."""
        with suppress(sqlite3.Error):
            self._db.close()

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database as ours."""
        try:
            yield
        except sqlite3.Error as e:
            raise OutputError(
                f"{self._file}: cannot be used ({e}); see whether the disk is full, or choose "
                "another folder with -o"
            ) from e

    @contextmanager
    def change(self) -> Iterator[None]:
        """All that is written within appears together, and durably, or not at all."""
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        with self._told(), closing(self._db.execute(query, values)) as found:
            return found.fetchall()

    # --- runs and settings

    def settings(self, sha256: str, made_by: str, options: str) -> int:
        """The number under which these settings stand; both texts are JSON."""
        self._db.execute(
            "INSERT OR IGNORE INTO settings (sha256, made_by, options) VALUES (?, ?, ?)",
            (sha256, made_by, options),
        )
        return int(self._rows("SELECT id FROM settings WHERE sha256 = ?", sha256)[0][0])

    def settings_of(self, number: int) -> Mapping[str, str]:
        """sha256, made_by and options, as they were given."""
        row = self._rows("SELECT sha256, made_by, options FROM settings WHERE id = ?", number)[0]
        return dict(row)

    def begin_run(self, settings: int) -> int:
        run = self._db.execute(
            "INSERT INTO runs (began, settings) VALUES (?, ?)", (time.time(), settings)
        )
        return int(run.lastrowid or 0)

    def end_run(self, run: int, exit_code: int) -> None:
        self._db.execute(
            "UPDATE runs SET ended = ?, exit_code = ? WHERE id = ?", (time.time(), exit_code, run)
        )

    def runs(self) -> list[Mapping[str, Any]]:
        """id, began, ended, exit_code, settings of each, the last one last."""
        return [dict(row) for row in self._rows("SELECT * FROM runs ORDER BY id")]

    # --- documents

    def document(self, name: str) -> DocumentEntry | None:
        """The document whose results are called so."""
        rows = self._rows("SELECT * FROM documents WHERE name = ?", os.fsencode(name))
        return _document(rows[0]) if rows else None

    def documents(self) -> Iterator[DocumentEntry]:
        """All, by name; as many as there are."""
        for row in self._db.execute("SELECT * FROM documents ORDER BY name"):
            yield _document(row)

    def enter(self, name: str, path: Path, stat: os.stat_result | None, settings: int) -> int:
        """A document that is to be read from its beginning, whatever was known of it.

        Its files stay, and stay known, until others take their place.
        """
        size, mtime_ns = (stat.st_size, stat.st_mtime_ns) if stat else (0, 0)
        number = self._db.execute(
            "INSERT INTO documents (name, path, size, mtime_ns, state, settings) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "path = excluded.path, size = excluded.size, mtime_ns = excluded.mtime_ns, "
            "state = excluded.state, settings = excluded.settings, sha256 = NULL, pages = NULL, "
            "error = NULL, code = NULL, finished = NULL RETURNING id",
            (os.fsencode(name), _place(path), size, mtime_ns, State.WAITING, settings),
        ).fetchone()[0]
        self._db.execute("DELETE FROM pages WHERE document = ?", (number,))
        self._db.execute("UPDATE outputs SET old = 1 WHERE document = ?", (number,))
        return int(number)

    def opened(self, document: int, sha256: str, pages: int) -> None:
        self._db.execute(
            "UPDATE documents SET sha256 = ?, pages = ? WHERE id = ?", (sha256, pages, document)
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO pages (document, number, state, attempts) VALUES (?, ?, ?, 0)",
            ((document, number, State.WAITING) for number in range(pages)),
        )

    def seen_at(self, document: int, path: Path, stat: os.stat_result) -> None:
        """The same content lies elsewhere now, or was touched."""
        self._db.execute(
            "UPDATE documents SET path = ?, size = ?, mtime_ns = ? WHERE id = ?",
            (_place(path), stat.st_size, stat.st_mtime_ns, document),
        )

    def settle(
        self,
        document: int,
        state: State,
        error: str | None = None,
        code: int | None = None,
        keep_results: bool = False,
    ) -> None:
        """A document is through; the results of its pages go unless some are to be redone."""
        self._db.execute(
            "UPDATE documents SET state = ?, error = ?, code = ?, finished = ? WHERE id = ?",
            (state, error, code, time.time(), document),
        )
        if not keep_results:
            self._db.execute("UPDATE pages SET result = NULL WHERE document = ?", (document,))
        self._db.execute("DELETE FROM outputs WHERE document = ? AND sha256 IS NULL", (document,))

    # --- pages

    def pages(self, document: int) -> list[PageEntry]:
        """In order; without their results."""
        rows = self._rows(
            "SELECT document, number, state, attempts, seconds, error, code FROM pages "
            "WHERE document = ? ORDER BY number",
            document,
        )
        return [PageEntry(**{**dict(row), "state": State(row["state"])}) for row in rows]

    def results(self, document: int) -> list[bytes]:
        """The encoded pages of a document, in order."""
        rows = self._rows("SELECT result FROM pages WHERE document = ? ORDER BY number", document)
        return [bytes(row[0] or b"") for row in rows]

    def attempted(self, document: int, number: int) -> None:
        """A page was lost with its process, and is tried again."""
        self._db.execute(
            "UPDATE pages SET attempts = attempts + 1 WHERE document = ? AND number = ?",
            (document, number),
        )

    def page_done(
        self,
        document: int,
        number: int,
        seconds: float,
        result: bytes | None,
        error: tuple[str, int] | None = None,
    ) -> None:
        """A page is through; `error` is why it failed and its exit code."""
        text, code = error or (None, None)
        state = State.FAILED if error else State.DONE
        self._db.execute(
            "UPDATE pages SET state = ?, attempts = attempts + 1, seconds = ?, result = ?, "
            "error = ?, code = ?, finished = ? WHERE document = ? AND number = ?",
            (state, seconds, result, text, code, time.time(), document, number),
        )

    def forget_failures(self, document: int) -> None:
        """The pages that failed wait again."""
        self._db.execute(
            "UPDATE pages SET state = ?, result = NULL, error = NULL, code = NULL "
            "WHERE document = ? AND state = ?",
            (State.WAITING, document, State.FAILED),
        )
        self._db.execute(
            "UPDATE documents SET state = ?, error = NULL, code = NULL WHERE id = ?",
            (State.WAITING, document),
        )

    # --- outputs

    def claim(self, document: int, paths: Sequence[str]) -> str | None:
        """Reserve files for a document. The path of one that another has, if there is one."""
        for path in paths:
            rows = self._rows("SELECT document FROM outputs WHERE path = ?", os.fsencode(path))
            if rows and rows[0][0] != document:
                return path
        self._db.executemany(
            "INSERT OR IGNORE INTO outputs (path, document) VALUES (?, ?)",
            ((os.fsencode(path), document) for path in paths),
        )
        return None

    def claimed_by(self, path: str) -> DocumentEntry | None:
        """Whose file that is."""
        rows = self._rows(
            "SELECT d.* FROM documents d JOIN outputs o ON o.document = d.id WHERE o.path = ?",
            os.fsencode(path),
        )
        return _document(rows[0]) if rows else None

    def take_old(self, document: int) -> list[str]:
        """Files of an earlier making that this one did not replace; they are known no longer."""
        rows = self._rows("SELECT path FROM outputs WHERE document = ? AND old = 1", document)
        self._db.execute("DELETE FROM outputs WHERE document = ? AND old = 1", (document,))
        return [os.fsdecode(row["path"]) for row in rows]

    def written(self, document: int, path: str, sha256: str, size: int) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO outputs (path, document, sha256, size, old) "
            "VALUES (?, ?, ?, ?, 0)",
            (os.fsencode(path), document, sha256, size),
        )

    def outputs(self, document: int) -> list[OutputEntry]:
        rows = self._rows(
            "SELECT path, document, sha256, size FROM outputs "
            "WHERE document = ? AND sha256 IS NOT NULL ORDER BY path",
            document,
        )
        return [OutputEntry(**{**dict(row), "path": os.fsdecode(row["path"])}) for row in rows]

    # --- sums

    def counts(self) -> Mapping[str, Mapping[State, int]]:
        """How many documents and pages are in which state."""
        return {
            table: {
                State(row[0]): row[1]
                for row in self._rows(f"SELECT state, COUNT(*) FROM {table} GROUP BY state")
            }
            for table in ("documents", "pages")
        }

    def failures(self) -> Iterator[tuple[DocumentEntry, str, int]]:
        """Each failure: its document, why, and its exit code; those of pages page by page."""
        for row in self._db.execute(
            "SELECT d.*, p.error AS page_error, p.code AS page_code FROM documents d "
            "LEFT JOIN pages p ON p.document = d.id AND p.state = 'failed' "
            "WHERE d.error IS NOT NULL OR p.error IS NOT NULL ORDER BY d.name, p.number"
        ):
            why = row["page_error"] or row["error"]
            yield _document(row), str(why), int(row["page_code"] or row["code"] or 1)

    def seconds(self) -> float:
        """Time that all pages took, added up."""
        return float(self._rows("SELECT TOTAL(seconds) FROM pages")[0][0])


def _place(path: Path) -> bytes:
    """Where a scan lies, from wherever one looks."""
    return os.fsencode(path.absolute())


def _document(row: sqlite3.Row) -> DocumentEntry:
    return DocumentEntry(
        id=row["id"],
        name=os.fsdecode(row["name"]),
        path=Path(os.fsdecode(row["path"])),
        size=row["size"],
        mtime_ns=row["mtime_ns"],
        sha256=row["sha256"],
        pages=row["pages"],
        state=State(row["state"]),
        settings=row["settings"],
        error=row["error"],
        code=row["code"],
    )
