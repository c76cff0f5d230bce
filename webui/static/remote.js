// The remote session: the ID is copied by a key, TeamViewer opens by its own address. Rule: only what somebody asked for.
(() => {
  "use strict";

  async function copy(button) {
    const words = button.querySelector("span"), before = words.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copies);
    } catch { return; }  // refused by the browser: the ID stands there to be marked
    words.textContent = button.dataset.copied;
    setTimeout(() => { if (words.textContent === button.dataset.copied) words.textContent = before; }, 2000);
  }

  function connect() {  // what was just begun by this tab opens here, and nowhere else
    const link = document.querySelector("[data-connect]");
    link?.removeAttribute("data-connect");
    link?.click();
  }

  document.addEventListener("htmx:after:swap", connect);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copies]");
    if (button) copy(button);
  });
  document.addEventListener("keydown", (event) => {
    const button = document.querySelector("[data-copies]");
    if (event.key !== "F4" || event.ctrlKey || event.altKey || event.metaKey || !button) return;
    event.preventDefault();
    copy(button);
  });
  document.addEventListener("focusout", ({ target }) => {  // 3-3-3, as it is read out
    const digits = target.id === "remote-id" ? target.value.replace(/[\s.-]/g, "") : "";
    if (/^\d{9,10}$/.test(digits)) target.value = digits.replace(/\B(?=(\d{3})+$)/g, " ");
  });
})();
