// Reading: switches, keys, search and copying. The page is complete without this script, which
// only shows and hides what is there. Words enter the page as text, never as markup.

const root = document.documentElement;
const main = document.querySelector("main");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isShown = (node) => node.getClientRects().length > 0;

function make(tag, given, ...inside) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(given || {})) {
    if (typeof value === "function") node.addEventListener(key, value);
    else node.setAttribute(key, value);
  }
  node.append(...inside);
  return node;
}

function group(label, ...inside) {
  return make("div", { role: "group", "aria-label": label }, ...inside);
}

// What readers hear when something changed that they may not see.
const status = make("p", { class: "unseen", role: "status" });
document.body.append(status);

// Choices are kept for this page; where a browser forbids that, they last until it is closed.

const STORE = `symback ${location.pathname}`;
const LETTERS = { index: "i", matrix: "m", scalar: "e", numpy: "p", numbers: "n" };
const LEVELS = ["summary", "outline", "steps", "all"];

const choice = { detail: 2, forms: {}, keys: true, above: main.classList.contains("above") };
const titles = new Map(all("[data-form]").map(({ dataset }) => [dataset.form, dataset.title]));
if (document.querySelector(".numbers, .pane text.value")) titles.set("numbers", "numbers");
const forms = Object.keys(LETTERS).filter((form) => titles.has(form));

function starting() {
  choice.detail = document.querySelector('.more[data-level="3"][open]') ? 3 : 2;
  for (const form of forms) {
    const parts = all(`[data-form=${form}]`);
    choice.forms[form] = !parts.length || parts.some((part) => part.tagName === "DIV");
  }
}

function remembered() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(STORE)) || {};
  } catch { /* no storage, or not ours */ }
  // A link may choose for its reader: page.html?detail=1&numbers=off
  const asked = new URLSearchParams(location.search);
  const level = Number(asked.get("detail") || (kept.detail ?? choice.detail));
  if (LEVELS[level]) choice.detail = level;
  for (const form of forms) {
    const own = asked.has(form) ? asked.get(form) !== "off" : kept.forms && kept.forms[form];
    if (typeof own === "boolean") choice.forms[form] = own;
  }
  choice.keys = kept.keys !== false;
  if (typeof kept.above === "boolean") choice.above = kept.above;
}

function remember() {
  try {
    localStorage.setItem(STORE, JSON.stringify(choice));
  } catch { /* they last until the page is closed */ }
}

function setDetail(level) {
  choice.detail = level;
  for (const more of all(".more")) more.open = Number(more.dataset.level) <= level;
  show();
}

function setForm(form, on) {
  choice.forms[form] = on;
  show();
}

function show() {
  root.dataset.detail = choice.detail;
  main.classList.toggle("above", choice.above);
  root.dataset.off = forms.filter((form) => !choice.forms[form]).join(" ");
  for (const part of all("details.passage")) part.open = Boolean(choice.forms[part.dataset.form]);
  keepOne();
  levelButtons.forEach((button, level) => press(button, level === choice.detail));
  for (const form of forms) press(formButtons[form], choice.forms[form]);
  remember();
}

// Where all forms of something are switched off, the first that the page showed stays.
function keepOne() {
  const said = all(".passage").filter((part) => part.dataset.form !== "numbers");
  for (const part of said) {
    const others = said.filter((other) => other.parentElement === part.parentElement);
    const none = others.every((other) => !choice.forms[other.dataset.form]);
    const first = others.find((other) => other.tagName === "DIV");
    part.classList.toggle("kept", none && part.dataset.form === first?.dataset.form);
  }
}

// Whatever a link leads to is shown, wherever it was hidden.
function reveal(target) {
  for (let node = target; node && node !== main; node = node.parentElement) {
    if (node.matches("details")) node.open = true;
    if (choice.forms[node.dataset.form] === false) setForm(node.dataset.form, true);
  }
  for (const level of [1, 2]) {
    if (!isShown(target) && choice.detail < level) setDetail(level);
  }
  target.scrollIntoView();
}

function follow() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && main.contains(target)) reveal(target);
}

// The bar of switches

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

