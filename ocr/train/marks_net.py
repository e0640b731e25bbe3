"""Two small nets that tell marks from type on grey and black-and-white scans.

    python -m ocr.train.marks_net DATA.zip OUT_DIR [--minutes 30]

`Where` looks at the whole page at 50 dpi and says for each square of 4 mm whether a mark lies on
it; `Which` looks at those parts at 150 dpi and says of every pixel whether it is a mark's. Where
mark and type lie over each other, that is type. Marks are laid on pages as training goes, never
twice alike: as inks lie over each other, at any darkness from a pale stamp's to that of type,
soft and sharp, a third of the pages then turned black and white.

Half an hour on one core is enough. Held-out pages and marks, printed at the end, are the figures
to expect.
"""

from __future__ import annotations

import argparse
import io
import math
import time
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

CROP = 256  # px a side, at 150 dpi
BATCH = 8
BANK = 512  # px a side of a mark's layer
PEAK_RATE = 4e-3  # of learning
REDUCED = 3  # `Where` sees a third of the resolution
WHERE_CROP = 80  # px a side, at 50 dpi: whole squares of eight


def conv(i: int, o: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(i, o, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(o), nn.ReLU()
    )


class Where(nn.Module):
    """(B, 1, h, w) darkness at 50 dpi → (B, 1, h / 8, w / 8) logits; 1 kMAC a pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(1, 8, 2), conv(8, 24, 2), conv(24, 48, 2), conv(48, 48, 1, 2), conv(48, 48)
        )
        self.head = nn.Conv2d(48, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.head(self.body(x))
        return logits


class Which(nn.Module):
    """(B, 1, H, W) darkness at 150 dpi → (B, 1, H, W) logits; 2.3 kMAC a pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.in1 = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), conv(8, 8)
        )
        self.in2 = nn.Sequential(conv(8, 24, 2), conv(24, 24))
        self.deep = nn.Sequential(
            conv(24, 48, 2), conv(48, 48), conv(48, 48, 1, 2), conv(48, 48, 1, 4)
        )
        self.up2 = nn.ConvTranspose2d(48, 24, 2, 2)
        self.out2 = conv(24, 24)
        self.up1 = nn.ConvTranspose2d(24, 8, 2, 2)
        self.out1 = conv(8, 16)
        self.head = nn.ConvTranspose2d(16, 1, 2, 2)

    def forward(self, x: Tensor) -> Tensor:
        half = self.in1(x)
        quarter = self.in2(half)
        eighth = self.deep(quarter)
        quarter = self.out2(self.up2(eighth) + quarter)
        half = self.out1(self.up1(quarter) + half)
        logits: Tensor = self.head(half)
        return logits


