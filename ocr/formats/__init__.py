"""Files that come out of a transcription and ground truth that goes in: text, JSON, PAGE XML."""
