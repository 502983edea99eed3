"""One row out of very many: found as you type where scripts run, else by a search step of the same form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from sinosure.ui.fields import PickField

Find = Callable[[str], Sequence[Any]]
TYPED = "?"  # marks what was typed but not chosen


class FindWidget(forms.Select):
    """A box to type in, and a select that holds only what is chosen or was found. Scripts make one combobox of both."""

    def __init__(self, say: Callable[[Any], str]) -> None:
        super().__init__()
        self.say, self.url_name = say, ""
        self.rows: Any = None
        self.found: Sequence[Any] = ()

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # the select is hidden as long as it is empty

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}-find"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        typed = str(data.get(f"{name}-find") or "").strip()
        return str(data.get(name) or "") or (f"{TYPED}{typed}" if typed else "")

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chosen, typed = _apart(value)
        self.choices = [("", "–"), *((row.pk, self.say(row)) for row in self._shown(chosen))]
        attrs = {
            **(attrs or {}),
            "data-combobox": "",
            "data-ask": reverse(self.url_name),
            "aria-label": _("What was found"),
        }
        box_id, described = f"{attrs.get('id', name)}-find", attrs.get("aria-describedby", "")
        if len(self.choices) == 1:
            attrs["hidden"] = True
        return format_html(
            '<input type="search" name="{}-find" id="{}" value="{}" maxlength="200" autocomplete="off" aria-describedby="{}">{}',
            name, box_id, typed, described, super().render(name, chosen, attrs, renderer),
        )  # fmt: skip

    def _shown(self, chosen: str) -> Iterable[Any]:
        if self.found or not chosen:
            return self.found
        return self.rows.filter(pk=chosen)[:1] if self.rows is not None and _is_key(chosen) else ()


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _apart(value: Any) -> tuple[str, str]:
    """What is chosen and what is typed; one of them is blank."""
    text = "" if value is None else str(value)
    return ("", text[1:]) if text.startswith(TYPED) else (text, "")


class FindField(PickField):
    """`offer` names the rows, the address that finds some of them as JSON, and the same search for the server."""

    default_error_messages = {
        "not_found": _("Nothing fits “%(typed)s”. Look at the spelling, or add the company to the register first."),
        "choose_one": _("Choose the one you mean from what was found."),
    }

    def __init__(self, *, say: Callable[[Any], str] = str, **named: Any) -> None:
        super().__init__(None, say=say, widget=FindWidget(say), **named)
        self.find: Find = lambda typed: ()

    def offer(self, rows: Any, url_name: str, find: Find) -> None:
        self.queryset, self.find = rows, find
        self.widget.rows, self.widget.url_name = rows, url_name

    def clean(self, value: Any) -> Any:
        chosen, typed = _apart(value)
        if chosen or not typed:
            return super().clean(chosen)
        self.widget.found = found = self.find(typed)
        raise ValidationError(
            self.error_messages["choose_one" if found else "not_found"], code="choose_one" if found else "not_found",
            params={"typed": typed[:60]},
        )  # fmt: skip