class Composer:
    """Lays marks on pages, all of it on `device`."""

    def __init__(self, data: zipfile.ZipFile, device: str) -> None:
        def read(folder: str) -> list[Tensor]:
            names = sorted(n for n in data.namelist() if n.startswith(folder + "/"))
            return [_tensor(data.read(n), device) for n in names]

        self.device = device
        self.pages, self.types = read("pages"), read("types")
        self.bank = torch.stack([_centred(mark) for mark in read("marks")])
        self.prints = torch.stack([_centred(lines) for lines in read("prints")])

    def batch(self, pages: range, marks: range) -> tuple[Tensor, Tensor, Tensor]:
        """(B, 1, CROP, CROP) darkness, whether a mark's (0 or 1), and whether type's."""
        paper, typed = self._crops(pages)
        ink = self._marks(marks)
        straight = self._prints()
        typed = torch.maximum(typed, (straight > 0.4).float())
        light = (1 - paper) * (1 - ink) * (1 - straight * self._rand(0.5, 0.95))
        dark = (1 - light).clamp(0, 1)
        flat = self._rand(0, 1) < 0.33
        dark = torch.where(flat, self._black_and_white(dark), self._scanned(dark))
        is_type = (typed > 0.5).float()
        is_mark = ((ink > 0.1) & (typed <= 0.5)).float()
        return dark, is_mark, is_type

    def _rand(self, low: float, high: float, *shape: int) -> Tensor:
        size = shape or (BATCH, 1, 1, 1)
        return low + (high - low) * torch.rand(size, device=self.device)

    def _crops(self, chosen: range) -> tuple[Tensor, Tensor]:
        wide = CROP * 47 // 40
        rows = []
        for i in torch.randint(chosen.start, chosen.stop, (BATCH,)).tolist():
            page, ink = self.pages[i], self.types[i]
            y = int(torch.randint(0, page.shape[0] - wide, ()))
            x = int(torch.randint(0, page.shape[1] - wide, ()))
            window = slice(y, y + wide), slice(x, x + wide)
            rows.append(torch.stack([250.0 - page[window].float(), 250.0 * (ink[window] > 127)]))
        both = torch.stack(rows) / 250
        scale = self._rand(0.75, 1.0, BATCH)
        turn = torch.randn(BATCH, device=self.device) * 0.007
        shift = torch.zeros(BATCH, 2, device=self.device)
        both = F.grid_sample(both, _grid(scale, turn, shift, self.device), align_corners=False)
        strength = self._rand(0.65, 1.1)
        return (both[:, :1] * strength).clamp(0, 1), both[:, 1:]

    def _marks(self, chosen: range) -> Tensor:
        """Coverage times darkness of up to three marks."""
        out = torch.zeros(BATCH, 1, CROP, CROP, device=self.device)
        for n in range(3):
            i = torch.randint(chosen.start, chosen.stop, (BATCH,), device=self.device)
            layers = self.bank[i].float()[:, None] / 255
            scale = self._rand(0.75, 1.3, BATCH) * CROP / BANK
            turn = torch.randn(BATCH, device=self.device) * 0.1
            turn = torch.where(self._rand(0, 1, BATCH) < 0.25, self._rand(-3.1, 3.1, BATCH), turn)
            shift = self._rand(-0.5, 0.5, BATCH, 2)
            placed = F.grid_sample(
                layers, _grid(scale, turn, shift, self.device), align_corners=False
            )
            soft = F.avg_pool2d(placed, 3, 1, 1)
            share = self._rand(0, 1)
            placed = placed * share + soft * (1 - share)
            seen = self._rand(0, 1) < (0.8, 0.5, 0.25)[n]
            out = torch.maximum(out, placed * self._rand(0.3, 0.97) * seen)
        return out

    def _prints(self) -> Tensor:
        """Coverage of a straight line of print or some, on a third of the crops."""
        i = torch.randint(0, len(self.prints), (BATCH,), device=self.device)
        scale = self._rand(0.8, 1.2, BATCH) * CROP / BANK
        turn = torch.randn(BATCH, device=self.device) * 0.004
        grid = _grid(scale, turn, self._rand(-0.4, 0.4, BATCH, 2), self.device)
        layers = self.prints[i].float()[:, None] / 255
        return F.grid_sample(layers, grid, align_corners=False) * (self._rand(0, 1) < 0.35)

    def _scanned(self, dark: Tensor) -> Tensor:
        noise = torch.randn_like(dark) * self._rand(0, 0.03)
        soft = F.avg_pool2d(dark, 3, 1, 1)
        share = self._rand(-0.3, 0.8)
        return (dark * (1 - share) + soft * share + noise).clamp(0, 1)

    def _black_and_white(self, dark: Tensor) -> Tensor:
        fine = F.interpolate(dark, scale_factor=2, mode="bicubic")
        return F.avg_pool2d((fine > self._rand(0.25, 0.5)).float(), 2)


def _tensor(coded: bytes, device: str) -> Tensor:
    return torch.from_numpy(np.array(Image.open(io.BytesIO(coded)))).to(device)


def _centred(mark: Tensor) -> Tensor:
    height, width = mark.shape
    top, left = (BANK - height) // 2, (BANK - width) // 2
    return F.pad(mark, (left, BANK - width - left, top, BANK - height - top))


def _grid(scale: Tensor, turn: Tensor, shift: Tensor, device: str) -> Tensor:
    cos, sin = torch.cos(turn) * scale, torch.sin(turn) * scale
    rows = [torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)]
    theta = torch.stack(rows, 1).to(device)
    return F.affine_grid(theta, [len(scale), 1, CROP, CROP], align_corners=False)


