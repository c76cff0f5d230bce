// Drafts save themselves while one types. Rule: what was typed is saved, or stays in the field and the page says so.
(() => {
  "use strict";
  const PAUSE = 800, AGAIN = 5;  // ms after the last key · s until the next attempt
  const draft = () => document.querySelector("form[data-draft]");
  const changed = (form) => form.elements.problem.value !== form.elements.problem.defaultValue;
  let timer = 0, last = Promise.resolve(true);

  function say(form, state, words) {
    const line = form.querySelector(".draft-state");
    line.dataset.state = state;
    if (line.textContent !== words) line.textContent = words;
  }

  function save() {  // resolves to true when nothing is left to save
    clearTimeout(timer);
    return last = last.then(() => send(draft())).catch(() => false);  // one after the other
  }

  async function send(form) {
    if (form?.querySelector(".conflict")) return false;
    if (!form || !changed(form)) return true;
    const { problem, version } = form.elements, sent = problem.value, part = document.createElement("template");
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams({ problem: sent, version: version.value }),
        headers: { "HX-Request": "true" }, keepalive: sent.length < 15000,  // keepalive takes 64 kB, encoded
      });
      part.innerHTML = await answer.text();
    } catch { return retry(form, AGAIN); }
    const words = part.content.textContent.trim(), said = part.content.firstElementChild;
    if (answer.ok && said?.dataset.version) {
      problem.defaultValue = sent;
      version.value = said.dataset.version;
      say(form, "saved", words);
      return problem.value === sent || send(form);
    }
    if (answer.status === 409) {
      form.querySelector("[data-clash]").replaceChildren(part.content);
      say(form, "conflict", said.dataset.words);
    } else if (answer.status === 404 || answer.status === 422) say(form, "failed", words);
    else {
      if (answer.status === 401) document.dispatchEvent(new Event("signed-out"));
      retry(form, AGAIN);
    }
    return false;
  }

  function retry(form, seconds) {
    if (!form.isConnected) return false;
    say(form, "failed", form.dataset.failed.replace("{seconds}", seconds));
    timer = setTimeout(() => (seconds > 1 ? retry(form, seconds - 1) : save()), 1000);
    return false;
  }

  function choose(form, choice) {
    const { problem, version } = form.elements, conflict = form.querySelector(".conflict");
    const theirs = conflict.querySelector("[data-theirs]").textContent;
    version.value = conflict.dataset.version;
    problem.defaultValue = theirs;
    if (choice === "theirs") problem.value = theirs;
    if (choice === "both") problem.value = `${problem.value}\n\n${theirs}`;
    conflict.remove();
    problem.focus();
    if (changed(form)) save();
    else say(form, "saved", form.dataset.taken);
  }

  document.addEventListener("input", ({ target }) => {
    if (target.form?.matches("[data-draft]")) clearTimeout(timer), timer = setTimeout(save, PAUSE);
  });
  document.addEventListener("focusout", ({ target }) => target.form?.matches?.("[data-draft]") && save());
  addEventListener("pagehide", save);
  addEventListener("beforeunload", (event) => {  // only for a text that could not be saved
    const form = draft(), state = form?.querySelector(".draft-state").dataset.state;
    if (form && (state === "conflict" || (state === "failed" && changed(form)))) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => document.hidden && save());
  document.addEventListener("submit", (event) => {  // the text first: what is being saved must not overtake itself
    const form = event.target, button = event.submitter;
    if (!form.matches("[data-draft]") || form.settled) return;
    event.preventDefault();
    save().then((done) => setTimeout(() => {  // later: within the event itself a form can't be sent again
      if (done && !form.settled) form.settled = true, form.requestSubmit(button);
    }));
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-choose]");
    if (button) choose(button.form, button.dataset.choose);
  });
  document.addEventListener("link", ({ detail }) => detail.state === "up" && save());
  window.saveDraft = save;  // desk.js waits for it before another record takes the place
})();
