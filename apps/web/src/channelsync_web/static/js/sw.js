// The worker: keeps the styles and scripts of this version and a copy of a few pages, and shows alerts.
// `self.shell` stands before this text: the server fills it in, so that a new version is a new worker.
//
// A kept page belongs to one session, by the tag that pages carry in "x-reader". A page of another session, of nobody,
// or a sign-out lets every copy of the others go. A copy is shown only where the network does not answer, says how old it
// is, and is never older than a week.

const { version, files, kept, icon, badge, unread } = self.shell;
const SHELL = `shell-${version}`;
const PAGES = "pages-";
const OFFLINE = "/hors-ligne";
const PATIENCE = 5_000;
const FRESH = 15 * 60_000;
const OLDEST = 7 * 24 * 3_600_000;

let signOuts = 0;

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll([...files, new Request(OFFLINE, { credentials: "omit" })]);
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    await self.clients.claim();
    const mine = (await caches.keys()).find((name) => name.startsWith(PAGES));
    const renewed = !mine || (await renew(mine.slice(PAGES.length), 0, signOuts));
    for (const name of await caches.keys()) {
      if (renewed && name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
    }
  };
  event.waitUntil(clean());
});

// What changes something is left to the browser: it alone says truly from which site a form comes.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(navigated(event, url));
  else if (request.mode === "navigate" && url.pathname === "/deconnexion") event.waitUntil(forget(null));
  else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(fixed(request));
});

self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(forget(null));
});

// What never changes comes from the cache.
async function fixed(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// A page comes from the network; where that fails or takes long, a copy does.
async function navigated(event, url) {
  const since = signOuts;
  const copy = await copyOf(url.pathname);
  const asked = fetch(event.request).then((answer) => {
    event.waitUntil(noted(url, answer.clone(), since));
    return answer;
  });
  event.waitUntil(asked.catch(() => {}));
  try {
    return await (copy ? Promise.race([asked, late()]) : asked);
  } catch {
    if (copy) return marked(copy, `data-kept="${copy.headers.get("x-kept-at")}"`);
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

function late() {
  return new Promise((_, refuse) => { setTimeout(() => refuse(new Error("late")), PATIENCE); });
}

// Keep a page that is worth it, and let go of what belongs to another session.
async function noted(url, answer, since) {
  if (!answer.ok || answer.redirected || !(answer.headers.get("content-type") ?? "").startsWith("text/html")) return;
  const reader = answer.headers.get("x-reader");
  await forget(reader);
  if (!reader) return;
  if (kept.includes(url.pathname) && !url.search) await keep(reader, url.pathname, answer, since);
  await renew(reader, FRESH, since);
}

// Keep a page, unless somebody signed out since it was asked for.
async function keep(reader, path, answer, since) {
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set("x-kept-at", String(Date.now()));
  const page = new Response(await answer.blob(), { headers });
  if (since !== signOuts) return;
  await (await caches.open(PAGES + reader)).put(path, page);
}

// Let go of every kept page but those of this session; null for all of them.
async function forget(reader) {
  if (reader === null) signOuts += 1;
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + reader) await caches.delete(name);
  }
}

async function copyOf(path) {
  for (const name of await caches.keys()) {
    const copy = name.startsWith(PAGES) ? await (await caches.open(name)).match(path) : undefined;
    if (copy && Date.now() - Number(copy.headers.get("x-kept-at")) < OLDEST) return copy;
  }
  return undefined;
}

// Fetch anew what is kept and older than that; return whether everything is fresh then.
async function renew(reader, age, since) {
  for (const path of kept) {
    const copy = await copyOf(path);
    if (copy && Date.now() - Number(copy.headers.get("x-kept-at")) < age) continue;
    try {
      const answer = await fetch(path, { headers: { accept: "text/html" }, redirect: "error" });
      if (answer.ok && answer.headers.get("x-reader") === reader) await keep(reader, path, answer, since);
    } catch {
      return false;
    }
  }
  return true;
}

// The same page, with something said of it where its script looks.
async function marked(page, said) {
  const text = (await page.text()).replace("<html ", `<html ${said} `);
  return new Response(text, { headers: page.headers });
}

// --- Alerts -----------------------------------------------------------------------------------------------------------
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    told = {};
  }
  const title = String(told.title || "channelsync");
  event.waitUntil(self.registration.showNotification(title, {
    body: String(told.body || unread),
    tag: String(told.key || title),
    renotify: true,
    requireInteraction: told.urgent === true,
    icon,
    badge,
    data: { key: String(told.key || ""), link: String(told.link || "") },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(opened(event.notification.data ?? {}));
});

async function opened({ key = "", link = "" }) {
  const about = new URLSearchParams({ cle: key });
  const seen = key && fetch("/avis/vu", { method: "POST", body: about }).catch(() => {});
  await shown(link, key ? `/avis?${about}` : "/");
  await seen;
}

// Show a platform's own page where the alert leads to one, else ours, in a window that is open already.
async function shown(link, path) {
  if (link.startsWith("https://") && new URL(link).origin !== self.location.origin) return self.clients.openWindow(link);
  const [open] = await self.clients.matchAll({ type: "window" });
  if (!open) return self.clients.openWindow(path);
  await open.focus().catch(() => {}); // where the browser does not let it come forward, it shows the page all the same
  return open.navigate(path);
}

// A browser may give a device another address by itself: it is handed on at once.
self.addEventListener("pushsubscriptionchange", (event) => {
  const renewed = async () => {
    const options = event.oldSubscription?.options;
    const fresh = event.newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)));
    if (!fresh) return;
    const body = new URLSearchParams({ abonnement: JSON.stringify(fresh) });
    await fetch("/reglages/appareils", { method: "POST", body, redirect: "manual" });
  };
  event.waitUntil(renewed());
});
