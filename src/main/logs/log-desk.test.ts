import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import { type LogFrame, type LogPattern, type LogWindow, logRequestSchema } from "../../shared/logs.ts";
import { sameText } from "../../shared/text.ts";
import type { LogReadingState, LogSource, Logs } from "../systems/system.ts";
import { LogDesk, type LogDeskParts, mostLogs } from "./log-desk.ts";

let folder: string;
let desk: LogDesk;
let events: NewJournalEvent[];
let resources: Map<string, Logs>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "log-desk-"));
  events = [];
  resources = new Map();
  desk = deskWith();
});
afterEach(async () => {
  await desk.close();
  await rm(folder, { recursive: true });
});

function deskWith(part: Partial<LogDeskParts> = {}): LogDesk {
  return new LogDesk({
    folder: join(folder, "held"),
    logs: (resource) => resources.get(resource) ?? null,
    journal: {
      write: (event) => {
        events.push(event);
        return { ...event, sequence: 1, at: 0, actor: "", workstation: "", previousHash: "", hash: "" };
      },
    },
    now: Date.now,
    ...part,
  });
}

/** A source whose log a test writes, a piece at a time. */
class FakeSource implements LogSource {
  readonly id: string;
  readonly resource: string;
  readonly name: string;
  #queue: (string | OpsError | null)[] = [];
  #wake: () => void = () => undefined;
  tell: (standing: LogReadingState) => void = () => undefined;

  constructor(name: string) {
    this.id = `id-${name}`;
    this.resource = `east/pods/shop/${name}`;
    this.name = name;
  }

  /** Null ends the log, an error breaks it. */
  write(...pieces: (string | OpsError | null)[]): this {
    this.#queue.push(...pieces);
    this.#wake();
    return this;
  }

  async *read(_request: unknown, signal: AbortSignal, tell: (standing: LogReadingState) => void) {
    this.tell = tell;
    tell({ state: "reading", error: null });
    for (;;) {
      const next = this.#queue.shift();
      if (next === null) return;
      if (next instanceof OpsError) throw next;
      if (next !== undefined) yield Buffer.from(next);
      else
        await new Promise<void>((resolve, reject) => {
          this.#wake = resolve;
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          if (signal.aborted) reject(signal.reason);
        });
    }
  }
}

function pods(resource: string, ...sources: FakeSource[]): FakeSource[] {
  resources.set(resource, { sources: async () => sources });
  return sources;
}

const stamp = (second: number) => new Date(Date.UTC(2026, 4, 12, 8, 0, second)).toISOString();
const said = (second: number, words: string) => `${stamp(second)} ${words}\n`;
const words = (pattern: string): LogPattern => ({ words: pattern, expression: false, matchCase: false });
const open = (resource: string, follow = true) =>
  desk.open(logRequestSchema.parse({ resources: [resource], follow }), undefined);

