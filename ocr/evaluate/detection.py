"""Were zones and lines found where they are? Boxes of the truth against boxes of the output.

A box is found when one of the output overlaps it with an intersection over union of `SAME_BOX`
or more (the measure of PASCAL VOC; Everingham et al., IJCV 88, 2010). Boxes pair one to one,
the best overlap first; at 0.5 a pair is seldom in doubt, as truths hardly overlap one another.
Zones pair within their kind, so that a body taken for a margin is a body missed and a margin
made up; lines pair whatever their zones are and count for the kind of the truth's zone.

What is left of the output is doubled where more than half of it lies in a box that is found
already, since its ink is read twice, and spurious elsewhere. So a line cut in two is found by its
longer part and doubled by the other, a line cut in three equal parts is missed, and of two lines in
one box both are missed and the box is spurious.

Upright boxes only: on a page turned by 2° the boxes of neighbouring lines overlap, in truth and
output alike. Figures are counts and add up over pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ocr.document import Page, ZoneKind
from ocr.geometry import Box

# Intersection over union, 0–1: from here on two boxes are of the same thing.
SAME_BOX = 0.5
# Share of a box's own area, 0–1: from here on it lies in another.
INSIDE = 0.5

ORDER = {kind: n for n, kind in enumerate(ZoneKind)}

Kinded = tuple[ZoneKind, Box]


@dataclass(frozen=True, slots=True)
class Found:
    """Boxes of one kind; all counts but `overlap`, the sum of the found boxes' IoU."""

    truth: int = 0
    found: int = 0
    doubled: int = 0
    spurious: int = 0
    overlap: float = 0.0

    def __add__(self, other: Found) -> Found:
        return Found(
            self.truth + other.truth,
            self.found + other.found,
            self.doubled + other.doubled,
            self.spurious + other.spurious,
            self.overlap + other.overlap,
        )

    @property
    def missed(self) -> int:
        return self.truth - self.found

    @property
    def output(self) -> int:
        return self.found + self.doubled + self.spurious

    @property
    def recall(self) -> float | None:
        """Found / truth; None where there is nothing to find."""
        return self.found / self.truth if self.truth else None

    @property
    def precision(self) -> float | None:
        """Found / output; None where the output has nothing."""
        return self.found / self.output if self.output else None

    @property
    def f1(self) -> float | None:
        """2 · found / (truth + output); None where neither has any."""
        both = self.truth + self.output
        return 2 * self.found / both if both else None

    @property
    def mean_iou(self) -> float | None:
        """Mean over the boxes found; None where none is."""
        return self.overlap / self.found if self.found else None


@dataclass(frozen=True, slots=True)
class Detection:
    """Zones and lines by kind, only the kinds that are in the truth or the output."""

    zones: Mapping[ZoneKind, Found] = field(default_factory=dict)
    lines: Mapping[ZoneKind, Found] = field(default_factory=dict)

    def __add__(self, other: Detection) -> Detection:
        return Detection(_add(self.zones, other.zones), _add(self.lines, other.lines))

    @property
    def all_zones(self) -> Found:
        return sum(self.zones.values(), Found())

    @property
    def all_lines(self) -> Found:
        return sum(self.lines.values(), Found())


def detect(truth: Page, output: Page | None) -> Detection:
    """One page. Without `output` all is missed.

    An output of another size is scaled to the truth's first. A page without size (plain text)
    has no places: nothing is counted.
    """
    if 0 in truth.size_px or (output is not None and 0 in output.size_px):
        return Detection()
    scale = (1.0, 1.0)
    if output is not None:
        scale = (truth.size_px[0] / output.size_px[0], truth.size_px[1] / output.size_px[1])
    return Detection(
        _count(_zones(truth), _zones(output), scale, same_kind=True),
        _count(_lines(truth), _lines(output), scale, same_kind=False),
    )


def _zones(page: Page | None) -> list[Kinded]:
    return [] if page is None else [(zone.kind, zone.box) for zone in page.zones]


def _lines(page: Page | None) -> list[Kinded]:
    """Lines with the kinds of their zones; a line whose zone is unknown is body text."""
    if page is None:
        return []
    kinds = {zone.id: zone.kind for zone in page.zones}
    return [(kinds.get(line.zone, ZoneKind.BODY), line.box) for line in page.lines]


def _count(
    truth: Sequence[Kinded],
    output: Sequence[Kinded],
    scale: tuple[float, float],
    *,
    same_kind: bool,
) -> dict[ZoneKind, Found]:
    """Counts of one page by kind: the truth's for what is found or missed, else the output's."""
    t, o = _boxes(truth), _boxes(output) * (*scale, *scale)
    common = _common(t, o)
    if same_kind:
        t_kind, o_kind = ([ORDER[kind] for kind, _ in side] for side in (truth, output))
        common *= np.equal.outer(t_kind, o_kind)
    areas_t, areas_o = ((side[:, 2:] - side[:, :2]).clip(0).prod(axis=1) for side in (t, o))
    overlap = common / np.maximum(areas_t[:, None] + areas_o - common, 1)
    pairs = _pairs(overlap)
    found, taken = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    read_twice = np.any(common[found] > INSIDE * areas_o, axis=0)
    left = np.setdiff1d(np.arange(len(output)), taken)
    overlaps: dict[ZoneKind, float] = {}
    for i, j in pairs:
        overlaps[truth[i][0]] = overlaps.get(truth[i][0], 0.0) + float(overlap[i, j])
    all_truth = Counter(kind for kind, _ in truth)
    hits = Counter(truth[i][0] for i in found)
    doubled = Counter(output[j][0] for j in left if read_twice[j])
    spurious = Counter(output[j][0] for j in left if not read_twice[j])
    return {
        kind: Found(
            all_truth[kind], hits[kind], doubled[kind], spurious[kind], overlaps.get(kind, 0.0)
        )
        for kind in sorted(all_truth | doubled | spurious, key=ORDER.__getitem__)
    }


def _boxes(side: Sequence[Kinded]) -> npt.NDArray[np.float64]:
    return np.array([box for _, box in side], dtype=np.float64).reshape(-1, 4)


def _common(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Areas, (T, O), that boxes (T, 4) and (O, 4) have in common."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    common: npt.NDArray[np.float64] = (high - low).clip(0).prod(axis=2)
    return common


def _pairs(overlap: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Each index once at most, the best overlap first; of equals the first in both orders."""
    rows, columns = np.nonzero(overlap >= SAME_BOX)
    order = np.lexsort((columns, rows, -overlap[rows, columns]))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return sorted(pairs.items())


def _add(a: Mapping[ZoneKind, Found], b: Mapping[ZoneKind, Found]) -> dict[ZoneKind, Found]:
    return {
        kind: a.get(kind, Found()) + b.get(kind, Found())
        for kind in ZoneKind
        if kind in a or kind in b
    }
