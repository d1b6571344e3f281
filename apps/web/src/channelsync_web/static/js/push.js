// This device among those that are alerted: asks the browser, then hands over what it gives like any other form.

const form = document.getElementById("subscribe");
const states = document.querySelectorAll("[data-state]");

function show(name) {
  for (const one of states) one.hidden = one.dataset.state !== name;
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

async function subscribed() {
  const registration = await navigator.serviceWorker.ready;
  const answer = await fetch("/reglages/appareils/cle", { method: "POST" });
  if (!answer.ok) throw new Error("no key");
  const applicationServerKey = bytes((await answer.json()).key);
  const asked = { userVisibleOnly: true, applicationServerKey };
  try {
    return await registration.pushManager.subscribe(asked);
  } catch (error) {
    const old = await registration.pushManager.getSubscription(); // one made for another server's key stands in the way
    if (!old) throw error;
    await old.unsubscribe();
    return registration.pushManager.subscribe(asked);
  }
}

async function state() {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    const apple = /iPhone|iPad|Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
    return apple && !matchMedia("(display-mode: standalone)").matches ? "install" : "unable";
  }
  if (Notification.permission === "denied") return "denied";
  const registration = await navigator.serviceWorker.getRegistration();
  const known = form.dataset.here === "1" && Notification.permission === "granted";
  return known && (await registration?.pushManager.getSubscription()) ? "on" : "off";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show("asking");
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      show(await state());
      return;
    }
    form.elements.abonnement.value = JSON.stringify(await subscribed());
    form.submit();
  } catch {
    show("failed");
  } finally {
    delete form.dataset.sent;
  }
});
// Removing this very device ends its subscription in the browser too.
document.querySelector("form[data-this]")?.addEventListener("submit", async () => {
  const registration = await navigator.serviceWorker?.getRegistration();
  (await registration?.pushManager?.getSubscription())?.unsubscribe();
});

for (const button of document.querySelectorAll("[data-retry]")) button.addEventListener("click", async () => show(await state()));

// Where the browser offers to install the app, so do we.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  const button = document.querySelector("[data-install]");
  button.hidden = false;
  button.addEventListener("click", () => { event.prompt(); button.hidden = true; }, { once: true });
});

show(await state());