def loss(where: Tensor, which: Tensor, dark: Tensor, mark: Tensor, typed: Tensor) -> Tensor:
    """Type that is lost weighs three times as much as a mark that stays; paper says little."""
    inked = (dark > 0.1).float()
    weight = 0.1 + inked * (1 + 2 * typed)
    fine = F.binary_cross_entropy_with_logits(which, mark, weight)
    there = F.max_pool2d(F.avg_pool2d(mark * inked, 3, 3)[..., :80, :80], 8) > 0.3
    coarse = F.binary_cross_entropy_with_logits(where, there.float())
    return fine + 0.3 * coarse


def reduced(dark: Tensor) -> Tensor:
    """For `Where`: cut so that the squares come out whole."""
    return F.avg_pool2d(dark, REDUCED)[..., :WHERE_CROP, :WHERE_CROP]


def fit(
    data: zipfile.ZipFile, minutes: float, device: str, begun: Path | None
) -> tuple[Where, Which]:
    torch.manual_seed(0)
    composer = Composer(data, device)
    held = len(composer.pages) // 8, len(composer.bank) // 8
    pages, marks = range(held[0], len(composer.pages)), range(held[1], len(composer.bank))
    where, which = Where().to(device), Which().to(device)
    if begun:
        for net, name in ((where, "where"), (which, "which")):
            net.load_state_dict(torch.load(begun / f"{name}.pt"))
    optimizer = torch.optim.AdamW([*where.parameters(), *which.parameters()], PEAK_RATE)
    start, step, mean = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - start) / (60 * minutes)) < 1:
        rate = PEAK_RATE * min(1.0, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * done))
        optimizer.param_groups[0]["lr"] = rate + 1e-5
        dark, mark, typed = composer.batch(pages, marks)
        value = loss(where(reduced(dark)), which(dark), dark, mark, typed)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        step, mean = step + 1, mean + value.item()
        if step % 100 == 0:
            print(step, f"{done:.0%} {mean / 100:.4f}", flush=True)
            mean = 0.0
    with torch.no_grad():
        check(where.eval(), which.eval(), composer, range(held[0]), range(held[1]))
    return where, which


def check(where: Where, which: Which, composer: Composer, pages: range, marks: range) -> None:
    """Prints what is found of marks and lost of type, on what was not learnt from."""
    sums = {t: [0.0, 0.0] for t in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)}
    there = types = seen = cells = hits = 0.0
    for _ in range(40):
        dark, mark, typed = composer.batch(pages, marks)
        share = torch.sigmoid(which(dark))
        inked = dark > 0.2
        is_mark, is_type = (mark > 0) & inked, (typed > 0) & inked
        there, types = there + float(is_mark.sum()), types + float(is_type.sum())
        for t, s in sums.items():
            s[0] += float((is_mark & (share > t)).sum())
            s[1] += float((is_type & (share > t)).sum())
        coarse = torch.sigmoid(where(reduced(dark))) > 0.3
        truth = F.max_pool2d(F.avg_pool2d(is_mark.float(), 3, 3)[..., :80, :80], 8) > 0.3
        seen, cells = seen + float(coarse.sum()), cells + float(truth.sum())
        hits += float((coarse & truth).sum())
    for t, (found, lost) in sums.items():
        print(f"over {t}: marks found {found / there:.4f}, type lost {lost / types:.5f}")
    print(f"where: {hits / cells:.4f} of squares found, {seen / cells:.2f} times as many named")


def export(net: nn.Module, side: int, path: Path) -> None:
    torch.onnx.export(
        net.cpu().eval(),
        (torch.zeros(1, 1, side, side),),
        str(path),
        input_names=["dark"],
        output_names=["logits"],
        dynamic_axes={"dark": {2: "h", 3: "w"}, "logits": {2: "h", 3: "w"}},
        opset_version=13,
        dynamo=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--begun", type=Path, help="OUT_DIR of an earlier run, to go on from")
    given = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with zipfile.ZipFile(given.data) as data:
        where, which = fit(data, given.minutes, device, given.begun)
    given.out.mkdir(parents=True, exist_ok=True)
    torch.save(where.state_dict(), given.out / "where.pt")
    torch.save(which.state_dict(), given.out / "which.pt")
    export(where, WHERE_CROP, given.out / "where.onnx")
    export(which, CROP, given.out / "which.onnx")


if __name__ == "__main__":
    main()
