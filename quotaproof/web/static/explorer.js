// What makes the pages handier. All of them work without it: it only moves the focus, the arrow keys and the panel.
(() => {
  "use strict";

  const find = (selector, from = document) => from.querySelector(selector);
  const every = (selector, from = document) => [...from.querySelectorAll(selector)];
  let opener = null;
  // The words that a script shows, in the language of the page.
  const words = JSON.parse(document.body.dataset.words || "{}");

  // What this browser remembers, where it may.
  const recall = (key) => { try { return localStorage.getItem(key) || ""; } catch { return ""; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* it is forgotten with the page */ } };

  // Light or dark: as the system is, or as this browser was told.
  const dark = () => {
    const told = document.documentElement.dataset.theme;
    return told ? told === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const choose = (theme) => {
    if (theme) {
      document.documentElement.dataset.theme = theme;
      remember("theme", theme);
    }
    every("button[data-theme]").forEach((button) => {
      button.hidden = false;
      button.textContent = dark() ? words.light : words.dark;
      button.setAttribute("aria-label", dark() ? words.to_light : words.to_dark);
    });
  };
  choose(recall("theme"));

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

  // What is wider than its room has a shade where more of it is, and tabs begin with the one that is shown.
  const edge = (box) => box.classList.toggle("more", box.scrollWidth - box.clientWidth - box.scrollLeft > 2);
  const edges = (root) => every(".scroll, .parts ul", root).forEach(edge);
  document.addEventListener("scroll", (event) => {
    if (event.target.nodeType === Node.ELEMENT_NODE && event.target.matches(".scroll, .parts ul")) edge(event.target);
  }, true);
  addEventListener("resize", () => edges(document));

  const prepare = (root) => {
    const tab = find(".parts [aria-current]", root);
    if (tab) {
      const list = tab.closest("ul");
      list.scrollLeft = tab.offsetLeft - list.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2;
    }
    edges(root);
    every("table[data-grid]", root).forEach((table) => {
      const first = find("tbody a, tbody input", table);
      if (first) settle(table, first);
    });
    every("[data-scripted]", root).forEach((part) => { part.hidden = false; });
    every("[data-copy], [data-copy-words]", root).forEach((button) => { button.hidden = !navigator.clipboard; });
    every("[data-copy-picture]", root).forEach((button) => {
      button.hidden = !navigator.clipboard || typeof ClipboardItem === "undefined" || location.protocol === "file:";
    });
    mark();
    every("[data-close]", root).forEach((button) => { button.hidden = !button.closest("#panel"); });
  };

  document.addEventListener("focusin", (event) => {
    const table = event.target.closest("table[data-grid]");
    if (table && event.target.matches("a, input")) settle(table, event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    // In a table of inputs, up and down go to the same column of the row beside it; the others move in the text.
    const cell = event.target.closest("table[data-cells] tbody td");
    if (cell && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const row = cell.parentElement[event.key === "ArrowUp" ? "previousElementSibling" : "nextElementSibling"];
      const input = row && find("input", row.cells[cell.cellIndex]);
      if (input) { event.preventDefault(); input.focus(); input.select(); }
      return;
    }
    const table = event.target.closest("table[data-grid]");
    if (!table || !["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    const next = beside(table, event.target, event.key);
    event.preventDefault();
    if (next) next.focus();
  });

  // The panel with an explanation, and the cell that it is about.
  const open = (stop) => {
    every(".opened").forEach((cell) => cell.classList.remove("opened"));
    const cell = stop && stop.closest("td, th");
    if (cell) cell.classList.add("opened");
  };
  const close = () => {
    const panel = find("#panel");
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    open(null);
    if (panel.closest("main")) find("footer.site").before(panel);
    panel.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  };

  const tellCopied = (button, copying, said) => copying.then(() => {
    button.textContent = words.copied;
    find("#said").textContent = said;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) close();
    if (event.target.closest("[data-cancel]")) cancel();
    const theme = event.target.closest("[data-theme]:not(html)");
    if (theme) choose(dark() ? "light" : "dark");
    // The address may have changed since the header was loaded.
    const other = event.target.closest("a[data-language]");
    if (other) {
      const there = new URL(location.href);
      there.searchParams.set("lang", other.dataset.language);
      if (there.pathname === "/uploads") there.pathname = "/"; // what was sent is not sent again
      other.href = there.href;
    }
    const quote = event.target.closest("[data-copy-words]");
    if (quote) tellCopied(quote, navigator.clipboard.writeText(quote.dataset.copyWords), words.it_is_copied);
    const drawn = event.target.closest("[data-copy-picture]");
    if (drawn) {
      const image = fetch(drawn.dataset.copyPicture).then((answer) => answer.blob());
      tellCopied(drawn, navigator.clipboard.write([new ClipboardItem({ "image/png": image })]), words.picture_is_copied);
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) tellCopied(copy, navigator.clipboard.writeText(new URL(copy.dataset.copy, location.href).href), words.link_is_copied);
  });

  // What is waited for: shown after 0.3 s, with the seconds, and with a button that ends the questions themselves,
  // since the server stops what nobody waits for. Small parts that load by themselves are not asked by anybody.
  const asked = new Map();
  let clock = null;
  const wait = () => {
    const started = performance.now();
    const tell = () => {
      document.documentElement.classList.add("busy");
      find("[data-waiting]").textContent = `${words.solving} ${Math.floor((performance.now() - started) / 1000)} s`;
    };
    clock = setTimeout(() => { tell(); clock = setInterval(tell, 500); }, 300);
  };
  const rest = () => {
    clearInterval(clock);
    clock = null;
    document.documentElement.classList.remove("busy");
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest(".verdict-line")) return;
    asked.set(event.detail.xhr, event.target);
    if (clock === null) wait();
    find("#said").textContent = words.solving;
    if (!event.target.closest("#panel")) opener = event.target;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (asked.delete(event.detail.xhr) && !asked.size) rest();
  });
  const cancel = () => {
    const [first] = asked.values();
    [...asked.keys()].forEach((request) => request.abort());
    asked.clear();
    rest();
    find("#said").textContent = words.cancelled;
    if (first && first.isConnected) (find("button.main", first) || first).focus();
  };

  document.addEventListener("htmx:sendError", () => {
    find("#said").textContent = words.unreachable;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target;
    if (event.detail.elt && event.detail.elt.id === "said") return;
    if (target && target.closest(".verdict-line")) return;
    if (target && target.id === "panel") {
      target.hidden = false;
      // Where there is no room beside the page, it opens below the table that it is about.
      const below = matchMedia("(max-width: 70rem)").matches;
      const table = opener && opener.closest(".scroll");
      if (table && below) table.after(target);
      target.scrollTop = 0;
      prepare(target);
      open(opener);
      (find(".problem, .panel-title, h1", target) || target).focus({ preventScroll: true });
      // There all of it comes into view, or as much as there is room for.
      const box = target.getBoundingClientRect();
      if (below && box.bottom > innerHeight) scrollBy(0, Math.min(box.top, box.bottom - innerHeight));
      else if (!below && opener && opener.isConnected) opener.scrollIntoView({ block: "nearest" });
      return;
    }
    close();
    const page = find("#page");
    prepare(page);
    (find("#answer", page) || find("#result-title", page) || page).focus({ preventScroll: true });
  });

  // A long table: find, order, and the nation that is one's own, which this browser remembers.
  const name = (row) => (find("th", row) || row).textContent.trim().toLowerCase();
  const full = (row) => (find(".noc-name", row) || row).textContent.trim();
  const number = (row, column) => {
    const cell = row.cells[column];
    return cell ? Number.parseInt(cell.dataset.value ?? cell.textContent, 10) || 0 : 0;
  };
  const mark = () => {
    const mine = recall("nation");
    every("[data-noc]").forEach((row) => row.classList.toggle("mine", mine !== "" && row.dataset.noc === mine));
    every("[data-mine]").forEach((select) => { select.value = mine; });
    every("[data-my-nation]").forEach((field) => { if (!field.value) field.value = mine; });
  };
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches("[data-filter]")) {
      const word = field.value.trim().toLowerCase();
      every("tbody tr", find(field.dataset.filter)).forEach((row) => { row.hidden = !name(row).includes(word); });
    } else if (field.matches("[data-sort]")) {
      const body = find("tbody", find(field.dataset.sort));
      const rows = every("tr", body);
      rows.forEach((row, place) => { row.dataset.place ??= place; });
      const column = Number(field.value);
      rows.sort((a, b) => {
        if (field.value === "") return a.dataset.place - b.dataset.place;
        if (field.value === "name") return full(a).localeCompare(full(b));
        return number(b, column) - number(a, column) || a.dataset.place - b.dataset.place;
      });
      body.append(...rows);
    } else if (field.matches("[data-mine]")) {
      remember("nation", field.value);
      mark();
    }
  });

  // Too large is said before it is sent.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.upload");
    if (!form) return;
    const size = [...find("input[type=file]", form).files].reduce((sum, file) => sum + file.size, 0);
    const most = Number(form.dataset.most);
    const box = find("#too-large", form);
    box.hidden = size <= most;
    if (size > most) {
      event.preventDefault();
      const written = (number) => number.toLocaleString(document.documentElement.lang);
      box.textContent = words.too_large.replace("{size}", written(size)).replace("{most}", written(most));
    }
  });

  document.addEventListener("DOMContentLoaded", () => { choose(); prepare(document); });
  // Paper shows what is folded.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = every("details:not([open])");
    folded.forEach((fold) => { fold.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((fold) => { fold.open = false; }));
  if (document.readyState !== "loading") prepare(document);
})();
