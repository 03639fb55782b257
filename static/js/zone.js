// Tells the server a visitor's time zone, so that times are shown in it; people with an account
// have chosen theirs. Where times are on screen already, the page is rendered once more.
const SEEN = "zone-guessed";

function guessedZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}

function knownZone() {
  const pair = document.cookie.split("; ").find((part) => part.startsWith("tz="));
  return pair ? pair.slice(3) : "";
}

const zone = guessedZone();
const chosen = document.cookie.includes("tz_chosen=1"); // by hand, at /time-zone/
if ("guessZone" in document.body.dataset && !chosen && /^[A-Za-z0-9_+\-/]+$/.test(zone) && zone !== knownZone()) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `tz=${zone}; path=/; max-age=31536000; SameSite=Lax${secure}`;
  const again = sessionStorage.getItem(SEEN) !== zone && knownZone() === zone;
  sessionStorage.setItem(SEEN, zone);
  if (again && document.querySelector("main time")) location.reload();
}
