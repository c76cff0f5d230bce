// Ticking times: elapsed ms come from the server (data-since-ms), only the going on is ours.
// Rule: no clock of the browser's is believed; a redrawn element begins anew at what the server said.
(() => {
  "use strict";

  function duration(ms) {
    const s = Math.max(0, Math.floor(ms / 1000)), two = (n) => String(n).padStart(2, "0");
    return (s >= 3600 ? `${two(Math.floor(s / 3600))}:` : "") + `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  }

  function units(ms) {  // where a clock time might be read into it
    const s = Math.max(0, Math.floor(ms / 1000)), min = Math.floor(s / 60), h = Math.floor(min / 60);
    return h ? `${h} h ${min % 60} min` : min ? `${min} min` : `${s} s`;
  }

  function write(clock, text) {  // within its text: a new child would have the whole page styled again
    const node = clock.firstChild ?? clock.appendChild(new Text());
    if (node.data !== text) node.data = text;
  }

  function tick() {
    const now = performance.now();
    for (const clock of document.querySelectorAll(".tick[data-since-ms]")) {
      if (clock.readMs !== clock.dataset.sinceMs) clock.readMs = clock.dataset.sinceMs, clock.zero = now - clock.readMs;
      write(clock, (clock.dataset.units === undefined ? duration : units)(now - clock.zero));
    }
  }

  for (const event of ["region", "link", "visibilitychange"]) document.addEventListener(event, tick);
  setInterval(tick, 250);
  tick();
})();