/** The first frame of a window for which something holds. */
async function frameOf(
  log: string,
  window: Partial<LogWindow>,
  holds: (frame: LogFrame) => boolean,
): Promise<LogFrame> {
  const view = desk.view({ log, from: null, count: 100, only: null, ...window });
  try {
    for (;;) {
      const frame = await view.frame();
      if (holds(frame)) return frame;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  } finally {
    view.close();
  }
}
const allEnded = ({ sources, total }: LogFrame) =>
  sources.every(({ state }) => state === "ended" || state === "failed") &&
  total === sources.reduce((sum, { lines }) => sum + lines, 0);

test("merges the lines of a workload's pods by their times, and shows what a window asks for", async () => {
  const [one, two] = pods("w", new FakeSource("api-1"), new FakeSource("api-2"));
  one?.write(said(1, "a1") + said(3, "a3"), said(5, "a5"), null);
  two?.write(said(2, "b2") + said(4, "b4"), null);
  const log = await open("w", false);
  const { lines, sources, from } = await frameOf(log, {}, (frame) => allEnded(frame) && frame.total === 5);
  expect(lines.map(({ text, source }) => `${sources[source]?.name} ${text}`)).toEqual([
    "api-1 a1",
    "api-2 b2",
    "api-1 a3",
    "api-2 b4",
    "api-1 a5",
  ]);
  expect(from).toBe(0);
  expect(lines[0]).toMatchObject({ number: 0, at: Date.parse(stamp(1)), cut: false });
  const second = await frameOf(log, { from: 1, count: 2 }, () => true);
  expect(second.lines.map(({ text }) => text)).toEqual(["b2", "a3"]);
});

test("filters, finds in the filtered order, and saves as text", async () => {
  const [pod] = pods("p", new FakeSource("api-1"));
  for (let index = 0; index < 50; index++)
    pod?.write(said(index, index % 10 === 3 ? `error ${index}` : `fine ${index}`));
  const log = await open("p");
  const only = words("ERROR");
  const filtered = await frameOf(log, { only }, (frame) => frame.filtered && frame.total === 50);
  expect(filtered.lines.map(({ text }) => text)).toEqual([
    "error 3",
    "error 13",
    "error 23",
    "error 33",
    "error 43",
  ]);
  expect(filtered.matching).toBe(5);
  const find = (pattern: string, from: number, backwards = false, within: LogPattern | null = null) =>
    desk.find({ log, only: within, pattern: words(pattern), from, backwards }, undefined);
  expect(await find("error", 4)).toBe(13);
  expect(await find("error", 13, true)).toBe(13);
  expect(await find("error", 12, true)).toBe(3);
  expect(await find("error", 44)).toBeNull();
  expect(await find("3", 1, false, only)).toBe(1);
  expect(await find("error 33", 99, true, only)).toBe(3);
  expect(await find("fine", 0, false, only)).toBeNull();
  pod?.write(said(59, "error 59"));
  await frameOf(log, { only }, (frame) => frame.matching === 6);
  const { piece, next } = await desk.piece(log, only, 40, undefined);
  expect(Buffer.from(piece, "base64").toString()).toBe(`${stamp(43)} error 43\n${stamp(59)} error 59\n`);
  expect(next).toBeNull();
  await expect(
    desk.find(
      { log, only: null, pattern: { ...words("("), expression: true }, from: 0, backwards: false },
      undefined,
    ),
  ).rejects.toMatchObject({ code: "log.expression-broken" });
});

test("saves a long log in pieces of whole lines, none left out", async () => {
  const [pod] = pods("p", new FakeSource("api-1"));
  const long = "x".repeat(1000);
  for (let index = 0; index < 1500; index++) pod?.write(said(1, `${index} ${long}`));
  pod?.write(null);
  const log = await open("p", false);
  await frameOf(log, {}, (frame) => frame.total === 1500);
  let saved = "";
  let pieces = 0;
  for (let next: number | null = 0; next !== null; pieces++) {
    const answer = await desk.piece(log, null, next, undefined);
    expect(answer.total).toBe(1500);
    saved += Buffer.from(answer.piece, "base64").toString();
    next = answer.next;
  }
  expect(pieces).toBe(3);
  expect(
    saved
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[1]),
  ).toEqual(Array.from({ length: 1500 }, (_, index) => String(index)));
});

test("tells how each source stands; one that fails keeps no other from being read", async () => {
  const [one, two] = pods("w", new FakeSource("api-1"), new FakeSource("api-2"));
  const log = await open("w");
  await frameOf(log, {}, ({ sources }) => sources.every(({ state }) => state === "reading"));
  one?.tell({ state: "waiting", error: null });
  const broken = new OpsError({
    code: "kubernetes.closed",
    system: "k",
    message: sameText("m"),
    hint: sameText("h"),
  });
  two?.write(broken);
  const { sources } = await frameOf(log, {}, (frame) =>
    frame.sources.some(({ state }) => state === "failed"),
  );
  expect(sources.map(({ state, error }) => [state, error?.code])).toEqual([
    ["waiting", undefined],
    ["failed", "kubernetes.closed"],
  ]);
  one?.write(said(1, "goes on"));
  await frameOf(log, {}, (frame) => frame.total === 1);
});

