// The desk: the record opens on answer, drafts save themselves, keys. Rule: whoever types is never disturbed.
// data-my-* attributes are this browser's own marks; redrawing a region leaves them alone (htmx-config in base.html).
(() => {
  "use strict";
  const PAUSE = 800, AGAIN = 5;  // ms after the last key · s until the next attempt
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const centre = document.getElementById("centre"), fields = "input:not([type=hidden]), textarea, select";
  const shown = () => document.querySelector("#record[data-shown]")?.dataset.shown;
  const seen = new Set(all("[data-record]").map((card) => card.dataset.record));
  let address = location.pathname;

  // -- records ------------------------------------------------------------------------------------

  function mark() {
    for (const item of all("[data-record], [data-shows]")) {
      const open = (item.dataset.record ?? item.dataset.shows) === shown();
      item.toggleAttribute("data-my-open", open);
      if (open) item.removeAttribute("data-my-calling");
    }
  }

  function typing() {  // a field with something in it has the focus, or something typed is not saved anywhere yet
    const field = document.activeElement;
    return (field?.matches(fields) && field.value !== "" && field.type !== "checkbox")
      || all(fields, centre).some((one) => one.defaultValue !== undefined && one.value !== one.defaultValue);
  }

  function answered() {
    const fresh = all("[data-record]").filter((card) => !seen.has(card.dataset.record));
    for (const card of fresh) {
      seen.add(card.dataset.record);
      if (card.dataset.record === shown()) continue;
      if (centre && !typing()) open(card.dataset.record);
      else card.setAttribute("data-my-calling", "");
    }
  }

  async function open(path) {
    if (!await save()) return;  // what can't be saved stays on the screen
    await htmx.ajax("GET", `${path}/akte`, { target: centre, swap: "innerHTML" });
    if (shown() !== path) return;
    if (location.pathname !== path) history.pushState(null, "", path);
    address = path;
    document.title = document.title.replace(/^(\(\d+\) ☎ .*|.*?)( – ionas)$/, (title, own, end) =>
      own.startsWith("(") ? title : document.getElementById("record").dataset.title + end);
    mark();
  }

  // -- drafts -------------------------------------------------------------------------------------

  const draft = () => document.querySelector("form[data-draft]");
  const changed = (form) => form.elements.problem.value !== form.elements.problem.defaultValue;
  let timer = 0, running = null;

  function say(form, state, words) {
    const line = form.querySelector(".draft-state");
    line.dataset.state = state;
    if (line.textContent !== words) line.textContent = words;
  }

  function save() {  // resolves to true when nothing is left to save
    clearTimeout(timer);
    return running ??= send(draft()).finally(() => { running = null; });
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
    if (answer.ok) {
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

  // -- what people do -----------------------------------------------------------------------------

  document.addEventListener("input", ({ target }) => {
    if (target.form?.matches("[data-draft]")) clearTimeout(timer), timer = setTimeout(save, PAUSE);
  });
  document.addEventListener("focusout", ({ target }) => target.form?.matches?.("[data-draft]") && save());
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  document.addEventListener("submit", (event) => {  // the text first: what is being saved must not overtake itself
    const form = event.target, button = event.submitter;
    if (!form.matches("[data-draft]") || form.settled) return;
    event.preventDefault();
    save().then((done) => { if (done && !form.settled) form.settled = true, form.requestSubmit(button); });
  });
  document.addEventListener("click", (event) => {
    const pick = (selector) => event.target.closest(selector);
    if (pick("[data-dismiss]")) pick("[data-ring]").setAttribute("data-my-gone", "");
    if (pick("[data-choose]")) choose(pick("form"), pick("[data-choose]").dataset.choose);
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const inField = event.target.matches?.(fields), help = document.getElementById("keys");
    const card = document.querySelector("[data-my-calling]") ?? document.querySelector("[data-record]");
    if (event.key === "F2" && card) {
      event.preventDefault();
      if (card.dataset.record === shown()) document.getElementById("problem")?.focus();
      else centre ? open(card.dataset.record) : location.assign(card.dataset.record);
    } else if (event.key === "Escape" && !help?.matches(":popover-open")) {
      for (const ring of all("[data-ring]")) ring.setAttribute("data-my-gone", "");
    } else if (event.key === "/" && !inField) {
      event.preventDefault();
      document.querySelector("[data-search]")?.select();
    } else if (event.key === "?" && !inField) help?.togglePopover();
  });
  document.addEventListener("region", ({ detail }) => { if (detail.id === "region-my-calls") answered(), mark(); });
  document.addEventListener("link", ({ detail }) => detail.state === "up" && save());
  addEventListener("popstate", () => location.pathname !== address && location.reload());
  mark();
})();
