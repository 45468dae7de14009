"use strict";
const table = document.querySelector("table.sortable");
const body = table.tBodies[0];
const headings = [...table.tHead.rows[0].cells];
headings.forEach((heading, column) => heading.querySelector("button").addEventListener("click", () => {
  const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  headings.forEach((other) => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const keyed = [...body.rows].map((row) => [row.cells[column].dataset.sort, row]);
  const numeric = keyed.every(([key]) => key !== "" && !Number.isNaN(Number(key)));
  keyed.sort(([a], [b]) => direction * (numeric ? a - b : collator.compare(a, b)));
  body.append(...keyed.map(([, row]) => row));
}));

const form = document.getElementById("filters");
const { words, status, cause, count } = form.elements;
const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase(), causes: row.dataset.causes.split(" ") }));
const kept = { words, status, cause };

function apply() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text, causes } of rows) {
    const fits = wanted.every((word) => text.includes(word)) &&
      (!status.value || row.dataset.status === status.value) && (!cause.value || causes.includes(cause.value));
    row.hidden = !fits;
    shown += fits;
  }
  count.value = count.dataset.said.replace("{shown}", shown).replace("{all}", rows.length);
  const chosen = Object.entries(kept).filter(([, field]) => field.value).map(([name, field]) => [name, field.value]);
  const address = chosen.length ? `#${new URLSearchParams(chosen)}` : location.hash.includes("=") ? "#" : location.hash;
  if (address !== location.hash) history.replaceState(null, "", address);
}

/* What was filtered is in the address, so that it outlasts a refresh and can be kept as a bookmark. */
for (const [name, value] of new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "")) {
  if (Object.hasOwn(kept, name)) kept[name].value = value;
}
form.hidden = false;
form.addEventListener("input", apply);
form.addEventListener("reset", () => setTimeout(apply));
form.addEventListener("submit", (event) => event.preventDefault());
for (const link of document.querySelectorAll("a.only")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    form.reset();
    cause.value = link.dataset.cause;
    apply();
    document.getElementById("submissions").scrollIntoView();
    cause.focus({ preventScroll: true });
  });
}
apply();
