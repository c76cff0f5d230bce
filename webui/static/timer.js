// The timer: its clock, its buttons, the key F8, the tab's title. Rule: the service measures and decides; what is shown
// counts on from its elapsed ms, and a button that could not be carried out says so and stands as before.
(() => {
  "use strict";
  const body = document.body, said = document.getElementById("timer-said"), PATIENCE = 8000;  // ms for an answer
  if (!body.dataset.page) return;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const shown = () => document.getElementById("record")?.dataset.session ?? "";
  let minute = -1;

  // -- the clock ----------------------------------------------------------------------------------

  function stopwatch(ms) {
    const s = Math.floor(ms / 1000), two = (n) => String(n).padStart(2, "0");
    return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  }

  function elapsed(clock, now) {
    const { usedMs, limitMs, running } = clock.dataset;
    if (clock.read !== usedMs) clock.read = usedMs, clock.zero = now - usedMs;  // redrawn: begin at what was said
    return running === undefined ? Number(usedMs) : Math.min(now - clock.zero, limitMs || Infinity);
  }

  function tick() {
    const now = performance.now();
    for (const clock of all("[data-used-ms]")) {
      const text = stopwatch(elapsed(clock, now));
      if (clock.textContent !== text) clock.firstChild.data = text;  // see clocks.js
    }
    const mine = document.querySelector("#region-timer [data-used-ms]"), bar = mine?.closest("section");
    const sign = bar && ({ running: "▶", paused: "⏸" }[bar.dataset.state] ?? "■");
    body.dataset.timer = mine ? `${bar.dataset.warn === "red" ? "⚠" : sign} ${mine.textContent} · ` : "";
    const full = mine?.dataset.running === undefined ? -1 : Math.floor(elapsed(mine, now) / 60000);
    if (full > minute && minute >= 0 && !document.hidden) resync();  // minutes and price are counted by the service
    minute = full;
  }

  async function resync() {  // the stream tells what changed; this asks, for a tab that slept
    const answer = await fetch(`/uhr?vorgang=${shown()}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    const part = document.createElement("template"), of = shown();
    part.innerHTML = await answer.text();
    for (const fresh of [...part.content.children]) {
      const target = document.getElementById(fresh.id);
      if (!target || of !== shown() || Number(target.dataset.atMs) > Number(fresh.dataset.atMs)) continue;
      await htmx.swap({ text: fresh.outerHTML, target, swap: "outerMorph" });
      document.dispatchEvent(new CustomEvent("region", { detail: { id: fresh.id } }));
    }
  }

  // -- buttons ------------------------------------------------------------------------------------

  async function press(form) {
    const button = form.querySelector("button");
    if (form.pending) return;
    form.pending = true;
    button.setAttribute("data-my-doing", form.dataset.doing);
    said.replaceChildren();
    const why = await send(form);
    form.pending = false;
    button.removeAttribute("data-my-doing");
    if (why) said.replaceChildren(why);
    resync();
  }

  async function send(form) {  // resolves to what is to be said, if it was not done
    const headers = { "HX-Request": "true", "Ionas-Person": encodeURIComponent(body.dataset.me) };
    const part = document.createElement("template");
    try {
      const signal = AbortSignal.timeout(PATIENCE), sent = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body: sent, headers, signal });
      if (answer.ok) return null;
      if (answer.status === 401) document.dispatchEvent(new Event("signed-out"));
      part.innerHTML = await answer.text();
    } catch {
      const words = document.createElement("p"), place = form.closest("[data-state]"), { state } = place.dataset;
      Object.assign(words, { className: "notice is-bad", textContent: said.dataset[state] ?? said.dataset.other });
      Object.assign(words.dataset, { of: place.id, while: state, unreached: "" });
      part.content.append(words);
    }
    return part.content;
  }

  function overtaken({ detail }) {  // what was said of a timer goes once that timer is in another state
    const place = document.getElementById(detail.id), { state, atMs } = place?.dataset ?? {};
    for (const words of all(`[data-of="${detail.id}"]`))
      if (state !== words.dataset.while && !(atMs < Number(words.dataset.atMs))) words.remove();
  }

  const reached = () => all("[data-unreached]", said).forEach((words) => words.remove());

  document.addEventListener("region", overtaken);
  document.addEventListener("link", ({ detail }) => detail.state === "up" && reached());
  addEventListener("online", reached);

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-timer]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    press(event.target);
  }, true);

  const session = (place) => place?.querySelector("[data-timer]")?.action.match(/\d+(?=\/zeit)/)?.[0];

  function meant() {  // what runs is paused; else what is shown begins or goes on
    const [bar, record] = ["region-timer", "region-time"].map((id) => document.getElementById(id));
    const places = bar?.dataset.state === "running" ? [bar, record] : [record, bar];
    if (session(bar) === session(record))  // one of the two may be a moment behind: the newer look counts
      places.sort((a, b) => (b?.dataset.atMs ?? 0) - (a?.dataset.atMs ?? 0));
    return places.map((place) => place?.querySelector("[data-f8]")).find(Boolean);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    meant()?.form.requestSubmit();
  });

  document.addEventListener("visibilitychange", () => document.hidden || resync());
  document.addEventListener("region", tick);
  setInterval(tick, 250);
  tick();
})();
