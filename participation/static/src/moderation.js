// Optional shortcuts of one key for moderators. Off until switched on, remembered by this browser; never while somebody types.

const REMEMBERED = "moderation-shortcuts";
const button = document.querySelector("[data-shortcut-switch]");
const cards = [...document.querySelectorAll("[data-card]")];
let on = window.localStorage.getItem(REMEMBERED) === "on";
let here = -1;

function say() {
  button.textContent = on ? "Switch off the shortcuts" : "Switch on the shortcuts";
  button.setAttribute("aria-pressed", String(on));
}

function go(to) {
  here = Math.max(0, Math.min(cards.length - 1, to));
  cards[here]?.querySelector("h3 a")?.focus();
}

const keys = {
  j: () => go(here + 1),
  k: () => go(here - 1),
  x: () => cards[here]?.querySelector("input[type=checkbox]")?.click(),
  o: () => cards[here]?.querySelector("h3 a")?.click(),
  a: () => {
    const ticks = cards.map((card) => card.querySelector("input[type=checkbox]")).filter(Boolean);
    const all = ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = !all;
  },
};

function pressed(event) {
  // In a list of choices letters and digits look for a choice; the one list with keys of its own takes them itself.
  const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select:not([data-key])");
  if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = cards.length ? keys[event.key] : null;
  const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!act && !control) return;
  event.preventDefault();
  if (act) act();
  else if (control.matches("option")) {
    control.selected = true;
    control.parentElement.focus();
  } else if (control.matches("select")) control.focus();
  else control.click();
}

if (button) {
  button.hidden = false;
  say();
  button.addEventListener("click", () => {
    on = !on;
    window.localStorage.setItem(REMEMBERED, on ? "on" : "off");
    say();
  });
  document.addEventListener("keydown", pressed);
}
