"use strict";
(() => {
  // Everything from a file name or a text reaches the page as text: no markup is made of data anywhere below.
  const PAGE = 100;
  const LEVELS = ["low", "medium", "high"];
  const LEVEL_NAMES = ["Low", "Medium", "High"];
  const data = JSON.parse(document.getElementById("data").textContent);
  const number = new Intl.NumberFormat("en-US");
  const byName = new Intl.Collator("en", { numeric: true });
  const el = (name, attributes, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };
  const size = (bytes) => {
    if (bytes < 1024) return `${bytes} B`;
    const power = Math.min(6, Math.floor(Math.log2(bytes) / 10));
    return `${(bytes / 1024 ** power).toFixed(1)} ${["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][power - 1]}`;
  };
  const pill = (level) => el("span", { class: `pill ${LEVELS[level]}` }, LEVEL_NAMES[level]);
  const path = (whole) => {
    const cut = whole.lastIndexOf("/") + 1;
    return el("span", { class: "path" }, el("i", {}, whole.slice(0, cut)), el("b", {}, whole.slice(cut)));
  };

  // The rows, as the page wrote them: lists in a fixed order, so that fifty thousand of them stay small.
  // What only some rows are ever asked for is made when it is asked for.
  class Finding {
    constructor([id, file, member, folder, level, archived, bytes, modified, mode, gap, found]) {
      Object.assign(this, { id, folder, level, archived, bytes, modified, mode, gap, found });
      this.whole = member ? `${file}!/${member}` : file;
      this.count = 0;
      for (const one of found) this.count += one[1];
    }
    get types() { return this.found.map(([type]) => type); }
    get categories() { return [...new Set(this.found.map(([type]) => data.types[type][2]))]; }
    get names() { return this.found.map(([type]) => data.types[type][1]); }
    get hay() {
      if (!this.text) {
        this.text = `${this.whole}\n${this.id}`.toLowerCase();
        for (const [type] of this.found) this.text += words[type];
      }
      return this.text;
    }
  }
  const words = data.types.map(([id, name]) => `\n${name}\n${id}`.toLowerCase());
  const findings = data.findings.map((row) => new Finding(row));
  const gaps = data.gaps.map(([whole, reason, partial, detail]) => ({
    whole, reason, partial, detail, hay: `${whole}\n${data.reasons[reason][0]}\n${detail}`.toLowerCase(),
  }));
  const policies = data.policies.map(([file, kind, level, words]) => ({
    whole: file, kind, level, words, hay: `${file}\n${data.kinds[kind][0]}\n${words}`.toLowerCase(),
  }));

  const facts = (pairs) => {
    const shown = pairs.filter(([, value]) => value);
    return el("dl", { class: "about" }, ...shown.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  };
  const found = ([type, times, places]) => {
    const [id, name, category, advice] = data.types[type];
    const heading = el("h3", {}, name, id === name ? null : el("code", {}, id), el("span", { class: "soft" }, `${number.format(times)} × · ${data.categories[category]}`));
    const rows = places.map(([place, mask, keyword]) =>
      el("tr", {}, el("td", {}, place), el("td", { class: "mask" }, mask), el("td", {}, keyword)));
    const more = times - places.length;
    return el("div", { class: "found" }, heading,
      rows.length ? el("table", {}, el("thead", {}, el("tr", {}, ...["Where", "Match", "Keyword"].map((word) => el("th", { scope: "col" }, word)))), el("tbody", {}, ...rows)) : null,
      more > 0 ? el("p", { class: "soft small" }, `${number.format(more)} more not shown here; the JSON result lists them.`) : null,
      el("p", { class: "advice" }, advice));
  };
  const detail = (row) => [
    ...row.found.map(found),
    facts([
      ["Size", row.bytes === null ? "" : size(row.bytes)], ["Last changed", row.modified], ["Mode", row.mode],
      ["Inspected in part", row.gap < 0 ? "" : `${data.reasons[row.gap][0]}: ${data.reasons[row.gap][1]}`],
      ["Finding", el("code", {}, row.id)],
    ]),
  ];
  const kinds = (row) => {
    const names = row.names.slice(0, 3).join(", ");
    return row.names.length > 3 ? `${names} and ${row.names.length - 3} more` : names;
  };

  const columns = {
    level: { name: "Severity", cell: (row) => pill(row.level), by: (row) => row.level, down: true },
    whole: { name: "File", cell: (row) => path(row.whole), by: (row) => row.whole },
    what: { name: "What", cell: kinds, by: (row) => row.names.join() },
    count: { name: "Matches", cell: (row) => number.format(row.count), by: (row) => row.count, down: true, class: "num" },
    modified: { name: "Changed", cell: (row) => (row.modified || "").slice(0, 10), by: (row) => row.modified || "", down: true, class: "num" },
    reason: { name: "Reason", cell: (row) => el("code", {}, data.reasons[row.reason][0]), by: (row) => data.reasons[row.reason][0] },
    partial: { name: "Inspected", cell: (row) => (row.partial ? "in part" : "not at all"), by: (row) => row.partial },
    detail: { name: "Detail", cell: (row) => row.detail, by: (row) => row.detail },
    kind: { name: "Policy", cell: (row) => data.kinds[row.kind][1], by: (row) => row.kind },
    words: { name: "What it means", cell: (row) => row.words, by: (row) => row.words },
  };
  const facets = {
    level: { name: "Severity", of: (row) => [row.level], word: (key) => LEVEL_NAMES[key], order: (a, b) => b - a },
    category: { name: "Category", of: (row) => row.categories, word: (key) => data.categories[key] },
    type: { name: "Identifier", of: (row) => row.types, word: (key) => data.types[key][1] },
    folder: { name: "Folder", of: (row) => [row.folder], word: (key) => data.folders[key] },
    reason: { name: "Reason", of: (row) => [row.reason], word: (key) => data.reasons[key][0] },
    kind: { name: "Policy", of: (row) => [row.kind], word: (key) => data.kinds[key][1] },
  };

  const select = (facet, rows, changed) => {
    const counts = new Map();
    for (const row of rows) for (const key of facet.of(row)) counts.set(key, (counts.get(key) || 0) + 1);
    const order = facet.order || ((a, b) => byName.compare(facet.word(a), facet.word(b)));
    const options = [...counts].sort(([a], [b]) => order(a, b));
    const box = el("select", {}, el("option", { value: "" }, "All"),
      ...options.map(([key, count]) => el("option", { value: key }, `${facet.word(key)} (${number.format(count)})`)));
    box.addEventListener("change", changed);
    return { box, node: el("label", {}, facet.name, box) };
  };

  const lists = {};
  const list = (name, rows, shownColumns, shownFacets, expand) => {
    const root = document.querySelector(`[data-list="${name}"]`);
    if (!root || rows.length === 0) return;
    let kept = rows, page = 0, sorting = null, timer = 0;
    const search = el("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: "Path, type, id" });
    const boxes = shownFacets.map((key) => [key, select(facets[key], rows, () => filter())]);
    const clear = el("button", { type: "button", hidden: true }, "Clear");
    const form = el("form", { class: "filters", role: "search" }, el("label", { class: "text" }, "Search", search), ...boxes.map(([, box]) => box.node), clear);
    const heads = shownColumns.map((key) => {
      const button = el("button", { type: "button" }, columns[key].name);
      button.addEventListener("click", () => sort(key));
      return el("th", { scope: "col", class: columns[key].class, "aria-sort": "none" }, button);
    });
    const body = el("tbody");
    const table = el("table", {}, el("caption", { class: "unseen" }, root.dataset.caption), el("thead", {}, el("tr", {}, ...heads)), body);
    const sheet = el("div", { class: "sheet" }, table);
    const status = el("span", { role: "status", "aria-live": "polite" });
    const previous = el("button", { type: "button" }, "Previous");
    const next = el("button", { type: "button" }, "Next");
    root.replaceChildren(form, sheet, el("div", { class: "pager" }, status, el("div", {}, previous, next)));

    const toggle = (row, line, button) => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) line.nextElementSibling.remove();
      else line.after(el("tr", { class: "detail" }, el("td", { colspan: shownColumns.length }, ...expand(row))));
    };
    const line = (row) => {
      const cells = shownColumns.map((key) => el("td", { class: columns[key].class }, columns[key].cell(row)));
      const tr = el("tr", { class: expand ? "row" : undefined }, ...cells);
      if (!expand) return tr;
      const at = shownColumns.indexOf("whole");
      const button = el("button", { type: "button", class: "open", "aria-expanded": "false", "aria-label": `Details of ${row.whole}` });
      cells[at].replaceChildren(el("div", { class: "where" }, button, ...cells[at].childNodes));
      tr.addEventListener("click", (event) => {
        const picked = String(window.getSelection());
        if (event.target === button || (picked === "" && !event.target.closest("a, button"))) toggle(row, tr, button);
      });
      return tr;
    };
    const show = () => {
      const from = page * PAGE, part = kept.slice(from, from + PAGE);
      body.replaceChildren(...part.map(line));
      if (part.length === 0) {
        body.append(el("tr", {}, el("td", { colspan: shownColumns.length, class: "none" }, "Nothing fits this filter.")));
      }
      const all = kept.length === rows.length ? "" : ` (of ${number.format(rows.length)})`;
      status.textContent = part.length
        ? `${number.format(from + 1)}–${number.format(from + part.length)} of ${number.format(kept.length)}${all}` : `None of ${number.format(rows.length)}`;
      previous.disabled = page === 0;
      next.disabled = from + PAGE >= kept.length;
    };
    const arrange = () => {
      if (!sorting) return;
      const { by } = columns[sorting.key], sign = sorting.down ? -1 : 1;
      const keyed = kept.map((row, index) => [by(row), index, row]);
      const plain = keyed.length > 5000;
      keyed.sort(([a, i], [b, j]) => {
        const order = typeof a === "string" && !plain ? byName.compare(a, b) : a < b ? -1 : a > b ? 1 : 0;
        return order * sign || i - j;
      });
      kept = keyed.map(([, , row]) => row);
    };
    const filter = () => {
      const sought = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = boxes.filter(([, { box }]) => box.value !== "").map(([key, { box }]) => [facets[key].of, Number(box.value)]);
      kept = rows.filter((row) => {
        for (const [of, key] of wanted) {
          if (!of(row).includes(key)) return false;
        }
        return sought.every((word) => row.hay.includes(word));
      });
      clear.hidden = sought.length === 0 && wanted.length === 0;
      page = 0;
      arrange();
      show();
    };
    const sort = (key) => {
      const down = sorting && sorting.key === key ? !sorting.down : Boolean(columns[key].down);
      sorting = { key, down };
      heads.forEach((head, index) => head.setAttribute("aria-sort", shownColumns[index] !== key ? "none" : down ? "descending" : "ascending"));
      page = 0;
      arrange();
      show();
    };
    const turn = (by) => {
      page += by;
      show();
      sheet.scrollIntoView({ block: "start" });
    };
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 80); });
    form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
    clear.addEventListener("click", () => {
      search.value = "";
      for (const [, { box }] of boxes) box.value = "";
      filter();
      search.focus();
    });
    previous.addEventListener("click", () => turn(-1));
    next.addEventListener("click", () => turn(1));
    lists[name] = {
      set: (wanted) => {
        search.value = "";
        for (const [key, { box }] of boxes) box.value = key in wanted ? String(wanted[key]) : "";
        filter();
      },
    };
    if (shownColumns.includes("level")) sort("level");
    else show();
  };
  list("findings", findings.filter((row) => !row.archived), ["level", "whole", "what", "count", "modified"], ["level", "category", "type", "folder"], detail);
  list("suppressed", findings.filter((row) => row.archived), ["level", "whole", "what", "count", "modified"], ["level", "type"], detail);
  list("gaps", gaps, ["whole", "reason", "partial", "detail"], ["reason"], null);
  list("policies", policies, ["level", "whole", "kind", "words"], ["level", "kind"], null);

  // Tabs: without scripts these are links to parts of one long page.
  const bar = document.querySelector("nav div");
  const tabs = [...bar.querySelectorAll("a")];
  const panels = tabs.map((tab) => document.querySelector(tab.getAttribute("href")));
  bar.setAttribute("role", "tablist");
  const pick = (index, focus) => {
    tabs.forEach((tab, at) => {
      tab.setAttribute("aria-selected", String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
      panels[at].hidden = at !== index;
    });
    if (focus) tabs[index].focus();
  };
  tabs.forEach((tab, index) => {
    tab.id = `tab-${panels[index].id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panels[index].id);
    panels[index].setAttribute("role", "tabpanel");
    panels[index].setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => { event.preventDefault(); pick(index, false); });
    tab.addEventListener("keydown", (event) => {
      const last = tabs.length - 1;
      const to = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last }[event.key];
      if (event.key === " ") pick(index, false);
      else if (to !== undefined) pick(to, true);
      else return;
      event.preventDefault();
    });
  });
  pick(Math.max(0, panels.findIndex((panel) => `#${panel.id}` === location.hash)), false);

  // A bar of a chart is a filter.
  for (const link of document.querySelectorAll("a[data-facet]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const index = panels.findIndex((panel) => `#${panel.id}` === link.getAttribute("href"));
      const name = link.getAttribute("href").slice(1);
      if (lists[name]) lists[name].set({ [link.dataset.facet]: Number(link.dataset.key) });
      pick(index, true);
    });
  }

  const themes = ["auto", "light", "dark"];
  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const now = themes[(themes.indexOf(theme.dataset.now) + 1) % themes.length];
    theme.dataset.now = now;
    theme.textContent = `Theme: ${now}`;
    if (now === "auto") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.setAttribute("data-theme", now);
  });
  document.documentElement.dataset.ready = "true";
})();
