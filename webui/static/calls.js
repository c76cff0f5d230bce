// The list of calls: it follows by itself. Rule: nothing moves under the eye or the hand; what would is counted instead.
// A call that is in the list already is redrawn where it stands. On a page of older calls there is no list that follows.
(() => {
  "use strict";
  const ID = "region-calls-list", news = document.getElementById("calls-news"), link = news?.querySelector("a");
  const rows = (within) => [...within.querySelectorAll("tr[id]")], names = (within) => rows(within).map((row) => row.id);
  const SOON = 100;  // ms
  let due = 0, held = "";  // the list as it is now, as long as it is not shown
  let known = null;  // on an older page: the newest calls when it was opened
  if (!news) return;

  function engaged(list) {  // somebody points at a row, has the focus or a selection in one, or reads on further down;
    const body = list.querySelector("tbody"), chosen = getSelection();  // or is about to press what says so
    if (!body) return false;
    return [body, link].some((one) => one.matches(":hover, :focus-within")) || list.querySelector(":focus-visible")
      || (!chosen.isCollapsed && chosen.containsNode(body, true))
      || body.getBoundingClientRect().top < document.querySelector(".top").getBoundingClientRect().bottom;
  }

  function say(count) {
    link.hidden = !count;
    news.firstElementChild.hidden = Boolean(count);
    const words = count === 1 ? link.dataset.one : link.dataset.more.replace(/\d+/, count);
    if (count && link.textContent !== words) link.textContent = words;
  }

  async function show(list) {
    const text = held;
    held = "";
    say(0);
    await htmx.swap({ text, target: list, swap: "outerMorph" });
    document.dispatchEvent(new CustomEvent("region", { detail: { id: ID } }));
  }

  function settle() {
    const list = document.getElementById(ID), fresh = new DOMParser().parseFromString(held, "text/html");
    if (!list) {
      known ??= new Set(names(fresh));
      return say(names(fresh).filter((id) => !known.has(id)).length);
    }
    if (String(names(fresh)) === String(names(list)) || !engaged(list)) return show(list);
    const old = new Map(rows(list).map((row) => [row.id, row]));
    for (const row of rows(fresh)) {
      const was = old.get(row.id);
      if (was && was.textContent !== row.textContent) htmx.swap({ text: row.outerHTML, target: was, swap: "outerMorph" });
    }
    say(rows(fresh).filter((row) => !old.has(row.id)).length);
  }

  function look() {  // whoever is done with the list sees what is new
    due = 0;
    if (held) settle();
  }

  document.addEventListener("redraw", (event) => {
    if (event.detail.id !== ID) return;
    event.preventDefault();
    held = event.detail.html;
    settle();
  });
  for (const event of ["mouseout", "focusout", "scroll", "selectionchange"])
    document.addEventListener(event, () => { if (held && !due) due = setTimeout(look, SOON); }, { passive: true });
  link.addEventListener("click", (event) => {
    const list = document.getElementById(ID);
    if (!list || !held) return;
    event.preventDefault();
    show(list).then(() => {
      news.scrollIntoView({ block: "nearest" });
      if (!event.detail) list.querySelector(".scroll")?.focus({ preventScroll: true });  // by keyboard: one goes on there
    });
  });
})();
