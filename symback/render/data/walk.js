// Walks through the picture: the paths of a weight, and the backward pass step by step.

// Paths: where a section names several, a button for each

let pressed = null;

function unpress() {
  if (pressed) press(pressed, false);
  pressed = null;
}

// Chains such as w → z → h, h → a → E, h → b → E are the paths w → z → h → a → E, w → … → b → E.
function pathsIn(box) {
  const chains = all(".path", box).map((path) => words(path.dataset.path));
  const last = (chain) => chain[chain.length - 1];
  const whole = chains.filter((chain) => !chains.some((other) => other[0] === last(chain)));
  return whole.map((chain) => {
    const trunk = chains.find((other) => last(other) === chain[0]);
    return trunk ? [...trunk, ...chain.slice(1)] : chain;
  });
}

function addPaths() {
  for (const box of all(".card p")) {
    const paths = pathsIn(box);
    if (paths.length < 2) continue;
    const buttons = paths.map((path, place) => {
      const made = button(`path ${place + 1} of ${paths.length}`, "", () => {
        const off = pressed === made;
        unpress();
        chosen = off ? null : pathLight(path, box.closest("section"));
        light(chosen);
        if (off) return;
        press(made, true);
        pressed = made;
        status.textContent = path.join(" → ");
      });
      press(made, false);
      return made;
    });
    const row = group("Paths", ...buttons);
    row.className = "paths";
    box.after(row);
  }
}

// The backward pass: adjoints known so far are lit, the others are not there yet, never 0.

let slider = null;
const stepped = make("p", { class: "stepped" });

function setStep(count) {
  if (!slider) return;
  slider.value = count;
  slider.setAttribute("aria-valuetext", count ? `${count} of ${order.length}` : "not begun");
  drawing.classList.toggle("stepping", count > 0);
  // A gradient without a place in the order, as that of an input, is no part of this backward pass.
  for (const text of all("text.gradient", drawing)) {
    const isLegend = text.closest(".legend") !== null;
    const isKnown = Number(text.dataset.order ?? Infinity) < count;
    text.classList.toggle("unknown", count > 0 && !isKnown && !isLegend);
  }
  const known = new Set(order.slice(0, count));
  for (const [element, part] of partOf) {
    const isKnown = part.names.some((name) => known.has(name));
    const isNow = count > 0 && part.names.includes(order[count - 1]);
    element.classList.toggle("known", count > 0 && isKnown);
    element.classList.toggle("now", isNow);
  }
  describeStep(count);
}

// What a pointer over the picture is told, where no tooltip is to be had.
function readOut(text) {
  if (text) stepped.replaceChildren(text);
  else if (slider) describeStep(Number(slider.value));
  else stepped.replaceChildren();
}

function describeStep(count) {
  if (!count) {
    stepped.replaceChildren("Step through the backward pass: what is not derived yet stays blank.");
    return;
  }
  stepped.replaceChildren(`Step ${count} of ${order.length}: `, ...defined(order[count - 1]));
}

// The equation that derives this adjoint: its last line in symbols, and in numbers; else its name.
function defined(name) {
  const left = derived(name);
  if (left) {
    const lines = left.closest(".lines");
    const last = ["", ".numbers"].map((kind) =>
      all(`.rhs${kind || ":not(.numbers)"}`, lines).pop()).filter(Boolean);
    const cells = [left.closest(".lhs"), ...last.flatMap((one) => [one.previousElementSibling, one])];
    const parts = cells.flatMap((cell) => all("math", cell).map((part) => part.cloneNode(true)));
    const number = left.closest(".equation").querySelector(".number");
    return number ? [...parts, " ", number.cloneNode(true)] : parts;
  }
  const told = derivatives.find((one) => isAdjoint(one, name));
  if (!told) return [name === order[0] ? `${name}, which is differentiated` : `${name}, in passing`];
  const formula = document.createElementNS(told.namespaceURI, "math");
  formula.setAttribute("displaystyle", "true");
  formula.append(told.cloneNode(true));
  return [formula];
}

function addSteps() {
  const walk = make("div", { class: "walk" }, stepped);
  drawing.closest("figure").after(walk);
  if (!order.length) return;
  slider = make("input", {
    type: "range", min: "0", max: String(order.length), value: "0",
    "aria-label": "Steps of the backward pass", input: () => setStep(Number(slider.value)),
  });
  const move = (by) => () =>
    setStep(Math.max(0, Math.min(order.length, Number(slider.value) + by)));
  KEYS.push(["[", "backward pass: one step back", move(-1)], ["]", "one step on", move(1)]);
  const [back, on] = [button("◀", "", move(-1)), button("▶", "", move(1))];
  back.setAttribute("aria-label", "One step back");
  on.setAttribute("aria-label", "One step on");
  const row = group("Backward pass", back, slider, on);
  row.className = "steps";
  stepped.before(row);
  setStep(0);
}

function addPlace() {
  const made = button("above the text", "", () => {
    choice.above = !choice.above;
    show();
    press(made, choice.above);
  });
  press(made, choice.above);
  made.className = "place";
  const pane = drawing.closest(".pane");
  const larger = button("enlarge", "", () => press(larger, pane.classList.toggle("large")));
  press(larger, false);
  const row = group("Picture", made, larger);
  row.className = "places";
  drawing.closest("figure").before(row);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && pane.classList.contains("large")) larger.click();
  });
}

if (drawing) {
  addPlace();
  readDrawing();
  readFormulas();
  drawing.setAttribute("role", "group");
  listen();
  roveEverywhere();
  addPaths();
  addSteps();
}
