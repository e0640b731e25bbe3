from ocr.cli import main

main()
