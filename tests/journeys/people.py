"""One person at the pages, one at the API. Both refuse to go on when the portal does not answer with success."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.test import Client

from tests.factories.people import user
from tests.journeys.html import Page, PageForm

PASSWORD = "a-long-demo-sentence"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class Reader:
    """Signed in, reading the pages in English, following what they offer."""

    def __init__(self, name: str) -> None:
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(user(name), backend=MODEL_BACKEND)

    def open(self, path: str) -> Any:
        answer = self.client.get(path, follow=True)
        assert answer.status_code == 200, (path, answer.status_code, _errors(answer))
        return answer

    def fill(self, path: str, press: tuple[str, str] | None = None, **fields: Any) -> Any:
        """Open the page, fill in the form that has these fields, press a button, confirm the check page."""
        page = self.open(path)
        form = self._form_with(page, set(fields) | ({press[0]} if press else set()))
        return self._send(page, form, press, fields)

    def act(self, path: str, step: str, **fields: Any) -> Any:
        """Take a step that the page at `path` offers as a button or as a link to a form."""
        page = self.open(path)
        parsed = Page(page.content.decode())
        for form in parsed.forms:
            if form.method == "post" and _ends_with(form.action, step):
                return self._send(page, form, None, fields)
        for link in parsed.links:
            if _ends_with(link, step):
                return self.fill(_join(_path_of(page), link), **fields)
        steps = [form.action for form in parsed.forms] + parsed.links
        raise AssertionError(f"{path} offers no {step}: {steps}")

    def attach(self, path: str, step: str, upload: Any) -> Any:
        """Attach a file in the form of the page whose action ends with `step`."""
        return self.act(path, step, file=upload)

    def _form_with(self, page: Any, names: set[str]) -> PageForm:
        forms = [form for form in Page(page.content.decode()).forms if form.method == "post"]
        for form in forms:
            if names <= form.offered.keys() and not _ends_with(form.action, "language") and (names or _is_main(form)):
                return form
        raise AssertionError(f"No form with {names}: {[sorted(form.offered) for form in forms]}")

    def _send(self, page: Any, form: PageForm, press: tuple[str, str] | None, fields: dict[str, Any]) -> Any:
        missing = fields.keys() - form.offered.keys()
        assert not missing, f"The form has no {missing}: {sorted(form.offered)}"
        data: dict[str, Any] = {**form.values, **fields, **(dict([press]) if press else {})}
        answer = self.client.post(_join(_path_of(page), form.action), data, follow=True)
        assert answer.status_code == 200, (form.action, answer.status_code, _errors(answer))
        for checked in Page(answer.content.decode()).forms:
            if "confirm" in checked.offered.get("_go", set()):
                answer = self.client.post(
                    _join(_path_of(answer), checked.action), {**checked.values, "_go": "confirm"}, follow=True
                )
        assert answer.status_code == 200, (form.action, answer.status_code, _errors(answer))
        return answer


class Caller:
    """At the API with a token of their own and a fresh Idempotency-Key for each write."""

    def __init__(self, name: str) -> None:
        person = user(name)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        self.client = Client(headers={"accept-language": "en"})
        token = self.client.post(
            "/api/v1/token/", {"username": name, "password": PASSWORD}, content_type="application/json"
        )
        self.headers = {"authorization": f"Token {token.json()['token']}"}

    def get(self, path: str, **query: Any) -> Any:
        return _done(self.client.get(f"/api/v1/{path}", query, headers=self.headers))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return _done(self.client.post(
            f"/api/v1/{path}", body or {}, content_type="application/json", headers=self._keyed()
        ))  # fmt: skip

    def upload(self, path: str, **body: Any) -> Any:
        return _done(self.client.post(f"/api/v1/{path}", body, headers=self._keyed()))

    def _keyed(self) -> dict[str, str]:
        return {**self.headers, "idempotency-key": str(uuid4())}


def _done(answer: Any) -> Any:
    assert answer.status_code in (200, 201, 202), (answer.status_code, answer.content.decode())
    return answer.json()


def _is_main(form: PageForm) -> bool:
    return "form_key" in form.offered and not _ends_with(form.action, "logout")


def _ends_with(address: str, step: str) -> bool:
    return urlsplit(address).path.rstrip("/").endswith(f"/{step}")


def _path_of(answer: Any) -> str:
    return str(answer.request["PATH_INFO"])


def _join(path: str, target: str) -> str:
    return target or path


def _errors(answer: Any) -> list[str]:
    """The lines of a page that tell what went wrong."""
    text = answer.content.decode() if not answer.streaming else ""
    return [line.strip()[:400] for line in text.splitlines() if "data-code" in line or "error" in line][:8]
