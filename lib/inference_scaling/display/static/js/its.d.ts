// deno-lint-ignore-file no-explicit-any no-var
/* The types of what the scripts share through `ITS` and of the data that the build gives them; read by `make lint`. */

/** An expression as data: a number, a symbol, or an operation with its operands. */
type Tree = number | string | Operation;
type Operation = [string, ...Tree[]];
/** A value for each symbol. */
type Point = Record<string, number>;
/** A typed line's tree, or why it could not be read. */
type Read =
  | { tree: Tree; error?: undefined }
  | { error: true; position: number; message: string; says: string; tree?: undefined };
type Token = { kind: "number" | "name" | "group" | "sign"; text: string; at: number; value?: number; operation?: string; call?: boolean };

type Scale = "linear" | "log" | "logit";
type Grid = { axes: { nodes: number[]; scale: Scale; scaled?: number[] }[]; scale: Scale; values: number[] };

type Axis = { label: string; unit?: string; min: number; max: number; log?: number | boolean | null; ticks?: number[];
  /** What stands at the ticks instead of numbers. */
  names?: string[] };
/** Places in a plot; a line is broken where a value is null. */
type Places = [number, number | null][];
type Series = {
  id: string; label: string; points: Places; style: string; colour?: number; strong?: boolean; band?: [number, number, number][];
  cells?: [number, number, number, number][];
};
type Mark = { x: number; y: number; label?: string };
type Dot = { x: number; y: number; right: boolean; picked: boolean };
type Plot = { title: string; x: Axis; y: Axis; series: Series[]; marks?: Mark[]; dots?: Dot[] };

/** The frame of a plot in the picture's units, and values as places there and back. */
type Frame = {
  width: number; height: number; left: number; right: number; top: number; bottom: number;
  x(value: number): number; y(value: number): number; backX(place: number): number; backY(place: number): number;
};
/** What a handle asks of its figure: where it stands, what is said of it, and what to do when a hand moves it. */
type Grip = {
  label: string; way: "across" | "up" | "free"; at(): [number, number];
  value(): { now: number; low: number; high: number; text: string };
  move(x: number, y: number): void; key(axis: "x" | "y", by: number, how: "part" | "leap" | "fine" | "end"): void;
};

type Symbol_ = {
  name: string; meaning: string; unit?: string; low: number; high: number; start: number; log: boolean; integer: boolean;
};
type Step = {
  tree: Tree; left?: Tree | null; band?: Tree[]; question?: string; reason: string; mistakes?: { tree: Tree; says: string }[];
  form?: { uses: string[]; avoids: string[]; most: number | null; says: string } | null;
};
type Derivation = {
  id: string; symbols: Symbol_[]; steps: Step[]; plot: { over: string; y: Axis; lines: [number, string][] };
};
type Verdict = { kind: string; says: string; position?: number; tree?: Tree };

/** A value that the page computes from a tree, or interpolates on a grid at trees' values. */
type Quantity = { grid: string; at: Tree[] } | { grid?: undefined; tree: Tree };
type Curve = Quantity & { id: string; label: string; style: string; colour: number; strong: boolean; filled?: boolean; points?: [Tree, Tree][] };
type Control = {
  name: string; label: string; unit: string; value: number; min: number; max: number; step: number; log: boolean; whole: boolean;
  options?: { value: number; label: string }[];
};
type Panel = {
  title: string; variable: string; x: Axis & { points: number; whole: boolean }; y: Axis; curves: Curve[];
  marks: { x: Tree; y: Tree; label: string }[]; handles?: Handle[]; aside?: boolean; draws?: Draws; regions?: Regions;
};
/** A map over two controls: which of several quantities is the largest. What was drawn is kept with what it was drawn of. */
type Regions = {
  across: string; up: string; edges: [number[], number[]]; options: { name: string; label: string; colour: number }[]; of?: string; drawn?: Series[];
};
/** Answers drawn by the reader; the corners are those of a ROC curve. */
type Draws = { p: Tree; k: Tree; corners: [Tree, Tree][]; chance: string };
type Answer = { right: boolean; share: number; height: number };
/** A point of a panel that a hand moves: it stands at two trees' values, and a move sets the controls it names. */
type Handle = { label: string; x: Tree; y: Tree; across: string | null; up: string | null };
type Explorable = {
  id: string; controls: Control[]; ordered: string[][]; derived: (Quantity & { name: string })[]; grids: Record<string, Grid>;
  panels: Panel[]; sentences: { when?: Tree | null; text: string }[];
};

type Choice = { text: string; reply: string };
type Prediction = {
  id: string; truth: string; choices?: Choice[] | null; right: number;
  number: { value: number; tolerance: number; low: number; high: number; step: number; unit: string };
  beliefs: { low: number; high: number; reply: string }[]; dot: { x: number; plot: Plot };
};

