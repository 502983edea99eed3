// [data-errors]: the summary of a refused form takes the focus, its links lead into the fields.
export function bindErrorSummary(root) {
  const summary = root.querySelector("[data-errors]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    const target = field.hidden ? document.getElementById(`${field.id}-combo`) : field;
    (target ?? field).focus();
    (target ?? field).scrollIntoView({ block: "center" });
  });
}
