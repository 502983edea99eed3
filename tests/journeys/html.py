"""What a person sees of a page: its links and its forms with what is filled in already."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """A form as rendered; a field offered several times keeps every value that is filled in."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)

    def offer(self, name: str, value: str | None = None) -> None:
        self.offered.setdefault(name, set())
        if value is not None:
            self.offered[name].add(value)

    def fill(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


class Page(HTMLParser):
    """Forms and links of one page, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self.form: PageForm | None = None
        self.select = ""
        self.picked = False
        self.textarea = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "form":
            self.form = PageForm(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None and hasattr(self, f"_{tag}"):
            getattr(self, f"_{tag}")(self.form, found)

    def _input(self, form: PageForm, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if not name or kind in ("submit", "button"):
            return
        value = found.get("value", "on" if kind == "checkbox" else "")
        form.offer(name, value if kind in ("checkbox", "radio") else None)
        if kind == "file" or (kind in ("checkbox", "radio") and "checked" not in found):
            return
        form.fill(name, value)

    def _button(self, form: PageForm, found: dict[str, str]) -> None:
        if found.get("name"):
            form.offer(found["name"], found.get("value", ""))

    def _select(self, form: PageForm, found: dict[str, str]) -> None:
        self.select, self.picked = found.get("name", ""), False
        form.offer(self.select)

    def _option(self, form: PageForm, found: dict[str, str]) -> None:
        value = found.get("value", "")
        form.offer(self.select, value)
        if "selected" in found:
            form.fill(self.select, value)
            self.picked = True

    def _textarea(self, form: PageForm, found: dict[str, str]) -> None:
        self.textarea = found.get("name", "")
        form.offer(self.textarea)
        form.values[self.textarea] = [""]

    def handle_data(self, data: str) -> None:
        if self.textarea and self.form is not None:
            self.form.values[self.textarea][0] += data.removeprefix("\n").removeprefix("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = ""
        elif tag == "select" and self.form is not None:
            self._first_of_a_select(self.form)

    def _first_of_a_select(self, form: PageForm) -> None:
        """A browser sends the first option when none is selected; an empty one is usually first."""
        if not self.picked and "" in form.offered.get(self.select, set()):
            form.fill(self.select, "")


class Facts(HTMLParser):
    """The pairs of every definition list: {"Premium": "USD 288.00"}."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pairs: dict[str, str] = {}
        self.inside = ""
        self.label = ""
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("dt", "dd"):
            self.inside, self.words = tag, []

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.words.append(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:
        if tag == "dt":
            self.label = " ".join(self.words)
        elif tag == "dd":
            self.pairs.setdefault(self.label, " ".join(self.words))
        if tag in ("dt", "dd"):
            self.inside = ""
