// Choosing nights in the calendar: by dragging, by a long press, or by keys; then the dialog asks what for.
//
// The table may be replaced by a fresher one at any time, so nothing here holds on to a cell: listeners sit on the
// document, and a cell is found by its id (n<row>-<column>) or by where the pointer is. The end of a bar covers half
// of a free night's cell, which is why a drag goes by place and not by what was hit.

import { spell } from "./dates.js";

const LONG_PRESS = 350; // milliseconds
const MOVED = 6; // pixels from which on a press is a drag
const EDGE = 36; // pixels from the border at which dragging scrolls

const dialog = document.getElementById("block");
const table = () => document.querySelector("[data-cal]");
const cell = ({ r, c }) => document.getElementById(`n${r}-${c}`);
const place = (td) => {
  const [, r, c] = /^n(\d+)-(\d+)$/.exec(td?.id ?? "") ?? [];
  return r === undefined ? null : { r: Number(r), c: Number(c) };
};
const under = (x, y) => place(document.elementsFromPoint(x, y).find((one) => /^n\d+-\d+$/.test(one.id)));
const night = (column) => {
  const day = new Date(`${table().dataset.first}T00:00Z`);
  day.setUTCDate(day.getUTCDate() + column);
  return day.toISOString().slice(0, 10);
};

let anchor = null;
let head = null;
let press = null;

// --- what is chosen

function chosen() {
  if (!anchor) return null;
  const [r1, r2] = [anchor.r, head.r].sort((one, other) => one - other);
  const [c1, c2] = [anchor.c, head.c].sort((one, other) => one - other);
  return { r1, r2, c1, c2 };
}

function paint() {
  for (const td of document.querySelectorAll("td.sel")) {
    td.classList.remove("sel");
    td.removeAttribute("aria-selected");
  }
  const area = chosen();
  if (!area) return;
  for (let r = area.r1; r <= area.r2; r++) {
    for (let c = area.c1; c <= area.c2; c++) {
      const td = cell({ r, c });
      td?.classList.add("sel");
      td?.setAttribute("aria-selected", "true");
    }
  }
}

function choose(from, to = from) {
  [anchor, head] = [from, to];
  paint();
}

function clear() {
  anchor = head = null;
  paint();
}

function ask() {
  const form = dialog.querySelector("form");
  const area = chosen();
  const why = dialog.querySelector("[data-why]");
  why.parentElement.hidden = true;
  if (area) {
    const rows = [...table().tBodies[0].rows].slice(area.r1, area.r2 + 1).map((row) => row.dataset.unit);
    form.elements.arrivee.value = night(area.c1);
    form.elements.depart.value = night(area.c2 + 1);
    for (const box of form.querySelectorAll("[type=checkbox][name^=logement-]")) {
      box.checked = rows.includes(box.name.slice("logement-".length));
    }
    if (area.r1 === area.r2 && area.c1 === area.c2) {
      why.href = `/calendrier/nuit/${rows[0]}/${night(area.c1)}`;
      why.parentElement.hidden = false;
    }
  }
  spell(form);
  dialog.showModal();
}

dialog?.addEventListener("close", clear);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]") || event.target === dialog) dialog.close();
  if (!dialog || !event.target.closest("[data-block]")) return;
  event.preventDefault();
  ask();
});

// --- pointers

const inTable = (event) => event.target.closest?.("[data-cal] tbody");

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.isPrimary || !inTable(event) || event.target.closest("th")) return;
  const start = under(event.clientX, event.clientY);
  if (!start) return;
  press = { start, x: event.clientX, y: event.clientY, bar: Boolean(event.target.closest("a.bar")), drags: false, timer: 0 };
  if (event.pointerType !== "mouse") {
    press.timer = setTimeout(() => {
      if (!press) return;
      press.drags = true;
      navigator.vibrate?.(15);
      choose(press.start);
    }, LONG_PRESS);
  }
});

document.addEventListener("pointermove", (event) => {
  if (!press) return;
  const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > MOVED;
  if (!press.drags && far) {
    if (event.pointerType === "mouse") press.drags = true;
    else clearTimeout(press.timer);
  }
  if (!press.drags) return;
  const to = under(event.clientX, event.clientY);
  if (to) choose(press.start, to);
  const view = document.getElementById("cal-scroll");
  const { left, right } = view.getBoundingClientRect();
  if (event.clientX > right - EDGE) view.scrollLeft += 14;
  else if (event.clientX < left + EDGE) view.scrollLeft -= 14;
});

// A click may follow a drag, on whatever of the table is below, and belongs to it; after a finger's drag none does, and
// the next one is meant for the dialog.
function ends(click) {
  if (!inTable(click)) return;
  click.preventDefault();
  click.stopPropagation();
}

