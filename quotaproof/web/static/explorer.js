// What makes the pages handier. All of them work without it: it only moves the focus, the arrow keys and the panel.
(() => {
  "use strict";

  const find = (selector, from = document) => from.querySelector(selector);
  const every = (selector, from = document) => [...from.querySelectorAll(selector)];
  let opener = null;

  // Tables in which every cell has something to press: one stop for the Tab key, arrows within.
  const stops = (table) => every("a, input", table);
  const settle = (table, chosen) => stops(table).forEach((stop) => { stop.tabIndex = stop === chosen ? 0 : -1; });

  const beside = (table, stop, key) => {
    const own = stops(table);
    const at = own.indexOf(stop);
    if (key === "ArrowRight") return own[at + 1];
    if (key === "ArrowLeft") return own[at - 1];
    if (key === "Home") return find("a, input", stop.closest("tr"));
    if (key === "End") return stops(stop.closest("tr")).at(-1);
    const rows = [...table.rows];
    const cell = stop.closest("td, th");
    const step = key === "ArrowDown" ? 1 : -1;
    // The first heading row has cells that span, so places are counted from the end.
    const place = cell.parentElement.cells.length - cell.cellIndex;
    for (let row = rows.indexOf(cell.parentElement) + step; rows[row]; row += step) {
      const cells = rows[row].cells;
      const found = cells[cells.length - place] && find("a, input", cells[cells.length - place]);
      if (found) return found;
    }
    return undefined;
  };

  const prepare = (root) => {
    every("table[data-grid]", root).forEach((table) => {
      const first = find("tbody a, tbody input", table);
      if (first) settle(table, first);
    });
    every("[data-scripted]", root).forEach((words) => { words.hidden = false; });
    every("[data-copy]", root).forEach((button) => { button.hidden = !navigator.clipboard; });
    every("[data-close]", root).forEach((button) => { button.hidden = !button.closest("#panel"); });
  };

  document.addEventListener("focusin", (event) => {
    const table = event.target.closest("table[data-grid]");
    if (table && event.target.matches("a, input")) settle(table, event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    const table = event.target.closest("table[data-grid]");
    if (!table || !["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    const next = beside(table, event.target, event.key);
    event.preventDefault();
    if (next) next.focus();
  });

  // The panel with an explanation.
  const close = () => {
    const panel = find("#panel");
    if (panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) close();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(new URL(copy.dataset.copy, location.href).href).then(() => {
        copy.textContent = "Copied";
        find("#said").textContent = "The link is copied.";
      });
    }
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    document.documentElement.classList.add("busy");
    find("#said").textContent = "Solving…";
    if (!event.target.closest("#panel")) opener = event.target;
  });
  document.addEventListener("htmx:afterRequest", () => document.documentElement.classList.remove("busy"));
  document.addEventListener("htmx:sendError", () => {
    find("#said").textContent = "The server cannot be reached.";
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target;
    if (event.detail.elt && event.detail.elt.id === "said") return;
    if (target && target.id === "panel") {
      target.hidden = false;
      target.scrollTop = 0;
      prepare(target);
      (find(".problem, .panel-title, h1", target) || target).focus();
      return;
    }
    close();
    const page = find("#page");
    prepare(page);
    (find("#result-title", page) || find("#table-title", page) || page).focus({ preventScroll: true });
  });

  // Declines act in the order in which they are ticked: hidden fields beside the boxes keep it.
  const place = /^([A-Z]{3}:[a-z0-9-]+)=([0-9]+)$/;
  const said = (box, number) => box.getAttribute("aria-label").replace(/, place [0-9]+ of [0-9]+$/, ` (${number} place${number === 1 ? "" : "s"})`);
  const tick = (list, box) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const field = document.createElement("input");
    words.textContent = said(box, 1);
    Object.assign(field, { type: "hidden", name: "order", value: box.value });
    item.append(words, field);
    list.append(item);
  };
  const untick = (list, box) => {
    const cell = (value) => (place.exec(value) || [value, value])[1];
    const field = every("input", list).filter((one) => cell(one.value) === cell(box.value)).at(-1);
    if (!field) return;
    const [, event, number] = place.exec(field.value) || [];
    if (Number(number) > 1) {
      field.value = `${event}=${number - 1}`;
      field.previousElementSibling.textContent = said(box, number - 1);
    } else field.closest("li").remove();
  };
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches("table.ticks input[name=decline]")) return;
    const list = find("[data-order] ol", box.closest("form"));
    if (box.checked) tick(list, box);
    else untick(list, box);
    find("#said").textContent = box.checked ? `Number ${list.children.length}: ${said(box, 1)}` : "";
  });

  // Too large is said before it is sent.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.upload");
    if (!form) return;
    const size = [...find("input[type=file]", form).files].reduce((sum, file) => sum + file.size, 0);
    const most = Number(form.dataset.most);
    const words = find("#too-large", form);
    words.hidden = size <= most;
    if (size > most) {
      event.preventDefault();
      words.textContent = `The files have ${size.toLocaleString("en")} bytes; at most ${most.toLocaleString("en")} are read.`;
    }
  });

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  if (document.readyState !== "loading") prepare(document);
})();
