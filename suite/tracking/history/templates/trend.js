"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const labels = data.labels;
const SCALE = 10000, RATIO_HEIGHT = 150, TIME_HEIGHT = 70, LEFT = 56, RIGHT = 8, LISTED = 6;
const form = document.getElementById("filters");
const dates = data.times.map((time) => new Date(time * 1000).toISOString().slice(0, 10));
const styles = getComputedStyle(document.documentElement);
const colour = (name) => styles.getPropertyValue(`--${name}`).trim();
const COLOURS = { regression: "bad", unconfirmed: "warn", improvement: "good", environment: "env", dismissed: "line", past: "env" };

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function percent(magnitude) {
  return `${magnitude >= 0 ? "+" : "−"}${Math.abs(100 * magnitude).toLocaleString(data.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} %`;
}

function duration(seconds) {
  const [factor, unit] = seconds >= 1 ? [1, "s"] : seconds >= 1e-3 ? [1e3, "ms"] : [1e6, "µs"];
  return `${(seconds * factor).toLocaleString(data.language, { maximumSignificantDigits: 3 })} ${unit}`;
}

function bytes(value) {
  return `${(value / 2 ** 20).toLocaleString(data.language, { maximumSignificantDigits: 4 })} MiB`;
}

function plain(value) {
  return value.toLocaleString(data.language, { maximumSignificantDigits: 3 });
}

/* What a series is of, how its numbers are written, and its name with that. */
const figureLabel = (series) => data.figures[series.figure].label;
const amount = (series) => ({ seconds: duration, bytes, steps: plain }[data.figures[series.figure].unit]);
const nameOf = (series) => (series.figure === "time" ? series.name : `${series.name} · ${figureLabel(series)}`);

function ratio(value) {
  return value.toLocaleString(data.language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
}

/* Points of a series that the filters leave: positions into its columns. */
function visible(series, machine, first) {
  const kept = [];
  series.runs.forEach((run, position) => {
    if (run >= first && (machine === "" || data.machines[run] === Number(machine))) kept.push(position);
  });
  return kept;
}

function extent(numbers) {
  let low = Infinity, high = -Infinity;
  for (const number of numbers) { if (number < low) low = number; if (number > high) high = number; }
  const margin = (high - low || Math.abs(high) * 0.1 || 1) * 0.08;
  return [low - margin, high + margin];
}

function prepare(canvas, height) {
  const width = canvas.clientWidth, density = window.devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const context = canvas.getContext("2d");
  context.scale(density, density);
  context.font = "11px system-ui, sans-serif";
  return [context, width];
}

function drawAxis(context, width, height, [low, high], format, y) {
  context.fillStyle = colour("quiet");
  context.strokeStyle = colour("line");
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const share of [0.1, 0.5, 0.9]) {
    const value = low + share * (high - low);
    context.beginPath(); context.moveTo(LEFT, y(value)); context.lineTo(width - RIGHT, y(value)); context.stroke();
    context.fillText(format(value), LEFT - 6, y(value));
  }
}

function drawMarks(context, height, marks, x, named) {
  for (const { at, name, dash, text } of marks) {
    context.strokeStyle = context.fillStyle = colour(name);
    context.lineWidth = name === "env" || name === "line" ? 1 : 2;
    context.setLineDash(dash);
    context.beginPath(); context.moveTo(x(at), 0); context.lineTo(x(at), height); context.stroke();
    context.setLineDash([]);
    if (!named || !text) continue;
    const room = context.measureText(text).width + 4;
    context.textAlign = x(at) + room > context.canvas.clientWidth ? "right" : "left";
    context.textBaseline = "top";
    context.fillText(text, x(at) + (context.textAlign === "left" ? 4 : -4), 2);
  }
}

/* A line through the points; where there are several a pixel, their number doesn't matter to the eye. */
function drawLine(context, points, x, y, ink) {
  context.strokeStyle = ink;
  context.lineWidth = 1.25;
  context.beginPath();
  points.forEach(([at, value], index) => (index ? context.lineTo(x(at), y(value)) : context.moveTo(x(at), y(value))));
  context.stroke();
  if (points.length > 150) return;
  context.fillStyle = ink;
  for (const [at, value] of points) { context.beginPath(); context.arc(x(at), y(value), 1.75, 0, 7); context.fill(); }
}

function draw(card) {
  const { series, shown, first } = card;
  const last = data.times.length - 1;
  const marks = [
    ...data.environment.filter((each) => each.at >= first).map((each) => ({ at: each.at, name: "env", dash: [1, 3] })),
    ...series.changes.filter((each) => each.at >= first).map((each) => ({
      at: each.at, name: COLOURS[each.status], dash: each.status === "unconfirmed" ? [5, 3] : [],
      text: each.status === "dismissed" || each.status === "past" ? "" : data.commits[each.at] })),
  ];
  const across = (width) => (at) => LEFT + ((width - LEFT - RIGHT) * (at - first)) / Math.max(1, last - first);
  if (series.ratio) {
    const [context, width] = prepare(card.ratioCanvas, RATIO_HEIGHT);
    const x = across(width);
    const band = shown.filter((i) => series.below[i] !== null).map((i) => [series.runs[i], Math.exp((series.values[i] - series.below[i]) / SCALE), Math.exp((series.values[i] + series.above[i]) / SCALE)]);
    const points = shown.map((i) => [series.runs[i], Math.exp(series.values[i] / SCALE)]);
    const range = extent([...points.map((p) => p[1]), ...band.map((b) => b[1]), ...band.map((b) => b[2])]);
    const y = (value) => RATIO_HEIGHT - 4 - ((RATIO_HEIGHT - 20) * (value - range[0])) / (range[1] - range[0]);
    drawAxis(context, width, RATIO_HEIGHT, range, ratio, y);
    context.fillStyle = colour("band");
    context.beginPath();
    band.forEach(([at, low]) => context.lineTo(x(at), y(low)));
    for (let i = band.length - 1; i >= 0; i--) context.lineTo(x(band[i][0]), y(band[i][2]));
    context.fill();
    drawMarks(context, RATIO_HEIGHT, marks, x, true);
    drawLine(context, points, x, y, colour("ratio"));
  }
  const height = series.ratio ? TIME_HEIGHT : RATIO_HEIGHT;
  const [context, width] = prepare(card.timeCanvas, height);
  const x = across(width);
  const points = shown.map((i) => [series.runs[i], series.figures[i]]);
  const range = extent(points.map((p) => p[1]));
  const y = (value) => height - 4 - ((height - (series.ratio ? 8 : 20)) * (value - range[0])) / (range[1] - range[0]);
  drawAxis(context, width, height, range, amount(series), y);
  drawMarks(context, height, marks, x, !series.ratio);
  drawLine(context, points, x, y, colour("time"));
}