document.addEventListener("pointerup", (event) => {
  if (!press) return;
  const { start, drags, bar, x, y, timer } = press;
  clearTimeout(timer);
  press = null;
  if (drags) {
    addEventListener("click", ends, { capture: true, once: true });
    setTimeout(() => focus(head), 0);
    setTimeout(ask, 0);
  } else if (!bar && Math.hypot(event.clientX - x, event.clientY - y) <= MOVED && inTable(event)) {
    choose(start);
    setTimeout(() => { focus(start); choose(start); ask(); }, 0);
  }
});

document.addEventListener("pointercancel", () => {
  clearTimeout(press?.timer);
  if (press?.drags) clear();
  press = null;
});
document.addEventListener("touchmove", (event) => { if (press?.drags) event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (press?.drags) event.preventDefault(); });
document.addEventListener("dragstart", (event) => { if (inTable(event)) event.preventDefault(); });

// --- keys: one cell of the table takes part in tabbing, the arrows go on from there

function bars(row) {
  const found = new Map();
  for (const bar of row.querySelectorAll(".bar")) {
    const from = place(bar.parentElement).c;
    const nights = Number(/\bn(\d+)\b/.exec(bar.className)[1]);
    for (let c = from; c < from + nights; c++) found.set(c, bar);
  }
  return found;
}

function describe(td, { r, c }) {
  const data = table().dataset;
  const row = table().tBodies[0].rows[r];
  const bar = bars(row).get(c);
  const day = table().tHead.rows[1].cells[c + 1].querySelector(".vh").textContent;
  const closed = ["x", "t", "k"].some((mark) => td.classList.contains(mark));
  const words = bar && [...bar.children].filter((one) => one.className !== "dots").map((one) => one.textContent);
  const state = bar ? words.join(" ").replaceAll(" ,", ",") : closed ? data.taken : data.free;
  td.setAttribute("aria-label", `${day}, ${row.cells[0].textContent.trim()}, ${state}`);
}

function focus(at) {
  const td = at && cell(at);
  if (!td) return;
  for (const other of table().querySelectorAll("td[tabindex='0']")) other.tabIndex = -1;
  td.tabIndex = 0;
  describe(td, at);
  td.focus({ preventScroll: true });
  const view = document.getElementById("cal-scroll");
  const [inner, outer, name] = [td.getBoundingClientRect(), view.getBoundingClientRect(), table().tBodies[0].rows[0].cells[0].offsetWidth];
  if (inner.right > outer.right) view.scrollLeft += inner.right - outer.right + EDGE;
  if (inner.left < outer.left + name) view.scrollLeft -= outer.left + name - inner.left + EDGE;
  td.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const STEPS = {
  ArrowLeft: { c: -1 }, ArrowRight: { c: 1 }, ArrowUp: { r: -1 }, ArrowDown: { r: 1 },
  PageUp: { c: -28 }, PageDown: { c: 28 }, Home: { c: -1000 }, End: { c: 1000 },
};

document.addEventListener("keydown", (event) => {
  const here = place(event.target);
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = STEPS[event.key];
  if (step) {
    const rows = table().tBodies[0].rows;
    const within = (value, last) => Math.min(Math.max(value, 0), last);
    const to = { r: within(here.r + (step.r ?? 0), rows.length - 1), c: within(here.c + (step.c ?? 0), rows[0].cells.length - 2) };
    if (event.shiftKey) choose(anchor ?? here, to);
    else clear();
    focus(to);
  } else if (event.key === "Enter" || event.key === " ") {
    const bar = bars(table().tBodies[0].rows[here.r]).get(here.c);
    if (!anchor && bar) bar.click();
    else {
      if (!anchor) choose(here);
      ask();
    }
  } else if (event.key === "Escape") {
    clear();
  } else {
    return;
  }
  event.preventDefault();
});

function prepare() {
  const now = table();
  if (!now) return;
  for (const bar of now.querySelectorAll("a.bar")) bar.tabIndex = -1;
  const first = now.querySelector("tbody td.today") ?? now.querySelector("tbody td");
  if (first && !now.querySelector("td[tabindex='0']")) {
    first.tabIndex = 0;
    describe(first, place(first));
  }
  paint();
}

// --- after a change, or its undoing, the same nights stand where they stood

const PLACE = "calendar-place";
addEventListener("pagehide", () => {
  const view = document.getElementById("cal-scroll");
  if (view) sessionStorage.setItem(PLACE, JSON.stringify([table().dataset.first, view.scrollLeft, scrollY]));
});

function back() {
  const [first, left, top] = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
  if (!document.querySelector("[data-toast]") || first !== table()?.dataset.first) return;
  document.getElementById("cal-scroll").scrollLeft = left;
  scrollTo(scrollX, top);
}

document.addEventListener("live:replaced", prepare);
prepare();
back();
