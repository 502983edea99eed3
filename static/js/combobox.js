// select[data-combobox] becomes an ARIA combobox: type to narrow, arrows to move, Enter to take, Escape to leave.
// The select stays in the form and keeps the value, so the server sees the same field. With data-ask the options come from
// there as {results: [{value, text}]}; the box for readers without scripts gives way.
const SHOWN_AT_MOST = 50, PAUSE_MS = 200;

export function bindComboboxes(root) {
  for (const select of root.querySelectorAll("select[data-combobox]:not([data-bound])")) {
    select.dataset.bound = "1";
    new Combobox(select);
  }
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.active = -1;
    this.options = [...select.options].filter((option) => option.value !== "");
    this.build();
    this.listen();
  }

  build() {
    const { select } = this;
    this.box = element("div", { class: "combo" });
    this.input = element("input", {
      type: "text", id: `${select.id}-combo`, role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${select.id}-list`, placeholder: document.body.dataset.sayFind,
    });
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    this.list = element("ul", { class: "combo__list", id: `${select.id}-list`, role: "listbox", hidden: "" });
    const plain = document.getElementById(`${select.id}-find`), typed = plain?.value ?? "";
    const label = select.labels?.[0] ?? plain?.labels?.[0];
    plain?.remove();
    if (label) {
      label.id ||= `${select.id}-label`;
      label.htmlFor = this.input.id;
      this.list.setAttribute("aria-labelledby", label.id);
    }
    select.replaceWith(this.box);
    select.hidden = true;
    this.box.append(this.input, this.list, select);
    this.showChosen();
    this.input.value ||= typed;
  }

  listen() {
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const row = event.target.closest("[role=option]");
      if (row) this.take(Number(row.dataset.index));
    });
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.showChosen()));
  }

  key(event) {
    const deeds = {
      ArrowDown: () => this.move(1), ArrowUp: () => this.move(-1),
      Home: () => this.isOpen && this.point(0), End: () => this.isOpen && this.point(this.found.length - 1),
      Enter: () => this.isOpen && this.active >= 0 && this.take(this.active),
      Escape: () => { const was = this.isOpen; this.close(); this.showChosen(); return was; },
    };
    if (event.key in deeds && deeds[event.key]() !== false) event.preventDefault();
  }

  get isOpen() { return !this.list.hidden; }

  open(text) {
    clearTimeout(this.pause);
    if (this.select.dataset.ask && text.trim()) this.pause = setTimeout(() => this.ask(text), PAUSE_MS);
    else this.show(this.options.filter((option) => option.text.toLowerCase().includes(text.trim().toLowerCase())), text.trim());
  }

  async ask(text) {
    const answer = await fetch(`${this.select.dataset.ask}?${new URLSearchParams({ q: text.trim() })}`).catch(() => null);
    const { results } = answer?.ok ? await answer.json() : { results: [] };
    if (this.input.value !== text || document.activeElement !== this.input) return; // typed on, or left
    this.show(results.map(({ value, text: said }) => new Option(said, value)), text);
  }

  show(options, wanted) {
    this.found = options.slice(0, SHOWN_AT_MOST);
    this.list.replaceChildren(...this.rows());
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.point(wanted && this.found.length ? 0 : this.found.findIndex((option) => option.selected));
  }

  rows() {
    if (!this.found.length) return [element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, document.body.dataset.sayNone)];
    return this.found.map((option, index) =>
      element("li", { role: "option", id: `${this.select.id}-option-${index}`, "data-index": index, "aria-selected": "false" }, option.text));
  }

  move(by) {
    if (!this.isOpen) this.open("");
    else if (this.found.length) this.point((this.active + by + this.found.length) % this.found.length);
  }

  point(index) {
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    this.active = index;
    const row = index >= 0 ? this.list.children[index] : null;
    if (!row?.id) return this.input.removeAttribute("aria-activedescendant");
    row.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const option = this.found?.[index];
    if (!option) return;
    if (![...this.select.options].some(({ value }) => value === option.value)) this.select.add(new Option(option.text, option.value));
    this.select.value = option.value;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    this.close();
    this.showChosen();
  }

  leave() {
    clearTimeout(this.pause);
    if (this.input.value.trim() === "") this.select.value = "";
    this.close();
    this.showChosen();
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  showChosen() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = chosen && chosen.value !== "" ? chosen.text : "";
  }
}

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
