// Saves a step while it is written: after a pause, on leaving a field, and on leaving the page.
// Until the server has accepted exactly that text, a copy stays on this device, by person and
// window; it is put back and sent when the page is opened again. A page sends with its answers
// what they said when it was opened, so that the server can tell what this person changed.
// Without this script the Save buttons do the same, less often.
const PAUSE = 1500; // milliseconds without a key
const AGAIN = 10000; // milliseconds until a failed save is tried once more
const MOST = 2_400_000; // bytes; the server refuses more
const PATIENCE = 8000; // milliseconds for the page that follows a Save button
const LEAVES = 3000; // milliseconds that a link waits for a save on its way
const OUTLIVES = 60000; // bytes that a browser still sends after the page is gone
const PREFIX = "draft:";
const OURS = ["csrfmiddlewaretoken", "rev", "opened", "then"];

function content(form) {
  const data = new FormData(form);
  for (const name of OURS) data.delete(name);
  return new URLSearchParams([...data].filter(([, value]) => typeof value === "string")).toString();
}

// One field's words in such a content, whatever kind of line ends and edges it came with.
function said(words, name) {
  const typed = new URLSearchParams(words || "").getAll(name);
  return typed.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n");
}

function without(words, names) {
  const rest = new URLSearchParams(words);
  for (const name of names) rest.delete(name);
  return rest.toString();
}

function namesIn(form) {
  const names = [...form.elements].map((control) => control.name);
  return [...new Set(names)].filter((name) => name && !OURS.includes(name));
}

function fill(form, words, names) {
  const typed = new URLSearchParams(words);
  for (const control of form.elements) {
    if (!names.includes(control.name)) continue;
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = typed.getAll(control.name).includes(control.value);
    } else {
      control.value = typed.get(control.name) ?? "";
    }
  }
}

function device(key) {
  // Private windows may refuse storage, and a very long text does not fit: `keep` says so.
  const attempt = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt(() => JSON.parse(localStorage.getItem(key))),
    keep: (value) => attempt(() => (localStorage.setItem(key, JSON.stringify(value)), true)) === true,
    forget: () => attempt(() => localStorage.removeItem(key)),
  };
}

// Two windows with one step keep one copy each: neither forgets the other's words.
function windowsName() {
  try {
    if (!sessionStorage.getItem("window")) sessionStorage.setItem("window", String(Math.random()).slice(2));
    return sessionStorage.getItem("window");
  } catch {
    return "";
  }
}

const HERE = `#${windowsName()}`;

function keysOf(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}

// What another window left behind is this window's from now on, the newest first.
function takeOver(step, copy) {
  const left = keysOf(`${PREFIX}${step}#`).map((key) => ({ key, kept: device(key).read() }));
  const newest = left.filter(({ kept }) => kept).sort((a, b) => b.kept.at - a.kept.at)[0];
  if (newest && copy.keep(newest.kept)) device(newest.key).forget();
  return copy.read();
}

// Drops a copy whose text the server has taken; what was typed after pressing Save stays.
function arrived(copy) {
  const kept = copy.read();
  if (kept && (kept.submitted === undefined || kept.submitted === kept.words)) copy.forget();
}

