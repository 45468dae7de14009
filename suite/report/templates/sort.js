for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => heading.querySelector("button").addEventListener("click", () => {
    const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.sort;
    const compare = (a, b) => key(a).localeCompare(key(b), document.documentElement.lang, { numeric: true });
    const number = (row) => Number(key(row));
    const numeric = [...table.tBodies[0].rows].every((row) => key(row) !== "" && !Number.isNaN(number(row)));
    const order = numeric ? (a, b) => number(a) - number(b) : compare;
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort((a, b) => direction * order(a, b)));
  }));
}
