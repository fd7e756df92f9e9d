// Keys for who works with the keyboard; every page does all of it without them.
"use strict";
const OFF = "efface.keys.off";
const off = () => localStorage.getItem(OFF) === "1";
const go = (address) => () => location.assign(address);
const rows = () => [...document.querySelectorAll("table.queue tbody tr")];
let at = -1;
const move = (step) => () => {
  const there = rows();
  if (!there.length) return;
  const now = there.findIndex((row) => row.contains(document.activeElement));
  at = Math.min(Math.max((now < 0 ? at : now) + step, 0), there.length - 1);
  there[at].querySelector("a").focus();
};
const keys = {
  j: move(1),
  k: move(-1),
  x: () => {
    const row = rows().find((one) => one.contains(document.activeElement));
    if (row && row.querySelector("input")) row.querySelector("input").click();
  },
  r: () => {
    const first = document.querySelector("form[action*='/preview'] input:checked, form[action*='/preview'] input[type=radio]");
    if (first) first.focus();
  },
  n: () => {
    const next = document.querySelector("main a[rel=next]");
    if (next) next.click();
  },
  "/": () => {
    const find = document.getElementById("find");
    if (find) find.focus();
  },
  q: go("/staff/"),
  i: go("/staff/inbox"),
  "?": go("/staff/keys"),
};
const TYPED = "input:not([type=radio], [type=checkbox]), select, textarea";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (off() || event.target.closest(TYPED) || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
for (const button of document.querySelectorAll("button[data-off]")) {
  const say = () => {
    button.textContent = off() ? button.dataset.on : button.dataset.off;
  };
  button.addEventListener("click", () => {
    if (off()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    say();
  });
  button.hidden = false;
  say();
}
// While a file is worked through, its page looks again by itself, but not for ever.
const work = () => document.querySelector("[data-look]");
let looks = 60;
const look = async () => {
  const answer = document.hidden ? null : await fetch(location.href).catch(() => null);
  if (answer && (answer.redirected || !answer.ok)) return;
  if (answer) {
    looks -= 1;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-look]");
    if (!fresh) return location.reload();
    work().replaceWith(fresh);
  }
  if (looks) setTimeout(look, work().dataset.look * 1000);
};
if (work()) setTimeout(look, work().dataset.look * 1000);