function describe(series, position) {
  const run = series.runs[position];
  const parts = [`${labels.trend_night} ${dates[run]}`, data.commits[run] || "–"];
  if (series.ratio) parts.push(`${labels.trend_ratio} ${ratio(Math.exp(series.values[position] / SCALE))}`);
  parts.push(`${figureLabel(series)} ${amount(series)(series.figures[position])}`, data.types[data.machines[run]], data.subjects[run]);
  return parts.filter(Boolean).join(" · ");
}

function read(card, event) {
  if (!card.shown.length) return;
  const box = event.currentTarget.getBoundingClientRect();
  const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
  const at = card.first + share * (data.times.length - 1 - card.first);
  let best = card.shown[0];
  for (const position of card.shown) if (Math.abs(card.series.runs[position] - at) < Math.abs(card.series.runs[best] - at)) best = position;
  card.readout.textContent = describe(card.series, best);
}

function makeCard(series) {
  const root = element("article", undefined, "card");
  const heading = element("h3", series.dirty ? `${nameOf(series)} (${labels.trend_dirty})` : nameOf(series));
  heading.title = series.fullname;
  root.append(heading);
  const card = { series, root, shown: [], first: 0, stale: true };
  for (const name of series.ratio ? ["ratioCanvas", "timeCanvas"] : ["timeCanvas"]) {
    const canvas = (card[name] = element("canvas"));
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${series.name}: ${name === "ratioCanvas" ? labels.trend_ratio : figureLabel(series)}`);
    canvas.style.height = `${name === "ratioCanvas" || !series.ratio ? RATIO_HEIGHT : TIME_HEIGHT}px`;
    canvas.addEventListener("pointermove", (event) => read(card, event));
    canvas.addEventListener("pointerdown", (event) => read(card, event));
    root.append(canvas);
  }
  card.readout = element("output", series.runs.length ? describe(series, series.runs.length - 1) : "", "over");
  root.append(card.readout);
  const told = series.changes.filter((change) => change.status !== "dismissed").slice(-LISTED);
  if (told.length) root.append(element("ul"));
  for (const change of told) {
    const item = element("li");
    item.append(element("span", `${labels[change.status]} ${percent(change.magnitude)}`, change.status), ` · ${dates[change.at]} · `, element("code", data.commits[change.at] || "–"), ` ${data.subjects[change.at]}`);
    root.lastChild.append(item);
  }
  return card;
}

const cards = data.series.map(makeCard);
const byRoot = new Map(cards.map((card) => [card.root, card]));
const near = new Set();
function refresh(card) { if (card.stale && !card.root.hidden) { card.stale = false; draw(card); } }
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const card = byRoot.get(entry.target);
    if (entry.isIntersecting) { near.add(card); refresh(card); } else near.delete(card);
  }
}, { rootMargin: "400px" });

function apply() {
  const { name, framework, machine, figure, range, changed } = form.elements;
  const words = name.value.toLowerCase().split(/\s+/).filter(Boolean);
  const first = range.value ? Math.max(0, data.times.length - Number(range.value)) : 0;
  let count = 0;
  for (const card of cards) {
    const { series } = card;
    const text = `${series.fullname} ${series.group}`.toLowerCase();
    card.first = first;
    card.shown = visible(series, machine.value, first);
    card.root.hidden = !card.shown.length || !words.every((word) => text.includes(word)) || (framework.value && series.framework !== framework.value) ||
      (figure.value && series.figure !== figure.value) ||
      (changed.checked && !series.changes.some((change) => change.at >= first && change.status !== "dismissed"));
    card.stale = true;
    count += !card.root.hidden;
  }
  document.getElementById("count").textContent = labels.trend_shown.replace("{shown}", count).replace("{all}", cards.length);
  near.forEach(refresh);
}

/* The address holds what is filtered, so that it can be sent to somebody. */
function remember() {
  const filters = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", `#${filters}`);
}

function recall() {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const field = form.elements.namedItem(name);
    if (field && field.type === "checkbox") field.checked = true;
    else if (field) field.value = value;
  }
}

document.getElementById("cards").append(...cards.map((card) => card.root));
document.getElementById("environment")?.append(...data.environment.map((each) => element("li", `${dates[each.at]}: ${each.what}`)));
form.addEventListener("input", () => { remember(); apply(); });
addEventListener("hashchange", () => { recall(); apply(); });
recall();
form.addEventListener("submit", (event) => event.preventDefault());
const redraw = () => { cards.forEach((card) => { card.stale = true; }); near.forEach(refresh); };
addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
apply();
cards.forEach((card) => watcher.observe(card.root));
