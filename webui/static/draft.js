// Drafts save themselves while one types. Rule: what was typed is saved, or stays in the field and the page says so.
// A draft is a form[data-draft] with a hidden version, one textarea, a [data-state-line] and a place [data-clash].
// Other forms that must not overtake a draft are marked data-after-drafts.
(() => {
  "use strict";
  const PAUSE = 800, AGAIN = 5, PATIENCE = 10000;  // ms after the last key · s to the next attempt · ms for an answer
  const PARTING = 60000;  // bytes: browsers send so much after a page is gone, of all drafts together
  const drafts = () => [...document.querySelectorAll("form[data-draft]")];
  const field = (form) => form.querySelector("textarea"), clash = (form) => form.querySelector(".conflict");
  const changed = (form) => field(form).value !== field(form).defaultValue;
  const line = (form) => form.querySelector("[data-state-line]");
  let parting = 0;

  function say(form, state, words) {
    line(form).dataset.state = state;
    line(form).ariaBusy = state === "typing";  // nobody wants to hear that at every pause
    if (line(form).textContent !== words) line(form).textContent = words;
  }

  function save(form) {  // resolves to true when nothing of this form is left to save
    clearTimeout(form.again);
    return form.last = (form.last ?? Promise.resolve()).then(() => send(form)).catch(() => false);  // one at a time
  }

  const saveAll = () => Promise.all(drafts().map(save)).then((done) => done.every(Boolean));

  async function send(form) {
    if (clash(form)) return false;
    if (!changed(form)) return true;
    const area = field(form), sent = area.value, part = document.createElement("template");
    let answer;
    try {
      answer = await post(form, { [area.name]: sent, version: form.elements.version.value });
      part.innerHTML = await answer.text();
    } catch {
      (form.unsure ??= new Set()).add(sent);  // it may have arrived all the same
      return retry(form, AGAIN);
    }
    const words = part.content.textContent.trim(), said = part.content.firstElementChild;
    if (answer.ok && said?.dataset.version) {
      saved(form, said.dataset.version, sent);
      say(form, "saved", words);
      return area.value === sent || send(form);
    }
    if (answer.status === 409 && said?.matches(".conflict")) return conflict(form, said);
    if (answer.status === 401) document.dispatchEvent(new Event("signed-out"));
    if (answer.status < 500 && ![401, 409, 429].includes(answer.status)) return say(form, "failed", words), false;
    return retry(form, AGAIN);
  }

  async function post(form, values) {
    const body = new URLSearchParams(values), bytes = String(body).length, keepalive = parting + bytes < PARTING;
    if (keepalive) parting += bytes;
    const headers = { "HX-Request": "true", "Ionas-Person": encodeURIComponent(document.body.dataset.me) };
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      return await fetch(form.action, { method: "POST", body, headers, keepalive, signal });
    } finally { if (keepalive) parting -= bytes; }
  }

  function saved(form, version, text) {
    form.elements.version.value = version;
    field(form).defaultValue = text;
    form.unsure = undefined;
  }

  function retry(form, seconds) {
    clearTimeout(form.again);
    if (!form.isConnected) return false;
    say(form, "failed", line(form).dataset.failed.replace("{seconds}", seconds));
    form.again = setTimeout(() => (seconds > 1 ? retry(form, seconds - 1) : save(form)), 1000);
    return false;
  }

  // -- two texts -----------------------------------------------------------------------------------

  function conflict(form, box) {
    const theirs = box.querySelector("[data-theirs]").textContent;
    if (form.unsure?.has(theirs)) return saved(form, box.dataset.version, theirs), send(form);  // it is our own
    form.querySelector("[data-clash]").replaceChildren(box);
    say(form, "conflict", box.dataset.words);
    return false;
  }

  function choose(form, choice) {
    const area = field(form), box = clash(form), theirs = box.querySelector("[data-theirs]").textContent;
    saved(form, box.dataset.version, theirs);
    if (choice === "theirs") area.value = theirs;
    if (choice === "both") area.value = `${area.value}\n\n${theirs}`;
    box.remove();
    area.focus();
    if (changed(form)) save(form);
    else say(form, "saved", line(form).dataset.taken);
  }

  function elsewhere() {  // what was saved in other windows: shown at once, unless somebody is writing here
    const texts = document.getElementById("region-texts"), version = Number(texts?.dataset.version);
    for (const form of drafts()) {
      const area = field(form), box = clash(form), known = form.elements.version.value;
      const said = texts?.querySelector(`[data-text="${area.name}"]`), text = said?.textContent;
      if (!said || version <= Number(box?.dataset.version ?? known)) continue;
      if (box) box.dataset.version = version, box.querySelector("[data-theirs]").textContent = text;
      else if (text === area.defaultValue) form.elements.version.value = version;
      else if (!changed(form) && document.activeElement !== area) {
        saved(form, version, text);
        area.value = text;
        say(form, "saved", said.dataset.words);
      }
    }
  }

  // -- when ----------------------------------------------------------------------------------------

  const within = (target) => target.form?.matches?.("[data-draft]") && target.matches("textarea");

  document.addEventListener("input", ({ target }) => {
    if (!within(target)) return;
    const form = target.form, mine = form.querySelector("[data-mine]");
    if (mine) mine.textContent = target.value;
    if (line(form).dataset.state !== "conflict") say(form, "typing", line(form).dataset.typing ?? "");
    clearTimeout(form.again), form.again = setTimeout(() => save(form), PAUSE);
  });
  document.addEventListener("focusout", ({ target }) => within(target) && save(target.form).then(elsewhere));
  document.addEventListener("region", ({ detail }) => detail.id === "region-texts" && elsewhere());
  addEventListener("pagehide", saveAll);
  addEventListener("beforeunload", (event) => {  // only for a text that could not be saved, or will not be
    const out = document.body.dataset.link === "out", failed = (form) => line(form).dataset.state === "failed";
    if (drafts().some((form) => clash(form) || (changed(form) && (out || failed(form))))) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => document.hidden && saveAll());
  document.addEventListener("submit", (event) => {  // the texts first: what is being saved must not overtake itself
    const form = event.target, button = event.submitter;
    if (!form.matches("[data-draft], [data-after-drafts]")) return;
    if (form.settled) return void (form.settled = false);
    event.preventDefault();
    event.stopImmediatePropagation();
    saveAll().then((done) => setTimeout(() => {  // later: within the event itself a form can't be sent again
      if (done) form.settled = true, form.requestSubmit(button);
      else field(drafts().find((one) => clash(one) || changed(one)) ?? form)?.focus();
    }));
  }, true);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-choose]");
    if (button) choose(button.form, button.dataset.choose);
  });
  document.addEventListener("link", ({ detail }) => detail.state === "up" && saveAll());
  window.saveDraft = saveAll;  // desk.js waits for it before another record takes the place
})();
