// What waits for longer than it should, or nearly, seen at the moment it does and not at the next message.
// Rule: limits come from the server (data-near-ms, data-over-ms); only whether the ticking clock has passed them is looked at here.
(() => {
  "use strict";

  function look() {
    for (const limit of document.querySelectorAll("[data-limit]")) {
      const clock = limit.querySelector(".tick[data-over-ms]");
      const waited = clock ? performance.now() - clock.zero : -1;
      const over = Boolean(clock) && waited >= Number(clock.dataset.overMs);
      limit.toggleAttribute("data-my-over", over);
      limit.toggleAttribute("data-my-near", Boolean(clock) && !over && waited >= Number(clock.dataset.nearMs));
    }
  }

  for (const event of ["region", "link"]) document.addEventListener(event, look);
  setInterval(look, 250);
  look();
})();
