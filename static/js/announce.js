// Says in words, on screen and to screen readers, when a partial update did not arrive.
// Other modules say theirs by dispatching new CustomEvent("announce", {detail: "words"}): an import
// would load this file a second time, under the name without its hash.
const SHOWN = 8000; // milliseconds
const region = document.getElementById("announcer");
let timer;

function announce(words) {
  region.textContent = words;
  clearTimeout(timer);
  timer = setTimeout(() => (region.textContent = ""), SHOWN);
}

function failed() {
  announce(navigator.onLine ? region.dataset.failed : region.dataset.offline);
}

document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("announce", (event) => announce(event.detail));
