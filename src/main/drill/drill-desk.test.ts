import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DrillNews, drillOrderSchema } from "../../shared/drill.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import { DrillDesk } from "./drill-desk.ts";
import type { DrillProgram } from "./programs.ts";

/** A program that says what the test has it say. */
class FakeProgram implements DrillProgram {
  readonly words: readonly string[];
  readonly exited: Promise<void>;
  nudged = 0;
  isGone = false;
  readonly #listeners: ((line: string) => void)[] = [];
  readonly #gone: () => void;

  constructor(words: readonly string[]) {
    this.words = words;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.exited = promise;
    this.#gone = resolve;
  }

  onLine(listener: (line: string) => void): void {
    this.#listeners.push(listener);
  }

  nudge(): void {
    this.nudged += 1;
  }

  say(news: DrillNews | string | object): void {
    const line = typeof news === "string" ? news : JSON.stringify(news);
    for (const listener of this.#listeners) listener(line);
  }

  async stop(): Promise<void> {
    this.isGone = true;
    this.#gone();
  }
}

const passage = {
  id: "run-1",
  run: null,
  mode: "drill",
  way: "disaster",
  direction: "bascule",
  actor: "ada",
  startedAt: 1,
  endedAt: 61_000,
  status: "completed",
  figure: null,
  served: { vital: 30_000 },
} as const;

let folder: string;
let programs: FakeProgram[];
let brought: unknown[];
let written: NewJournalEvent[];
let desk: DrillDesk;
/** The pages that the desktop's browser was had open; null: there is none. */
let browser: string[] | null;
/** What each program does once it was started. */
let react: (program: FakeProgram, index: number) => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-drill-"));
  [programs, brought, written] = [[], [], []];
  browser = [];
  react = (program, index) =>
    program.say(index === 0 ? { estate: "e.yaml", control: "c.json", pid: 1 } : { link: "http://once" });
  desk = new DrillDesk({
    folder,
    labProgram: "lab.js",
    consoleProgram: "cli.js",
    openBrowser: async (url) => {
      if (!browser) throw new Error("no browser");
      browser.push(url);
    },
    start: (_program, words) => {
      const program = new FakeProgram(words);
      const index = programs.push(program) - 1;
      queueMicrotask(() => react(program, index));
      return program;
    },
    knowsPlan: (plan) => plan === "carry",
    copy: () => Promise.reject(new Error("not asked for")),
    record: {
      write(event) {
        written.push(event);
        return {
          ...event,
          sequence: 1,
          at: 0,
          actor: "ada",
          workstation: "here",
          previousHash: "",
          hash: "",
        };
      },
    },
    bringBack: (...what) => brought.push(what),
    now: () => 5,
  });
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true });
});

const request = {
  plan: "carry",
  on: "lab",
  faults: [{ when: { at: "start" }, fault: ["kube-down"] }],
} as const;
const begin = () =>
  desk.start({
    ...request,
    faults: [...request.faults.map((each) => ({ ...each, fault: [...each.fault] }))],
  });

describe("drills", () => {
  it("is entered in the desktop's browser, and by its link where there is none", async () => {
    const id = await desk.start({ plan: "carry", on: "lab", faults: [] });
    expect(await desk.enter(id)).toBeNull();
    expect(browser).toEqual(["http://once"]);
    browser = null;
    const next = desk.enter(id);
    programs[1]?.say({ link: "http://again" });
    expect(await next).toBe("http://again");
  });

  it("run a lab and a console that is told of it, give links, and end the console first", async () => {
    const id = await begin();
    expect(programs.map(({ words }) => words[0])).toEqual(["start", "drill"]);
    const order = drillOrderSchema.parse(JSON.parse(readFileSync(programs[1]?.words[2] ?? "", "utf8")));
    expect(order).toMatchObject({ plan: "carry", estate: "e.yaml", control: "c.json" });
    expect(await desk.link(id)).toBe("http://once");
    const next = desk.link(id);
    expect(programs[1]?.nudged).toBe(1);
    programs[1]?.say({ link: "http://again" });
    expect(await next).toBe("http://again");
    await desk.end(id);
    expect(programs.every(({ isGone }) => isGone)).toBe(true);
    expect(desk.list()[0]?.state).toBe("ended");
    expect(written.map(({ type }) => type)).toEqual(["pra.drill-started"]);
  });

  it("bring what was gone through back, and nothing that is no such news", async () => {
    await begin();
    for (const line of [
      "Warning: something",
      "{",
      { passage: { ...passage, mode: "planned" } },
      { link: 1 },
    ]) {
      programs[1]?.say(line);
    }
    expect(brought).toEqual([]);
    programs[1]?.say({ passage });
    programs[1]?.say({ played: { index: 0, at: 9, refused: null } });
    const [view] = desk.list();
    expect(brought).toEqual([["carry", view?.id, { passage, on: "lab" }]]);
    expect(view).toMatchObject({ passages: 1, faults: [{ playedAt: 9 }] });
  });

  it("leave nothing running where a part does not start", async () => {
    react = (program, index) =>
      index === 0 ? program.say({ estate: "e", control: "c" }) : void program.stop();
    await expect(begin()).rejects.toMatchObject({ code: "drill.cannot-start" });
    expect(programs.map(({ isGone }) => isGone)).toEqual([true, true]);
    expect(desk.list()[0]?.state).toBe("failed");
  });

  it("take the console along when the lab dies, and say so", async () => {
    await begin();
    await programs[0]?.stop();
    await expect.poll(() => desk.list()[0]?.state).toBe("failed");
    expect(programs[1]?.isGone).toBe(true);
    expect(desk.list()[0]?.error?.code).toBe("drill.broken-off");
  });

  it("are of a plan that there is, one at a time", async () => {
    await expect(desk.start({ plan: "other", on: "lab", faults: [] })).rejects.toMatchObject({
      code: "drill.unknown-plan",
    });
    await begin();
    await expect(begin()).rejects.toMatchObject({ code: "drill.under-way" });
  });
});
