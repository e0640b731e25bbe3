"""How well a transcription agrees with the truth: counts, rates, and tables of them."""
