// The plan: answers save themselves. Without this script every form has its Save button.
//
// What is typed goes into a journal on this device first (localStorage, per person and plan), then
// to the server: 800 ms after the last key, 5 s after the first, and when the field is left. An
// entry leaves the journal only once the server has acknowledged exactly that text. An answer from
// the server never changes a field that somebody is typing in.

const IDLE = 800; // milliseconds after the last key
const AT_MOST = 5000; // milliseconds after the first key
const RETRY = [2000, 5000, 15000, 30000]; // milliseconds, after a broken line
const MOST_SENT = 2_000_000; // characters; the server refuses more

const home = document.getElementById("prompts");
const words = home.dataset;
const STORE = `plan:${words.person}:${words.plan}:`;
const states = new WeakMap();
const OWN = ["csrfmiddlewaretoken", "base_rev", "save_id"];
let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;

// --- a form's state ---------------------------------------------------------------
function stateOf(form) {
  if (!states.has(form)) {
    states.set(form, { sent: contentOf(form, true), firstKey: 0, timer: 0, flying: false, id: newId(), tries: 0, stopped: false });
  }
  return states.get(form);
}

// What the fields say now; or, served: what they said when the page came, whatever the browser
// itself has filled in since.
function contentOf(form, served = false) {
  const pairs = new URLSearchParams();
  for (const field of form.elements) {
    if (!field.name || OWN.includes(field.name) || field.tagName === "BUTTON") continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (served ? field.defaultChecked : field.checked) pairs.append(field.name, field.value);
    } else if (field.tagName === "SELECT") {
      const chosen = served ? [...field.options].find((option) => option.defaultSelected) : field.selectedOptions[0];
      pairs.append(field.name, chosen?.value ?? "");
    } else {
      pairs.append(field.name, served ? field.defaultValue : field.value);
    }
  }
  return pairs.toString();
}

const isDirty = (form) => contentOf(form) !== stateOf(form).sent;

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}

// --- journal ----------------------------------------------------------------------
const keyOf = (form) => STORE + form.getAttribute("action");

function journal(form) {
  const entry = { content: contentOf(form), rev: form.elements.base_rev.value, id: stateOf(form).id, page: form.dataset.back || location.pathname, at: Date.now() };
  try {
    localStorage.setItem(keyOf(form), JSON.stringify(entry));
  } catch {
    // Full or forbidden: the field itself still holds the text, and leaving the page asks first.
  }
}

function journaled() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(STORE)).map((key) => ({ key, action: key.slice(STORE.length), ...JSON.parse(localStorage.getItem(key)) }));
  } catch {
    return [];
  }
}

function forget(form, content) {
  try {
    const entry = JSON.parse(localStorage.getItem(keyOf(form)) || "null");
    if (entry && entry.content === content) localStorage.removeItem(keyOf(form));
  } catch {
    // Nothing was kept there.
  }
}

// --- saying -----------------------------------------------------------------------
function say(form, text, state = "", link = null) {
  const place = form.querySelector("[data-status]");
  if (!place) return;
  place.dataset.state = state;
  place.replaceChildren();
  const said = document.createElement("span");
  said.textContent = text;
  if (state === "good") said.className = "saved";
  place.append(said);
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.text;
    place.append(" ", anchor);
  }
}

function count(form) {
  const place = form.querySelector("[data-count]");
  const box = form.querySelector("textarea");
  if (!place || !box) return;
  const number = box.value.split(/\s+/).filter(Boolean).length;
  place.textContent = `${number} ${number === 1 ? words.wordsWord : words.wordsWords}`;
}

function showProgress(answer) {
  for (const section of answer.sections || []) {
    const link = document.querySelector(`.sections a[href$="/sections/${section.key}/"]`);
    const dot = link?.querySelector(".dot");
    if (!dot) continue;
    dot.setAttribute("class", `dot dot--${section.state}`);
    dot.querySelector(".dot__fill")?.remove();
    if (section.state === "half") {
      const half = document.createElementNS("http://www.w3.org/2000/svg", "path");
      half.setAttribute("class", "dot__fill");
      half.setAttribute("d", "M8 1.5a6.5 6.5 0 0 0 0 13z");
      dot.append(half);
    }
    const hidden = link.querySelector(".visually-hidden");
    if (hidden) hidden.textContent = section.said;
  }
  const sum = document.querySelector("[data-percent]");
  if (sum && "percent" in answer) sum.textContent = `${answer.percent}\u00a0% ${words.wordsPercent}`;
}

// --- saving -----------------------------------------------------------------------
function typed(form) {
  const state = stateOf(form);
  if (state.stopped) return;
  journal(form);
  count(form);
  say(form, words.wordsTyped, "wait");
  state.firstKey ||= Date.now();
  clearTimeout(state.timer);
  const patience = Math.max(0, Math.min(IDLE, state.firstKey + AT_MOST - Date.now()));
  state.timer = setTimeout(() => send(form), patience);
}

