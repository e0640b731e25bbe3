"""What may be loaded and how finely PDF pages are rendered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """Limits and resolutions of loading.

    max_pixels   largest page that is decoded, in pixels. 150 million is A2 at 600 dpi (139
                 million) and twice A3 at 600 dpi (70 million); a colour page of this size takes
                 0.45 GB, and each later stage holds it again.
    max_file_mb  largest file that is opened, in 10⁶ bytes: a thousand pages in colour are 1 500.
    max_pages    most pages of one file; a volume of an archive has some hundreds. A file that
                 says it has more lies, or would take days.
    min_dpi      lowest resolution believed or estimated. Below 70 dpi a typed letter is fewer
                 than six pixels high and cannot be read anyway.
    max_dpi      highest resolution believed of an image file: film scanners reach 1200.
    render_max_dpi  highest resolution at which a PDF page is rendered; finer scans gain no
                 letters and cost memory by the square.
    vector_dpi   at which a PDF page without a scan is rendered when its text cannot be
                 believed: what an office scanner would give.
    digital_dpi  in which the boxes of born-digital pages are told: A4 becomes 1240 × 1754.
    """

    max_pixels: int = 150_000_000
    max_file_mb: int = 4000
    max_pages: int = 10_000
    min_dpi: float = 70.0
    max_dpi: float = 1200.0
    render_max_dpi: float = 600.0
    vector_dpi: float = 300.0
    digital_dpi: float = 150.0
