// A form that does not get through says so. Rule: what was typed stays; sent again, it counts once (its key sees to it).
(() => {
  "use strict";
  const notice = document.getElementById("notice");

  document.addEventListener("htmx:error", ({ detail }) => {
    if (!detail.ctx?.sourceElement.matches("form")) return;
    const said = document.createElement("p");
    said.className = "notice is-bad";
    said.textContent = notice.dataset.unsent;
    notice.replaceChildren(said);
  });
})();