async function send(form, insist = false) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (state.flying || state.stopped || !isDirty(form)) return;
  const content = contentOf(form);
  // What was refused once is not sent again by itself: the reason stays on screen.
  if (state.refused === content && !insist) return;
  if (content.length > MOST_SENT) {
    say(form, words.wordsTooLong, "bad");
    return;
  }
  state.flying = true;
  state.firstKey = 0;
  say(form, words.wordsSaving, "wait");
  try {
    await heard(form, content, await post(form.getAttribute("action"), content, form.elements.base_rev.value, state.id));
  } catch {
    later(form);
  } finally {
    state.flying = false;
  }
  if (!state.stopped && !state.waiting && isDirty(form) && contentOf(form) !== content) typed(form);
}

async function post(action, content, rev, id, again = true) {
  const body = new URLSearchParams(content);
  body.set("base_rev", rev);
  body.set("save_id", id);
  const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token }, credentials: "same-origin", redirect: "error" });
  const answer = await response.json().catch(() => ({}));
  if (response.status === 403 && answer.token && again) {
    // Signed in anew elsewhere: the form's token is old, the answer brings the new one.
    token = answer.token;
    return post(action, content, rev, id, false);
  }
  return { status: response.status, answer };
}

// What is wrong with single fields, beside each of them, as the page says it without this script.
function clearWrong(form) {
  for (const note of form.querySelectorAll("[data-wrong]")) {
    const field = document.getElementById(note.dataset.wrong);
    const told = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== note.id);
    if (told.length) field.setAttribute("aria-describedby", told.join(" "));
    else field.removeAttribute("aria-describedby");
    field.removeAttribute("aria-invalid");
    field.classList.remove("is-invalid");
    note.remove();
  }
}

function showWrong(form, errors) {
  clearWrong(form);
  let first = null;
  for (const [name, text] of Object.entries(errors)) {
    const named = form.elements[name];
    const field = named?.tagName ? named : named?.[0];
    if (!field?.id) continue;
    first ||= field;
    const note = document.createElement("p");
    note.className = "invalid-feedback";
    note.id = `${field.id}-wrong`;
    note.dataset.wrong = field.id;
    note.textContent = text;
    field.after(note);
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" "));
  }
  const label = first && form.querySelector(`label[for="${first.id}"]`);
  say(form, Object.values(errors).join(" "), "bad", label && { href: `#${first.id}`, text: label.textContent.trim() });
}

async function heard(form, content, { status, answer }) {
  const state = stateOf(form);
  state.tries = 0;
  if (status !== 422) clearWrong(form);
  state.refused = status === 200 || status >= 500 ? null : content;
  if (status === 200) {
    saved(form, content, answer);
  } else if (status === 409) {
    state.stopped = true;
    showConflict(form, answer.html);
  } else if (status === 401) {
    const door = new URL(answer.sign_in || words.signIn, location.href);
    door.searchParams.set("next", location.pathname);
    say(form, words.wordsSignedOut, "bad", { href: door.pathname + door.search, text: words.wordsSignIn });
  } else if (status === 422) {
    showWrong(form, answer.errors || {});
  } else if (status === 413 || (status === 400 && answer.error === "too large")) {
    say(form, words.wordsTooLong, "bad");
  } else if (status >= 500) {
    later(form);
  } else {
    say(form, answer.error || words.wordsFailed, "bad");
  }
}

function saved(form, content, answer) {
  const state = stateOf(form);
  state.sent = content;
  state.id = newId();
  form.elements.base_rev.value = answer.rev;
  form.elements.save_id.value = state.id;
  forget(form, content);
  const lack = form.querySelector("[data-lack]");
  if (lack) lack.textContent = answer.lack;
  showProgress(answer);
  if (form.dataset.refresh) htmx.ajax("GET", location.pathname, { target: form.dataset.refresh, select: form.dataset.refresh, swap: "outerHTML" });
  if (answer.joined) {
    say(form, `${answer.said}, ${words.wordsJoined}`, "good", { href: location.pathname, text: words.wordsReload });
  } else {
    say(form, answer.said, "good");
  }
}

function later(form) {
  const state = stateOf(form);
  journal(form);
  say(form, navigator.onLine ? words.wordsFailed : words.wordsOffline, "bad");
  state.waiting = true;
  setTimeout(() => {
    state.waiting = false;
    send(form);
  }, RETRY[Math.min(state.tries++, RETRY.length - 1)]);
}

