// Comforts; every page works without them.
"use strict";
const errors = document.querySelector(".summary-of-errors");
// Older browsers know autofocus on fields alone; the others need no help.
if (errors && !("autofocus" in HTMLElement.prototype)) errors.focus();
for (const link of document.querySelectorAll("a.leave")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(link.href);
  });
}

const made = (tag, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
};
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// A field that proposes (WAI-ARIA combobox with a list box). `words` has the
// sentences, `choices` gives [text, value], `pick` takes one and returns the text that
// stays; `search`: whether Enter without a proposal is the form's.
function propose(input, words, choices, pick, search = false) {
  const list = made("ul", { id: `${input.id}-list`, hidden: true });
  const told = made("p", { className: "hidden" });
  const wrap = made("div", { className: "combo" });
  let shown = [], at = -1, kept = input.value;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.label);
  told.setAttribute("role", "status");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  input.before(wrap);
  wrap.append(input, list, told);
  const mark = (place) => {
    at = place;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", n === at));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const open = (yes) => {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", yes);
    if (!yes) mark(-1);
  };
  const show = (all) => {
    const typed = folded(input.value.trim());
    const starts = (text) => folded(text).startsWith(typed);
    shown = choices().filter(([text]) => all || (typed && folded(text).includes(typed)));
    if (!all) shown = shown.sort((a, b) => starts(b[0]) - starts(a[0])).slice(0, 40);
    list.replaceChildren(...shown.map(([text], n) => {
      const item = made("li", { id: `${list.id}-${n}`, textContent: text, dir: "auto" });
      item.setAttribute("role", "option");
      // Not "click": the field would lose the focus, and the list be gone.
      item.addEventListener("pointerdown", (event) => event.preventDefault());
      item.addEventListener("click", () => take(n));
      return item;
    }));
    open(shown.length > 0);
    mark(-1);
    const count = shown.length === 1 ? words.one : words.many.replace("{n}", shown.length);
    told.textContent = typed || all ? (shown.length ? count : words.none) : "";
  };
  const take = (n) => {
    kept = input.value = pick(shown[n]);
    open(false);
    told.textContent = shown[n][0];
  };
  const settle = () => {
    const same = choices().filter(([text]) => folded(text) === folded(input.value.trim()));
    if (input.value !== kept && same.length === 1) kept = input.value = pick(same[0]);
    open(false);
  };
  input.addEventListener("input", () => {
    kept = null;
    if (!search) pick(null);
    show(false);
  });
  input.addEventListener("blur", settle);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) show(!input.value.trim());
      if (shown.length && !list.hidden) mark((Math.max(at, step < 0 ? 0 : at) + step + shown.length) % shown.length);
    } else if (event.key === "Enter" && !list.hidden && (at >= 0 || !search)) {
      event.preventDefault();
      take(Math.max(at, 0));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    }
  });
  return input;
}

for (const box of document.querySelectorAll(".places")) {
  const [country, region] = box.querySelectorAll("select");
  const [ofCountry, ofRegion] = box.querySelectorAll(".field");
  const words = box.dataset, id = country.id;
  const parts = [...region.options].filter((option) => option.value);
  const empty = region.options[0];
  empty.text = words.choose;
  const within = (code) => parts.filter((option) => option.value.startsWith(`${code}-`));
  const choices = [...country.options].filter((option) => option.value).concat(parts).map((option) => [option.text, option.value]);
  const fill = (code, chosen) => {
    const inside = code ? within(code) : [];
    region.replaceChildren(empty, ...inside);
    region.value = chosen || "";
    // Asked only where the country's regions have laws of their own, and none was named.
    ofRegion.hidden = !inside.length || (!!chosen && !ofRegion.classList.contains("wrong"));
  };
  const pick = (choice) => {
    const [text, value] = choice || ["", ""];
    country.value = value.split("-")[0];
    fill(country.value, value.includes("-") ? value : "");
    return text;
  };
  const named = region.selectedOptions[0].value ? region : country;
  const input = made("input", { type: "text", id, autocomplete: "off", spellcheck: false });
  const field = made("div", { className: ofCountry.className },
    made("label", { htmlFor: id, textContent: words.label }),
    made("p", { className: "hint", id: `${id}-type`, textContent: words.hint }));
  const wrong = ofCountry.querySelector(".wrong-text");
  if (wrong) field.append(wrong);
  input.value = named.value ? named.selectedOptions[0].text : "";
  input.setAttribute("aria-describedby", wrong ? `${id}-type ${wrong.id}` : `${id}-type`);
  if (wrong) input.setAttribute("aria-invalid", "true");
  field.append(input);
  const focused = country.autofocus;
  country.id = `${id}-code`;
  ofCountry.querySelector("label").htmlFor = country.id;
  ofCountry.hidden = true;
  box.prepend(field);
  fill(country.value, region.value);
  propose(input, words, () => choices, pick);
  if (focused) input.focus();
}

for (const box of document.querySelectorAll("[data-find]")) {
  const fieldset = box.closest("fieldset"), input = box.querySelector("input");
  const boxes = [...fieldset.querySelectorAll("input[type=checkbox]")];
  const text = (one) => one.closest("label").textContent.trim();
  const chosen = made("p", { className: "note" });
  const say = () => {
    const names = boxes.filter((one) => one.checked).map(text);
    chosen.textContent = names.length ? box.dataset.chosen + names.join(", ") : "";
  };
  const pick = ([, one]) => {
    one.checked = true;
    const kind = one.closest("details");
    if (kind) kind.open = true;
    say();
    return "";
  };
  const words = { ...box.dataset, label: box.querySelector("label").textContent };
  chosen.setAttribute("role", "status");
  box.after(chosen);
  box.querySelector("button").hidden = true;
  fieldset.addEventListener("change", say);
  propose(input, words, () => boxes.filter((one) => !one.checked).map((one) => [text(one), one]), pick, true);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  say();
}
