// What waits for longer than it should, seen at the moment it does and not at the next message.
// Rule: the limit comes from the server (data-over-ms); only whether the ticking clock has passed it is looked at here.
(() => {
  "use strict";

  function look() {
    for (const limit of document.querySelectorAll("[data-limit]")) {
      const clock = limit.querySelector(".tick[data-over-ms]");
      const over = Boolean(clock) && performance.now() - clock.zero >= Number(clock.dataset.overMs);
      limit.toggleAttribute("data-my-over", over);
    }
  }

  for (const event of ["region", "link"]) document.addEventListener(event, look);
  setInterval(look, 250);
  look();
})();