function showConflict(form, html) {
  const box = document.createElement("div");
  box.innerHTML = html; // our own server's page part, every text in it escaped
  form.hidden = true; // both texts are in the box: nothing more is typed here
  form.after(box);
  box.querySelector("[data-keep-theirs]")?.addEventListener("click", () => forget(form, contentOf(form)));
  box.addEventListener("submit", () => forget(form, contentOf(form)));
}

// --- rows in place ----------------------------------------------------------------
function redraw(form) {
  htmx.ajax("GET", form.dataset.back, { target: form.dataset.card, select: form.dataset.card, swap: "outerHTML" }).then(() => {
    document.querySelector(`${form.dataset.card} .rows__add a`)?.focus();
  });
}

async function settled(form) {
  while (stateOf(form).flying) await new Promise((done) => setTimeout(done, 50));
  await send(form, true);
  while (stateOf(form).flying) await new Promise((done) => setTimeout(done, 50));
  return !isDirty(form) && !stateOf(form).stopped;
}

// --- what is listened to ----------------------------------------------------------
const autosaved = (event) => event.target.closest?.("form[data-autosave]");

document.addEventListener("input", (event) => {
  const form = autosaved(event);
  if (form) typed(form);
});
document.addEventListener("focusout", (event) => {
  const form = autosaved(event);
  if (form && isDirty(form)) send(form);
});
document.addEventListener("submit", async (event) => {
  const form = autosaved(event);
  if (!form) return;
  event.preventDefault();
  const isRow = "row" in form.dataset;
  if (!isDirty(form) && !isRow) return say(form, form.querySelector("[data-status]")?.textContent || "", "good");
  if ((await settled(form)) && isRow) closed(form);
}, true); // before what marks a form as being sent: these are not
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-close]");
  if (!link) return;
  event.preventDefault();
  const form = link.closest("form");
  if (!isDirty(form) || (await settled(form))) redraw(form);
});

function closed(form) {
  const inPlace = document.querySelector(form.dataset.card);
  if (inPlace) redraw(form);
  else location.assign(`${form.dataset.back}${form.dataset.card}`);
}

document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.querySelector?.("form[data-autosave][data-row]");
  if (!form) return;
  replay();
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
});
addEventListener("online", () => document.querySelectorAll("form[data-autosave]").forEach((form) => isDirty(form) && send(form)));
addEventListener("pagehide", () => document.querySelectorAll("form[data-autosave]").forEach((form) => isDirty(form) && !stateOf(form).stopped && journal(form)));
addEventListener("beforeunload", (event) => {
  const unsafe = [...document.querySelectorAll("form[data-autosave]")].some((form) => isDirty(form) && !journaled().some((entry) => entry.key === keyOf(form)));
  if (unsafe) event.preventDefault();
});

// "Take this over" on the register page copies what the plan says into the field.
for (const button of document.querySelectorAll("[data-take]")) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    const box = document.getElementById(button.dataset.take);
    const offered = [...button.closest(".offer").querySelectorAll(".offer__text")].map((part) => part.innerText.trim()).join("\n\n");
    box.value = box.value ? `${box.value}\n\n${offered}` : offered;
    box.focus();
    typed(box.form);
  });
}

// --- what a closed tab or an expired sign-in left behind ---------------------------
function fill(form, content) {
  const kept = new URLSearchParams(content);
  for (const field of form.elements) {
    if (!field.name || OWN.includes(field.name)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept.getAll(field.name).includes(field.value);
    else field.value = kept.get(field.name) ?? "";
  }
}

function replay() {
  const elsewhere = [];
  for (const entry of journaled()) {
    const form = [...document.querySelectorAll("form[data-autosave]")].find((one) => one.getAttribute("action") === entry.action);
    if (!form) {
      elsewhere.push(entry);
    } else if (contentOf(form, true) === entry.content) {
      localStorage.removeItem(entry.key); // it had arrived after all
    } else if (!states.has(form)) {
      const state = stateOf(form);
      state.id = entry.id;
      fill(form, entry.content);
      form.elements.base_rev.value = entry.rev;
      count(form);
      send(form);
    }
  }
  return elsewhere;
}

async function deliver(entries) {
  const left = [];
  for (const entry of entries) {
    try {
      const { status } = await post(entry.action, entry.content, entry.rev, entry.id);
      if (status === 200) localStorage.removeItem(entry.key);
      else left.push(entry);
    } catch {
      left.push(entry);
    }
  }
  const notice = home.querySelector("[data-journal]");
  if (!notice || !left.length) return;
  notice.hidden = false;
  notice.textContent = `${words.wordsWaiting} `;
  for (const entry of left) {
    const link = document.createElement("a");
    link.href = entry.page;
    link.textContent = words.wordsHere;
    notice.append(link, " ");
  }
}

document.querySelectorAll("form[data-autosave]").forEach(count);
deliver(replay());
