// Two dates in a form: spelled out in the page's own language, because browsers write dates in theirs.

const DAY = 86_400_000;

const read = (field) => (field?.value ? Date.parse(`${field.value}T00:00Z`) : NaN);
const iso = (time) => new Date(time).toISOString().slice(0, 10);

const written = () =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  });

/** Say under the two dates of a form how many nights they are. */
export function spell(form) {
  const place = form.querySelector("[data-spelled]");
  if (!place) return;
  const [from, to] = [read(form.elements.arrivee), read(form.elements.depart)];
  const nights = Math.round((to - from) / DAY);
  if (!(nights > 0)) {
    place.textContent = "";
    return;
  }
  const count = nights === 1 ? place.dataset.one : place.dataset.many.replace("#", nights);
  place.textContent = `${count}, ${written().formatRange(from, to)}`;
}

document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (!form || !["arrivee", "depart"].includes(target.name)) return;
  const { arrivee, depart } = form.elements;
  const from = read(arrivee);
  if (target === arrivee && from && !(read(depart) > from)) depart.value = iso(from + DAY);
  spell(form);
});

for (const form of document.querySelectorAll("form.order")) spell(form);
