// Forms: one click sends once, the error summary gets the focus, and a long form with unsaved
// words asks before it is left. Without this script every form still works.

// A second submit of the same form within this time is a double click, not a second wish.
const PATIENCE = 8000; // milliseconds

function guardDoubleSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), PATIENCE);
}

// Buttons are never disabled: a disabled one would not be sent with its name, and would stay
// dead when the answer is a download or the line breaks.
function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

function focusErrors(root) {
  const summary = root.querySelector?.("[data-error-summary]");
  if (summary) summary.focus();
}

// <form data-warn-unsaved>: for long forms that do not save themselves.
const dirty = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "warnUnsaved" in form.dataset) dirty.add(form);
});
document.addEventListener("submit", (event) => dirty.delete(event.target));
addEventListener("beforeunload", (event) => {
  if (dirty.size) event.preventDefault();
});

document.addEventListener("submit", guardDoubleSubmit);
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
focusErrors(document);
