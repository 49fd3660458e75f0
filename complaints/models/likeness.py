"""How alike two reports are: by the pairs of letters they share.

pg_trgm knows words; a Chinese sentence is one long word to it, and two people rarely write three
same letters in a row. Its pairs, set apart by spaces, are words enough.
"""

from django.db.models import FloatField, Func, TextField, Value


class LetterPairs(Func):
    """电梯停了 → 「电梯 梯停 停了」, of the first 120 letters."""

    function = "complaints_letter_pairs"
    output_field = TextField()


class Similarity(Func):
    """pg_trgm's, from 0 to 1."""

    function = "similarity"
    output_field = FloatField()


def likeness_to(words: str) -> Similarity:
    """Of the column `text`."""
    return Similarity(LetterPairs("text"), LetterPairs(Value(words)))
