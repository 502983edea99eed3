"""The pages of this app stand behind one entry of the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

GROUP = _("Credit information")
