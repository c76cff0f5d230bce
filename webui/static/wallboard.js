// A screen that nobody touches: its clock goes on, and a new version is taken at once.
// Rule: the time of day is the server's (data-day-ms); only its going on is ours.
(() => {
  "use strict";
  const DAY = 86400000, two = (n) => String(n).padStart(2, "0");
  const outdated = document.getElementById("outdated");
  let leaving = false;

  function tick() {
    if (!outdated.hidden && !leaving) leaving = true, location.reload();  // once: each would begin anew
    for (const clock of document.querySelectorAll("[data-day-ms]")) {
      const now = performance.now();
      if (clock.readMs !== clock.dataset.dayMs) clock.readMs = clock.dataset.dayMs, clock.zero = now - clock.readMs;
      const s = Math.floor(((now - clock.zero) % DAY) / 1000);
      const text = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
      if (clock.textContent !== text) clock.firstChild.data = text;  // see clocks.js
    }
  }

  document.addEventListener("region", tick);
  setInterval(tick, 250);
  tick();
})();
