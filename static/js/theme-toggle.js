// [data-theme-toggle]: light and dark, remembered.
export function bindThemeToggle(root) {
  const html = document.documentElement;
  for (const toggle of root.querySelectorAll("[data-theme-toggle]")) {
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(html.dataset.theme === "dark"));
    toggle.addEventListener("click", () => {
      const next = html.dataset.theme === "dark" ? "light" : "dark";
      html.dataset.theme = next;
      toggle.setAttribute("aria-pressed", String(next === "dark"));
      try { localStorage.setItem("theme", next); } catch { /* storage is blocked */ }
    });
  }
}
