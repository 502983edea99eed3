"""Sign in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views

from sinosure.accounts.access import PUBLIC, SIGNED_IN
from sinosure.accounts.selectors import DEMO_PASSWORD, demo_accounts


class SignIn(views.LoginView):
    """The sign-in page; in demo mode it lists the demo people."""

    access = PUBLIC
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = {"demo_accounts": demo_accounts(), "demo_password": DEMO_PASSWORD} if settings.DEMO else {}
        return super().get_context_data(**kwargs, **demo)


class SignOut(views.LogoutView):
    access = SIGNED_IN
