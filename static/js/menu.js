// <details data-menu>: closes on Escape and on a click elsewhere. It opens without a script.
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  open().forEach((menu) => menu.contains(event.target) || (menu.open = false));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  open().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// Where the main navigation moves sideways, it begins at the present link.
const here = document.querySelector(".main-nav [aria-current]");
const row = here?.closest("ul");
if (row) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
