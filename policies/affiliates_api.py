"""Co-insured affiliates in the API, as part of a schedule."""

from __future__ import annotations

from rest_framework import serializers

from policies.models import AffiliateRole, PolicyAffiliate
from sinosure.api.parsing import CountryField, NameField, StrictSerializer


class AffiliateSerializer(StrictSerializer):
    """A co-insured company. `code`: the credit code, of a distributor abroad its registration number."""

    role = serializers.ChoiceField(choices=AffiliateRole.choices)
    code = NameField(max_length=30)
    name_zh = NameField(required=False, allow_blank=True, max_length=200)
    name_en = NameField(required=False, allow_blank=True, max_length=200)
    country = CountryField(required=False)


class NamedAffiliateSerializer(serializers.ModelSerializer[PolicyAffiliate]):
    class Meta:
        model = PolicyAffiliate
        fields = ("id", "role", "code", "name_zh", "name_en", "country")
