// Saves a step while it is written: after a pause, and on leaving a field. Until the server has
// acknowledged, a copy stays on this device; it is put back when the page is opened again.
// Without this script the Save buttons do the same, less often.
const PAUSE = 1500; // milliseconds without a key
const AGAIN = 10000; // milliseconds until a failed save is tried once more
const PREFIX = "draft:";

function content(form) {
  const data = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "rev", "then"]) data.delete(name);
  return new URLSearchParams([...data].filter(([, value]) => typeof value === "string")).toString();
}

function fill(form, words) {
  const typed = new URLSearchParams(words);
  for (const control of form.elements) {
    if (!control.name || ["csrfmiddlewaretoken", "rev", "then"].includes(control.name)) continue;
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = typed.getAll(control.name).includes(control.value);
    } else {
      control.value = typed.get(control.name) ?? "";
    }
  }
}

function device(key) {
  // Private windows may refuse storage: saving to the server still works then.
  const attempt = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt(() => JSON.parse(localStorage.getItem(key))),
    keep: (value) => attempt(() => localStorage.setItem(key, JSON.stringify(value))),
    forget: () => attempt(() => localStorage.removeItem(key)),
  };
}

function enhance(form) {
  const state = form.querySelector("[data-autosave-state]");
  const rev = form.elements.rev;
  const copy = device(PREFIX + form.dataset.autosave);
  let known = content(form); // what the server has, as far as we know
  let timer;
  let saving = null; // the save on its way, a promise
  let renewals = 0;
  let stopped = false; // after a conflict or a lost sign-in a person decides

  function say(name, more = "") {
    state.textContent = `${state.dataset[name]}${more}`;
    state.classList.toggle("saved", name === "saved");
  }

  function restore() {
    const kept = copy.read();
    if (!kept || kept.words === known) return copy.forget();
    fill(form, kept.words);
    rev.value = kept.rev; // an old one: the server compares, and shows both texts if need be
    say("restored");
  }

  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  function save() {
    const words = content(form);
    if (saving || stopped || words === known) return;
    say("saving");
    saving = send(words).finally(() => (saving = null));
  }

  async function send(words) {
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
      });
      await settle(answer, words);
    } catch {
      say("kept");
      later(AGAIN);
    }
    if (!stopped && content(form) !== words) later(PAUSE);
  }

  // After signing in again elsewhere the page's token is old: the answer brings a fresh one.
  async function renewed(answer) {
    const { token } = await answer.json();
    if (renewals++ > 3) return false; // cookies are off: asking on would never end
    if (token) form.elements.csrfmiddlewaretoken.value = token;
    return Boolean(token);
  }

  async function settle(answer, words) {
    if (answer.ok) {
      const { rev: now, at } = await answer.json();
      known = words;
      rev.value = now;
      if (content(form) === words) copy.forget();
      else copy.keep({ words: content(form), rev: now });
      say("saved", ` ${at}`);
    } else if (answer.status === 403 && (await renewed(answer))) {
      later(0);
    } else if (answer.status === 409 || answer.status === 401) {
      stopped = true;
      say(answer.status === 409 ? "conflict" : "signedOut");
    } else {
      say("kept");
      later(AGAIN);
    }
  }

  form.addEventListener("input", () => {
    copy.keep({ words: content(form), rev: rev.value });
    later(PAUSE);
  });
  form.addEventListener("focusout", () => later(0));
  addEventListener("online", () => later(0));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) {
      stopped = true;
      return;
    }
    // Leaving the last field began a save: sent beside it, the form would contradict itself.
    event.preventDefault();
    saving.finally(() => form.requestSubmit(event.submitter));
  });
  addEventListener("pageshow", (event) => event.persisted && (stopped = false));
  restore();
}

// The server names the step it has just saved in the address of the page that follows.
function forgetSaved() {
  const here = new URL(location.href);
  const step = here.searchParams.get("saved");
  if (!step) return;
  const uid = here.pathname.split("/")[2];
  device(`${PREFIX}${uid}/${step}`).forget();
  here.searchParams.delete("saved");
  history.replaceState(history.state, "", here);
}

forgetSaved();
document.querySelectorAll("form[data-autosave]").forEach(enhance);
