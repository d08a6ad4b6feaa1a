// @ts-check
/* A Python in a worker: a compiled program, the memory of an interpreter that has made its imports, and a host for both.
   The host is WASI preview 1: clocks, random numbers, files in memory; no network, no processes, no threads.

   {start} makes the interpreter ready; {run: source} runs one cell and answers with what `kernel.run` says as JSON;
   {turn: source} runs Python as it is; {save} answers with the memory. Between two messages the interpreter rests, so
   that its linear memory is all there is of it. Who stops a cell ends the worker and starts another from the image. */
globalThis.itsRunWorker = function () {
  "use strict";
  const OK = 0, BADF = 8, EXIST = 20, INVAL = 28, NOENT = 44, NOSYS = 52, READ_ONLY = 69;
  const FOLDER = 3, FILE = 4, TERMINAL = 2, CREATE = 1, EXCLUSIVE = 4, TRUNCATE = 8, APPEND = 1;
  const CELL = "/tmp/cell.py", ANSWER = "/tmp/answer.json";
  const TURN = `from inference_scaling.site.run import page\npage.turn(${JSON.stringify(CELL)}, ${JSON.stringify(ANSWER)})`;
  // The image's interpreter was made with these, in this order.
  /** @type {Record<number, string>} */
  const ROOTS = { 3: "/usr/local/lib/", 4: "/tmp/", 5: "/book/" };
  // In an archive this is a package: a folder of this name would keep Python from looking for it there.
  const PACKAGE = /\.zip\/\w+$/;
  const PRINTED = 1e6;

  /** A file that a cell needs and that is not here: `lost` when its connection failed, else the page must bring it. */
  class Missing extends Error {
    /** @param {string} path @param {boolean} lost */
    constructor(path, lost) { super(`${path} is not here`); this.path = path; this.lost = lost; }
  }

  const decoder = new TextDecoder(), encoder = new TextEncoder();
  /** @type {WebAssembly.Memory} */
  let memory;
  /** @type {any} */
  let program;
  let printed = "";
  /** What is in memory, and where else to look. @type {Map<string, { data: Uint8Array }>} */
  const files = new Map();
  /** @type {Record<string, string>} */
  let elsewhere = {};
  /** @type {Set<string>} */
  const folders = new Set(Object.values(ROOTS).map((root) => root.slice(0, -1)));
  /** @type {Map<number, { file: { data: Uint8Array }, at: number, append: boolean }>} */
  const open = new Map();
  /** Open folders, by descriptor. @type {Map<number, string>} */
  const listed = new Map();

  const view = () => new DataView(memory.buffer);
  /** @param {number} at @param {number} size */
  const bytes = (at, size) => new Uint8Array(memory.buffer, at, size);
  /** @param {number} at @param {number} value */
  const put32 = (at, value) => { view().setUint32(at, value, true); return OK; };
  /** @param {number} at @param {bigint} value */
  const put64 = (at, value) => { view().setBigUint64(at, value, true); return OK; };

  /** The whole path of a name below a descriptor. @type {(fd: number, at: number, size: number) => string | null} */
  function path(fd, at, size) {
    if (!ROOTS[fd]) return null;
    /** @type {string[]} */
    const parts = [];
    for (const part of `${ROOTS[fd]}${decoder.decode(bytes(at, size))}`.split("/")) {
      if (part === "..") parts.pop();
      else if (part && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  /** @param {string} name */
  function content(name) {
    const here = files.get(name);
    if (here) return here;
    if (!(name in elsewhere)) return null;
    if (!elsewhere[name]) throw new Missing(name, false);
    // A worker may wait: Python does, too.
    const ask = new XMLHttpRequest();
    try {
      ask.open("GET", elsewhere[name], false);
      ask.responseType = "arraybuffer";
      postMessage({ fetching: name });
      ask.send();
    } catch (_) { throw new Missing(name, true); }
    if (ask.status !== 200) throw new Missing(name, true);
    const file = { data: new Uint8Array(ask.response) };
    files.set(name, file);
    postMessage({ fetched: name });
    return file;
  }

  /** Note a file and the folders that it lies in. @param {string} name */
  function place(name) {
    for (let end = name.lastIndexOf("/"); end > 0; end = name.lastIndexOf("/", end - 1)) {
      const folder = name.slice(0, end);
      if (!PACKAGE.test(folder)) folders.add(folder);
    }
  }

  /** What a folder holds, sorted. @param {string} folder */
  function children(folder) {
    const start = `${folder}/`, found = new Set();
    for (const name of [...files.keys(), ...Object.keys(elsewhere), ...folders]) {
      if (name.startsWith(start) && name !== start) found.add(name.slice(start.length).split("/")[0]);
    }
    return [...found].sort();
  }

  /** Whether a name is a file; an archive may be one beside files that seem to lie in it. @param {string} name */
  const isFile = (name) => files.has(name) || name in elsewhere;

  function unused() {
    let next = 8;
    while (open.has(next) || listed.has(next)) next += 1;
    return next;
  }

  /** @type {(at: number, kind: number, size: number) => number} */
  function describe(at, kind, size) {
    bytes(at, 64).fill(0);
    view().setUint8(at + 16, kind);
    put64(at + 24, 1n);
    return put64(at + 32, BigInt(size));
  }

  /** Count and bytes of a list of texts, and the texts. @type {(texts: () => string[]) => any[]} */
  function list(texts) {
    const coded = () => texts().map((one) => encoder.encode(`${one}\0`));
    return [
      (/** @type {number} */ count, /** @type {number} */ size) => {
        put32(count, coded().length);
        return put32(size, coded().reduce((sum, one) => sum + one.length, 0));
      },
      (/** @type {number} */ places, /** @type {number} */ at) => {
        for (const one of coded()) { put32(places, at); bytes(at, one.length).set(one); places += 4; at += one.length; }
        return OK;
      },
    ];
  }
  const [args_sizes_get, args_get] = list(() => ["/usr/local/bin/python.wasm"]);
  const [environ_sizes_get, environ_get] = list(() => []);

  /** Each piece of a vector of buffers. @type {(at: number, count: number) => Generator<Uint8Array>} */
  function* pieces(at, count) {
    for (let i = 0; i < count; i += 1) yield bytes(view().getUint32(at + 8 * i, true), view().getUint32(at + 8 * i + 4, true));
  }

  /** @type {Record<string, (...given: any[]) => number>} */
  const wasi = {
    args_sizes_get, args_get, environ_sizes_get, environ_get,
    clock_res_get: (_, at) => put64(at, 1000000n),
    clock_time_get: (id, _, at) => put64(at, BigInt(Math.round((id === 0 ? Date.now() : performance.now()) * 1e6))),
    random_get: (at, size) => {
      for (let i = 0; i < size; i += 65536) crypto.getRandomValues(bytes(at + i, Math.min(65536, size - i)));
      return OK;
    },
    sched_yield: () => OK,
    // Only `time.sleep` asks, for one clock.
    poll_oneoff: (asked, told, count, at) => {
      if (count !== 1 || view().getUint8(asked + 8) !== 0) return NOSYS;
      const wait = Number(view().getBigUint64(asked + 24, true)) / 1e6, absolute = view().getUint16(asked + 40, true) & 1;
      const end = absolute ? wait : performance.now() + wait;
      while (performance.now() < end);
      bytes(told, 32).fill(0);
      put64(told, view().getBigUint64(asked, true));
      return put32(at, 1);
    },
    proc_exit: (status) => { throw new Error(`Python ended with status ${status}`); },
    fd_prestat_get: (fd, at) => {
      if (!ROOTS[fd]) return BADF;
      put32(at, 0);
      return put32(at + 4, ROOTS[fd].length - 1);
    },
    fd_prestat_dir_name: (fd, at, size) => {
      if (!ROOTS[fd]) return BADF;
      bytes(at, size).set(encoder.encode(ROOTS[fd]).subarray(0, size));
      return OK;
    },
    fd_fdstat_get: (fd, at) => {
      if (fd > 2 && !ROOTS[fd] && !open.has(fd) && !listed.has(fd)) return BADF;
      bytes(at, 24).fill(0);
      view().setUint8(at, fd < 3 ? TERMINAL : open.has(fd) ? FILE : FOLDER);
      put64(at + 8, (1n << 30n) - 1n);
      return put64(at + 16, (1n << 30n) - 1n);
    },
    fd_fdstat_set_flags: () => OK,
    fd_filestat_get: (fd, at) => {
      if (fd < 3 || ROOTS[fd] || listed.has(fd)) return describe(at, fd < 3 ? TERMINAL : FOLDER, 0);
      const found = open.get(fd);
      return found ? describe(at, FILE, found.file.data.length) : BADF;
    },
    fd_filestat_set_size: (fd, size) => {
      const found = open.get(fd);
      if (!found) return BADF;
      const data = new Uint8Array(Number(size));
      data.set(found.file.data.subarray(0, data.length));
      found.file.data = data;
      return OK;
    },
    fd_sync: () => OK,
    path_filestat_get: (fd, _, at, size, to) => {
      const name = path(fd, at, size);
      if (name === null) return BADF;
      if (folders.has(name) && !isFile(name)) return describe(to, FOLDER, 0);
      const found = content(name);
      return found ? describe(to, FILE, found.data.length) : NOENT;
    },
    path_create_directory: (fd, at, size) => {
      const name = path(fd, at, size);
      if (name === null) return BADF;
      if (folders.has(name)) return EXIST;
      if (!name.startsWith("/tmp/")) return READ_ONLY;
      folders.add(name);
      return OK;
    },
    path_open: (fd, _, at, size, how, _rights, _inherited, flags, to) => {
      const name = path(fd, at, size);
      if (name === null) return BADF;
      const next = unused();
      if (folders.has(name) && !isFile(name)) {
        listed.set(next, name);
        return put32(to, next);
      }
      let file = content(name);
      if (file && how & CREATE && how & EXCLUSIVE) return EXIST;
      if (!file) {
        if (!(how & CREATE)) return NOENT;
        if (!name.startsWith("/tmp/")) return READ_ONLY;
        files.set(name, file = { data: new Uint8Array(0) });
        place(name);
      }
      if (how & TRUNCATE) file.data = new Uint8Array(0);
      open.set(next, { file, at: 0, append: Boolean(flags & APPEND) });
      return put32(to, next);
    },
    path_unlink_file: (fd, at, size) => {
      const name = path(fd, at, size);
      return name === null ? BADF : files.delete(name) ? OK : NOENT;
    },
    path_rename: (fd, at, size, to, there, length) => {
      const before = path(fd, at, size), after = path(to, there, length);
      if (before === null || after === null) return BADF;
      const file = files.get(before);
      if (!file) return NOENT;
      files.delete(before);
      files.set(after, file);
      return OK;
    },
    fd_close: (fd) => (open.delete(fd) || listed.delete(fd) ? OK : BADF),
    fd_readdir: (fd, at, size, cookie, to) => {
      const folder = listed.get(fd) || (ROOTS[fd] || "").slice(0, -1);
      if (!folder) return BADF;
      const names = [".", "..", ...children(folder)];
      let done = 0;
      for (let i = Number(cookie); i < names.length && done < size; i += 1) {
        const name = encoder.encode(names[i]), entry = new DataView(new ArrayBuffer(24 + name.length));
        entry.setBigUint64(0, BigInt(i + 1), true);
        entry.setBigUint64(8, BigInt(i + 1), true);
        entry.setUint32(16, name.length, true);
        entry.setUint8(20, i < 2 || !isFile(`${folder}/${names[i]}`) ? FOLDER : FILE);
        const data = new Uint8Array(entry.buffer);
        data.set(name, 24);
        const part = data.subarray(0, size - done);
        bytes(at + done, part.length).set(part);
        done += part.length;
      }
      return put32(to, done);
    },
    fd_tell: (fd, at) => {
      const found = open.get(fd);
      return found ? put64(at, BigInt(found.at)) : BADF;
    },
    fd_seek: (fd, by, from, at) => {
      const found = open.get(fd);
      if (!found) return BADF;
      const place = Number(by) + [0, found.at, found.file.data.length][from];
      if (!(place >= 0)) return INVAL;
      found.at = place;
      return put64(at, BigInt(place));
    },
    fd_read: (fd, at, count, to) => {
      if (fd === 0) return put32(to, 0);
      const found = open.get(fd);
      if (!found) return BADF;
      let done = 0;
      for (const piece of pieces(at, count)) {
        const part = found.file.data.subarray(found.at, found.at + piece.length);
        piece.set(part);
        found.at += part.length;
        done += part.length;
      }
      return put32(to, done);
    },
    fd_write: (fd, at, count, to) => {
      const found = open.get(fd);
      if (!found && fd !== 1 && fd !== 2) return BADF;
      let done = 0;
      for (const piece of pieces(at, count)) {
        done += piece.length;
        if (!found) { if (printed.length < PRINTED) printed += decoder.decode(piece); continue; }
        const start = found.append ? found.file.data.length : found.at;
        if (start + piece.length > found.file.data.length) {
          const data = new Uint8Array(start + piece.length);
          data.set(found.file.data);
          found.file.data = data;
        }
        found.file.data.set(piece, start);
        found.at = start + piece.length;
      }
      return put32(to, done);
    },
  };

  /** @param {{ module: WebAssembly.Module, image: Blob | null, memory: number, files: Record<string, ArrayBuffer>, elsewhere: Record<string, string> }} given */
  async function start(given) {
    elsewhere = given.elsewhere;
    for (const [name, data] of Object.entries(given.files)) files.set(name, { data: new Uint8Array(data) });
    [...files.keys(), ...Object.keys(elsewhere)].forEach(place);
    /** @type {Record<string, Record<string, any>>} */
    const imports = { host: { call: () => -1 }, wasi_snapshot_preview1: {} };
    for (const { module, name } of WebAssembly.Module.imports(given.module)) {
      if (module === "wasi_snapshot_preview1") imports[module][name] = wasi[name] || (() => NOSYS);
    }
    program = (await WebAssembly.instantiate(given.module, imports)).exports;
    memory = program.memory;
    if (!given.image) return;
    const more = given.memory - memory.buffer.byteLength;
    if (more > 0) memory.grow(more / 65536);
    let at = 0;
    const reader = given.image.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes(at, part.value.length).set(part.value);
      at += part.value.length;
    }
    if (at !== given.memory) throw new Error(`the memory image has ${at} bytes, not ${given.memory}`);
  }

  /** @param {string} source */
  function turn(source) {
    const data = encoder.encode(source), at = program.host_alloc(data.length) >>> 0;
    bytes(at, data.length).set(data);
    printed = "";
    return program.turn(at, data.length);
  }

  /** @param {any} message @returns {Promise<any>} */
  async function answered(message) {
    if (message.start) { await start(message.start); return { ready: true }; }
    if (message.save) return { memory: memory.buffer.slice(0) };
    if (message.turn) return { status: turn(message.turn), printed };
    for (const [name, text] of Object.entries(message.files || {})) files.set(name, { data: encoder.encode(text) });
    files.set(CELL, { data: encoder.encode(message.run) });
    files.delete(ANSWER);
    const status = turn(TURN), answer = files.get(ANSWER);
    if (status !== 0 || !answer) return { ended: printed || `status ${status}` };
    return { said: JSON.parse(decoder.decode(answer.data)), size: memory.buffer.byteLength };
  }

  onmessage = async ({ data }) => {
    try {
      postMessage({ id: data.id, ...await answered(data) });
    } catch (error) {
      // After any of these the interpreter is in the middle of something: only a new one can go on.
      if (error instanceof Missing) postMessage({ id: data.id, missing: error.path, lost: error.lost });
      else postMessage({ id: data.id, ended: error instanceof RangeError ? "too deep" : String(error) });
    }
  };
};
