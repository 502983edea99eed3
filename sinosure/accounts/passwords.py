"""Set a first or a new password by a link that is valid once: Django's own token and forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import Token

from sinosure.accounts.access import PUBLIC, SIGNED_IN
from sinosure.accounts.models import User
from sinosure.accounts.services import password_was_set

_SITE = {"site_url": settings.SITE_URL}  # never the host that a request claims
_TEXT, _SUBJECT = "registration/link_mail.txt", "registration/link_subject.txt"


class LinkForm(PasswordResetForm):
    """Also for people who have no password yet; unknown addresses get no mail and no other answer."""

    def get_users(self, email: str) -> Iterable[Any]:
        return User.objects.filter(email__iexact=email, is_active=True)


def send_link(person: User) -> None:
    """The mail with the link to set a password."""
    form = LinkForm({"email": person.email})
    if form.is_valid():
        form.save(
            domain_override="-", extra_email_context=_SITE, email_template_name=_TEXT, subject_template_name=_SUBJECT
        )


class Forgotten(views.PasswordResetView):
    """Ask for a link. The answer is the same whether the address is known or not."""

    access = PUBLIC
    form_class = LinkForm
    template_name = "registration/forgotten.html"
    success_url = reverse_lazy("accounts:forgotten-sent")
    extra_email_context = _SITE
    email_template_name, subject_template_name = _TEXT, _SUBJECT


class ForgottenSent(views.PasswordResetDoneView):
    access = PUBLIC
    template_name = "registration/forgotten_sent.html"


class SetByLink(views.PasswordResetConfirmView):
    """The page behind the link: valid once, and for as long as PASSWORD_RESET_TIMEOUT says."""

    access = PUBLIC
    template_name = "registration/set_password.html"
    success_url = reverse_lazy("accounts:signin")
    extra_context = {"title": _("Set your password")}

    def form_valid(self, form: SetPasswordForm[Any]) -> HttpResponseRedirect:
        return _set(super().form_valid, form)


class Change(views.PasswordChangeView):
    """A signed-in person changes their own password."""

    access = SIGNED_IN
    template_name = "registration/set_password.html"
    success_url = reverse_lazy("portal:me")
    extra_context = {"title": _("Change your password")}

    def form_valid(self, form: Any) -> HttpResponseRedirect:
        return _set(super().form_valid, form)


@transaction.atomic
def _set(go_on: Any, form: Any) -> HttpResponseRedirect:
    """API tokens end with the old password; the deed is in the trail."""
    answer: HttpResponseRedirect = go_on(form)
    Token.objects.filter(user=form.user).delete()
    password_was_set(form.user)
    return answer
