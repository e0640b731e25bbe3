"""What is typed: words, sentences, papers and whole telegrams, drawn without end."""
