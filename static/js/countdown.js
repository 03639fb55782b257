// What is left of a deadline, while a page stays open: hours and minutes go on counting, and once
// the time is over it says so. Days stay as the server wrote them, by the reader's calendar.
const MINUTE = 60_000;
const DAY = 24 * 60; // minutes

function left(minutes, [hour, hours, one, many]) {
  const [count, forms] = minutes < 60 ? [minutes, [one, many]] : [Math.floor(minutes / 60), [hour, hours]];
  return forms[count === 1 ? 0 : 1].replace("%d", count);
}

function count() {
  for (const place of document.querySelectorAll("time[data-left]")) {
    const words = place.dataset.left.split("|");
    const away = Date.parse(place.dateTime) - Date.now();
    const minutes = Math.floor(away / MINUTE);
    if (away <= 0) {
      place.textContent = words.at(-1);
      place.classList.add("countdown--late");
      delete place.dataset.left;
    } else if (minutes >= 1 && minutes < DAY) {
      place.textContent = left(minutes, words);
    }
  }
}

count();
setInterval(count, MINUTE / 4);
