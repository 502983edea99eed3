// Runs before first paint: the reader's choice, else the system's.
(() => {
  let saved = null;
  try { saved = localStorage.getItem("theme"); } catch { /* storage is blocked */ }
  const dark = saved ? saved === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
