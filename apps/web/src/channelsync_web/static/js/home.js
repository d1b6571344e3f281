// Ages go on while the page is open: "2 minutes ago" is true when it is read, and not only when it was sent.
//
// The page also asks again once a minute: that nobody reads the calendars any more is no event that could be heard of.

const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const UNITS = [["day", 86400, 2], ["hour", 3600, 2], ["minute", 60, 1]];

function told(seconds) {
  for (const [unit, size, least] of UNITS) {
    if (seconds >= size * least) return words.format(-Math.floor(seconds / size), unit);
  }
  return null;
}

function tick() {
  for (const one of document.querySelectorAll("time[data-ago]")) {
    const text = told((Date.now() - Date.parse(one.dateTime)) / 1000);
    if (text !== null && text !== one.textContent) one.textContent = text;
  }
}

setInterval(tick, 20_000);
setInterval(() => document.dispatchEvent(new Event("live:again")), 60_000);