test("what nobody can read is refused, and journalled as such", async () => {
  await expect(open("disk")).rejects.toMatchObject({ code: "log.none" });
  const broken = new OpsError({
    code: "kubernetes.forbidden",
    system: "k",
    message: sameText("m"),
    hint: sameText("h"),
  });
  resources.set("p", { sources: () => Promise.reject(broken) });
  await expect(open("p")).rejects.toMatchObject({ code: "kubernetes.forbidden" });
  expect(events.map(({ type, data }) => `${type} ${data.code ?? ""}`)).toEqual([
    "log.opening ",
    "log.failed log.none",
    "log.opening ",
    "log.failed kubernetes.forbidden",
  ]);
  expect(await readdir(join(folder, "held"))).toEqual([]);
});

test("opening and closing are journalled, what the log says is not; nothing is left on the disk", async () => {
  const [pod] = pods("p", new FakeSource("api-1"));
  pod?.write(said(1, "secret words"));
  const log = await open("p");
  await frameOf(log, {}, (frame) => frame.total === 1);
  expect(await desk.end(log)).toBe(true);
  expect(await desk.end(log)).toBe(false);
  expect(events.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
    "log.opening p",
    "log.opened p",
    "log.ended p",
  ]);
  expect(JSON.stringify(events)).not.toContain("secret words");
  expect(events[2]?.data).toMatchObject({ lines: 1, dropped: 0, sources: 1 });
  expect(await readdir(join(folder, "held"))).toEqual([]);
  expect(() => desk.view({ log, from: null, count: 1, only: null })).toThrow(
    expect.objectContaining({ code: "log.gone" }),
  );
});

test("a window on a log that is closed meanwhile is told so", async () => {
  pods("p", new FakeSource("api-1"));
  const log = await open("p");
  const view = desk.view({ log, from: null, count: 10, only: null });
  await desk.end(log);
  await expect(view.frame()).rejects.toMatchObject({ code: "log.gone" });
  view.close();
});

test("no more than a few logs are open at once, and what a killed console left is removed", async () => {
  pods("p", new FakeSource("api-1"));
  const opened = await Promise.all(Array.from({ length: mostLogs }, () => open("p")));
  await expect(open("p")).rejects.toMatchObject({ code: "log.too-many-open" });
  expect(await readdir(join(folder, "held"))).toHaveLength(mostLogs);
  await desk.end(opened[0] ?? "");
  await open("p");
  const next = deskWith();
  await next.start();
  expect(await readdir(folder)).toEqual([]);
  await next.close();
});

test("a full disk ends the reading in words; what was read can be used", async () => {
  await desk.close();
  desk = deskWith({ free: async () => 1000 });
  const [pod] = pods("p", new FakeSource("api-1"));
  pod?.write(said(1, "the last words"));
  const log = await open("p");
  const { sources, lines } = await frameOf(log, {}, (frame) => frame.sources[0]?.state === "failed");
  expect(sources[0]?.error?.code).toBe("log.disk-full");
  expect(lines.map(({ text }) => text)).toEqual(["the last words"]);
  expect(
    await desk.find({ log, only: null, pattern: words("last"), from: 0, backwards: false }, undefined),
  ).toBe(0);
});

test("a window stays on its lines when the oldest are dropped", async () => {
  await desk.close();
  desk = deskWith({ limits: { bytes: 1e9, lines: 40, segments: 4 } });
  const [pod] = pods("p", new FakeSource("api-1"));
  for (let index = 0; index < 30; index++) pod?.write(said(1, String(index)));
  const log = await open("p");
  await frameOf(log, {}, (frame) => frame.total === 30);
  const view = desk.view({ log, from: 25, count: 3, only: null });
  const texts = async () => (await view.frame()).lines.map(({ text }) => text);
  expect(await texts()).toEqual(["25", "26", "27"]);
  for (let index = 30; index < 50; index++) pod?.write(said(1, String(index)));
  const { dropped } = await frameOf(log, {}, (frame) => frame.total + frame.dropped === 50);
  expect(dropped).toBe(10);
  expect(await texts()).toEqual(["25", "26", "27"]);
  expect((await view.frame()).from).toBe(15);
  view.close();
});
