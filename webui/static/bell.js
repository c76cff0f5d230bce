// The bell: sound and notifications of a ringing phone, for whoever began their shift. Its button is shift.js.
// Rule: exactly one tab of a browser rings; what was dismissed or hushed in one is so in all; nothing old is heard. Browsers
// let a fresh page make no sound before somebody clicks or types on it: it is "mute" then, and any click is enough.
(() => {
  "use strict";
  const body = document.body, button = document.getElementById("shift"), me = body.dataset.me, KEY = "ionas-shift";
  const HEARD = "ionas-heard";  // this tab was, on the page before: browsers go on from there
  const HUSHED = "ionas-hushed";  // the rings that are not to be heard any more
  if (!body.dataset.page || !button) return;
  const PAUSE = 2400;  // ms from one ringing to the next
  const channel = new BroadcastChannel("ionas"), icon = document.querySelector("link[rel=icon]"), quiet = icon.href;
  const shown = new Map();  // notifications, by the call they tell of
  const hushed = new Set((sessionStorage.getItem(HUSHED) ?? "").split(" "));
  let audio = null, waking = false, release = null, standing = false, sounding = 0;
  let elsewhere = true, unheard = false;  // the tab that rings can be heard; it could not when somebody pressed a key

  const working = () => localStorage.getItem(KEY) === me;  // no more than that is kept in the browser
  const cards = () => [...document.querySelectorAll("[data-ring]:not([data-my-gone])")];
  const audible = () => audio?.state === "running";
  const wanted = () => working() && body.dataset.sounds !== undefined;
  const mute = () => wanted() && !(release ? audible() : elsewhere);
  const loud = () => cards().some((card) => !hushed.has(card.dataset.ring));
  const blind = () => ["stale", "out"].includes(body.dataset.link);  // whether it still rings nobody knows here

  // -- the shift ----------------------------------------------------------------------------------

  function state() {  // as the button shows it
    if (!working() || mute()) return working() ? "mute" : "off";
    if (!wanted() || !cards().length || blind()) return "on";
    return loud() ? "rings" : "hushed";
  }

  const tell = (said) => document.dispatchEvent(new CustomEvent("bell", { detail: { state: state(), said } }));

  async function begin() {
    localStorage.setItem(KEY, me);
    follow();  // before the other tabs hear of it
    await listen();
    const allowed = "Notification" in window ? await Notification.requestPermission() : "denied";
    tell(allowed === "granted" ? "begun" : "denied");
    ring();
  }

  const end = () => { localStorage.removeItem(KEY), follow(), tell("ended"); };

  function hush(legs = cards().map((card) => card.dataset.ring)) {  // not heard any more; the next ring is
    for (const leg of legs) hushed.add(leg);
    sessionStorage.setItem(HUSHED, [...hushed].slice(-20).join(" "));  // on the page after this one, too
    ring();
  }

  const hushAll = () => { hush(), channel.postMessage({ t: "hushed", legs: [...hushed] }), tell("hushed"); };

  // What a click on the bell does at once; nothing while it is on: ending a shift takes a second click, elsewhere.
  const press = () => (!working() ? begin : unheard ? listen : state() === "rings" ? hushAll : null);

  function follow() {
    if (working()) stand();
    else release?.();
    ring();
  }

  // -- the one tab that rings ---------------------------------------------------------------------

  function stand() {  // whoever has the lock rings, until the tab is closed or another one can be heard better
    if (standing) return;
    standing = true;
    navigator.locks.request("ionas-bell", () => new Promise((resolve) => { release = resolve, agree(), ring(); }))
      .finally(() => { release = null, standing = false, ring(); });
  }

  function agree() {  // all tabs say the same about the one that rings
    if (release) channel.postMessage({ t: "rings", heard: audible() });
    tell();
  }

  const sound = () => { audio ??= Object.assign(new AudioContext(), { onstatechange: () => { agree(), ring(); } }); };

  async function listen() {  // within what somebody does here; without it browsers let no tab be heard
    sound();
    waking = true;
    await audio.resume();
    waking = false;
    if (audible() && !release) channel.postMessage({ t: "audible" });
    ring();
  }

  channel.onmessage = ({ data }) => {
    if (data.t === "audible" && release && !audible() && !waking) release(), setTimeout(stand, 500);
    else if (data.t === "dismissed") dismiss(data.legs);
    else if (data.t === "hushed") hush(data.legs);
    else if (data.t === "rings") {
      if (!data.heard && audible() && !release) channel.postMessage({ t: "audible" });  // it could not know before
      elsewhere = data.heard, tell();
    }
    else if (data.t === "who") agree(), channel.postMessage({ t: "hushed", legs: [...hushed] });
  };

  // -- ringing ------------------------------------------------------------------------------------

  function ring() {
    const now = cards(), rings = Boolean(release) && working();
    icon.href = now.length ? icon.dataset.ringing : quiet;
    notify(rings ? now : []);
    const heard = rings && state() === "rings";
    if (heard && !sounding) sounding = setInterval(chime, PAUSE, audio), chime(audio);
    if (!heard) clearInterval(sounding), sounding = 0;
    tell();
  }

  function notify(now) {
    const calls = new Set(now.map((card) => card.dataset.call));
    for (const [call, { note }] of shown) if (!calls.has(call)) note?.close(), shown.delete(call);
    for (const { dataset: { call, who } } of now) {
      const before = shown.get(call);
      if (before?.who === who) continue;
      const seen = !before?.note && !document.hidden && document.hasFocus();
      shown.set(call, { who, note: seen ? null : notification(call, who) });  // the same tag: it takes the place
    }
  }

  function notification(call, who) {
    if (!("Notification" in window) || Notification.permission !== "granted") return null;
    const note = new Notification(`☎ ${who}`, { body: button.dataset.rings, tag: call, silent: true });
    note.onclick = () => { window.focus(), note.close(); };
    return note;
  }

  function dismiss(legs) {
    for (const card of cards()) if (legs.includes(card.dataset.ring)) card.setAttribute("data-my-gone", "");
    hush(legs);  // a page loaded later shows the card again, and is silent
  }

  document.addEventListener("dismissed", ({ detail }) => { channel.postMessage({ t: "dismissed", legs: detail.legs }), hush(detail.legs); });
  document.addEventListener("region", ({ detail }) => detail.id === "region-ring" && ring());
  document.addEventListener("link", ring);
  addEventListener("storage", ({ key }) => key === KEY && follow());  // begun or ended in another tab
  const gesture = () => { unheard = mute(), working() && !audible() && listen(); };
  for (const one of ["pointerdown", "keydown"]) document.addEventListener(one, gesture, { capture: true, passive: true });
  window.bell = { press, end };  // shift.js
  addEventListener("pagehide", () => audible() && sessionStorage.setItem(HEARD, me));
  if (working() && sessionStorage.getItem(HEARD) === me) sound();
  sessionStorage.removeItem(HEARD);
  channel.postMessage({ t: "who" });
  follow();
})();
