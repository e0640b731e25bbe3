"""`python -m ocr` is `shifrovka`."""

from ocr.cli import main

if __name__ == "__main__":
    main()
