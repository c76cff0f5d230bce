// The remote session: the ID is copied by a key, TeamViewer opens by its own address. Rule: only what somebody asked for.
(() => {
  "use strict";

  function write(text) {  // at once, within the key or click itself; nothing is marked, nothing loses the focus
    const give = (event) => { event.clipboardData.setData("text/plain", text), event.preventDefault(); };
    document.addEventListener("copy", give, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", give);
    return done;
  }

  async function copy(button) {  // said by a mark of this browser's own, which no redrawing takes away
    const text = document.getElementById(button.dataset.copiesOf)?.textContent ?? button.dataset.copies;
    const done = write(text) || await navigator.clipboard.writeText(text).then(() => true, () => false);
    button.setAttribute("data-my-copied", done ? "yes" : "no");
    setTimeout(() => button.removeAttribute("data-my-copied"), 2000);
  }

  function connect() {  // what was just begun by this tab opens here, and nowhere else; in practice nothing opens
    const link = document.querySelector("[data-connect]");
    if (!link) return;
    link.removeAttribute("data-connect");
    document.querySelector(".remote-form")?.reset();  // it stands by for the next computer, empty
    if (link.href) link.click();
  }

  document.addEventListener("htmx:after:swap", connect);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copies]");
    if (button) copy(button);
  });
  document.addEventListener("keydown", (event) => {
    const button = document.querySelector("[data-copies]:not([data-copies-of])");
    if (event.key !== "F4" || event.ctrlKey || event.altKey || event.metaKey || !button) return;
    event.preventDefault();
    copy(button);
  });
  document.addEventListener("focusout", ({ target }) => {  // 3-3-3, as it is read out
    const digits = target.id === "remote-id" ? target.value.replace(/[\s.-]/g, "") : "";
    if (/^\d{9,10}$/.test(digits)) target.value = digits.replace(/\B(?=(\d{3})+$)/g, " ");
  });
})();
