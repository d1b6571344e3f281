// What makes an app of the pages: the worker, and what is said while a copy is shown. Pages work without all of it.

const root = document.documentElement;
const worker = navigator.serviceWorker;

worker?.register("/sw.js").catch(() => {});

// Without a network nothing is sent, and that is said; signing out lets go of the copies before anything else.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  const note = document.getElementById("unsent");
  note.hidden = navigator.onLine;
  if (!navigator.onLine) {
    event.preventDefault();
    delete form.dataset.sent;
    note.scrollIntoView({ block: "nearest" });
  } else if (form.getAttribute("action") === "/deconnexion") worker?.controller?.postMessage("forget");
});

function ago(then) {
  const words = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" });
  const minutes = Math.round((Date.now() - then) / 60_000);
  if (minutes < 1) return document.getElementById("kept").dataset.now;
  if (minutes < 60) return words.format(-minutes, "minute");
  return minutes < 48 * 60 ? words.format(-Math.round(minutes / 60), "hour") : words.format(-Math.round(minutes / 1440), "day");
}

const AGAIN = 4_000; // milliseconds until the server is asked again

// A network is not yet an answer: the page comes anew once the server gives one, and the worker hears it too.
async function renewed() {
  if (navigator.onLine && (await fetch("/health", { cache: "no-store" }).then((answer) => answer.ok, () => false))) {
    location.reload();
  } else setTimeout(renewed, AGAIN);
}

// A copy says how old it is, and goes as soon as the server is there again.
const { kept } = root.dataset;
if (kept) {
  const note = document.getElementById("kept");
  note.querySelector("span").textContent = note.dataset.text.replace("{when}", ago(Number(kept)));
  note.hidden = false;
  for (const button of document.querySelectorAll("main form button")) button.disabled = true;
  setTimeout(renewed, AGAIN);
  addEventListener("online", renewed);
}

// The page without a network lists the copies there are.
for (const item of document.querySelectorAll("[data-copy-of]")) {
  for (const name of await caches.keys()) {
    const copy = name.startsWith("pages-") && (await (await caches.open(name)).match(item.dataset.copyOf));
    if (!copy) continue;
    item.querySelector("[data-age]").textContent = ago(Number(copy.headers.get("x-kept-at")));
    item.hidden = false;
    item.parentElement.hidden = false;
  }
}
for (const button of document.querySelectorAll("[data-again]")) button.addEventListener("click", () => location.reload());
