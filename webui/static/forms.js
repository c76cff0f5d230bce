// Forms say whose page they were typed on, and that they did not get through. Rule: what was typed stays, and is nobody
// else's; sent again, it counts once (its key sees to it).
(() => {
  "use strict";
  const notice = document.getElementById("notice"), overlay = document.getElementById("overlay"), body = document.body;
  const ours = (form) => form.getAttribute("method") === "post" && !overlay?.contains(form);  // not the log-in's own

  document.addEventListener("formdata", ({ target, formData }) => {  // as Ionas-Person does where a script sends
    if (body.dataset.me && ours(target)) formData.set("person", body.dataset.me);
  });

  document.addEventListener("submit", (event) => {  // under the overlay nothing is sent, by the keyboard neither
    if (body.dataset.link !== "out" || !ours(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    overlay.querySelector("[name=passwort]")?.focus();
  }, true);

  document.addEventListener("htmx:after:swap", () => {  // what is right by now is called wrong no longer
    for (const name of (document.querySelector("[data-right]")?.dataset.right ?? "").split(" ").filter(Boolean)) {
      const field = document.getElementById(`field-${name}`), hint = document.getElementById(`${name}-hint`);
      document.getElementById(`${name}-error`)?.remove();
      field?.removeAttribute("aria-invalid");
      if (hint) field?.setAttribute("aria-describedby", hint.id);
      else field?.removeAttribute("aria-describedby");
    }
  });

  document.addEventListener("htmx:error", ({ detail }) => {
    if (!detail.ctx?.sourceElement.matches("form")) return;
    const said = document.createElement("p");
    said.className = "notice is-bad";
    said.textContent = notice.dataset.unsent;
    notice.replaceChildren(said);
  });
})();
