"""Error rates: counts first, rates last, so that pages add up to a corpus.

CER    (substitutions + insertions + deletions) / graphemes of the truth
WER    the same over words: what blanks part, punctuation included

Both texts are normalised first, by a normalisation that is named beside the figure. A line
break counts as one blank, never as more. A corpus figure is the sum of errors over the sum of
truths, never a mean of rates. A truth that is empty has no rate: errors on it are counted and
shown, and enter the sums; empty against empty is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from ocr.evaluate.align import Edits, align, graphemes
from ocr.evaluate.normalize import Normalisation


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors among `total`; rates add by their counts."""

    errors: int = 0
    total: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.errors + other.errors, self.total + other.total)

    @property
    def value(self) -> float | None:
        """Errors / total; 0 where there is nothing, None where there are errors on nothing."""
        if self.total == 0:
            return None if self.errors else 0.0
        return self.errors / self.total

    def percent(self) -> str:
        """`1.53`, or `–` where there is no rate."""
        return "–" if self.value is None else f"{100 * self.value:.2f}"


@dataclass(frozen=True, slots=True)
class TextScore:
    """How two texts compare, in graphemes and in words."""

    chars: Edits = field(default_factory=Edits)
    words: Edits = field(default_factory=Edits)

    def __add__(self, other: TextScore) -> TextScore:
        return TextScore(self.chars + other.chars, self.words + other.words)

    @property
    def cer(self) -> Rate:
        return Rate(self.chars.errors, self.chars.truth)

    @property
    def wer(self) -> Rate:
        return Rate(self.words.errors, self.words.truth)


def score_text(truth: str, output: str, normalise: Normalisation) -> TextScore:
    """Both texts normalised and aligned as a whole."""
    t, o = normalise(truth), normalise(output)
    return TextScore(align(graphemes(t), graphemes(o)), align(t.split(), o.split()))


def score_lines(truth: Sequence[str], output: Sequence[str], normalise: Normalisation) -> TextScore:
    """Line by line, whatever the order: what is left when the reading order costs nothing.

    Lines are paired so that pairing saves most against leaving both alone, the best pair first;
    greedy, so an upper bound. Lines that find no partner count as deleted or inserted. Breaks
    between lines are in no count, so the total is a little smaller than `score_text`'s.
    """
    t = [text for text in map(normalise, truth) if text]
    o = [text for text in map(normalise, output) if text]
    pairs = _best_pairs(t, o)
    scores = [_score(t[i], o[j]) for i, j in pairs]
    scores += [_score(t[i], "") for i in set(range(len(t))) - {i for i, _ in pairs}]
    scores += [_score("", o[j]) for j in set(range(len(o))) - {j for _, j in pairs}]
    return sum_scores(scores)


def sum_scores(scores: Iterable[TextScore]) -> TextScore:
    return sum(scores, TextScore())


def _score(truth: str, output: str) -> TextScore:
    return TextScore(
        align(graphemes(truth), graphemes(output)), align(truth.split(), output.split())
    )


def _best_pairs(truth: Sequence[str], output: Sequence[str]) -> list[tuple[int, int]]:
    """(index in truth, index in output), each index once at most.

    What a pair saves is the length of both lines less their distance; of equal savings the pair
    that stands first in both texts wins.
    """
    if not truth or not output:
        return []
    distances = cdist(truth, output, scorer=Levenshtein.distance)
    savings = [
        (int(distances[i, j]) - len(t) - len(o), i, j)
        for i, t in enumerate(truth)
        for j, o in enumerate(output)
        if distances[i, j] < max(len(t), len(o))
    ]
    pairs: list[tuple[int, int]] = []
    free_t, free_o = set(range(len(truth))), set(range(len(output)))
    for _, i, j in sorted(savings):
        if i in free_t and j in free_o:
            pairs.append((i, j))
            free_t.remove(i)
            free_o.remove(j)
    return pairs
