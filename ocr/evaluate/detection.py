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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ocr.document import Page, ZoneKind
from ocr.geometry import Affine, Box

# Intersection over union, 0–1: from here on two boxes are of the same thing.
SAME_BOX = 0.5
# Share of a box's own area, 0–1: from here on it lies in another.
INSIDE = 0.5

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
    here, there = _zones(truth, Affine()), _lines(truth, Affine())
    if output is None:
        return Detection(_count(here, [], same_kind=True), _count(there, [], same_kind=False))
    scale = Affine.scaling(*(t / o for t, o in zip(truth.size_px, output.size_px, strict=True)))
    return Detection(
        _count(here, _zones(output, scale), same_kind=True),
        _count(there, _lines(output, scale), same_kind=False),
    )


def _zones(page: Page, scale: Affine) -> list[Kinded]:
    return [(zone.kind, scale.box(zone.box)) for zone in page.zones]


def _lines(page: Page, scale: Affine) -> list[Kinded]:
    """Lines with the kinds of their zones; a line whose zone is unknown is body text."""
    kinds = {zone.id: zone.kind for zone in page.zones}
    return [(kinds.get(line.zone, ZoneKind.BODY), scale.box(line.box)) for line in page.lines]


def _count(
    truth: Sequence[Kinded], output: Sequence[Kinded], *, same_kind: bool
) -> dict[ZoneKind, Found]:
    """Counts of one page by kind: the truth's for what is found or missed, else the output's."""
    kinds = [kind for kind in ZoneKind if kind in {k for k, _ in (*truth, *output)}]
    counts = {kind: Found() for kind in kinds}
    for kind, _ in truth:
        counts[kind] += Found(truth=1)
    common = _common(truth, output)
    if same_kind:
        order = list(ZoneKind)
        t_kind, o_kind = ([order.index(kind) for kind, _ in side] for side in (truth, output))
        common *= np.equal.outer(t_kind, o_kind)
    areas_t, areas_o = (np.array([float(box.area) for _, box in side]) for side in (truth, output))
    overlap = common / np.maximum(areas_t[:, None] + areas_o - common, 1)
    pairs = _pairs(overlap)
    for i, j in pairs:
        counts[truth[i][0]] += Found(found=1, overlap=float(overlap[i, j]))
    found = np.array([i for i, _ in pairs], dtype=np.intp)
    read_twice = np.any(common[found] > INSIDE * areas_o, axis=0).tolist()
    for j in set(range(len(output))) - {j for _, j in pairs}:
        counts[output[j][0]] += Found(doubled=1) if read_twice[j] else Found(spurious=1)
    return {kind: found for kind, found in counts.items() if found != Found()}


def _common(truth: Sequence[Kinded], output: Sequence[Kinded]) -> npt.NDArray[np.float64]:
    """Areas, (T, O), that the boxes of either side have in common."""
    a, b = (
        np.array([box for _, box in side], dtype=np.float64).reshape(-1, 4)
        for side in (truth, output)
    )
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
