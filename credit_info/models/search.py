"""The index behind the search by name: one row a name, and the dictionary of words with how many names hold each.

No fastupdate: a search would read the list of pending entries each time.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from credit_info.models.obligor import Obligor


class SearchName(models.Model):
    """A name of an obligor as it is searched: `key` is the bare name, `tokens` its words and pairs of characters."""

    obligor = models.ForeignKey(Obligor, on_delete=models.CASCADE, related_name="search_names")
    country = models.CharField(max_length=2)
    key = models.TextField()
    tokens = ArrayField(models.TextField())

    class Meta:
        indexes = [
            # exact bare name, and names that begin so
            models.Index(fields=["key"], opclasses=["text_pattern_ops"], name="search_name_prefix"),
            # names that hold certain words
            GinIndex(fields=["tokens"], fastupdate=False, name="search_name_tokens"),
        ]

    def __str__(self) -> str:
        return self.key


class SearchToken(models.Model):
    """A word of the dictionary; `seen` is about how many names hold it: the rarest are asked first."""

    token = models.TextField(primary_key=True)
    seen = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.token} {self.seen}"
