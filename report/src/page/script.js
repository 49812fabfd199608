"use strict";
(() => {
  const empty = (cell) => cell.dataset.v === undefined && cell.classList.contains("n");
  const compare = (numeric, up) => (a, b) => {
    if (empty(a.cell) || empty(b.cell)) return empty(a.cell) - empty(b.cell);
    const order = numeric
      ? Number(a.cell.dataset.v) - Number(b.cell.dataset.v)
      : a.cell.textContent.localeCompare(b.cell.textContent, "en", { numeric: true });
    return (up ? order : -order) || a.at - b.at;
  };
  const sort = (table, column) => {
    const heads = [...table.tHead.rows[0].cells];
    const up = heads[column].getAttribute("aria-sort") !== "ascending";
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    const rows = [...table.tBodies[0].rows].map((row, at) => ({ row, at, cell: row.cells[column] }));
    rows.sort(compare(heads[column].classList.contains("n"), up));
    table.tBodies[0].append(...rows.map((r) => r.row));
  };
  const holds = (row, text) => row.textContent.toLowerCase().includes(text.toLowerCase());
  const filter = (table, text) => {
    for (const row of table.tBodies[0].rows) {
      row.hidden = !holds(row, text);
    }
  };
  const tables = [...document.querySelectorAll("div.table table")];
  for (const table of tables) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      head.firstElementChild.addEventListener("click", () => sort(table, column));
    });
    const field = table.parentElement.querySelector("input");
    if (field) field.addEventListener("input", () => filter(table, field.value));
  }
  // Opened with #selftest the page tries every heading and every field, and says in its title what came of it.
  const selftest = () => {
    let sorted = 0;
    let filtered = 0;
    for (const table of tables) {
      const before = [...table.tBodies[0].rows];
      [...table.tHead.rows[0].cells].forEach((head, column) => {
        for (const up of [true, false]) {
          head.firstElementChild.click();
          const cells = [...table.tBodies[0].rows].map((row) => row.cells[column]);
          const ordered = compare(head.classList.contains("n"), up);
          for (let n = 1; n < cells.length; n += 1) {
            if (ordered({ cell: cells[n - 1], at: 0 }, { cell: cells[n], at: 0 }) > 0) {
              throw new Error(`${table.caption.textContent}: column ${column} is not in order`);
            }
          }
          sorted += 1;
        }
      });
      table.tBodies[0].append(...before);
      const field = table.parentElement.querySelector("input");
      if (!field) continue;
      const wanted = before[before.length - 1].cells[0].textContent;
      field.value = wanted;
      field.dispatchEvent(new Event("input"));
      const shown = before.filter((row) => !row.hidden);
      if (shown.length === 0 || !shown.every((row) => holds(row, wanted))) {
        throw new Error(`${table.caption.textContent}: the filter shows other rows`);
      }
      field.value = "";
      field.dispatchEvent(new Event("input"));
      if (before.some((row) => row.hidden)) throw new Error("rows stay hidden");
      filtered += 1;
    }
    return `${tables.length} tables, ${sorted} sorts, ${filtered} filters`;
  };
  if (location.hash === "#selftest") {
    try {
      document.title = `selftest passed: ${selftest()}`;
    } catch (error) {
      document.title = `selftest failed: ${error.message}`;
    }
  }
})();