function button(words, key, act) {
  const made = make("button", { type: "button", click: act }, words);
  if (key) made.title = `key ${key}`;
  return made;
}

const levelButtons = LEVELS.map((words, level) =>
  button(words, String(level), () => setDetail(level)));
const formButtons = Object.fromEntries(forms.map((form) =>
  [form, button(titles.get(form), LETTERS[form], () => setForm(form, !choice.forms[form]))]));
const guessing = button("predict first", "h", () => predict(!root.classList.contains("predict")));
const helping = button("?", "?", () => showHelp());
helping.setAttribute("aria-label", "Keys");
const bar = make("div", { class: "bar", role: "group", "aria-label": "What is shown" });
if (document.querySelector(".text section")) bar.append(group("Detail", ...levelButtons));
if (forms.length) bar.append(group("Forms", ...forms.map((form) => formButtons[form])));
bar.append(group("Reading", guessing, helping));

// Predict first: a result, and what follows it in its section, is hidden until it is asked for.

function predict(on) {
  root.classList.toggle("predict", on);
  press(guessing, on);
  for (const told of all(".told")) told.classList.remove("told");
  for (const result of all(".result, .box")) {
    if (on && result.previousElementSibling?.className !== "tell") {
      result.before(make("button", { type: "button", class: "tell", click: tell }, "show the result"));
    }
  }
  status.textContent = on ? "Results are hidden" : "Results are shown";
}

function tell(event) {
  event.target.closest("section")?.classList.add("told");
  event.target.nextElementSibling.classList.add("told");
  status.textContent = "The result is shown";
}

// Copying

async function copy(source, pressed) {
  let done = true;
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // The old way, and failing that, marked words that a key can copy.
    const folded = source.closest("details");
    if (folded) folded.open = true;
    getSelection().selectAllChildren(source);
    try {
      done = document.execCommand("copy");
    } catch {
      done = false;
    }
  }
  const words = pressed.textContent;
  pressed.textContent = done ? "copied" : "press Ctrl+C";
  status.textContent = pressed.textContent;
  setTimeout(() => { pressed.textContent = words; }, 1500);
}

function copier(source, words, label) {
  const made = make("button", { type: "button", class: "copy", "aria-label": label }, words);
  made.addEventListener("click", () => copy(source, made));
  return made;
}

for (const tex of all(".tex")) {
  const label = tex.querySelector("summary").getAttribute("aria-label");
  tex.before(copier(tex.querySelector("pre"), "copy LaTeX", `Copy ${label}`));
}
for (const code of all(".text pre[data-language]")) {
  const name = code.dataset.language === "python" ? "NumPy" : code.dataset.language;
  const holder = make("div", { class: "code" });
  code.before(holder);
  holder.append(code, copier(code, `copy ${name}`, `Copy ${name}`));
}

// The outline: a search, and where the reader is

const search = make("input", {
  type: "search", placeholder: "search  /", "aria-label": "Search the contents", input: filter,
});

function filter() {
  const wanted = search.value.trim().toLowerCase();
  let found = 0;
  for (const item of all("nav li").reverse()) {
    const link = item.querySelector("a");
    const names = all("[data-name]", link).map((part) => part.dataset.name);
    const matches = `${link.textContent} ${names.join(" ")}`.toLowerCase().includes(wanted);
    item.hidden = !matches && all("li", item).every((below) => below.hidden);
    found += matches;
  }
  status.textContent = wanted ? `${found} found` : "";
}

search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    search.value = "";
    filter();
    search.blur();
    foldOutline();
  } else if (event.key === "Enter") {
    const first = all("nav li:not([hidden]) > a").find((link) =>
      link.textContent.toLowerCase().includes(search.value.toLowerCase()));
    (first || document.querySelector("nav li:not([hidden]) > a"))?.click();
  }
});
const outline = document.querySelector("nav > details");
outline?.querySelector("summary").after(search);

// An outline that covers the page is done with when a reader has found the place.
function foldOutline() {
  if (parseFloat(root.style.getPropertyValue("--under"))) outline.open = false;
}

