// One module per behaviour, bound by a data attribute. Every page works without this file.
import { bindThemeToggle } from "./theme-toggle.js";
import { bindComboboxes } from "./combobox.js";
import { bindDateButtons } from "./date-button.js";
import { bindErrorSummary } from "./error-summary.js";
import { bindSubmitOnce } from "./submit-once.js";
import { bindMenus } from "./menu.js";
import { bindReadAloud } from "./read-aloud.js";
import { bindCsrf } from "./csrf.js";

function bindAll(root) {
  bindComboboxes(root);
  bindDateButtons(root);
  bindErrorSummary(root);
}

bindThemeToggle(document);
bindSubmitOnce(document);
bindMenus(document);
bindCsrf(document);
bindReadAloud(document);
bindAll(document);
document.addEventListener("htmx:load", (event) => bindAll(event.detail.elt));
