"""Shifrovka: reads typewritten Russian archive documents."""
