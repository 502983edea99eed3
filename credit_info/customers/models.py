"""Buyers that a firm marked as its favourites."""

from __future__ import annotations

from django.db import models

from credit_info.models.obligor import Obligor
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet


class Favourite(models.Model):
    """One buyer or bank on the list of one firm."""

    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, related_name="favourites")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policyholder", "obligor"], name="favourite_once")]

    def __str__(self) -> str:
        return str(self.obligor_id)
