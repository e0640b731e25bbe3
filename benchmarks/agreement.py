"""Do we count what others count? 300 pairs of texts, scored here and by three peers.

    python benchmarks/agreement.py [--markdown]

Peers: rapidfuzz (distance of two strings), jiwer (CER, WER), dinglehopper (CER, WER), as they come.
Each pair is put with those where both definitions say the same, or under the first reason why they
do not. Where they say the same, errors and lengths must be equal: any that is not ends the script
with 1. Elsewhere the table says how many differ. Needs `pip install 'shifrovka[bench]'`.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import jiwer
import numpy as np
from dinglehopper.character_error_rate import character_error_rate_n
from dinglehopper.word_error_rate import word_error_rate_n, words_normalized
from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.table import Table

from ocr.evaluate.align import Edits, graphemes
from ocr.evaluate.normalize import NORMALISATIONS
from ocr.evaluate.rates import score_text

SEED = 1950
PAIRS_OF_A_KIND = 25
SYLLABLES = ("ма", "со", "ре", "вет", "ёж", "йо", "пя", "шифр", "теле", "грам", "ста", "лин", "съе")
STRESS = "\u0301"
TWINS = str.maketrans("аеорсух", "aeopcyx")

NUMBERS = PAIRS, DIFFER, READ, NOTHING = ("pairs", "differ", "абв is read", "nothing is read")

Counts = tuple[int, int]  # errors, length of the truth


# --- pairs -----------------------------------------------------------------------------------


def make_pairs(rng: np.random.Generator) -> list[tuple[str, str]]:
    """300 of them: twelve kinds, 25 of each."""
    return [pair for _ in range(PAIRS_OF_A_KIND) for pair in _one_of_each(rng)]


def _one_of_each(rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    plain = _words(rng, 12)
    yield plain, _damage(plain, rng)
    line = _sentence(rng, 12)
    yield line, _damage(line, rng)
    yield line, _damage(line.translate(TWINS), rng)
    stressed = "".join(c + STRESS if rng.random() < 0.1 else c for c in line)
    yield stressed, _damage(stressed, rng)
    apart = unicodedata.normalize("NFD", line)
    yield line, apart
    yield apart, _damage(apart, rng)
    sheet = "\n".join(_sentence(rng, 6) for _ in range(8))
    yield sheet, _damage(sheet, rng)
    yield sheet, _damage(sheet, rng).replace("\n", " ", 3)
    yield f"  {sheet}\n\n{line} ", _damage(f"{sheet}\r\n{line}", rng)
    yield "", _damage(line, rng)
    yield line, ""
    yield ("", "") if rng.random() < 0.5 else (line, _sentence(rng, 15))


def _words(rng: np.random.Generator, count: int) -> str:
    lengths = rng.integers(1, 5, count)
    return " ".join("".join(rng.choice(SYLLABLES, size=n)) for n in lengths)


def _sentence(rng: np.random.Generator, count: int) -> str:
    """Words with what a typist puts between them."""
    marks = [", ", ". ", " - ", ' "', '" ', " № 25348/", "-", " (", ") ", "  "]
    return "".join(
        word + (str(rng.choice(marks)) if rng.random() < 0.3 else " ")
        for word in _words(rng, count).split()
    ).strip()


def _damage(text: str, rng: np.random.Generator) -> str:
    """Code points lost, doubled or replaced, at a rate from 0 to 30 %."""
    rate = rng.uniform(0, 0.3)
    out = []
    for char in text:
        what = rng.random() / rate if rate else 1
        if what >= 1:
            out.append(char)
        elif what >= 1 / 3:
            out.append(str(rng.choice(list("аеоншйI1., "))) * (1 + (what < 2 / 3)))
    return "".join(out)


# --- what is compared ------------------------------------------------------------------------


def as_it_is(text: str) -> str:
    return text


STRICT = NORMALISATIONS["strict"]


def bare(text: str) -> str:
    """Strict, and letters, digits and blanks alone."""
    return "".join(c for c in STRICT(text) if c.isalnum() or c == " ")


def our_chars(truth: str, output: str) -> Edits:
    return score_text(truth, output, STRICT).chars


def our_words(truth: str, output: str) -> Edits:
    return score_text(truth, output, STRICT).words


def rapidfuzz_graphemes(truth: str, output: str) -> Counts:
    """On the very graphemes that we count, so only the alignment is compared."""
    t, o = (graphemes(STRICT(text)) for text in (truth, output))
    return Levenshtein.distance(t, o), len(t)


def rapidfuzz_strings(truth: str, output: str) -> Counts:
    return Levenshtein.distance(truth, output), len(truth)


def jiwer_chars(truth: str, output: str) -> Counts:
    r = jiwer.process_characters(truth, output)
    return r.substitutions + r.insertions + r.deletions, r.substitutions + r.deletions + r.hits


def jiwer_words(truth: str, output: str) -> Counts:
    r = jiwer.process_words(truth, output)
    return r.substitutions + r.insertions + r.deletions, r.substitutions + r.deletions + r.hits


def dinglehopper_chars(truth: str, output: str) -> Counts:
    rate, total = character_error_rate_n(truth, output)
    if total == 0:  # it gives no count, but infinity
        return (0 if rate == 0 else len(graphemes(output))), 0
    return round(rate * total), total


def dinglehopper_words(truth: str, output: str) -> Counts:
    # On lists: with multimethod 2 the same of two strings ends in a DispatchError.
    t, o = list(words_normalized(truth)), list(words_normalized(output))
    rate, total = word_error_rate_n(t, o)
    if total == 0:
        return (0 if rate == 0 else len(o)), 0
    return round(rate * total), total


def composed(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def one_code_point_each(text: str) -> bool:
    return len(graphemes(text)) == len(unicodedata.normalize("NFC", text))


def one_line(text: str) -> bool:
    return len(text.splitlines()) <= 1 and not text.endswith(("\n", "\r"))


def no_outer_blanks(text: str) -> bool:
    return text == text.strip()


def letters_and_blanks(text: str) -> bool:
    return all(c.isalnum() or c.isspace() for c in unicodedata.normalize("NFC", text))


Condition = tuple[str, Callable[[str], bool]]
NOT_COMPOSED: Condition = ("no NFC: й and и + breve are two things", composed)
CODE_POINTS: Condition = ("counts code points: и́ is two characters", one_code_point_each)
BREAKS: Condition = ("a line break is not a blank", one_line)
STRIPS: Condition = ("leaves out blanks at the ends", no_outer_blanks)
BREAKS_JOIN: Condition = ("a single line break parts no words", one_line)
PUNCTUATION: Condition = ("leaves out punctuation, parts words at it", letters_and_blanks)


@dataclass(frozen=True)
class Comparison:
    """A peer's figure beside ours, and under which conditions on both texts they say the same.

    given  what is done to the texts before either side sees them
    """

    name: str
    theirs: Callable[[str, str], Counts]
    ours: Callable[[str, str], Edits]
    conditions: tuple[Condition, ...] = ()
    given: Callable[[str], str] = as_it_is


SINGLE = (NOT_COMPOSED, CODE_POINTS, BREAKS)
COMPARISONS = (
    Comparison("rapidfuzz", rapidfuzz_strings, our_chars, SINGLE),
    Comparison("rapidfuzz, given our graphemes", rapidfuzz_graphemes, our_chars),
    Comparison("jiwer CER", jiwer_chars, our_chars, (*SINGLE, STRIPS)),
    Comparison(
        "jiwer CER, given our strict text", jiwer_chars, our_chars, (CODE_POINTS, STRIPS), STRICT
    ),
    Comparison("jiwer WER", jiwer_words, our_words, (NOT_COMPOSED, BREAKS_JOIN)),
    Comparison("jiwer WER, given our strict text", jiwer_words, our_words, (), STRICT),
    Comparison("dinglehopper CER", dinglehopper_chars, our_chars, (BREAKS,)),
    Comparison(
        "dinglehopper CER, given our strict text", dinglehopper_chars, our_chars, (), STRICT
    ),
    Comparison("dinglehopper WER", dinglehopper_words, our_words, (PUNCTUATION,)),
    Comparison("dinglehopper WER, given letters alone", dinglehopper_words, our_words, (), bare),
)


@dataclass
class Tally:
    """Pairs of one comparison, by whether the definitions say the same, else by the reason why not.

    same       where they do; `unequal` are those of them whose counts differ, and must be none
    elsewhere  {reason: pairs}; `differing` {reason: those of them whose counts differ}
    """

    same: int = 0
    unequal: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)
    differing: Counter[str] = field(default_factory=Counter)


def compare(comparison: Comparison, pairs: list[tuple[str, str]]) -> Tally:
    tally = Tally()
    for truth, output in ((comparison.given(t), comparison.given(o)) for t, o in pairs):
        ours = comparison.ours(truth, output)
        equal = comparison.theirs(truth, output) == (ours.errors, ours.truth)
        reasons = (r for r, holds in comparison.conditions if not (holds(truth) and holds(output)))
        reason = next(reasons, None)
        if reason is not None:
            tally.elsewhere[reason] += 1
            tally.differing[reason] += not equal
            continue
        tally.same += 1
        if not equal:
            tally.unequal.append((truth, output))
    return tally


# --- tables ----------------------------------------------------------------------------------


def rows_of(name: str, tally: Tally) -> Iterator[tuple[str, str, str, str]]:
    yield name, "the same", str(tally.same), str(len(tally.unequal))
    for reason, count in tally.elsewhere.most_common():
        yield "", reason, str(count), str(tally.differing[reason])


def rates_without_truth() -> list[tuple[str, str, str]]:
    """CER of something and of nothing, read where nothing stands."""
    peers: dict[str, Callable[[str, str], float | None]] = {
        "Shifrovka": lambda t, o: score_text(t, o, STRICT).cer.value,
        "rapidfuzz": Levenshtein.normalized_distance,
        "jiwer": lambda t, o: jiwer.process_characters(t, o).cer,
        "dinglehopper": lambda t, o: character_error_rate_n(t, o)[0],
    }
    return [
        (name, *("none" if (r := rate("", o)) is None else f"{r:g}" for o in ("абв", "")))
        for name, rate in peers.items()
    ]


def show(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], markdown: bool) -> None:
    if markdown:
        ruler = ("---", *["---:" if h in NUMBERS else "---" for h in head[1:]])
        print(*(f"| {' | '.join(row)} |" for row in (head, ruler, *rows)), "", sep="\n")
        return
    table = Table()
    for name in head:
        table.add_column(name, justify="right" if name in NUMBERS else "left")
    for row in rows:
        table.add_row(*row)
    console = Console()
    (console if console.is_terminal else Console(width=110)).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    options = parser.parse_args()
    pairs = make_pairs(np.random.default_rng(SEED))
    tallies = {c.name: compare(c, pairs) for c in COMPARISONS}
    rows = [row for name, tally in tallies.items() for row in rows_of(name, tally)]
    show(("peer", "its definition against ours", PAIRS, DIFFER), rows, options.markdown)
    show(("CER where nothing stands", READ, NOTHING), rates_without_truth(), options.markdown)
    for name, tally in tallies.items():
        for truth, output in tally.unequal[:3]:
            print(f"{name}: unequal for {truth!r} and {output!r}", file=sys.stderr)
    sys.exit(any(tally.unequal for tally in tallies.values()))


if __name__ == "__main__":
    main()
