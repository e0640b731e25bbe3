"""Error rates: counts first, rates last, so that pages add up to a corpus.

CER    (substitutions + insertions + deletions) / graphemes of the truth
WER    the same over words: what blanks part, punctuation included

Both texts are normalised first, by a normalisation that is named beside the figure. A line
break counts as one blank, never as more. A corpus figure is the sum of errors over the sum of
truths, never a mean of rates. A truth that is empty has no rate: errors on it are counted and
shown, and enter the sums; empty against empty is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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


def bag_of_words(truth: Sequence[str], output: Sequence[str]) -> Edits:
    """Words without order: those on one side alone replace each other as far as they go.

    Its errors are max(missing, added): no order of the output has fewer wrong words.
    """
    t, o = Counter(truth), Counter(output)
    missing, added = (t - o).total(), (o - t).total()
    replaced = min(missing, added)
    return Edits(len(truth), replaced, added - replaced, missing - replaced)


def sum_scores(scores: Iterable[TextScore]) -> TextScore:
    """The sums of the counts; in whole numbers all along, as a run has many lines."""
    sums = [0] * 8
    for score in scores:
        c, w = score.chars, score.words
        sums[0] += c.truth
        sums[1] += c.substitutions
        sums[2] += c.insertions
        sums[3] += c.deletions
        sums[4] += w.truth
        sums[5] += w.substitutions
        sums[6] += w.insertions
        sums[7] += w.deletions
    return TextScore(Edits(*sums[:4]), Edits(*sums[4:]))
