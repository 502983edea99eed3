"""Fields that agreements and loans share in the API."""

from __future__ import annotations

from rest_framework import serializers

from financing.interest import HIGHEST_PCT


class RateField(serializers.DecimalField):
    """A rate a year in per cent, 4.35 for 4.35 %."""

    def __init__(self) -> None:
        super().__init__(max_digits=9, decimal_places=6, min_value=0, max_value=HIGHEST_PCT, required=False)
