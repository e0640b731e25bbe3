"""Loose sheets collated into telegrams: by number, copy, sheet number and catchword.

Every sheet is a part of its own at first. The two parts that belong together most surely are put
together, again and again, as long as one pair is surer than any other that it rules out. What
counts for a pair:

    the number of the telegram   the same: 3; one figure misread: 1; two, or not readable: 0
                                 one but the last, and no third telegram has such a number: 2
    the text                     the piece typed twice, or a parted word: 2; points counting on: 1;
                                 points that do not: −1
    the copy                     the same: 1; another: −1
    the sheet number             the next one, of a sheet like to be misread: 1; stated otherwise
                                 than where the text puts the sheet: −1
    the sign-off                 on a sheet before another: −3

Three are needed, and no two sheets in one place. So a sheet whose number was misread is placed by
its text, and one for which two telegrams have as much to say is placed in none. Sheets that are
missing, there twice or belong nowhere are told and never guessed.

Accuracy: benchmarks/collate.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from rapidfuzz.distance import Levenshtein

from ocr.assemble.identity import TEXT_REPEATED, SheetSays, goes_on, identify, same_text
from ocr.assemble.settings import AssembleSettings
from ocr.document import Page

SAME_NUMBER, ONLY_LIKE_NUMBER, LIKE_NUMBER = 3, 2, 1
SAME_COPY = 1
NEXT_SHEET = 1
OTHER_SHEET_NUMBER = -1
BEHIND_SIGN_OFF = -3
ENOUGH = 3
LONG_NUMBER = 4
"""Figures; of shorter numbers, one misread figure leaves too little to go by."""
MISREAD = 2
"""Figures of a number that may be misread, beyond which it is another number."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A sheet in its place: `item` is its index in what was collated.

    doubles  other scans of the same sheet, which the document does not use
    notes    what its head says otherwise than the telegram, in words
    """

    item: int
    sheet: int
    doubles: tuple[int, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The sheets of one telegram in order, and what is not there.

    missing  numbers of sheets that others show to have been there
    ends     the sign-off is there; else sheets are missing at the end, who knows how many
    """

    number: str | None
    copy: str | None
    sheets: tuple[Placed, ...]
    missing: tuple[int, ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class Foreign:
    """A sheet of a telegram that belongs to none of the bundles, and why it was put in none."""

    item: int
    doubles: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Collation:
    """`others`: indices of pages that bear no head of a telegram."""

    bundles: tuple[Bundle, ...]
    foreign: tuple[Foreign, ...]
    others: tuple[int, ...]


def collate(pages: Sequence[Page], s: AssembleSettings) -> Collation:
    """What single pages, in any order, make up. Bundles come by number, then by copy.

    A bundle has a first sheet, or two sheets at least.
    """
    says = {i: said for i, page in enumerate(pages) if (said := identify(page, s)) is not None}
    return _Table(says).collation(len(pages))


@dataclass(slots=True, eq=False)
class _Part:
    """Sheets known to belong together, by place; a lone sheet of unknown place stands at 0."""

    places: dict[int, int]
    number: str | None
    copy: str | None

    @property
    def lone(self) -> int | None:
        return next(iter(self.places.values())) if len(self.places) == 1 else None


_Pair = tuple[_Part, _Part]


@dataclass(frozen=True, slots=True)
class _Join:
    """What speaks for putting two parts together, and where their sheets then stand."""

    score: int
    places: dict[int, int]


class _Table:
    """The sheets on the table while they are sorted."""

    def __init__(self, says: dict[int, SheetSays]) -> None:
        self.says = says
        self.doubles = self._find_doubles()
        double = {d for ds in self.doubles.values() for d in ds}
        self.follows = {
            (a, b): on
            for a in says
            for b in says
            if a != b and not {a, b} & double and (on := self._goes_on(a, b))
        }
        self.parts = [self._part({says[i].sheet or 0: i}) for i in says if i not in double]

    def collation(self, total: int) -> Collation:
        self._join_all()
        self._fill_gaps()
        self._set_doubles_aside()
        whole = [p for p in self.parts if 1 in p.places or len(p.places) > 1]
        whole.sort(key=lambda p: (p.number or "~", p.copy or "", min(p.places.values())))
        rest = [p.lone for p in self.parts if p not in whole]
        foreign = [
            Foreign(i, tuple(self.doubles.get(i, ())), self._why(i, whole))
            for i in sorted(i for i in rest if i is not None)
        ]
        bundles = tuple(self._bundle(p) for p in whole)
        others = tuple(i for i in range(total) if i not in self.says)
        return Collation(bundles, tuple(foreign), others)

    # --- the same sheet twice ---------------------------------------------------------------

    def _find_doubles(self) -> dict[int, list[int]]:
        """{the better reading: the others}; scans of another copy are no doubles."""
        doubles: dict[int, list[int]] = {}
        taken: set[int] = set()
        by_confidence = sorted(self.says, key=lambda i: (-self.says[i].confidence, i))
        for n, a in enumerate(by_confidence):
            if a in taken:
                continue
            for b in by_confidence[n + 1 :]:
                if b not in taken and self._is_double(self.says[a], self.says[b]):
                    doubles.setdefault(a, []).append(b)
                    taken.add(b)
        return doubles

    def _is_double(self, a: SheetSays, b: SheetSays) -> bool:
        if None not in (a.copy, b.copy) and a.copy != b.copy:
            return False
        return _likeness(a.number, b.number) is not None and _same_sheet(a, b) and same_text(a, b)

    def _set_doubles_aside(self) -> None:
        """A lone sheet that another part has too, as another copy or misread as such."""
        for part in sorted(self.parts, key=lambda p: (len(p.places), p.lone or 0)):
            a = part.lone
            if a is None:
                continue
            for other in self.parts:
                twin = next((i for i in other.places.values() if self._is_copy(a, i)), None)
                if other is not part and twin is not None:
                    self.doubles.setdefault(twin, []).extend([a, *self.doubles.pop(a, [])])
                    self.parts.remove(part)
                    break

    def _is_copy(self, a: int, b: int) -> bool:
        one, two = self.says[a], self.says[b]
        return _likeness(one.number, two.number) is not None and same_text(one, two)

    # --- what belongs together --------------------------------------------------------------

    def _goes_on(self, a: int, b: int) -> int:
        one, two = self.says[a], self.says[b]
        return 0 if _likeness(one.number, two.number) is None else goes_on(one, two)

    def _join_all(self) -> None:
        """The surest pair first; a pair that rules out another as sure is left alone."""
        joins = {(a, b): j for a, b in combinations(self.parts, 2) if (j := self._join(a, b))}
        while joins:
            best = sorted(
                joins,
                key=lambda pair: (joins[pair].score, pair[0].number == pair[1].number),
                reverse=True,
            )
            pair = next((p for p in best if not self._has_rival(p, joins)), None)
            if pair is None:
                return
            made = self._part(joins[pair].places)
            joins = {p: j for p, j in joins.items() if not set(p) & set(pair)}
            self.parts = [p for p in self.parts if p not in pair]
            joins |= {(made, p): j for p in self.parts if (j := self._join(made, p))}
            self.parts.append(made)

    def _has_rival(self, pair: _Pair, joins: dict[_Pair, _Join]) -> bool:
        """A pair as sure with one of the same parts, which cannot be had together with this."""
        for other, join in joins.items():
            if other == pair or join.score < joins[pair].score:
                continue
            for mine, theirs in product((0, 1), (0, 1)):
                if pair[mine] is other[theirs]:
                    a, b = pair[1 - mine], other[1 - theirs]
                    if _likeness(a.number, b.number) is None or not any(self._ways(a, b)):
                        return True
        return False

    def _join(self, a: _Part, b: _Part) -> _Join | None:
        """The best way to put two parts together, if there is enough to say for one."""
        likeness = _likeness(a.number, b.number)
        if likeness is None:
            return None
        if likeness == LIKE_NUMBER and self._only_like(a, b):
            likeness = ONLY_LIKE_NUMBER
        said = likeness + _copies(a.copy, b.copy)
        ways = [
            _Join(said + moved + self._meet(a, places, likeness), places)
            for places, moved in self._ways(a, b)
        ]
        # that two sheets side by side are missing is less likely than that a figure was misread
        best = max(ways, key=lambda way: way.score - _has_wide_gap(way.places), default=None)
        return best if best is not None and best.score >= ENOUGH else None

    def _only_like(self, a: _Part, b: _Part) -> bool:
        """The number that fewer sheets bear is one figure off that of no third telegram.

        Nor is that figure the last one: numbers that differ in it may be those of neighbours.
        """
        if a.number is None or b.number is None or a.number[:-1] == b.number[:-1]:
            return False
        known = [p for p in self.parts if 1 in p.places or len(p.places) > 1]
        third = [p.number for p in known if p is not a and p is not b]
        fewer = min(len(a.places), len(b.places))
        odd = [p.number for p in (a, b) if len(p.places) == fewer]
        return all((_likeness(n, c) or 0) < LIKE_NUMBER for c in third if c for n in odd)

    def _ways(self, a: _Part, b: _Part) -> Iterator[tuple[dict[int, int], int]]:
        """Where the sheets would stand, and what speaks against it: as stated, or as text goes."""
        if not {0} & (a.places.keys() | b.places.keys()) and not a.places.keys() & b.places.keys():
            yield a.places | b.places, 0
        for lone, part in ((a, b), (b, a)):
            i = lone.lone
            if i is None or self.says[i].first or not (1 in part.places or len(part.places) > 1):
                continue
            against = OTHER_SHEET_NUMBER if self.says[i].sheet else 0
            for place, j in part.places.items():
                if self._follow(j, i, a, b) and place + 1 not in part.places:
                    yield part.places | {place + 1: i}, against
                if self._follow(i, j, a, b) and place > 2 and place - 1 not in part.places:
                    yield part.places | {place - 1: i}, against

    def _follow(self, i: int, j: int, a: _Part, b: _Part) -> bool:
        """By a repeated text; of one number by points that count on, too."""
        on = self.follows.get((i, j), 0)
        return on >= TEXT_REPEATED or (on > 0 and a.number is not None and a.number == b.number)

    def _meet(self, a: _Part, places: dict[int, int], likeness: int) -> int:
        """What speaks for it where sheets of the one part meet those of the other."""
        mine = set(a.places.values())
        score = 0
        for n, i in places.items():
            behind = [j for m, j in places.items() if m > n and (i in mine) != (j in mine)]
            if behind and self.says[i].signed:
                return BEHIND_SIGN_OFF
            if places.get(n + 1) in behind:
                on = self.follows.get((i, places[n + 1]), 0)
                if likeness < ONLY_LIKE_NUMBER and on < TEXT_REPEATED:
                    on = 0  # points alone are too little to go by
                score += max(on, 0) if likeness == SAME_NUMBER else on
                if likeness == ONLY_LIKE_NUMBER:
                    score += NEXT_SHEET
        return score

    def _fill_gaps(self) -> None:
        """A sheet without a readable number of its own goes into the only gap of its telegram."""
        for part in [p for p in self.parts if 0 in p.places]:
            i = part.places[0]
            same = [p for p in self.parts if p is not part and p.number == part.number is not None]
            gaps = [(p, gap) for p in same for gap in _gaps(p.places)]
            if (
                len(gaps) == 1
                and not self.says[i].signed
                and _copies(part.copy, gaps[0][0].copy) >= 0
            ):
                home, gap = gaps[0]
                self.parts = [p for p in self.parts if p not in (part, home)]
                self.parts.append(self._part(home.places | {gap: i}))

    def _part(self, places: dict[int, int]) -> _Part:
        """With the number and the copy that most of its sheets state, doubles counted too."""
        items = [i for n in sorted(places) for i in (places[n], *self.doubles.get(places[n], ()))]
        numbers = [n for i in items if (n := self.says[i].number) is not None]
        copies = [c for i in items if (c := self.says[i].copy) is not None]
        sheets = dict(sorted(places.items()))
        return _Part(sheets, _most(numbers), _most(copies))

    # --- what came of it --------------------------------------------------------------------

    def _bundle(self, part: _Part) -> Bundle:
        last = part.places[max(part.places)]
        return Bundle(
            number=part.number,
            copy=part.copy,
            sheets=tuple(
                Placed(i, n, tuple(self.doubles.get(i, ())), tuple(self._notes(i, n, part)))
                for n, i in part.places.items()
            ),
            missing=_gaps(part.places),
            ends=any(self.says[i].signed for i in (last, *self.doubles.get(last, ()))),
        )

    def _notes(self, item: int, place: int, part: _Part) -> Iterator[str]:
        said = self.says[item]
        for what, read, usual in (
            ("number", said.number, part.number),
            ("copy", said.copy, part.copy),
            ("sheet", said.sheet and str(said.sheet), str(place)),
        ):
            if read is not None and read != usual:
                yield f"its {what} reads {read}"
        if said.number is None or said.sheet is None:
            yield f"its {'number' if said.number is None else 'sheet number'} cannot be read"

    def _why(self, item: int, bundles: Sequence[_Part]) -> str:
        """Why a sheet was put into no bundle."""
        said = self.says[item]
        if said.number is None:
            return "its number cannot be read, and no text goes on from it or to it"
        sheet = f"sheet {said.sheet}" if said.sheet else "a sheet without a readable number"
        mine = [p for p in bundles if p.number == said.number]
        if len(mine) > 1:
            return f"{sheet} of {said.number}: {len(mine)} telegrams or copies have that number"
        if mine and said.sheet in mine[0].places:
            return f"{sheet} of {said.number} is there already and reads otherwise"
        if mine and _copies(said.copy, mine[0].copy) < 0:
            return f"{sheet} of copy {said.copy} of {said.number}, the others are of {mine[0].copy}"
        if mine:
            return f"{sheet} of {said.number}: its place in it cannot be told"
        return f"{sheet} of {said.number}: no other sheet of this telegram is here"


def _likeness(a: str | None, b: str | None) -> int | None:
    """What two readings of a number say for their being the same; None: they are two numbers."""
    if a is None or b is None:
        return 0
    if a == b:
        return SAME_NUMBER
    short, long = sorted((a, b), key=len)
    if len(short) < LONG_NUMBER:
        return 0 if len(long) >= LONG_NUMBER and short in long else None
    distance = Levenshtein.distance(a, b, score_cutoff=MISREAD)
    return LIKE_NUMBER if distance == 1 else 0 if distance <= MISREAD else None


def _copies(a: str | None, b: str | None) -> int:
    return 0 if a is None or b is None else SAME_COPY if a == b else -SAME_COPY


def _same_sheet(a: SheetSays, b: SheetSays) -> bool:
    return a.sheet is None or b.sheet is None or a.sheet == b.sheet


def _has_wide_gap(places: dict[int, int]) -> bool:
    gaps = _gaps(places)
    return any(n + 1 in gaps for n in gaps)


def _gaps(places: dict[int, int]) -> tuple[int, ...]:
    return tuple(n for n in range(1, max(places) + 1) if n not in places)


def _most(values: Sequence[str]) -> str | None:
    """The commonest; of equals the one that was said first."""
    return max(dict.fromkeys(values), key=values.count) if values else None
