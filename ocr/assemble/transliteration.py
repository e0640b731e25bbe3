"""Whether a Russian and an English name are one name in two alphabets.

There is no one way from Cyrillic to Latin: Мао Цзэдун is Mao Zedong and Mao Tse-tung, Пэн Дэхуай
is Peng Dehuai, Рощин is Roshchin, and Russian writes Chinese by Palladius, English by pinyin or
Wade–Giles. But the consonants stay what they are, by classes: all hissing sounds are one (ц, цз,
ч, чж, ш, щ, ж, с, з; ch, zh, sh, j, q, x, ts, z, c), so are р and л, voiced and voiceless stops. A
name is compared by these classes alone, vowels left out, with an edit distance that forgives what
languages do differently: an aspirated h, a case ending, w, the g of `ng`.

Names that are another word altogether (Пекин, Beijing) stand in `bilingual`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

# Longer spellings first. Classes: P T K S R M N F V H; small letters are forgiven: w h y g.
_CYRILLIC = (
    *(("дж", "S"), ("чж", "S"), ("дз", "S"), ("цз", "S"), ("тс", "S"), ("пх", "P"), ("тх", "T")),
    *(("кх", "K"), ("кс", "KS"), ("б", "P"), ("п", "P"), ("д", "T"), ("т", "T"), ("г", "K")),
    *(("к", "K"), ("ц", "S"), ("ч", "S"), ("ш", "S"), ("щ", "S"), ("ж", "J"), ("с", "S")),
    *(("з", "S"), ("р", "R"), ("л", "R"), ("м", "M"), ("н", "N"), ("ф", "F"), ("в", "V")),
    ("х", "H"),
)
_LATIN = (
    *(("shch", "S"), ("sch", "S"), ("tch", "S"), ("tsch", "S"), ("chh", "S"), ("zh", "S")),
    *(("sh", "S"), ("ch", "S"), ("kh", "H"), ("ph", "F"), ("th", "T"), ("ts", "S"), ("tz", "S")),
    *(("dz", "S"), ("dj", "S"), ("dg", "S"), ("ck", "K"), ("ngh", "NH"), ("ng", "Ng"), ("rh", "R")),
    *(("b", "P"), ("p", "P"), ("d", "T"), ("t", "T"), ("g", "G"), ("k", "K"), ("c", "C")),
    *(("q", "C"), ("x", "X"), ("j", "S"), ("s", "S"), ("z", "S"), ("r", "R"), ("l", "R")),
    *(("m", "M"), ("n", "N"), ("f", "F"), ("v", "V"), ("w", "w"), ("h", "h")),
)
# J: ж is zh in Жуков, r in Жао (Rao). C: a c or q is hissed or not; G: so is a g; X: `Xi` and
# `Maxim`. Also f for в at a name's end (Popoff), and v for w.
_SAME = {("C", "S"), ("C", "K"), ("G", "K"), ("G", "S"), ("X", "S"), ("X", "K"), ("w", "V")}
_SAME |= {("J", "S"), ("J", "R"), ("J", "C"), ("J", "G"), ("J", "X"), ("h", "H"), ("F", "V")}
_SAME |= {("h", "K"), ("H", "S"), ("C", "H")}
_FREE = frozenset("whyg")
LIKE = 0.25
"""Classes that may differ, of those of the longer name: one of four."""
FORGIVEN = 0.1
"""All that may differ in shorter names: forgiven letters."""
ENDING = "ая|ой|ом|ем|ам|ям|ами|ями|ах|ях|ов|ев|ей|ий|ый|ого|его|ому|ему|ую|ым|им|ых|их"
_ENDINGS = regex.compile(rf"(?<=\p{{L}}{{3}})(?:{ENDING}|[аяоеиыуюьй])$")


@lru_cache(maxsize=50_000)
def sounds(name: str) -> str:
    """The classes of a name's consonants; blanks and hyphens do not count."""
    return "".join(_heard(word) for word in regex.findall(r"\p{L}+", name.lower()))


def _heard(word: str) -> str:
    """Of one word: `Pak Hon` has no kh."""
    table = _CYRILLIC if regex.search(r"\p{Cyrillic}", word) else _LATIN
    out, at = [], 0
    while at < len(word):
        found = next((row for row in table if word.startswith(row[0], at)), None)
        out.append(found[1] if found else "")
        at += len(found[0]) if found else 1
    return "".join(out)


@lru_cache(maxsize=50_000)
def unlikeness(russian: str, english: str) -> float:
    """0 for the same sounds, 1 for none in common; the Russian name may be in any case."""
    bare = _ENDINGS.sub("", russian.lower())
    other = sounds(english)
    return min(_share(form, other) for form in {sounds(russian), sounds(bare)})


def _share(a: str, b: str) -> float:
    return _distance(a, b) / max(_firm(a), _firm(b), 1)


def _firm(heard: str) -> int:
    """Sounds that are not forgiven."""
    return sum(c not in _FREE for c in heard)


@lru_cache(maxsize=200_000)  # pairs of words of a long document
def same_name(russian: str, english: str) -> bool:
    """The same sounds but for one in four, and the same first sound or vowel."""
    long = max(_firm(sounds(russian)), _firm(sounds(english)))
    if long == 0:
        return russian[:1].lower() in _VOWELS.get(english[:1].lower(), "")
    first = [sounds(name).lstrip("".join(_FREE))[:1] for name in (russian, english)]
    if not _alike(*first) and sounds(english)[:1] not in _FREE:
        return False
    return unlikeness(russian, english) <= (LIKE if long > 2 else FORGIVEN)


_VOWELS = {"a": "ая", "e": "эе", "i": "иы", "o": "ое", "u": "ую", "y": "иыюя", "w": "у"}


def same_person(russian: Sequence[str], english: Sequence[str]) -> bool:
    """Names of several words, also where the family's stands at the other end."""
    turned = [*russian[1:], russian[0]] if len(russian) > 1 else list(russian)
    whole = " ".join(english)
    return any(same_name(" ".join(words), whole) for words in (russian, turned))


def _distance(a: str, b: str) -> float:
    """Edits from the sounds `a` to `b`; forgiven letters cost next to nothing."""
    row = [0.0]
    for y in b:
        row.append(row[-1] + _cost(y))
    for x in a:
        last, row[0] = row[0], row[0] + _cost(x)
        for j, y in enumerate(b, 1):
            swap = last + (0.0 if _alike(x, y) else 1.0)
            last = row[j]
            row[j] = min(swap, row[j] + _cost(x), row[j - 1] + _cost(y))
    return row[-1]


def _cost(sound: str) -> float:
    return 0.05 if sound in _FREE else 1.0


def _alike(x: str, y: str) -> bool:
    return x == y or (x, y) in _SAME or (y, x) in _SAME
