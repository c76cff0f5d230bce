// "Begin shift": sound and notifications of a ringing phone, for whoever asked for them by pressing the button.
// Rule: exactly one tab of a browser rings; what was dismissed in one is dismissed in all; nothing old is heard. Browsers
// let a fresh page make no sound before somebody clicks or types on it: the bell says so, and a click on it is enough.
(() => {
  "use strict";
  const body = document.body, button = document.getElementById("shift"), me = body.dataset.me, KEY = "ionas-shift";
  const HEARD = "ionas-heard";  // this tab was, on the page before: browsers go on from there
  if (!body.dataset.page || !button) return;
  const PAUSE = 2400, TOLD = 15_000;  // ms from one ringing to the next; for so long it is said what the button did
  const NOTES = [[659, 0], [880, .16], [659, .32], [880, .48]];  // Hz, s
  const channel = new BroadcastChannel("ionas"), icon = document.querySelector("link[rel=icon]"), quiet = icon.href;
  const shown = new Map();  // notifications, by the call they tell of
  let audio = null, waking = false, release = null, standing = false, sounding = 0;
  let elsewhere = true, unheard = false;  // the tab that rings can be heard; it could not when somebody pressed a key

  const working = () => localStorage.getItem(KEY) === me;  // no more than that is kept in the browser
  const cards = () => [...document.querySelectorAll("[data-ring]:not([data-my-gone])")];
  const audible = () => audio?.state === "running";
  const wanted = () => working() && body.dataset.sounds !== undefined;
  const mute = () => wanted() && !(release ? audible() : elsewhere);
  const blind = () => ["stale", "out"].includes(body.dataset.link);  // whether it still rings nobody knows here

  // -- the shift ----------------------------------------------------------------------------------

  function show() {
    button.hidden = false;
    button.classList.toggle("is-on", working());
    button.classList.toggle("is-mute", mute());
    const words = mute() ? button.dataset.mute : working() ? button.dataset.end : button.dataset.begin;
    button.querySelector("span").textContent = words;
    button.title = mute() ? button.dataset.why : working() ? words : button.dataset.what;
  }

  async function begin() {
    localStorage.setItem(KEY, me);
    follow();  // before the other tabs hear of it
    await listen();
    const allowed = "Notification" in window ? await Notification.requestPermission() : "denied";
    say(allowed === "granted" ? button.dataset.begun : button.dataset.denied);
    ring();
  }

  const end = () => { localStorage.removeItem(KEY), follow(), say(button.dataset.ended); };

  function say(textContent) {
    const said = Object.assign(document.createElement("p"), { className: "notice shift-said", textContent });
    document.getElementById("notice").replaceChildren(said);
    setTimeout(() => said.remove(), TOLD);
  }

  function follow() {
    show();
    if (working()) stand();
    else release?.();
    ring();
  }

  // -- the one tab that rings ---------------------------------------------------------------------

  function stand() {  // whoever has the lock rings, until the tab is closed or another one can be heard better
    if (standing) return;
    standing = true;
    navigator.locks.request("ionas-bell", () => new Promise((resolve) => { release = resolve, tell(), ring(); }))
      .finally(() => { release = null, standing = false, ring(); });
  }

  function tell() {  // all tabs say the same about the one that rings
    if (release) channel.postMessage({ t: "rings", heard: audible() });
    show();
  }

  const sound = () => { audio ??= Object.assign(new AudioContext(), { onstatechange: () => { tell(), ring(); } }); };

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
    else if (data.t === "rings") elsewhere = data.heard, show();
    else if (data.t === "who") tell();
  };

  // -- ringing ------------------------------------------------------------------------------------

  function ring() {
    const now = cards(), rings = Boolean(release) && working();
    icon.href = now.length ? icon.dataset.ringing : quiet;
    notify(rings ? now : []);
    const heard = rings && now.length > 0 && !blind() && body.dataset.sounds !== undefined && audible();
    if (heard && !sounding) sounding = setInterval(play, PAUSE), play();
    if (!heard) clearInterval(sounding), sounding = 0;
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

  function play() {
    const start = audio.currentTime + .02;
    for (const [pitch, at] of NOTES) {
      const tone = audio.createOscillator(), loud = audio.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0, start + at);
      loud.gain.linearRampToValueAtTime(.14, start + at + .02);
      loud.gain.exponentialRampToValueAtTime(.001, start + at + .15);
      tone.connect(loud).connect(audio.destination);
      tone.start(start + at), tone.stop(start + at + .16);
    }
  }

  function dismiss(legs) {
    for (const card of cards()) if (legs.includes(card.dataset.ring)) card.setAttribute("data-my-gone", "");
    ring();
  }

  document.addEventListener("dismissed", ({ detail }) => { channel.postMessage({ t: "dismissed", legs: detail.legs }), ring(); });
  document.addEventListener("region", ({ detail }) => detail.id === "region-ring" && ring());
  document.addEventListener("link", ring);
  addEventListener("storage", ({ key }) => key === KEY && follow());  // begun or ended in another tab
  const gesture = () => { unheard = mute(), working() && !audible() && listen(); };
  for (const one of ["pointerdown", "keydown"]) document.addEventListener(one, gesture, { capture: true, passive: true });
  button.addEventListener("click", () => (!working() ? begin() : unheard ? listen() : end()));
  addEventListener("pagehide", () => audible() && sessionStorage.setItem(HEARD, me));
  if (working() && sessionStorage.getItem(HEARD) === me) sound();
  sessionStorage.removeItem(HEARD);
  channel.postMessage({ t: "who" });
  follow();
})();
