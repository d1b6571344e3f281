// Spells out the dates that were chosen: a browser shows date fields in its own language, not in the page's.

const from = document.getElementById("f-du");
const until = document.getElementById("f-au");
const said = document.getElementById("spelled");
const day = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

// The first of a month is not "1" in French.
function named(date) {
  return day.format(date).replace(/(^|\s)1(?=\s)/, document.documentElement.lang === "fr" ? "$11er" : "$11");
}

function spell() {
  const [arrival, departure] = [from.valueAsDate, until.valueAsDate];
  if (arrival) until.min = new Date(arrival.getTime() + 86_400_000).toISOString().slice(0, 10);
  const nights = arrival && departure ? Math.round((departure - arrival) / 86_400_000) : 0;
  said.hidden = nights < 1;
  if (said.hidden) return;
  const count = (nights === 1 ? said.dataset.one : said.dataset.many).replace(/\d+/, nights);
  said.textContent = said.dataset.text.replace("{nights}", count).replace("{arrival}", named(arrival)).replace("{departure}", named(departure));
}

for (const field of [from, until].filter(Boolean)) field.addEventListener("input", spell);
if (from && until) spell();
