// The picture beside the text: what a formula speaks of is lit in it, and the reverse. Names come
// from the attributes of formulas and drawing.

const drawing = document.querySelector(".pane svg.symback-diagram");
const words = (text) => (text || "").split(" ").filter(Boolean);

// The drawing as nodes and edges

const order = words(drawing?.dataset.backward);
const nodes = new Map();
const edges = [];
const placesOf = new Map();

function readDrawing() {
  for (const element of all("[data-node]", drawing)) {
    const names = words(element.dataset.names || element.dataset.node);
    nodes.set(element.dataset.node, { names, elements: [element], out: [], into: [] });
  }
  for (const element of all("[data-source]", drawing)) {
    const { edge, source, target, names } = element.dataset;
    const ends = { source: nodes.get(source), target: nodes.get(target) };
    if (!ends.source || !ends.target) continue;
    const texts = all(".edge-text", drawing).filter((text) => text.dataset.edge === edge);
    const made = { ...ends, names: words(names), elements: [element, ...texts] };
    widen(element);
    ends.source.out.push(made);
    ends.target.into.push(made);
    edges.push(made);
  }
  for (const part of [...nodes.values(), ...edges]) {
    for (const name of part.names) placesOf.set(name, [...(placesOf.get(name) || []), part]);
    for (const element of part.elements) partOf.set(element, part);
  }
}
const partOf = new Map();

// A thin line is hard to point at: an unseen wide one lies over it.
function widen(element) {
  const line = element.querySelector(".line");
  if (!line) return;
  const hit = line.cloneNode();
  hit.setAttribute("class", "hit");
  element.append(hit);
}
const places = (name) => placesOf.get(name) || [];
const neighbours = (part, forward) =>
  part.source ? [forward ? part.target : part.source] : forward ? part.out : part.into;

function reached(starts, forward) {
  const found = new Set(starts);
  for (const part of found) for (const next of neighbours(part, forward)) found.add(next);
  return found;
}

// The parts by which one tensor enters another directly: an arrow, or the inside of one neuron.
function between(lower, upper) {
  const from = places(lower);
  const to = places(upper);
  return [
    ...from.filter((part) => to.includes(part)),
    ...from.filter((part) => part.source && to.includes(part.target)),
    ...edges.filter((edge) => from.includes(edge.source) && to.includes(edge.target)),
  ];
}

// Formulas by the tensors that they speak of

const FACTOR = "[data-by], [data-name]";
const named = new Map();
const derivatives = [];

function readFormulas() {
  for (const element of all(`.text :is(${FACTOR})`)) {
    const { name, by } = element.dataset;
    if (by !== undefined) derivatives.push(element);
    else if (named.has(name)) named.get(name).push(element);
    else named.set(name, [element]);
  }
}

function formulasOf(part) {
  const own = part.names.flatMap((name) => named.get(name) || []);
  const below = part.source ? [...part.source.names, ...part.names] : part.names;
  const above = part.source ? part.target.names : null;
  const local = derivatives.filter(({ dataset }) =>
    below.includes(dataset.by) && (!above || above.includes(dataset.of)));
  return [...own, ...local];
}

// Is this the adjoint of a tensor: Z̄, δ, or the derivative of the goal by Z?
function isAdjoint({ dataset }, name) {
  return dataset.by === name ? dataset.of === order[0]
    : dataset.name === name && dataset.adjoint !== undefined;
}

// The left side of the equation that derives a tensor's adjoint, results first.
function derived(name) {
  const places = [".result .lhs *", ".equation[id] .lhs *", ".lhs *"];
  return places.map((place) => all(place).find((one) => isAdjoint(one, name))).find(Boolean);
}

// Where the page derives a tensor's adjoint, else where it defines the tensor.
function aboutOf(name) {
  const title = headings.find((heading) =>
    all(FACTOR, heading).some((element) => isAdjoint(element, name)));
  if (title) return title;
  const left = derived(name) || all(".lhs [data-name]").find(({ dataset }) => dataset.name === name);
  return left?.closest(".equation");
}

// Lighting: what is pointed at comes before what was chosen.

let chosen = null;
let lit = [];