/** A text with fields: pieces, and for each field its place among the fields of a set. */
type Template = string | (string | number)[];
/** A question from memory; its first choice is the right one. */
type Remembered = {
  id: string; asks: Template; choices: { text: Template; reply: Template }[]; sets: { order: number[]; fields: string[] }[];
};
type FromMemory = { place: string; quiz: boolean; questions: Remembered[] };

type Pool = {
  label: string; story: boolean; note?: string; right: string; answer: number[]; names?: string[]; texts: string[];
  ranks: Record<string, number[]>; curves: Record<string, number[]>;
};
type Ask = {
  id: string; size: number; grid: number[]; stops: number[]; rules: { pick: string; label: string }[]; ranked: boolean;
  words: Record<string, string>; pools: Pool[]; rest: { pool: number; k: number; rule: string };
};

/** A node of a search: at which step it is drawn, and from which its fate is known. */
type Branch = { parent: number; fate: string; label: string; born: number; known: number; score?: number; right?: boolean };
type Branches = { nodes: Branch[]; score: string; words: [string, string] };
/** Its nodes, divided by semicolons: parent, steps spent when the fate is known, fate, label, score, 1 where it is right. */
type Run = { nodes: string; correct: boolean; won: number; said: string };
type Race = {
  id: string; limit: number; tries: number; score: string; words: [string, string];
  names: { problem: string[]; verifier: string[]; strategy: string[] }; asks: { problem: string; verifier: string };
  runs: Run[][][]; rest: { problem: number; verifier: number; left: number; right: number };
};

type Box = { id: string; sealed: string; unit: string; asked: string };
type Rules = {
  right: number; width: number; whole: boolean; low: number | null; high: number | null; says: string; outside: string; close: string;
  misconceptions: { value: number; says: string }[];
};
type Reply = { verdict: string; says: string; number?: undefined };

type Child = Node | string | number | null | undefined | false | Child[];
/** A component's element: the build made what is in it, so what a selector finds there is known to the component. */
interface Host extends HTMLElement {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
type Understood = { state: Record<string, any>; reason?: undefined } | { reason: string; state?: undefined };

/** What a page that runs is given: its cells in order, and whether what they show may differ from what is printed. */
type RunPage = { digest: string; differs: boolean; cells: { source: string; seen: boolean; says?: string }[] };
/** What lies beside the page: sizes by name, names by the path under which Python finds them. */
type RunManifest = {
  build: string; memory: number; twins: boolean; sizes: Record<string, number>; own: Record<string, string>; elsewhere: Record<string, string>;
};
type RunSaid = { stdout: string; stderr: string; shown: { html?: string; text?: string }[]; notes: string[]; error: string | null };
/** What a worker answers: what a cell said, or why it could not. */
type RunAnswer = {
  ready?: boolean; said?: RunSaid; ended?: string; stopped?: boolean; missing?: string; lost?: boolean;
};
type RunCell = {
  source: string; seen: boolean; says?: string; built: string; ran: boolean; name?: string; code?: HTMLElement; markup?: string; place?: HTMLElement;
  shown?: Node[]; host?: HTMLElement; field?: HTMLTextAreaElement;
};
declare var itsRunWorker: () => void;

interface Its {
  el<K extends keyof HTMLElementTagNameMap>(tag: K, attrs?: Record<string, unknown> | null, ...children: Child[]): HTMLElementTagNameMap[K];
  svg(tag: string, attrs?: Record<string, unknown> | null, ...children: Child[]): Element;
  /** Text as it may stand in markup, also between quotes. */
  escape(text: string): string;
  grouped(x: number): string;
  format(x: number, digits?: number): string;
  announce(host: Element, text: string, rest?: number): void;
  store: { get(key: string): any; set(key: string, value: unknown): void; clear(start?: string): void };
  random(seed: number): () => number;
  wholeWord(words: string[]): RegExp;
  mark(root: Node, words: string[]): void;
  define(tag: string, setup: (host: Host, payload: any) => void): void;

  expr: {
    HINT: string;
    parse(text: string, symbols: string[]): Read;
    number(text: string): { number: number; says?: undefined } | { says: string; number?: undefined };
    evaluate(tree: Tree, env: Point): number;
    size(tree: Tree): number;
    alike(tree: Tree): Tree;
    names(tree: Tree): string[];
    mathml(tree: Tree): Element;
  };

  plotSvg(spec: Plot): string;
  plotKey(spec: Plot): string;
  plotFrame(axes: { x: Axis; y: Axis }): Frame;
  plot(place: Element, spec: Plot): { update(spec: Plot): void };

