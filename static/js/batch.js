// The walk through the stage checks by keyboard. Without this script the same form is filled in
// with Tab, arrows and the browser's own access keys.
//
// A single number acts only while one of a stage's choices has the focus, so that nobody who
// types or speaks changes a finding by accident.

const form = document.querySelector("[data-batch]");

function stagesOf() {
  return [...form.querySelectorAll("[data-batch-stage]")];
}

function choose(event) {
  const stage = event.target.closest("[data-batch-stage]");
  if (!stage || event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return;
  const choice = stage.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.dispatchEvent(new Event("input", { bubbles: true }));
  follow(stage, choice);
}

// On to the next stage; after the last the chosen one keeps the focus.
function follow(stage, choice) {
  const stages = stagesOf();
  const next = stages[stages.indexOf(stage) + 1];
  const target = next ? next.querySelector("input[type=radio]:checked, input[type=radio]") : choice;
  target.focus();
}

function save(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[type=submit]:not([name])"));
}

if (form) {
  form.addEventListener("keydown", choose);
  form.addEventListener("keydown", save);
  form.querySelector("[data-batch-keys]").hidden = false;
  // Ready to press a number at once, unless something has to be read first, or the form lies below
  // what the city wrote: then the page begins at its top, for the eye as for the Tab key.
  const isBeside = matchMedia("(min-width: 62.01rem)").matches;
  if (isBeside && !document.querySelector("[data-error-summary], [role=alert]")) {
    const first = stagesOf().find((stage) => !stage.querySelector("input:checked"));
    first?.querySelector("input[type=radio]").focus({ preventScroll: true });
  }
}