const links = new Map(all("nav a").map((link) => [link.getAttribute("href").slice(1), link]));
const passing = new IntersectionObserver((entries) => {
  const entry = entries.find((one) => one.isIntersecting);
  if (!entry) return;
  for (const link of links.values()) link.removeAttribute("aria-current");
  links.get(entry.target.id)?.setAttribute("aria-current", "true");
}, { rootMargin: "0px 0px -70% 0px" });

const headings = all(":is(h2, h3, h4)[id]", main);
for (const heading of headings) passing.observe(heading);

function step(forward) {
  const edge = (parseFloat(getComputedStyle(root).scrollPaddingTop) || 0)
    + (parseFloat(getComputedStyle(headings[0]).scrollMarginTop) || 0);
  const seen = headings.filter(isShown);
  const top = (heading) => heading.getBoundingClientRect().top - edge;
  const next = forward
    ? seen.find((heading) => top(heading) > 2)
    : seen.reverse().find((heading) => top(heading) < -2);
  if (!next) return;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView();
}

// What stays at the top of the window covers no heading that a link leads to.

function measure() {
  const text = document.querySelector(".text").getBoundingClientRect();
  const covers = (part) => {
    const box = part?.getBoundingClientRect();
    return box && getComputedStyle(part).position === "sticky" && box.left < text.right
      && box.right > text.left;
  };
  const bottom = (part) => (parseFloat(getComputedStyle(part).top) || 0) + part.offsetHeight;
  // An outline that is unfolded is read, not the page under it: its one line counts.
  const under = covers(outline?.parentElement) ? outline.firstElementChild.offsetHeight : 0;
  root.style.setProperty("--under", `${under}px`);
  const parts = all(".bar, .pane").filter(covers);
  root.style.setProperty("--covered", `${Math.max(under, ...parts.map(bottom))}px`);
}

const sizes = new ResizeObserver(measure);
for (const part of [document.body, ...all(".pane, nav")]) sizes.observe(part);

// Keys: each row says what it does; the help is printed from it.

const KEYS = [
  ["j", "next section", () => headings.length && step(true)],
  ["k", "previous section", () => headings.length && step(false)],
  ["/", "search the contents", () => {
    if (!outline) return;
    outline.open = true;
    search.focus();
  }],
  ...LEVELS.map((words, level) => [String(level), `show: ${words}`, () => setDetail(level)]),
  ...forms.map((form) =>
    [LETTERS[form], `${titles.get(form)}: show or hide`, () => setForm(form, !choice.forms[form])]),
  ["h", "hide results, to predict them first", () => guessing.click()],
  ["?", "this help", () => showHelp()],
];
const more = [["← →", "in an equation, a table or the picture: from factor to factor"]];
const single = make("input", { type: "checkbox", change: () => {
  choice.keys = single.checked;
  remember();
} });
const help = make("dialog", { "aria-label": "Keys" });
main.append(help);

function showHelp() {
  help.replaceChildren();
  const rows = [...KEYS, ...more].map(([key, words]) =>
    make("tr", {}, make("td", {}, make("kbd", {}, key)), make("td", {}, words)));
  help.append(
    make("h2", {}, "Keys"), make("table", {}, make("tbody", {}, ...rows)),
    make("p", {}, make("label", {}, single, " single keys work")),
    make("button", { type: "button", click: () => help.close() }, "close"),
  );
  help.showModal();
}

document.addEventListener("keydown", (event) => {
  if (!choice.keys || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.target.matches("input:not([type=range]), textarea, select")) return;
  const row = KEYS.find(([key]) => key === event.key);
  if (!row) return;
  event.preventDefault();
  row[2]();
});

// Paper shows everything; afterwards the page is as it was.
let folded = [];
addEventListener("beforeprint", () => {
  folded = all("details:not([open])", main).filter((part) => !part.matches(".tex"));
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
});

root.classList.add("scripted");
starting();
remembered();
single.checked = choice.keys;
main.querySelector("h1").after(bar);
if (choice.detail !== 2) setDetail(choice.detail);
show();
addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link && outline?.contains(link)) foldOutline();
  // The address does not change where the reader follows the same link again.
  if (link && link.hash === location.hash) follow();
});
follow();
