import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isContractProcedure } from "@orpc/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import { callEffects } from "../../src/shared/call-effects.ts";
import { closeCode } from "../../src/shared/channel.ts";
import { contract } from "../../src/shared/contract.ts";
import { OpenConsole } from "./support/open-console.ts";
import { ChannelRecorder } from "./support/recorded-channel.ts";

let folder: string;
let open: OpenConsole;

const estate = "passerelle: 1\nname: Fuzzed\nsystems: {}\n";
/** Values of every shape that JSON has, with keys that mean something to a careless program. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.object({
    maxDepth: 3,
    key: fc.constantFrom("__proto__", "constructor", "id", "ids", "to", "kind", "x"),
  }),
  fc.constantFrom("\u0000", "../../etc/passwd", "a".repeat(200_000), -1, 1e308, "NaN", "', --", "\ud800"),
  fc.integer({ min: 1, max: 300 }).map((depth) => JSON.parse("[".repeat(depth) + "]".repeat(depth))),
);

interface Procedure {
  path: string[];
  takes: z.ZodType | undefined;
}

function proceduresOf(part: object, path: string[] = []): Procedure[] {
  if (isContractProcedure(part)) {
    return [{ path, takes: part["~orpc"].inputSchema as z.ZodType | undefined }];
  }
  return Object.entries(part).flatMap(([name, below]) => proceduresOf(below, [...path, name]));
}

const procedures = proceduresOf(contract);

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-fuzz-"));
  writeFileSync(join(folder, "estate.yaml"), estate);
  open = await OpenConsole.open({
    estate: join(folder, "estate.yaml"),
    dataFolder: join(folder, "data"),
    definitions: [],
  });
  // Where secrets are kept is looked for beside everything else.
  await open.parts.secrets.refresh();
});
afterAll(async () => {
  await open?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls by the way that the window calls, with whatever input; the code of the refusal, or null. */
async function refusal(path: readonly string[], input: unknown): Promise<string | null> {
  let part: unknown = open.window;
  for (const name of path) part = Reflect.get(Object(part), name);
  if (typeof part !== "function") throw new Error(`no call ${path.join(".")}`);
  try {
    await part(input);
    return null;
  } catch (thrown) {
    return String(Reflect.get(Object(thrown), "code") ?? thrown);
  }
}

const state = () => ({
  head: open.parts.journal.head,
  resources: open.parts.inventory.all(),
  secrets: open.parts.secrets.state(),
  tasks: open.parts.runner.tasks(),
});

describe("every call of the contract", () => {
  it("refuses what its shape does not name, thousands of times, and nothing is changed by it", async () => {
    const before = state();
    let sent = 0;
    for (const { path, takes } of procedures) {
      if (!takes) continue;
      for (const value of fc.sample(anything, { numRuns: 40, seed: 20_261_121 })) {
        if (takes.safeParse(value).success) continue;
        sent += 1;
        expect([path.join("."), await refusal(path, value)]).toEqual([path.join("."), "BAD_REQUEST"]);
      }
    }
    expect(sent).toBeGreaterThan(3000);
    expect(state()).toEqual(before);
    expect(Object.hasOwn(Object.prototype, "id")).toBe(false);
    expect(await open.window.about()).toEqual(open.parts.about);
  });
});

describe("a channel", () => {
  it("that carries frames cut, doubled, mixed and bent ends alone, and nothing is changed by it", async () => {
    for (const path of callEffects.reads.slice(0, 12)) await refusal(path.split("."), { ids: [7] });
    const frames = open.recorder.toMain.map((frame) => frame.toString());
    const before = state();
    const bend = fc.record({
      frame: fc.constantFrom(...frames.filter((frame) => /"(u|p)"/.test(frame)).slice(-40)),
      other: fc.constantFrom(...frames),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      way: fc.constantFrom("cut", "double", "splice", "bytes", "flip", "again"),
    });
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(bend, { minLength: 1, maxLength: 4 }), async (bends) => {
        const { main, window } = new ChannelRecorder().pair();
        open.console.serveCalls(main, true, "fuzz");
        let code: number | null = null;
        window.onclose = (event) => {
          code = event.code;
        };
        for (const one of bends) for (const message of bent(one)) window.send(message);
        for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        if (code !== null) {
          ended += 1;
          expect([closeCode.malformed, closeCode.tooBig, closeCode.failed]).toContain(code);
        }
        window.close();
      }),
      { numRuns: 1500, seed: 20_261_121 },
    );
    expect(ended).toBeGreaterThan(100);
    expect(state()).toEqual(before);
    expect(await open.window.about()).toEqual(open.parts.about);
  });
});

it.each([1_000, 100_000, 1_900_000])(
  "input nested %i deep is refused, or ends its channel alone",
  async (depth) => {
    await refusal(["resources", "list"], { marked: "here" });
    const frame = open.recorder.toMain.map(String).findLast((words) => words.includes('{"marked":"here"}'));
    const deep = frame?.replace('{"marked":"here"}', `${"[".repeat(depth)}${"]".repeat(depth)}`);
    const { main, window } = new ChannelRecorder().pair();
    open.console.serveCalls(main, true, "deep");
    const answered = new Promise<string>((resolve) => {
      window.onmessage = ({ data }) => resolve(String(data));
      window.onclose = ({ code }) => resolve(`closed ${code}`);
    });
    window.send(deep ?? "");
    expect(await answered).toMatch(/BAD_REQUEST|^closed /);
    window.close();
    expect(await open.window.about()).toEqual(open.parts.about);
  },
);

interface Bend {
  frame: string;
  other: string;
  at: number;
  way: "cut" | "double" | "splice" | "bytes" | "flip" | "again";
}

function bent({ frame, other, at, way }: Bend): (string | Uint8Array)[] {
  const place = Math.floor(at * frame.length);
  switch (way) {
    case "cut":
      return [frame.slice(0, place)];
    case "double":
      return [frame + frame];
    case "splice":
      return [frame.slice(0, place) + other.slice(Math.floor(at * other.length))];
    case "bytes":
      return [new TextEncoder().encode(frame.slice(0, place))];
    case "flip":
      return [frame.slice(0, place) + String.fromCharCode(Math.floor(at * 65_535)) + frame.slice(place + 1)];
    case "again":
      return [frame, frame, other, frame];
  }
}

it("what the console keeps is its user's alone: files 0600, folders 0700", () => {
  const data = join(folder, "data");
  const entries = readdirSync(data, { recursive: true, withFileTypes: true });
  expect(entries.length).toBeGreaterThan(3);
  for (const entry of entries) {
    const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
    expect([entry.name, mode.toString(8)]).toEqual([entry.name, entry.isDirectory() ? "700" : "600"]);
  }
});
