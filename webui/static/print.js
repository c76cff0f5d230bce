// A button that prints the page as it stands. Rule: the print view is the page's own style sheet, nothing more.
document.addEventListener("click", ({ target }) => target.closest("[data-print]") && print());
