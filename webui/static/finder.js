// Finding by keyboard: the arrows go through what was found, typing goes on in the field. Rule: Enter means what it
// means anywhere; on the list it opens or chooses, in the field it sends the search.
(() => {
  "use strict";
  const finder = (node) => node.closest?.("[data-finder]"), field = (place) => place.querySelector("input[type=search]");
  const hits = (place) => [...place.querySelectorAll("[data-found] .hit")];
  const list = (place) => place.querySelector("[data-found]"), drops = (place) => place.dataset.finder === "drop";

  function step(place, from, by) {
    const all = hits(place), next = from.matches(".hit") ? all.indexOf(from) + by : by > 0 ? 0 : all.length - 1;
    (all[Math.min(next, all.length - 1)] ?? field(place)).focus();
  }

  document.addEventListener("keydown", (event) => {
    const place = finder(event.target), { key, target } = event;
    if (!place || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!target.matches("input[type=search], .hit")) return;
    if ((key === "ArrowDown" || key === "ArrowUp") && hits(place).length) {
      event.preventDefault();
      step(place, target, key === "ArrowDown" ? 1 : -1);
    } else if (key === "Escape" && drops(place) && list(place).hasChildNodes()) {
      event.preventDefault();
      event.stopPropagation();  // what rings stays
      field(place).focus();
      list(place).replaceChildren();
    } else if (target.matches(".hit") && key.length === 1 && !" /?".includes(key)) field(place).focus();
  }, true);

  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const place = finder(target);
    if (place && drops(place) && !(relatedTarget && place.contains(relatedTarget))) list(place).replaceChildren();
  });

  document.addEventListener("mousedown", (event) => {  // the field keeps the focus: not every browser gives it to links
    const place = finder(event.target);
    if (place && drops(place) && list(place).contains(event.target)) event.preventDefault();
  });

  document.addEventListener("focusin", ({ target }) => {  // back in the field with something in it: show it again
    const place = finder(target);
    if (place && drops(place) && target === field(place) && target.value && !list(place).hasChildNodes()) {
      target.dispatchEvent(new Event("again"));
    }
  });

  document.addEventListener("htmx:after:swap", () => {  // how many there are is said once, the list itself is not read out
    for (const said of document.querySelectorAll("[data-finder] [data-said]")) {
      const words = finder(said).querySelector("[data-count]")?.textContent ?? "";
      if (said.textContent !== words) said.textContent = words;
    }
  });
})();
