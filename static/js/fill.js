// [data-fill-username]: a demo account fills the sign-in form and sends it.
export function bindFillButtons(root) {
  for (const button of root.querySelectorAll("[data-fill-username]")) {
    button.addEventListener("click", () => {
      const form = document.getElementById(button.dataset.fillForm);
      form.elements.username.value = button.dataset.fillUsername;
      form.elements.password.value = button.dataset.fillPassword;
      form.requestSubmit();
    });
  }
}
