// What changes elsewhere shows by itself: at a word from the server the page is read again, and its live parts replaced.
//
// A part is anything with an id and data-live. Whoever is typing, choosing or reading a dialog is not disturbed: the
// page waits until they are done. Focus, text cursors and scrolled places ([data-scroll] with an id) stay.

const AGAIN = 2000; // milliseconds until a page in use is tried again
const CALM = 400; // changes that come together are one

let waiting = 0;
let running = false;

const busy = () =>
  document.querySelector("dialog[open], td.sel") !== null ||
  document.activeElement?.matches("input, textarea, select") ||
  [...document.querySelectorAll("[data-live] form")].some((form) =>
    [...form.elements].some((one) => "defaultValue" in one && one.type !== "hidden" && one.value !== one.defaultValue),
  );

function later(wait) {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, wait);
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const places = [...old.querySelectorAll("[data-scroll][id]")].map((one) => [one.id, one.scrollLeft, one.scrollTop]);
  old.replaceWith(document.adoptNode(fresh));
  for (const [id, left, top] of places) document.getElementById(id)?.scrollTo({ left, top, behavior: "instant" });
  fresh.dispatchEvent(new CustomEvent("live:replaced", { bubbles: true }));
  const again = focused && document.getElementById(focused);
  if (again) {
    if (!again.hasAttribute("tabindex")) again.tabIndex = -1;
    again.focus({ preventScroll: true });
  }
}

async function refresh() {
  if (document.hidden) return;
  if (busy() || running) {
    later(AGAIN);
    return;
  }
  running = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
    if (!answer.ok || busy()) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (busy()) {
      later(AGAIN);
      return;
    }
    heard = page.body.dataset.heard ?? heard;
    for (const old of document.querySelectorAll("[data-live][id]")) {
      const fresh = page.getElementById(old.id);
      if (fresh && fresh.outerHTML !== shown.get(old.id)) {
        shown.set(old.id, fresh.outerHTML);
        replace(old, fresh);
      }
    }
  } catch {
    // no net, or no longer signed in: the next word from the server, or the next page, tells
  } finally {
    running = false;
  }
}

// What the server last gave for each part: scripts may have changed the part itself since.
const shown = new Map();

// A page nobody looks at hears nothing: browsers open few connections to one server at a time.
let words = null;
// What this page knows of: whatever has changed since it was made is told at once.
let heard = document.body.dataset.heard ?? "";

function listen() {
  if (words || document.hidden) return;
  words = new EventSource(`/vivant?connu=${encodeURIComponent(heard)}`);
  words.addEventListener("changed", () => later(CALM));
}

function rest() {
  words?.close();
  words = null;
}

if (document.querySelector("[data-live]")) {
  listen();
  document.addEventListener("live:again", () => later(0));
  if (document.querySelector("[data-toast]")) later(1500); // what follows from one's own order follows at once
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) rest();
    else {
      listen();
      later(0);
    }
  });
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    listen();
    later(0);
  });
}
