// What every page does on top of plain links and forms, all of which work without it.

// A toast stays while it is looked at, then goes; reloading does not say it again.
for (const toast of document.querySelectorAll("[data-toast]")) {
  let timer = 0;
  const later = () => { timer = setTimeout(() => toast.remove(), 10_000); };
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", later);
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("focusout", later);
  later();
  const address = new URL(location.href);
  address.searchParams.delete("dit");
  address.searchParams.delete("de");
  history.replaceState(history.state, "", address);
}

// A form is sent once, however often it is pressed; one that brings a file (data-again) leaves the page as it is.
addEventListener("submit", (event) => {
  const form = event.target;
  if ("again" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// "Copy" buttons: data-copy names what is copied; the button says that it is done, in its own words.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const text = source.value ?? source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    source.focus();
    source.select?.();
    return;
  }
  const before = button.querySelector("span") ?? button;
  const words = before.textContent;
  before.textContent = button.dataset.done ?? words;
  setTimeout(() => { before.textContent = words; }, 2500);
});
