// Filters, keys and page views. All state lives in the address: #level=hard&q=...&page=KEY&line=3
// Pages are drawn when they are opened, from the JSON that stands in the file.
"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const SVG = "http://www.w3.org/2000/svg";
  const FILTERS = ["q", "level", "kind", "doc"];

  const index = JSON.parse($("#index").textContent);
  const pages = new Map(index.pages.map((page) => [page.key, page]));
  const source = (what) => new Map($$(`script[data-${what}]`).map((s) => [s.dataset[what], s]));
  const lineSources = source("lines"), pictureSources = source("picture");
  const parsed = new Map(), texts = new Map();
  const form = $("#filters"), overview = $("#overview"), pageView = $("#page"), box = $("#page .wrap");
  const title = document.title;
  let state = {}, shown = null, current = null;

  // --- address -------------------------------------------------------------------------------
  const read = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const address = (changes) => {
    const all = new URLSearchParams();
    for (const [key, value] of Object.entries({ ...state, ...changes })) if (value) all.set(key, value);
    return "#" + all;
  };
  const go = (changes) => {
    history.replaceState(null, "", address(changes));
    update();
  };

  function update() {
    const before = state;
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return; // a link to a heading
    state = read();
    const dark = { dark: "dark", light: "light" }[state.theme];
    if (dark) document.documentElement.dataset.theme = dark;
    for (const name of FILTERS) if (form[name] && form[name].value !== (state[name] || "")) form[name].value = state[name] || "";
    $("[type=reset]", form).hidden = !FILTERS.some((name) => state[name]);
    filter();
    if (pages.has(state.page)) {
      if (shown !== state.page || FILTERS.some((f) => before[f] !== state[f])) openPage(state.page);
      if (state.line !== undefined) mark($(`#line-${+state.line}`), before.line !== state.line || before.page !== state.page, before.page !== state.page);
    } else if (shown) closePage();
  }

  // --- filters -------------------------------------------------------------------------------
  const linesOf = (key) => {
    if (!parsed.has(key)) parsed.set(key, lineSources.has(key) ? JSON.parse(lineSources.get(key).textContent) : null);
    return parsed.get(key);
  };
  const sides = (line) => {
    if (typeof line.d === "string") return [line.d, line.d];
    return [0, 1].map((side) => line.d.map((s) => (typeof s === "string" ? s : s[side])).join(""));
  };
  const hasText = (line, wanted) => sides(line).some((text) => text.toLocaleLowerCase().includes(wanted));
  const textOf = (key) => {
    if (!texts.has(key)) {
      const page = linesOf(key);
      texts.set(key, page ? page.lines.map((line) => sides(line).join("\n")).join("\n").toLocaleLowerCase() : "");
    }
    return texts.get(key);
  };
  const wanted = () => (state.q || "").toLocaleLowerCase();

  function fits(page) {
    if (state.level && page.level !== state.level) return false;
    if (state.doc && page.doc !== state.doc) return false;
    if (state.kind && !(state.kind in page.kinds)) return false;
    return !state.q || page.key.toLocaleLowerCase().includes(wanted()) || textOf(page.key).includes(wanted());
  }

  function filter() {
    const chosen = new Set(index.pages.filter(fits).map((page) => page.key));
    for (const row of $$("#page-table tbody tr")) row.hidden = !chosen.has(row.dataset.page);
    let lines = 0;
    const cards = $$("article.line");
    for (const card of cards) {
      const d = card.dataset;
      const kept = (!state.level || d.level === state.level) && (!state.doc || d.doc === state.doc) &&
        (!state.kind || d.kind === state.kind) &&
        (!state.q || $$(".words", card).some((w) => plain(w).includes(wanted())));
      card.hidden = !kept;
      lines += kept;
    }
    for (const record of $$("details.record")) record.hidden = Boolean(state.doc) && record.dataset.doc !== state.doc;
    if ($("#no-worst")) $("#no-worst").hidden = lines > 0;
    tell(chosen, lines, cards.length);
  }
  const plain = (words) => (words.dataset.text ||= words.textContent.replaceAll("·", "").replaceAll("␣", " ").toLocaleLowerCase());

  function tell(chosen, lines, ofLines) {
    const out = $("output", form);
    if (!FILTERS.some((name) => state[name])) { out.textContent = ""; return; }
    let errors = 0, total = 0;
    for (const key of chosen) {
      const page = pages.get(key);
      const [e, t] = state.kind ? page.kinds[state.kind] : page.cer;
      errors += e; total += t;
    }
    const rate = total ? `${(100 * errors / total).toFixed(2)} % wrong` : "nothing to measure";
    out.replaceChildren(make("b", {}, rate), ` · ${chosen.size} of ${pages.size} pages · ${lines} of ${ofLines} lines`);
  }

  // --- building ------------------------------------------------------------------------------
  function make(tag, attributes = {}, ...children) {
    const element = tag.startsWith("svg:") ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, value);
    element.append(...children.filter((child) => child !== ""));
    return element;
  }
  const graphemes = (text) => [...new Intl.Segmenter("ru").segment(text)].map((s) => s.segment);
  const visible = (text) => text.replaceAll(" ", "␣");

  // The same marks as those of the worst lines: wrong underlined, left out framed, put in struck.
  function marks([truth, reading], side) {
    const own = side ? reading : truth;
    if (truth && reading) return [make("mark", { class: "s", title: side ? `typed: ${visible(truth)}` : `read: ${visible(reading)}` }, visible(own))];
    const kind = reading ? "x" : "m";
    if (own) return [make("mark", { class: kind, title: kind === "x" ? "put in" : "left out" }, visible(own))];
    return [make("span", { class: "fill", "aria-hidden": "true" }, "·".repeat(graphemes(truth + reading).length))];
  }
  function row(who, line, side) {
    const parts = typeof line.d === "string" ? [line.d] : line.d.flatMap((s) => (typeof s === "string" ? [s] : marks(s, side)));
    return make("p", {}, make("span", { class: "who" }, who), make("span", { class: "words", lang: "ru" }, ...parts));
  }
  function item(line, n) {
    const wrong = line.e > 0;
    const rows = line.x ? [row("made up", line, 1)] : wrong ? [row("typed", line, 0), row("read", line, 1)] : [row("", line, 0)];
    if (line.m) rows.at(-1).append(make("span", { class: "tag" }, "read at another place"));
    const names = [wrong ? "wrong-line" : "right-line"];
    if (line.x) names.push("extra-line");
    const li = make("li", { id: `line-${n}`, class: names.join(" ") }, make("div", { class: "diff" }, ...rows));
    if (wrong) { li.tabIndex = -1; li.setAttribute("aria-label", `line ${n + 1}: ${line.e} errors in ${line.t} characters`); }
    li.addEventListener("click", () => { if (!String(getSelection())) go({ line: String(n) }); });
    return li;
  }

  // --- one page ------------------------------------------------------------------------------
  const rect = ([left, top, right, bottom], attributes) =>
    make("svg:rect", { x: left, y: top, width: right - left, height: bottom - top, ...attributes });

  function sheet(key, page) {
    const [width, height] = page.size;
    const svg = make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "The sheet, its lines framed" });
    const picture = pictureSources.get(key);
    if (picture) svg.append(make("svg:image", { href: picture.textContent, width, height, preserveAspectRatio: "none" }));
    for (const zone of page.zones) {
      const shape = rect(zone.b, { class: zone.x ? "zone extra" : "zone" });
      shape.append(make("svg:title", {}, zone.x ? `found, but not in the truth: ${words(zone.k)}` : words(zone.k)));
      svg.append(shape);
    }
    page.lines.forEach((line, n) => {
      if (!line.b) return;
      const wrong = line.e > 0;
      const link = make("svg:a", { href: address({ line: String(n) }), id: `box-${n}`, tabindex: wrong ? 0 : -1,
        "aria-label": wrong ? `line ${n + 1}: ${line.e} errors in ${line.t} characters` : `line ${n + 1}: right` });
      link.append(rect(line.b, { class: line.x ? "extra-line" : wrong ? "bad" : "ok" }));
      if (!picture) link.append(typed(line));
      link.append(make("svg:title", {}, sides(line)[0] || sides(line)[1]));
      link.addEventListener("click", (event) => { event.preventDefault(); go({ line: String(n) }); });
      svg.append(link);
    });
    return svg;
  }
  // Without a picture the boxes hold what is typed, as wide as it is there.
  function typed(line) {
    const [left, top, right, bottom] = line.b;
    const size = (bottom - top) * 0.8;
    return make("svg:text", { x: left, y: bottom - (bottom - top) * 0.25, "font-size": size, textLength: right - left, lengthAdjust: "spacingAndGlyphs" },
      sides(line)[line.x ? 1 : 0]);
  }
  const words = (name) => name.replaceAll("_", " ");

  function openPage(key) {
    const info = pages.get(key), page = linesOf(key);
    const order = index.pages.filter(fits).map((p) => p.key);
    const at = order.indexOf(key);
    const link = (name, to, keys) => make("a", to ? { href: address({ page: to, line: "" }), title: keys } : { "aria-disabled": "true", class: "muted" }, name);
    const rate = info.cer[1] ? `${(100 * info.cer[0] / info.cer[1]).toFixed(2)} % wrong (${info.cer[0]} of ${info.cer[1]})` : `${info.cer[0]} errors`;
    const head = make("div", { class: "page-head" }, make("h2", {}, info.name), make("span", {}, rate), info.level ? make("span", { class: "tag" }, info.level) : "",
      make("nav", { "aria-label": "Pages" }, link("‹ previous", order[at - 1], "p"), " · ", link("next ›", order[at + 1], "n"), " · ",
        make("a", { href: address({ page: "", line: "" }) || "#", title: "Esc" }, "overview")));
    box.replaceChildren(head);
    if (page) {
      const list = make("ol", { class: "lines", "aria-label": "Lines, typed and read" });
      let kind = null;
      page.lines.forEach((line, n) => {
        const hidden = (state.kind && line.k !== state.kind) || (state.q && !hasText(line, wanted()) && !info.key.toLocaleLowerCase().includes(wanted()));
        if (hidden) return;
        if (line.k !== kind && !line.x) list.append(make("li", { role: "presentation" }, make("h3", {}, words(kind = line.k))));
        list.append(item(line, n));
      });
      const right = make("div", {}, list);
      box.append(make("div", { class: "page-body" }, page.size[0] ? make("div", { class: "sheet" }, sheet(key, page)) : make("p", { class: "no-crop" }, "No boxes are known of this page."), right));
      if (page.size[0] && !pictureSources.has(key)) right.prepend(make("p", { class: "no-crop" }, index.noPicture));
    } else box.append(make("p", {}, index.noLines));
    pageView.hidden = false;
    overview.hidden = true;
    document.body.classList.add("one-page");
    document.title = `${info.name} · ${title}`;
    if (shown !== key) { scrollTo(0, 0); if (shown === null || document.activeElement === document.body) pageView.focus({ preventScroll: true }); }
    shown = key;
    current = null;
  }

  function closePage() {
    const from = $(`#page-table tr[data-page="${CSS.escape(shown)}"] a`);
    shown = current = null;
    pageView.hidden = true;
    overview.hidden = false;
    document.body.classList.remove("one-page");
    box.replaceChildren();
    document.title = title;
    if (from && !from.closest("tr").hidden) { from.focus({ preventScroll: true }); from.scrollIntoView({ block: "center", behavior: "instant" }); }
  }

  // --- keys ----------------------------------------------------------------------------------
  function mark(element, scroll = true, opened = false) {
    for (const old of $$(".current")) old.classList.remove("current");
    current = element;
    if (!element) return;
    element.classList.add("current");
    const n = element.id.match(/^line-(\d+)$/);
    if (n && $(`#box-${n[1]}`)) $(`#box-${n[1]}`).classList.add("current");
    if (!scroll) return;
    element.scrollIntoView(opened ? { block: "center", behavior: "instant" } : { block: shown ? "nearest" : "center" });
    if (element.tabIndex < 0) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }
  function step(by) {
    const rows = shown ? $$(".wrong-line") : $$("article.line:not([hidden])");
    if (!rows.length) return;
    let at = rows.indexOf(current);
    if (at < 0) at = by > 0 ? -1 : 0;
    const next = rows[(at + by + rows.length) % rows.length];
    if (shown) go({ line: next.id.slice(5) });
    else mark(next);
  }
  function turn(by) {
    const order = index.pages.filter(fits).map((page) => page.key);
    const to = shown ? order[order.indexOf(shown) + by] : order[0];
    if (to) location.hash = address({ page: to, line: "" });
  }
  const KEYS = {
    j: () => step(1), k: () => step(-1), n: () => turn(1), p: () => turn(-1),
    "/": () => form.q.focus(), "?": () => $("#help").showModal(),
    Escape: () => { if (shown) location.hash = address({ page: "", line: "" }); },
    Enter: () => { if (!shown && current && current.dataset.page) location.hash = address({ page: current.dataset.page, line: current.dataset.place }); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("#help").open) return;
    const at = event.target;
    if (at.matches("input, select, textarea")) { if (event.key === "Escape") at.blur(); return; }
    if (event.key === "Enter" && at.matches("a, button, summary")) return;
    const action = KEYS[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  // --- table and form ------------------------------------------------------------------------
  $$("#page-table thead th").forEach((heading, column) => {
    $("button", heading).addEventListener("click", () => {
      const falling = heading.getAttribute("aria-sort") !== "descending" && column > 1 || heading.getAttribute("aria-sort") === "ascending";
      for (const other of $$("#page-table thead th")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const body = $("#page-table tbody");
      const value = (tr) => Number(tr.children[column].dataset.v);
      const rows = [...body.rows].map((tr) => [value(tr), tr]);
      rows.sort((a, b) => (falling ? b[0] - a[0] : a[0] - b[0]));
      body.append(...rows.map(([, tr]) => tr));
    });
  });
  form.addEventListener("input", () => go(Object.fromEntries(FILTERS.map((name) => [name, form[name] ? form[name].value : ""]))));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); go(Object.fromEntries(FILTERS.map((name) => [name, ""]))); });
  $("#theme").addEventListener("click", () => {
    const set = document.documentElement.dataset.theme;
    const dark = set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    go({ theme: dark ? "light" : "dark" });
  });
  $("#help-button").addEventListener("click", () => $("#help").showModal());
  addEventListener("hashchange", update);
  update();
})();
