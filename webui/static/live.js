// The live parts of a page: regions, title, the state of the connection, signing in again.
// Rule: it shows what the server sent, keeps nothing, and never takes focus, keys or typed text.
(() => {
  "use strict";
  const body = document.body, me = body.dataset.me;
  if (!body.dataset.page) return;
  const SILENCE = 45000, LOST = 2000, STALE = 10000, LONGEST_WAIT = 8000;  // ms
  const [badge, overlay, notice, outdated] =
    ["connection", "overlay", "notice", "outdated"].map((id) => document.getElementById(id));
  const words = badge.querySelector("[data-words]"), staleClock = badge.querySelector("[data-stale-clock]");
  let socket = null, retry = 0, failures = 0, signedOut = false, said = "connecting";
  let up = false, heard = performance.now();  // when the server was last heard of
  let drift = Date.now() - performance.now(), told = new Set(), title = document.title;

  // -- the socket ---------------------------------------------------------------------------------

  function drop() {
    clearTimeout(retry);
    if (socket) socket.onclose = socket.onmessage = null, socket.close();
    socket = null;
  }

  function connect() {
    drop();
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/strom?seite=${encodeURIComponent(body.dataset.page)}`);
    socket.onmessage = (event) => { heard = performance.now(); take(JSON.parse(event.data)); };
    socket.onclose = (event) => (event.code === 4401 ? signOut() : lost());
    socket.opened = performance.now();
  }

  function lost() {  // until now what the page shows was true; after a long silence it was not
    if (up) heard = performance.now();
    lose();
  }

  function lose() {  // tabs find the server again at different moments
    up = false;
    drop();
    const wait = Math.min(LONGEST_WAIT, 250 * 2 ** failures++);
    retry = setTimeout(connect, wait / 2 + Math.random() * wait / 2);
    show();
  }

  function take(message) {
    if (message.t === "region") return draw(message);
    if (message.t !== "hello") return;
    if (message.me !== me) {  // somebody else signed in in another tab
      signedOut = true;
      return show(), location.reload();
    }
    up = true, failures = 0, told = new Set(), signedOut = false, overlay.hidden = true;
    overlay.replaceChildren();
    outdated.hidden = message.version === body.dataset.version;
    say({ t: "shows", session: record() });
    show();
  }

  const record = () => Number(document.getElementById("record")?.dataset.session) || null;

  function say(message) {
    if (up && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  // -- regions ------------------------------------------------------------------------------------

  async function draw({ id, html, session }) {
    if (html.includes(" data-unread>")) return;  // what was read before is still worth something; #region-links says so
    if (!document.dispatchEvent(new CustomEvent("redraw", { detail: { id, html }, cancelable: true }))) return;
    const target = document.getElementById(id);
    if (!target || (session && session !== record())) return;  // another record was opened meanwhile
    await htmx.swap({ text: html, target, swap: "outerMorph" });  // keeps focus, caret and typed text
    entitle();
    document.dispatchEvent(new CustomEvent("region", { detail: { id } }));
    painted(document.getElementById(id));
  }

  function painted(region) {  // says which cards are new on this screen; the server times them by its own clock
    const cards = [...region.querySelectorAll("[data-pop]")].map((card) => card.dataset.pop);
    const pops = cards.filter((leg) => !told.has(leg)).slice(0, 50);
    if (!pops.length) return;
    if (!document.hidden) pops.forEach((leg) => told.add(leg));
    const done = (hidden) => say({ t: "painted", pops, hidden });
    if (document.hidden) done(true);
    else requestAnimationFrame(() => setTimeout(() => done(document.hidden)));  // after the frame with the card in it
  }

  function entitle() {
    if (!/^(\(\d+\) ☎|[▶⏸■⚠] )/.test(document.title)) title = document.title;  // what the page itself is called
    const rings = [...document.querySelectorAll("[data-ring]:not([data-my-gone])")];
    const now = rings.length ? `(${rings.length}) ☎ ${rings[0].dataset.who} – ionas`
      : (body.dataset.timer ?? "") + (body.dataset.title ?? title);  // timer.js keeps data-timer
    if (document.title !== now) document.title = now;  // the same again would have the page styled again
  }

  // -- the state of the connection, in words ------------------------------------------------------

  function show() {
    const gone = performance.now() - heard;
    let state = up ? "up" : gone >= STALE ? "stale" : gone >= LOST ? "lost" : said === "up" ? "up" : "connecting";
    if (signedOut) state = "out";
    if (state === said) return;
    said = state;
    words.textContent = badge.dataset[state];
    staleClock.hidden = state !== "stale";
    if (staleClock.hidden) delete staleClock.dataset.sinceMs, staleClock.textContent = "";
    else staleClock.dataset.sinceMs = gone;
    badge.className = `conn is-${{ up: "ok", out: "lost" }[state] ?? state}`;
    body.dataset.link = state;
    document.dispatchEvent(new CustomEvent("link", { detail: { state } }));
  }

  function watch() {
    const now = performance.now(), slept = Math.abs(Date.now() - now - drift) > 2000;  // or its clock was set
    drift = Date.now() - now;
    if (slept && up) connect();
    else if (socket && now - Math.max(heard, socket.opened) > SILENCE) lose();
    entitle(), show();
  }

  // -- signed out: an overlay; what is typed on the page stays --------------------------------------

  async function signOut() {
    if (!me) return location.reload();  // a screen in the corridor: nobody is there who could sign in
    if (signedOut) return;
    signedOut = true, up = false, overlay.hidden = false;
    clearTimeout(retry);
    show();
    await htmx.ajax("GET", `/anmelden?anwesend=${encodeURIComponent(me)}`, { target: overlay, swap: "innerHTML" });
    if (document.activeElement === body) overlay.querySelector("[name=passwort]")?.focus();
  }

  document.addEventListener("htmx:before:request", () => notice.replaceChildren());
  document.addEventListener("htmx:config:request", ({ target, detail }) => {  // nothing is done in another's name
    if (!overlay.contains(target)) detail.ctx.request.headers["Ionas-Person"] = encodeURIComponent(me);
  });
  document.addEventListener("signed-out", signOut);
  document.addEventListener("signed-in", connect);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (signedOut || !up) connect();  // perhaps signed in again in another tab
    painted(document);
  });
  document.addEventListener("record", () => say({ t: "shows", session: record() }));
  addEventListener("online", () => up || connect());
  addEventListener("offline", lost);
  addEventListener("pageshow", (event) => event.persisted && location.reload());  // never an old page from the cache
  navigator.locks?.request(`ionas-${Math.random()}`, () => new Promise(() => {}));  // a tab with a lock is not frozen
  setInterval(watch, 250);
  connect();
})();