function enhance(form) {
  const state = form.querySelector("[data-autosave-state]");
  const { rev, opened } = form.elements;
  const copy = device(PREFIX + form.dataset.autosave + HERE);
  const differs = JSON.parse(form.dataset.differs || "{}"); // what both changed: this page's marks
  const waits = Object.keys(differs).length > 0; // a person decides between two texts first
  let known = without(content(form), Object.keys(differs)); // what the server has, as far as we know
  let isKept = true; // whether this device holds what stands in the form
  let refused = null; // words that the server does not take, whatever happens
  let timer;
  let saving = null; // the save on its way, a promise
  let sent = ""; // words that may have arrived: sent, and not answered yet
  let renewals = 0;
  let stopped = false; // a person decides
  let leaving = false; // by a Save button

  function say(name, more = "") {
    state.textContent = `${state.dataset[name]}${more}`;
    state.classList.toggle("saved", name === "saved");
  }

  function keep(more = {}) {
    const marks = waits ? JSON.stringify({ ...JSON.parse(opened.value), ...differs }) : opened.value;
    isKept = copy.keep({ words: content(form), from: known, opened: marks, sent, at: Date.now(), ...more });
  }

  // Puts back only what this person had changed; the rest may be a colleague's by now.
  function restore() {
    if ("arrived" in form.dataset) arrived(copy);
    const next = () => takeOver(form.dataset.autosave, copy);
    for (let kept = copy.read() ?? next(); kept; kept = next()) {
      const mine = namesIn(form).filter((name) => {
        const word = said(kept.words, name);
        return word !== said(kept.from, name) && word !== said(known, name);
      });
      if (mine.length) return putBack(kept, mine);
      copy.forget();
    }
  }

  function putBack(kept, names) {
    fill(form, kept.words, names);
    const marks = JSON.parse(opened.value);
    const before = JSON.parse(kept.opened);
    // What was on its way when the page closed may have arrived: then that is what was changed.
    const ways = [kept.sent, kept.submitted].filter(Boolean);
    for (const name of names) {
      if (!ways.some((words) => said(words, name) === said(known, name))) marks[name] = before[name] ?? "?";
    }
    opened.value = JSON.stringify(marks);
    keep();
    say("restored");
    later(PAUSE);
  }

  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  function isDue() {
    const words = content(form);
    return !saving && !stopped && !waits && !leaving && words !== known && words !== refused;
  }

  function save() {
    // Typed and taken back again: nothing is left that the server does not have.
    if (!waits && !saving && !stopped && content(form) === known) copy.forget();
    if (!isDue()) return;
    const words = content(form);
    if (words.length > MOST) return tooLong(words);
    sent = words;
    if (isKept) keep();
    say("saving");
    saving = send(words).finally(() => (saving = null));
  }

  async function send(words) {
    try {
      const body = new URLSearchParams(new FormData(form)).toString();
      const answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        keepalive: body.length < OUTLIVES,
      });
      await settle(answer, words);
    } catch {
      unsaved();
    }
    if (!stopped && refused !== content(form) && content(form) !== words) later(PAUSE);
  }

  function unsaved() {
    say(isKept ? "kept" : "open");
    later(AGAIN);
  }

  // After signing in again elsewhere the page's token is old: the answer brings a fresh one.
  async function renewed(answer) {
    const { token } = await answer.json().catch(() => ({}));
    if (token) form.elements.csrfmiddlewaretoken.value = token;
    return Boolean(token);
  }

  async function settle(answer, words) {
    if (answer.ok) {
      taken(await answer.json(), words);
    } else if (answer.status === 403 || answer.status === 404) {
      if (!(await renewed(answer))) stop("refused");
      else if (renewals++ < 3) later(0);
      else unsaved(); // cookies are off: asking on at once would never end
    } else if (answer.status === 409) {
      stop("conflict");
    } else if (answer.status === 401) {
      say("signedOut");
    } else if (answer.status === 413 || answer.status === 400) {
      tooLong(words);
    } else {
      unsaved();
    }
  }

  function tooLong(words) {
    refused = words;
    say(isKept ? "tooLong" : "tooLongOpen");
  }

  function taken(answer, words) {
    known = words;
    sent = "";
    rev.value = answer.rev;
    opened.value = answer.opened;
    renewals = 0;
    if (content(form) === words) copy.forget();
    else keep();
    say("saved", ` ${answer.at}${answer.joined ? `. ${state.dataset.joined}` : ""}`);
  }

  function stop(name) {
    stopped = true;
    say(name);
  }

  form.addEventListener("input", () => {
    keep();
    later(PAUSE);
  });
  form.addEventListener("focusout", () => later(0));
  // Also what was typed while signed out goes as soon as somebody comes back to this window.
  for (const name of ["online", "focus"]) addEventListener(name, () => later(0));
  document.addEventListener("visibilitychange", save);
  addEventListener("pagehide", save);
  addEventListener("beforeunload", (event) => {
    if (!isKept && !leaving && content(form) !== known) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (saving) {
      // Leaving the last field began a save: sent beside it, the form would contradict itself.
      event.preventDefault();
      saving.finally(() => form.requestSubmit(event.submitter));
      return;
    }
    leaving = true;
    setTimeout(() => (leaving = false), PATIENCE); // the page that should have followed did not come
    if (content(form) !== known) keep({ submitted: content(form) });
  });
  // The page behind a link shows what was typed here, so it waits for that to arrive.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const plain = link && !link.target && !link.hasAttribute("download") && link.origin === location.origin;
    if (!plain || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.pathname === location.pathname || !(saving || isDue())) return;
    event.preventDefault();
    save();
    Promise.race([saving, new Promise((done) => setTimeout(done, LEAVES))]).finally(() => location.assign(link.href));
  });
  addEventListener("pageshow", (event) => event.persisted && ((leaving = false), (stopped = false)));
  document.querySelector("[data-autosave-drop]")?.addEventListener("click", () => copy.forget());
  if (waits) keep();
  else restore();
}

// The server names the step it has just saved in the address of the page that follows.
function forgetSaved() {
  const here = new URL(location.href);
  const step = here.searchParams.get("saved");
  if (!step) return;
  const { autosave, unsent } = document.querySelector("[data-autosave], [data-unsent]")?.dataset ?? {};
  const person = (autosave ?? unsent ?? "").split(":")[0];
  arrived(device(`${PREFIX}${person}:${here.pathname.split("/")[2]}/${step}${HERE}`));
  here.searchParams.delete("saved");
  history.replaceState(history.state, "", here);
}

// Before handing in: which steps have words on this device that have not arrived.
function warnOfUnsent(place) {
  const start = `${PREFIX}${place.dataset.unsent}/`;
  for (const item of place.querySelectorAll("[data-step]")) {
    item.hidden = keysOf(`${start}${item.dataset.step}#`).length === 0;
  }
  place.hidden = !place.querySelector("[data-step]:not([hidden])");
}

forgetSaved();
document.querySelectorAll("form[data-autosave]").forEach(enhance);
for (const place of document.querySelectorAll("[data-unsent]")) {
  warnOfUnsent(place);
  addEventListener("pageshow", () => warnOfUnsent(place));
  addEventListener("storage", () => warnOfUnsent(place));
}
