"""A score as a report: one HTML file, and the same as JSON, Markdown and JUnit XML.

`build.build_report` makes the view, `report_files` the bytes of the files. Nothing here writes.
"""
