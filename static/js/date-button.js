// input[data-date]: a calendar button beside the text, which stays YYYY-MM-DD.
export function bindDateButtons(root) {
  if (!("showPicker" in HTMLInputElement.prototype)) return;
  for (const text of root.querySelectorAll("input[data-date]:not([data-bound])")) {
    text.dataset.bound = "1";
    const box = document.createElement("span");
    box.className = "datebox";
    const picker = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1 });
    picker.className = "datebox__picker";
    picker.setAttribute("aria-hidden", "true");
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.className = "datebox__button";
    button.setAttribute("aria-label", `${document.body.dataset.sayDate}: ${labelOf(text)}`);
    text.replaceWith(box);
    box.append(text, picker, button);
    button.addEventListener("click", () => {
      picker.value = /^\d{4}-\d{2}-\d{2}$/.test(text.value) ? text.value : "";
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      text.value = picker.value;
      text.dispatchEvent(new Event("change", { bubbles: true }));
      text.focus();
    });
  }
}

function labelOf(input) {
  return input.labels?.[0]?.firstChild?.textContent.trim() ?? "";
}
