// City typeahead: an ARIA combobox over the search form. Choosing goes to ?place=…, the same
// address that the form without script leads to.
const WAIT = 180; // milliseconds of pause before asking the server

function enhance(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.id = "city-list";
  list.className = "city-search__list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }

  let timer;
  let asked = 0;
  let active = -1;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    const options = [...list.children];
    if (!options.length) return;
    active = (place + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    const there = new URL(location.href);
    there.search = "";
    there.searchParams.set("place", option.dataset.place);
    location.assign(there);
  }

  function show(cities, more) {
    list.replaceChildren(
      ...cities.map((city, i) => {
        const option = document.createElement("li");
        option.id = `city-${i}`;
        option.dataset.place = city.id;
        option.textContent = city.label;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
    active = -1;
    list.hidden = !cities.length;
    input.setAttribute("aria-expanded", String(Boolean(cities.length)));
    status.textContent = cities.length ? `${cities.length} ${more ? form.dataset.more : form.dataset.some}` : form.dataset.none;
  }

  async function ask() {
    const words = input.value.trim();
    const number = ++asked;
    if (!words) return close();
    try {
      const answer = await fetch(`${form.dataset.citySearch}?q=${encodeURIComponent(words)}`);
      if (!answer.ok || answer.redirected || number !== asked) return;
      const found = await answer.json();
      show(found.cities, found.more);
    } catch {
      close(); // off line: the button still asks the server once the line is back
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? -1 : active - 1);
    else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.addEventListener("blur", close);
}

document.querySelectorAll("[data-city-search]").forEach(enhance);
