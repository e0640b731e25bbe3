"""What can be set in putting pages and documents together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssembleSettings:
    """Lengths are in strokes of the typewriter or in line feeds, so they hold at any dpi.

    look_alikes         make Latin letters inside Russian words Cyrillic
    letter_case         tell capitals from small letters of their shape by height
    spelling            mend misread letters of unknown words by the dictionary
    indent_strokes      a first line stands in by at least this much; typists used 3 to 5, and
                        a stroke and a half is beyond what an uneven margin shows
    gap_feeds           a gap above a line that parts paragraphs: one and a half line feeds
    digital_gap_feeds   the same on a born-digital page, where feeds are exact
    short_strokes       a line that leaves room for the next word and this much more ended on
                        purpose; typists break a line up to half a dozen strokes early
    spaced_letters      so many single letters in a row are a letter-spaced word; three occur
                        among one-letter words (`и с в`), four do not
    word_trust          tell confidences of words by what they are and how their line reads too
    under_mark_trust    what is left of the confidence in a word that a mark lay over: engines
                        do not know that strokes of it may be missing
    under_mark_share    of a word's box with ink of marks, from which the word lay under one
    spaced_gap          letters whose centres lie this much further apart than is usual in the
                        run begin a new word: in type 3 strokes against 2, i.e. 1.5
    """

    look_alikes: bool = True
    letter_case: bool = True
    spelling: bool = True
    indent_strokes: float = 1.5
    gap_feeds: float = 1.5
    digital_gap_feeds: float = 1.25
    short_strokes: float = 6.0
    spaced_letters: int = 4
    spaced_gap: float = 1.25
    word_trust: bool = True
    under_mark_trust: float = 0.8
    under_mark_share: float = 0.02
