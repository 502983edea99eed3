// htmx requests that change something carry the CSRF token of the page.
export function bindCsrf(root) {
  root.addEventListener("htmx:configRequest", (event) => {
    const token = document.body.dataset.csrf;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
}
