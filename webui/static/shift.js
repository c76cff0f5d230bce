// The button of the bell: what state the shift is in, its menu, and for a moment what a click did.
// Rule: silencing what rings is one click; a shift ends only by its menu, never by one slip.
(() => {
  "use strict";
  const button = document.getElementById("shift"), place = document.getElementById("notice");
  if (!button) return;  // bell.js comes after this and says at once what state it is in
  const TOLD = 15_000;  // ms; whoever types, clicks or presses Escape has read it
  const WORDS = { off: "begin", on: "on", mute: "mute", rings: "hush", hushed: "silent" };
  const WHY = { off: "what", on: "more", mute: "why", rings: "hushes", hushed: "hushed" };
  let said = null, going = 0;

  function show({ detail: { state, said: what } }) {
    if (what) say(button.dataset[what], what === "denied" ? "" : "is-info");
    if (button.dataset.now === state) return;
    if (state === "rings") close();  // it lies where the ring card comes
    button.hidden = false;
    button.dataset.now = state;
    button.querySelector("span").textContent = button.dataset[WORDS[state]];
    button.title = button.dataset[WHY[state]];
    if (["on", "hushed"].includes(state)) button.setAttribute("popovertarget", "shift-menu");
    else button.removeAttribute("popovertarget");
  }

  function say(textContent, colour) {
    close();
    said = Object.assign(document.createElement("p"), { className: `notice shift-said ${colour}`, textContent });
    place.replaceChildren(said);
    going = setTimeout(close, TOLD);
  }

  function close() {
    clearTimeout(going);
    said?.remove();
    said = null;
  }

  button.addEventListener("click", (event) => {
    const act = window.bell.press();
    if (act) event.preventDefault(), act();
  });
  document.querySelector("#shift-menu [data-end]").addEventListener("click", () => window.bell.end());
  document.addEventListener("bell", show);
  document.addEventListener("input", close);
  document.addEventListener("pointerdown", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !said || document.querySelector(":popover-open")) return;  // one Escape, one thing
    event.preventDefault();
    event.stopImmediatePropagation();  // what rings stays
    close();
  }, true);
})();
