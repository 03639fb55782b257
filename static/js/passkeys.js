// Passkeys: shows what needs a script, and says in words when the key did not answer.
document.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.getElementById("passkey-failed").textContent;
  document.dispatchEvent(new CustomEvent("announce", { detail: words }));
});
