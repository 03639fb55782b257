// Passkeys: shows what needs a script, and says in words when the key did not answer.
import { announce } from "./announce.js";

document.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  announce(document.getElementById("passkey-failed").textContent);
});
