// The desk: the record opens on answer, ring cards can be hidden, keys. Rule: whoever types is never disturbed.
// data-my-* attributes are this browser's own marks; redrawing a region leaves them alone (htmx-config in base.html).
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const centre = document.getElementById("centre"), fields = "input:not([type=hidden]), textarea, select";
  const shown = () => document.querySelector("#record[data-shown]")?.dataset.shown;
  const body = document.body, SHOWN = "ionas-shown";  // the rings whose customer this tab has shown: once each
  // On the desk itself nobody has chosen another page: there a record is due even if its card came with the page.
  const seen = new Set(location.pathname === "/" ? [] : all("[data-record]").map((card) => card.dataset.record));
  const TWICE = 3000;  // ms; later it is meant: perhaps somebody chose to stay when asked whether to leave the page
  const state = () => document.getElementById("region-texts")?.dataset.state;
  let was = state(), address = location.pathname, away = document.querySelector("[data-database-away]");

  // -- records ------------------------------------------------------------------------------------

  function mark() {
    for (const item of all("[data-record], [data-shows]")) {
      const open = (item.dataset.record ?? item.dataset.shows) === shown();
      item.toggleAttribute("data-my-open", open);
      if (open) item.removeAttribute("data-my-calling");
    }
  }

  function touched(one) {  // not as the server sent it, or sent back as what can't be used
    if (one.matches("[aria-invalid=true]") && one.checkVisibility()) return true;
    const chosen = one.matches("select") && [...one.options].findIndex((option) => option.defaultSelected);
    if (chosen !== false) return one.selectedIndex !== Math.max(0, chosen);
    return /^(checkbox|radio)$/.test(one.type) ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
  }

  function typing() {  // a field with something in it has the focus, or something typed is not saved anywhere yet
    const field = document.activeElement;
    return (field?.matches(fields) && field.value !== "" && field.type !== "checkbox")
      || all(fields, centre).some(touched);
  }

  function answered() {
    for (const card of all("[data-record]").filter((one) => !seen.has(one.dataset.record))) {
      seen.add(card.dataset.record);
      if (card.dataset.record === shown()) continue;
      card.setAttribute("data-my-calling", "");  // until it is open
      if (centre && body.dataset.opens !== "never" && !typing()) open(card.dataset.record, () => !typing());
    }
  }

  function rang() {  // who wants to see the customer as soon as the phone rings
    const card = document.querySelector("[data-ring]:not([data-my-gone])[data-customer]");
    if (body.dataset.opens !== "ring" || !card || !centre || document.hidden || typing()) return;
    const before = (sessionStorage.getItem(SHOWN) ?? "").split(" "), { ring, customer } = card.dataset;
    if (before.includes(ring)) return;  // whoever went on from there is not fetched back
    sessionStorage.setItem(SHOWN, [...before, ring].slice(-20).join(" "));
    const at = address, rings = () => all("[data-ring]:not([data-my-gone])").some((one) => one.dataset.ring === ring);
    if (location.pathname !== customer) look(customer, () => rings() && address === at && !typing());
  }

  async function look(path, still) {  // the page itself stays: its bell rings on
    const text = await ask(path), page = text && new DOMParser().parseFromString(text, "text/html");
    const found = page?.getElementById("centre");
    if (found && await saveDraft() && still()) await put(path, found.innerHTML, page.title);
  }

  async function open(path, still = () => true) {
    const text = await ask(`${path}/akte`, { "HX-Request": "true" });
    if (text && await saveDraft() && still()) await put(path, text);  // what can't be saved stays on the screen
  }

  async function ask(path, headers) {
    const answer = await fetch(path, { headers }).catch(() => null);
    if (answer?.status === 401) document.dispatchEvent(new Event("signed-out"));
    return answer?.ok ? answer.text() : "";
  }

  async function put(path, text, title) {
    await htmx.swap({ text, target: centre, swap: "innerHTML" });
    if (location.pathname !== path) history.pushState(null, "", path);
    address = path;
    document.dispatchEvent(new Event("record"));
    body.dataset.title = title ?? `${document.getElementById("record").dataset.title} – ionas`;
    was = state();
    mark();
  }

  function back() {  // the database is there again: the page that could not be shown can be
    const before = away;
    away = document.querySelector("[data-database-away]");
    if (before && !away) document.querySelector("a[data-once-back]")?.click();
  }

  function settled() {  // somebody else chose the customer: nobody is asked any more who it is, but for one who types
    const form = document.getElementById("customer-form"), choice = form?.querySelector("[data-instead-of]");
    const customer = document.getElementById("region-customer").dataset.customer;
    const busy = form?.contains(document.activeElement) || (form && all(fields, form).some(touched));
    if (choice && customer && choice.dataset.insteadOf !== customer && !busy) form.replaceChildren();
  }

  // -- what people do -----------------------------------------------------------------------------

  function hide(cards) {  // in every tab of this browser: bell.js tells the others
    for (const card of cards) card.setAttribute("data-my-gone", "");
    const legs = cards.map((card) => card.dataset.ring);
    if (legs.length) document.dispatchEvent(new CustomEvent("dismissed", { detail: { legs } }));
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-dismiss]")) hide([target.closest("[data-ring]")]);
  });
  document.addEventListener("click", (event) => {  // what was loaded into a place leaves it again
    const place = document.getElementById(event.target.closest("[data-clears]")?.dataset.clears);
    if (place) event.preventDefault(), place.replaceChildren();
  });
  document.addEventListener("submit", (event) => {  // a second click sends nothing (htmx minds its own forms)
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
    if (event.timeStamp - form.sent < TWICE) event.preventDefault();
    else form.sent = event.timeStamp;
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const inField = event.target.matches?.(fields), floats = document.querySelector(":popover-open");
    const card = document.querySelector("[data-my-calling]") ?? document.querySelector("[data-record]");
    if (event.key === "F2" && card) {
      event.preventDefault();
      const problem = () => document.querySelector("[data-draft] textarea")?.focus(), path = card.dataset.record;
      if (path === shown()) problem();
      else centre ? open(path).then(() => typing() || shown() !== path || problem()) : location.assign(`${path}#problem`);
    } else if (event.key === "F9" && !event.repeat) {  // a click: its form saves the texts first
      event.preventDefault();
      document.querySelector("[data-f9]")?.click();
    } else if (event.key === "Escape" && !floats) {
      hide(all("[data-ring]:not([data-my-gone])"));
    } else if (event.key === "/" && !inField) {
      event.preventDefault();
      const search = all("[data-search]").find((one) => one.checkVisibility());
      search ? search.select() : location.assign("/kunden");
    } else if (event.key === "?" && !inField) document.getElementById("keys")?.togglePopover();
  });
  document.addEventListener("region", ({ detail }) => {
    if (detail.id === "region-my-calls") answered(), mark();
    if (detail.id === "region-ring") rang();
    if (detail.id === "region-open-sessions") mark();
    if (detail.id === "region-links") back();
    if (detail.id === "region-customer") settled();
    if (detail.id === "region-texts" && state() !== was && !typing()) open(shown(), () => !typing());  // closed elsewhere
  });
  addEventListener("popstate", () => location.pathname !== address && location.reload());
  answered();
  mark();
})();
