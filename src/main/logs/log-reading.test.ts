import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { type LogRequest, logRequestSchema } from "../../shared/logs.ts";
import { sameText } from "../../shared/text.ts";
import type { LogSource, Logs } from "../systems/system.ts";
import { LineStore } from "./line-store.ts";
import { LogReading, type LogReadingParts, mostKnown, mostReadings } from "./log-reading.ts";
import { sliceBytes } from "./pace.ts";

let folder: string;
let store: LineStore;
let reading: LogReading;
const quiet = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "log-reading-"));
  store = await LineStore.open({ folder: join(folder, "log") });
});
afterEach(async () => {
  await reading.close();
  await store.close();
  await rm(folder, { recursive: true });
});

const request = (part: Partial<LogRequest> = {}) => logRequestSchema.parse({ resources: ["w"], ...part });
const never = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

function source(name: string, read: LogSource["read"]): LogSource {
  return { id: `id-${name}`, resource: `east/pods/shop/${name}`, name, read };
}
const words = (...chunks: string[]): LogSource["read"] =>
  async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  };
const endless: LogSource["read"] = async function* (_request, signal) {
  yield await never(signal);
};
const logsOf = (sources: () => LogSource[]): Logs => ({ sources: async () => sources() });

async function read(part: Partial<LogReadingParts>): Promise<void> {
  reading = new LogReading({
    request: request(),
    logs: () => null,
    store,
    onChange: () => undefined,
    wait: (_milliseconds, signal) => never(signal),
    ...part,
  });
  await reading.start(quiet);
}
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn();
}
const states = () => reading.sources().map(({ name, state }) => `${name} ${state}`);

test("pods that come later are joined, each once, and read from their beginning", async () => {
  const asked: Record<string, LogRequest> = {};
  const made = (name: string) =>
    source(name, async function* (given, signal) {
      asked[name] = given;
      yield Buffer.from(`2026-05-12T08:00:00Z ${name}\n`);
      yield await never(signal);
    });
  const all = [made("api-1")];
  let look: () => void = () => undefined;
  await read({
    request: request({ tail: 5 }),
    logs: () => logsOf(() => all),
    wait: (_milliseconds, signal) =>
      Promise.race([never(signal), new Promise<void>((resolve) => (look = resolve))]),
  });
  await until(() => states().join() === "api-1 reading");
  all.push(made("api-2"));
  look();
  await until(() => states().join() === "api-1 reading,api-2 reading");
  expect(asked["api-1"]?.tail).toBe(5);
  expect(asked["api-2"]?.tail).toBeNull();
});

test("one resource that cannot be asked is told beside the others that are read", async () => {
  const refused = new OpsError({
    code: "kubernetes.forbidden",
    system: "k",
    message: sameText("m"),
    hint: sameText("h"),
  });
  await read({
    request: request({ resources: ["w", "x", "host"], follow: false }),
    logs: (resource) =>
      resource === "w"
        ? logsOf(() => [source("api-1", words("one\n"))])
        : resource === "x"
          ? { sources: () => Promise.reject(refused) }
          : null,
  });
  await until(() => reading.sources().some(({ state }) => state === "ended"));
  const failed = reading.sources().filter(({ state }) => state === "failed");
  expect(failed.map(({ resource, error }) => [resource, error?.code]).sort()).toEqual([
    ["host", "log.none"],
    ["x", "kubernetes.forbidden"],
  ]);
  expect(store.end).toBe(1);
});

test("only so many are read at once; the others wait their turn, and beyond a limit are told", async () => {
  let open = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const made = Array.from({ length: mostKnown + 1 }, (_, index) =>
    source(`pod-${index}`, async function* () {
      open += 1;
      most = Math.max(most, open);
      await new Promise<void>((resolve) => ends.push(resolve));
      open -= 1;
      yield Buffer.from("x\n");
    }),
  );
  await read({ request: request({ follow: false }), logs: () => logsOf(() => made) });
  await until(() => open === mostReadings);
  expect(reading.sources().filter(({ state }) => state === "waiting")).toHaveLength(mostKnown - mostReadings);
  for (let done = 0; done < mostKnown; done++) {
    await until(() => ends.length > 0);
    ends.shift()?.();
  }
  await until(() => store.end === mostKnown);
  expect(most).toBe(mostReadings);
  expect(reading.sources().at(-1)?.error?.code).toBe("log.too-many-sources");
});

test("megabytes in one chunk are taken in small slices, and other work has its turn between them", async () => {
  const line = `2026-05-12T08:00:00Z ${"x".repeat(100)}\n`;
  const count = Math.ceil((8 * 1024 * 1024) / line.length);
  let inSlice = 0;
  let longest = 0;
  let turns = 0;
  let before = 0;
  const ended = () => {
    longest = Math.max(longest, inSlice);
    inSlice = 0;
  };
  store.onChange(() => {
    inSlice += (store.end - before) * line.length;
    before = store.end;
    longest = Math.max(longest, inSlice);
  });
  await read({
    request: request({ follow: false }),
    logs: () => logsOf(() => [source("api-1", words(line.repeat(count)))]),
    turn: async () => {
      ended();
      turns += 1;
      await nextTurn();
    },
  });
  await until(() => store.end === count);
  expect(turns).toBeGreaterThanOrEqual(Math.floor((count * line.length) / sliceBytes));
  // A slice, and the piece of a chunk that ended it.
  expect(longest).toBeLessThanOrEqual(sliceBytes + 64 * 1024);
});

test("closing ends what is read and what waits", async () => {
  const made = Array.from({ length: mostReadings + 5 }, (_, index) => source(`pod-${index}`, endless));
  await read({ logs: () => logsOf(() => made) });
  await reading.close();
  expect(states().every((state) => /connecting|waiting/.test(state))).toBe(true);
});
