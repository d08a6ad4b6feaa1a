// @ts-check
/* Run and change the cells of a page. The cells, what they are made from and the Python that runs them come from the
   folder beside this script; nothing leaves the page. */
(function (ITS) {
  "use strict";
  if (ITS.run) return;

  // The smallest program that catches an exception in the form that this Python needs.
  const CATCHES = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 13, 1, 11, 0, 2, 64, 31, 64, 1, 2, 0, 11, 11, 11]);
  const GONE = "The names of all cells are gone: the next run begins with the cells above.";
  const BITS = "Whole numbers in arrays have 32 bits here and wrap beyond 2,147,483,647; in the notebook they have 64.";
  const DIFFERS = "This page trains models or draws at random: here its digits may differ from those printed.";
  const LOST = "The connection was lost";

  /** What the reader is told in the place of a result. */
  class Told extends Error {}

  /** @type {RunManifest} */
  let manifest;
  /** @type {RunPage} */
  let page;
  /** @type {HTMLElement} */
  let bar;
  let folder = "";
  /** @type {WebAssembly.Module | null} */
  let module = null;
  /** @type {Blob} */
  let image;
  /** Files by the path under which Python finds them. @type {Record<string, ArrayBuffer>} */
  const files = {};
  /** @type {Worker | null} */
  let worker = null;
  /** Done when the worker is ready. @type {Promise<void> | null} */
  let starting = null;
  /** @type {((answer: RunAnswer) => void) | null} */
  let waiting = null;
  /** @type {RunCell[]} */
  let cells = [];
  let busy = false;

  const status = () => /** @type {HTMLElement} */ (bar.querySelector("[role=status]"));
  /** @param {string} text */
  const say = (text) => { status().textContent = text; };
  /** @param {number} bytes */
  const megabytes = (bytes) => Math.round(bytes / 1e6);

  /** @param {string} name @returns {Promise<void>} */
  function script(name) {
    return new Promise((resolve, reject) => {
      const node = ITS.el("script", { src: `${folder}${name}?v=${bar.dataset.build}` });
      node.onload = () => { node.remove(); resolve(); };
      node.onerror = () => { node.remove(); reject(new Told(`${LOST}, or ${name} is not beside the page.`)); };
      document.head.append(node);
    });
  }

  /* Parts */

  /** A part of the folder as a response; `seen` is told of every piece. @type {(name: string, seen: (bytes: number) => void) => Promise<Response>} */
  async function part(name, seen) {
    if (manifest.twins) {
      await script(`${name}.js`);
      const data = await fetch(`data:application/octet-stream;base64,${ITS.run.twins[name]}`);
      delete ITS.run.twins[name];
      seen(manifest.sizes[name]);
      return data;
    }
    const response = await fetch(`${folder}${name}?v=${manifest.build}`);
    if (!response.ok || !response.body) throw new Told(`${name} is not beside the page: status ${response.status}.`);
    const counted = new TransformStream({ transform(piece, to) { seen(piece.length); to.enqueue(piece); } });
    return new Response(response.body.pipeThrough(counted));
  }

  async function fetchAll() {
    const first = ["program.bin", "image.bin", ...Object.values(manifest.own)];
    const all = first.reduce((sum, name) => sum + manifest.sizes[name], 0);
    let done = 0, told = -1;
    /** @param {number} bytes */
    const seen = (bytes) => {
      done += bytes;
      // A tenth at a time, so that a screen reader is not kept busy.
      const tenth = Math.floor((10 * done) / all);
      if (tenth !== told) { told = tenth; say(`Fetching Python: ${megabytes(done)} of ${megabytes(all)} MB`); }
    };
    const compiled = part("program.bin", seen).then((packed) => {
      const program = /** @type {ReadableStream} */ (packed.body).pipeThrough(new DecompressionStream("gzip"));
      return WebAssembly.compileStreaming(new Response(program, { headers: { "content-type": "application/wasm" } }));
    });
    const own = Object.entries(manifest.own).map(async ([path, name]) => {
      files[path] = await (await part(name, seen)).arrayBuffer();
    });
    const memory = part("image.bin", seen).then((packed) => packed.blob());
    const cut = () => new Told(`${LOST} after ${megabytes(done)} of ${megabytes(all)} MB.`);
    try {
      [module, image] = await Promise.all([compiled, memory, ...own]);
      // A server that ends early and never said how much it would send fails nowhere.
      if (done < all) { module = null; throw cut(); }
    } catch (error) {
      if (error instanceof Told) throw error;
      if (done < all) throw cut();
      throw new Told(`This browser could not compile Python (${error}).`);
    }
  }

  /* The worker */

  /** @param {object} message @returns {Promise<RunAnswer>} */
  function ask(message) {
    return new Promise((resolve) => {
      waiting = resolve;
      /** @type {Worker} */ (worker).postMessage({ id: 1, ...message });
    });
  }

  /** @param {RunAnswer} answer */
  function answered(answer) {
    const resolve = waiting;
    waiting = null;
    if (resolve) resolve(answer);
  }

  /** A worker that is ready: the one that is there or on its way, else a new one. */
  function ready() {
    starting = starting || begin();
    return starting;
  }

  async function begin() {
    const source = `(${globalThis.itsRunWorker})();`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const mine = worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }) => {
      if (data.id) answered(data);
      else if (data.fetching) say("Fetching a part that this cell needs");
      else if (data.fetched) say("Running");
    };
    worker.onerror = (event) => answered({ ended: event.message || "the worker could not start" });
    /** @type {Record<string, string>} */
    const elsewhere = {};
    for (const [path, name] of Object.entries(manifest.elsewhere)) {
      if (!files[path]) elsewhere[path] = manifest.twins ? "" : `${folder}${name}?v=${manifest.build}`;
    }
    const started = await ask({ start: { module, image, memory: manifest.memory, files, elsewhere } });
    if (!started.ready) {
      if (worker === mine) end();
      if (started.stopped) throw new Told("Stopped.");
      throw new Told(`This browser has no room for Python (${started.ended}).`);
    }
  }

  function end() {
    if (worker) worker.terminate();
    worker = starting = null;
    cells.forEach((cell) => { cell.ran = false; });
  }

  /** @param {RunCell} cell @returns {Promise<RunAnswer>} */
  async function once(cell) {
    const counts = given();
    await ready();
    const answer = await ask({ run: cell.source, files: counts });
    if (answer.said) { cell.ran = true; return answer; }
    if (answer.stopped) return answer;
    const above = cells.slice(0, cells.indexOf(cell)).filter((one) => one.ran);
    end();
    if (!answer.missing || answer.lost) return answer;
    // From a folder on disk a worker can fetch nothing: the page brings what is missing, and Python begins anew.
    const name = manifest.elsewhere[answer.missing];
    say("Reading a part that this cell needs");
    files[answer.missing] = await (await part(name, () => {})).arrayBuffer();
    for (const one of above) await once(one);
    return await once(cell);
  }

  /* Results */

  /** @type {(text: string, kind: string) => HTMLElement} */
  function printed(text, kind) {
    const inner = ITS.el("div", { class: "highlight" }, ITS.el("pre", {}, text));
    return ITS.el("div", { class: `output ${kind} highlight-myst-ansi notranslate` }, inner);
  }

  /** @param {RunAnswer} answer */
  function inWords(answer) {
    if (answer.stopped) return `Stopped. ${GONE}`;
    if (answer.lost) return `${LOST} while a part was fetched. ${GONE}`;
    if (answer.ended === "too deep") return `A function called itself too many times, and Python ended. ${GONE}`;
    return `Python ended (${answer.ended}). ${GONE}`;
  }

  /** @type {(cell: RunCell, answer: RunAnswer) => boolean} */
  function show(cell, answer) {
    const said = answer.said || { stdout: "", stderr: "", shown: [], notes: [], error: inWords(answer) };
    if (cell.place) {
      cell.place.replaceChildren();
      if (said.stdout) cell.place.append(printed(said.stdout, "stream"));
      if (said.stderr) cell.place.append(printed(said.stderr, "stream its-run__warning"));
      for (const one of said.shown) {
        if (one.html === undefined) { cell.place.append(printed(one.text || "", "text_plain")); continue; }
        const held = ITS.el("div", { class: "output text_html" });
        held.innerHTML = one.html;
        cell.place.append(held);
      }
      for (const note of said.notes) cell.place.append(ITS.el("p", { class: "its-run__note" }, note));
      if (said.error) cell.place.append(printed(said.error, "traceback its-run__error"));
      if (!cell.place.childNodes.length) cell.place.append(ITS.el("p", { class: "its-run__nothing its-live" }, "Ran, and shows nothing."));
      const fold = cell.place.closest("details");
      if (fold && said.error) fold.open = true;
    }
    return !said.error;
  }

  /** Run cells in their order; the first that fails is the last. @param {RunCell[]} chosen */
  async function run(chosen) {
    if (busy) { say("A cell is still running: wait, or press Stop."); return; }
    busy = true;
    bar.classList.add("its-run--busy");
    let last = "Done.";
    try {
      for (const cell of chosen) {
        const which = cell.name ? ` ${cell.name}` : "";
        say(`Running${which}`);
        cell.place?.setAttribute("aria-busy", "true");
        const answer = await once(cell);
        cell.place?.removeAttribute("aria-busy");
        if (!show(cell, answer)) {
          last = answer.said ? `${cell.name || "A cell that the page does not show"} failed: ${(answer.said.error || "").split("\n").pop()}` : inWords(answer);
          break;
        }
      }
    } catch (error) {
      last = error instanceof Told ? error.message : String(error);
      cells.forEach((cell) => cell.place?.removeAttribute("aria-busy"));
    }
    busy = false;
    bar.classList.remove("its-run--busy");
    say(last);
  }

  /** Those above that have not run, then this. @param {RunCell} cell */
  const upTo = (cell) => run([...cells.slice(0, cells.indexOf(cell)).filter((one) => !one.ran), cell]);
  /** All above, whether they have run or not, then this. @param {RunCell} cell */
  const fromTop = (cell) => run(cells.slice(0, cells.indexOf(cell) + 1));

  async function stop() {
    if (!busy || !worker) return;
    end();
    answered({ stopped: true });
    await ready().catch((error) => say(error.message));
  }

  /* Cells */

  const key = () => `run:${bar.dataset.page}`;

  function keep() {
    /** @type {Record<string, string>} */
    const changed = {};
    cells.forEach((cell, i) => { if (cell.source !== cell.built) changed[i] = cell.source; });
    ITS.store.set(key(), Object.keys(changed).length ? { build: page.digest, changed } : null);
  }

  /** @type {(cell: RunCell, source: string) => void} */
  function change(cell, source) {
    cell.source = source;
    // A line that ends the text still needs its own height.
    if (cell.code) cell.code.textContent = `${source}\n`;
    if (cell.field && cell.field.value !== source) cell.field.value = source;
    cell.host?.classList.toggle("its-run__changed", source !== cell.built);
    keep();
  }

  /** @param {RunCell} cell */
  function putBack(cell) {
    change(cell, cell.built);
    if (cell.code && cell.markup) cell.code.innerHTML = cell.markup;
    if (cell.place) cell.place.replaceChildren(...(cell.shown || []));
    cell.ran = false;
    say(`${cell.name} is as it was.`);
  }

  /** Where results of a piece of code belong. @type {(code: Element) => HTMLElement} */
  function placeOf(code) {
    const whole = /** @type {HTMLElement} */ (code.closest(".cell"));
    const pieces = [...whole.querySelectorAll(".cell_input pre")], block = code.closest(".cell_input > div") || code;
    let place = /** @type {HTMLElement | null} */ (whole.querySelector(":scope > .cell_output"));
    if (pieces[pieces.length - 1] !== code || !place) {
      place = ITS.el("div", { class: "cell_output docutils container" });
      if (pieces[pieces.length - 1] === code) whole.append(place);
      else block.after(place);
    }
    place.setAttribute("role", "status");
    return place;
  }

  /** @type {(cell: RunCell, code: HTMLElement, number: number, count: number) => void} */
  function open(cell, code, number, count) {
    cell.name = `Cell ${number} of ${count}`;
    cell.code = code;
    cell.markup = code.innerHTML;
    cell.place = placeOf(code);
    cell.place.setAttribute("aria-label", `Result of cell ${number}`);
    cell.shown = [...cell.place.childNodes];
    const host = cell.host = /** @type {HTMLElement} */ (code.parentElement);
    host.classList.add("its-run__code");
    const field = cell.field = ITS.el("textarea", { class: "its-run__field", spellcheck: "false", autocapitalize: "off",
      autocomplete: "off", wrap: "off", rows: "1", "aria-label": `Code of cell ${number} of ${count}` });
    field.value = cell.source;
    field.addEventListener("input", () => change(cell, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      upTo(cell);
    });
    code.setAttribute("aria-hidden", "true");
    const held = ITS.el("div", { class: "its-run__stack" });
    code.replaceWith(held);
    held.append(code, field);
    /** @type {(text: string, act: (cell: RunCell) => void, more?: string) => HTMLElement} */
    const button = (text, act, more = "") => ITS.el("button", { type: "button", class: more, onclick: () => act(cell),
      "aria-label": `${text}: cell ${number}` }, text);
    (host.closest(".cell_input > div") || host).after(ITS.el("div", { class: "its-run__buttons", role: "group", "aria-label": `Cell ${number}` },
      button("Run", upTo), button("Run with those above", fromTop), button("Put back", putBack, "its-run__back")));
  }

  /** Put cells into a page that is no notebook: each below what it is for. */
  function lay() {
    const made = cells.map((cell) => ITS.el("div", { class: "cell docutils container" },
      ITS.el("p", {}, cell.says),
      ITS.el("div", { class: "cell_input docutils container" },
        ITS.el("div", { class: "highlight-ipython3 notranslate" }, ITS.el("div", { class: "highlight" }, ITS.el("pre", {}, cell.source))))));
    bar.after(...made);
  }

  /** The reader's own counts, as the cells of the page "Your numbers" read them. @returns {Record<string, string>} */
  function given() {
    const field = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("its-your-numbers textarea"));
    if (!field) return {};
    const found = ITS.yourNumbers.read(field.value);
    if (!found.problems) throw new Told(`The cells read the counts in the field above. ${found.says}`);
    const lines = found.problems.map((/** @type {{ n: number, c: number }} */ one) => `${one.n},${one.c}\n`);
    return { "/tmp/your_numbers.csv": lines.join("") };
  }

  /** Find the pieces of code that the page shows, each with its step of the notebook. */
  function match() {
    if (cells.some((cell) => cell.says)) lay();
    const shown = [...document.querySelectorAll(".cell .cell_input pre")];
    /** @type {[RunCell, HTMLElement][]} */
    const pairs = [];
    let at = 0;
    for (const code of shown) {
      const text = (code.textContent || "").trimEnd();
      const found = cells.findIndex((cell, i) => i >= at && cell.seen && cell.built.trimEnd() === text);
      if (found < 0) continue;
      pairs.push([cells[found], /** @type {HTMLElement} */ (code)]);
      at = found + 1;
    }
    pairs.forEach(([cell, code], i) => open(cell, code, i + 1, pairs.length));
  }

  function equip() {
    const kept = ITS.store.get(key());
    cells = page.cells.map((cell) => ({ ...cell, built: cell.source, ran: false }));
    match();
    if (kept && kept.build === page.digest) {
      for (const [i, source] of Object.entries(kept.changed)) if (cells[Number(i)]) change(cells[Number(i)], source);
    }
    document.body.append(ITS.el("link", { rel: "stylesheet", href: `${folder}run.css?v=${bar.dataset.build}` }));
    /** @type {HTMLElement} */ (bar.querySelector("button")).remove();
    document.querySelectorAll(".its-run__enter").forEach((one) => one.remove());
    const all = () => run(cells);
    const back = () => cells.filter((cell) => cell.code && cell.source !== cell.built).forEach(putBack);
    bar.prepend(ITS.el("div", { class: "its-run__buttons", role: "group", "aria-label": "All cells" },
      ITS.el("button", { type: "button", onclick: all }, "Run all"),
      ITS.el("button", { type: "button", class: "its-run__stop", onclick: stop }, "Stop"),
      ITS.el("button", { type: "button", onclick: back }, "Put all back")));
    bar.append(ITS.el("p", { class: "its-run__hint" }, "Change any code below, then press Run or Shift+Enter. ",
      BITS, page.differs ? ` ${DIFFERS}` : ""));
  }

  /** @param {string} reason */
  function refuse(reason) {
    const link = ITS.el("a", { href: String(bar.dataset.instead) }, bar.dataset.what);
    if (link.href.endsWith(".ipynb")) link.download = "";
    status().replaceChildren(`${reason} Nothing on the page has changed. Press the button to try again, or take `, link, ".");
  }

  /** @type {Its["run"]["open"]} */
  async function openPage(place, from, code) {
    bar = place;
    folder = from;
    try {
      if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function" || !WebAssembly.validate(CATCHES)) {
        throw new Told("This browser is too old to run Python (it needs WebAssembly exceptions).");
      }
      say("Fetching Python");
      await script("manifest.js");
      manifest = /** @type {RunManifest} */ (ITS.run.manifest);
      if (manifest.build !== bar.dataset.build) {
        throw new Told("The run-time beside this page is of another build of the book: reload the page.");
      }
      await Promise.all([script("worker.js"), script(`pages/${bar.dataset.page}.js`)]);
      page = /** @type {RunPage} */ (ITS.run.page);
      if (!module) await fetchAll();
      say("Starting Python");
      await ready();
      equip();
      say("Ready.");
      const asked = code && cells.find((cell) => cell.code === code), first = cells.find((cell) => cell.field);
      const fold = asked?.code?.closest("details");
      if (fold) fold.open = true;
      if (asked) asked.field?.focus(); else first?.field?.focus({ preventScroll: true });
    } catch (error) {
      refuse(error instanceof Told ? error.message : `Python could not start (${error}).`);
    }
  }

  ITS.run = { open: openPage, twins: {} };
})(globalThis.ITS);