function light(what) {
  for (const [element, kind] of lit) element.classList.remove(kind);
  lit = [];
  const mark = (elements, kind) => {
    for (const element of elements) {
      element.classList.add(kind);
      lit.push([element, kind]);
    }
  };
  readOut("");
  if (!what) return;
  const strong = new Set(what.strong);
  for (const part of what.way || []) if (!strong.has(part)) mark(part.elements, "way");
  for (const part of strong) mark(part.elements, "lit");
  if (strong.size) mark([drawing], "lighting");
  mark(what.formulas || [], "lit");
  mark((what.about || []).filter(Boolean), "about");
  readOut(what.words);
}

function factorLight(factor) {
  const { name, by, of } = factor.dataset;
  if (by === undefined) {
    return { strong: places(name), way: reached(places(name), true), formulas: [factor] };
  }
  const direct = between(by, of);
  const strong = [...places(by).filter((part) => !part.source || !direct.length), ...places(of), ...direct];
  const above = reached(places(of), true);
  const below = reached(places(by), true);
  const back = reached(places(of), false);
  const inside = direct.length ? [] : [...below].filter((part) => back.has(part));
  return { strong, way: new Set([...inside, ...above]), formulas: [factor] };
}

function partLight(part) {
  const titles = part.names.map(aboutOf);
  const outline = titles.map((title) => title && links.get(title.id));
  return {
    strong: [part, ...(part.source ? [part.source, part.target] : [])],
    way: reached([part], true), formulas: formulasOf(part), about: [...titles, ...outline],
    words: part.elements[0].querySelector("title")?.textContent,
  };
}

function pathLight(names, within) {
  const pairs = names.slice(1).map((above, place) => [names[place], above]);
  const strong = pairs.flatMap(([lower, upper]) => {
    const direct = between(lower, upper);
    return [...places(lower).filter((part) => !part.source), ...direct, ...places(upper)];
  });
  const isOn = ({ dataset }) => pairs.some(([by, of]) => dataset.by === by && dataset.of === of);
  const formulas = within ? all("[data-by]", within).filter(isOn) : [];
  return { strong, formulas };
}

function lightOf(target) {
  const part = target.closest("[data-node], [data-edge]");
  if (part && drawing.contains(part)) return partOf.has(part) ? partLight(partOf.get(part)) : null;
  const path = target.closest(".path");
  const factor = target.closest("[data-by]") || target.closest("[data-name]");
  if (factor && main.contains(factor)) return factorLight(factor);
  return path ? pathLight(words(path.dataset.path), null) : null;
}

// Choosing by pointer: a tap or click holds the light until the next one.

function listen() {
  let over = null;
  document.addEventListener("pointerover", (event) => {
    const place = event.target.closest(`[data-node], [data-edge], .path, ${FACTOR}`);
    if (place === over) return;
    over = place;
    light((place && lightOf(event.target)) || chosen);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("button, input, dialog, summary, a")) return;
    chosen = lightOf(event.target);
    unpress();
    light(chosen);
    const part = partOf.get(event.target.closest("[data-node], [data-edge]"));
    if (part) visit(part);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    chosen = null;
    unpress();
    setStep(0);
    light(null);
  });
}

function visit(part) {
  const goal = [...part.names].reverse().map(aboutOf).find(Boolean);
  if (goal) reveal(goal);
}

// Choosing by keys: one stop for the picture, each equation and each table; arrows move within.

function rove(box, itemsOf, enter) {
  let place = -1;
  box.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const items = itemsOf();
    if (event.key === "Enter" && items[place]) enter?.(items[place]);
    if (!move || !items.length) return;
    event.preventDefault();
    place = (place + move + items.length) % items.length;
    chosen = lightOf(items[place]);
    light(chosen);
    items[place].scrollIntoView({ block: "nearest", inline: "nearest" });
    status.textContent = items[place].querySelector("title")?.textContent || items[place].textContent;
  });
  box.addEventListener("blur", () => {
    place = -1;
    chosen = null;
    light(null);
  });
}

function outermost(box) {
  return all(FACTOR, box).filter((one) => !one.parentElement.closest(FACTOR) && isShown(one));
}

function roveEverywhere() {
  const holder = drawing.closest(".picture");
  rove(holder, () => [...partOf.keys()].filter((element) => !element.matches(".edge-text")),
    (element) => visit(partOf.get(element)));
  for (const lines of all(".text .lines")) {
    lines.tabIndex = 0;
    lines.setAttribute("role", "group");
    lines.setAttribute("aria-label", "formula, arrow keys go through its factors");
  }
  for (const box of all(".text :is(.lines, .table)")) rove(box, () => outermost(box));
}