  hand: {
    /** The value nearest to another that the control can have. */
    snap(control: Control, value: number): number;
    /** The control's value at which `place`, rising or falling with it, is the one wanted; nothing where it does neither. */
    found(control: Control, place: (value: number) => number, wanted: number): number | null;
    stepped(control: Control, value: number, by: number, key: "part" | "leap" | "fine"): number;
    nearest(places: [number, number][], x: number, y: number): number;
  };
  handles(place: HTMLElement, grips: Grip[]): { show(axes: { x: Axis; y: Axis }): void };
  drawing: {
    share(corners: [number, number][], right: boolean, rank: number): number;
    slope(corners: [number, number][], share: number): number;
    answers(random: () => number, p: number, k: number, corners: [number, number][]): Answer[];
    best(answers: Answer[]): number;
    score(share: number): number;
  };
  draws(place: Element, draws: Draws, redraw: () => void): { dots(env: Point): Dot[] };
  /** Whether the reader asked for less motion. */
  calm(): boolean;
  votes: {
    picked(pool: Pool, pick: string, drawn: number[]): number;
    draw(size: number, seed: number): number[];
    stacks(pool: Pool, drawn: number[]): { answer: number | null; samples: number[] }[];
  };
  play(step: () => boolean, pace?: number): { start(): void; stop(): void; readonly running: boolean };
  branches: {
    places(nodes: Branch[]): { x: number[]; depth: number[]; wide: number[] };
    sizes(nodes: Branch[]): number[];
    way(nodes: Branch[]): Set<number>;
    words(data: Branches, i: number, at: number): string;
    spots(nodes: Branch[], width: number): { x: number; y: number; slot: number; size: number }[];
    svg(data: Branches, at: number, width: number, name: string): string;
  };
  branching(place: HTMLElement, name: () => string, says?: HTMLElement): { show(data: Branches, at: number): void };
  toolbar(label: string, moves: [string, () => void][], first: string): {
    node: HTMLElement; buttons: HTMLElement[]; done(told: boolean[]): void;
  };
  race: {
    nodes(run: Run): Branch[];
    sentence(told: { left: Run; right: Run; tries: number; names: Race["names"]; problem: number }): string;
  };
  tally(label: (right: number, count: number) => string): {
    node: HTMLElement; readonly count: number; readonly right: number; clear(): void; add(right: boolean): void;
  };
  share(text: string, address: () => string, label?: string): { button: HTMLElement; said: HTMLElement };

  judgeLine(text: string, payload: Derivation, index: number, here: Point | null): Verdict;
  derivationPlot(payload: Derivation, point: Point): Plot;

  link: {
    read(id: string): URLSearchParams | null;
    text(id: string, state: Record<string, any>): string;
    write(id: string, state: Record<string, string | number>): void;
    understood(found: URLSearchParams, accept: Record<string, (value: string) => unknown>): Understood;
    sorry(reason: string): string;
  };
  /** What answers a question: shut at first, unless it was shown or the address leads into it. */
  veils: {
    of(question: string): { any: boolean; open(kept: boolean): void; shut(): void };
    forget(): void;
  };
  /** How the reply to a choice begins; `yes` is said of the right one. */
  verdict(right: boolean, yes: string): HTMLElement;
  radios<V extends string | number>(
    name: string, legend: string, options: { value: V; label: string }[], chosen: V, onchange: (value: V) => void,
  ): HTMLFieldSetElement;
  numberField(attrs: Record<string, unknown>): HTMLInputElement;
  slider(control: Control, oninput: (value: number) => void): { node: HTMLElement; show(value: number): void };
  dataTable(head: string[], rows: string[][]): HTMLElement[];
  /** Of pages that run alone, once their button was pressed. */
  run: {
    open(place: HTMLElement, folder: string, code?: Element): Promise<void>;
    twins: Record<string, string>; manifest?: RunManifest; page?: RunPage;
  };
  /** Of the page "Your numbers" alone. */
  yourNumbers: any;
  explore: {
    interpolate(grid: Grid, at: number[]): number;
    formats: Record<string, (x: number) => string>;
    value(payload: Explorable, quantity: Quantity, env: Point): number;
    env(payload: Explorable, state: Point): Point;
    xs(axis: Panel["x"]): number[];
    cells(payload: Explorable, panel: Panel, env: Point): Series[];
    mapped(payload: Explorable, panel: Panel, env: Point): Series[];
    spec(payload: Explorable, panel: Panel, env: Point, said?: string): Plot;
    sentence(payload: Explorable, env: Point): string;
    filled(text: string, env: Point): string;
  };
  story: {
    named(hash: string, count: number): number | null;
    reached(tops: number[], line: number): number;
    merged(lists: string[][]): string[];
  };
  box: {
    opened(key: string, text: string): Rules;
    typed(text: string): Reply | { number: number; verdict?: undefined };
    judged(number: number, rules: Rules, asked: string): Reply;
  };
}

declare var ITS: Its;

/** Of Sphinx's search script; `searchindex.js` fills the index. */
type Hit = [page: string, title: string, anchor: string, description: string | null, ...rest: unknown[]];
declare var SPHINX_HIGHLIGHT_ENABLED: boolean;
declare var Search: {
  query(query: string): void;
  _parseQuery(query: string): [string, Set<string>, Set<string>, Set<string>, Set<string>];
  _performSearch(...parsed: unknown[]): Hit[];
  _index: { docnames: string[]; titles: string[] };
  output: HTMLElement; title: HTMLElement; status: HTMLElement;
  stopPulse(): void;
};
