// Reads a text aloud with the voice of the browser; the button stays hidden where there is none.
export function bindReadAloud(root) {
  const text = root.querySelector("[data-read-aloud]");
  const button = root.querySelector("[data-read-button]");
  if (!text || !button || !("speechSynthesis" in window)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return;
    }
    const speech = new SpeechSynthesisUtterance(text.textContent);
    speech.lang = text.lang;
    speechSynthesis.speak(speech);
  });
}
