import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ListFrame, listQuerySchema } from "../../src/shared/live.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";

let lab: SliceLab;
let open: OpenConsole;
let estate: string;
let original: string;

beforeAll(async () => {
  lab = await SliceLab.start();
  estate = lab.estateWith("edited.yaml", (words) => words.replace("name: Atelier (lab)", "name: Edited"));
  original = readFileSync(estate, "utf8");
  open = await OpenConsole.open({ estate, dataFolder: lab.path("data") });
});
afterAll(async () => {
  await open?.close();
  await lab?.stop();
});

const edit = (change: (words: string) => string) => writeFileSync(estate, change(original));
const isKnown = (id: string) => open.parts.inventory.get(id) !== null;

describe("an estate file that is edited while the console runs", () => {
  it("shows a host that was added, and reads it", async () => {
    await open.read("db-2");
    expect(isKnown("mirror-1")).toBe(false);
    edit((words) =>
      words.replace("      web-1:\n", "      mirror-1:\n        address: 192.0.2.32\n      web-1:\n"),
    );
    await open.until("mirror-1 is declared", () => isKnown("mirror-1"));
    await open.read("mirror-1");
    expect(open.resource("mirror-1").facts["os.hostname"]?.value).toBe("db-2");
  });

  it("takes away a host that was removed, from the list that is looked at and with its open question", async () => {
    await open.until("web-2 asks", () => open.parts.questions.list().length === 1);
    const looking = new AbortController();
    const query = listQuerySchema.parse({ kinds: ["vm"] });
    const frames = await open.window.resources.list(query, { signal: looking.signal });
    let shown: string[] = [];
    const gone = (async () => {
      for await (const frame of frames as AsyncIterable<ListFrame>) {
        shown = frame.order ?? shown;
        if (!shown.includes("web-2")) return;
        expect(shown).toContain("build-1");
        edit((words) => words.replace(/ {6}(?:web-2|build-1):\n(?: {8}.*\n?)+/g, ""));
      }
    })();
    await gone;
    looking.abort();
    expect(shown).toContain("web-1");
    expect(shown).not.toContain("build-1");
    expect(isKnown("web-2")).toBe(false);
    await open.until("its question is withdrawn", () => open.parts.questions.list().length === 0);
  });

  it("keeps the last good one in force when the edit is broken, and says where", async () => {
    const before = open.parts.inventory.all().map((resource) => resource.id);
    edit((words) => words.replace("every: 15s", "every: often").replace("user: ops", "usr: ops"));
    await open.until("the estate has faults", () => !open.parts.estate.state().valid);
    const { faults, valid, fromLastGood } = await open.first(open.window.estate.watch());
    expect({ valid, fromLastGood }).toEqual({ valid: false, fromLastGood: true });
    const wrongDuration = faults.find((fault) => fault.expected?.en.includes("duration"));
    const line = original.split("\n").findIndex((each) => each.includes("every: 15s")) + 1;
    expect(wrongDuration).toMatchObject({ line, column: 12 });
    expect(faults.find((fault) => fault.nearMiss === "user")).toBeDefined();
    expect(open.parts.inventory.all().map((resource) => resource.id)).toEqual(before);
    const { needs } = await open.first(open.window.overview.watch());
    expect(needs.some((need) => need.page === "estate")).toBe(true);
    expect(await open.says("tower-a", "echo still here")).toBe("still here\n");
  });

  it("goes on with the file once it is mended", async () => {
    edit((words) => words);
    await open.until("the estate is valid", () => open.parts.estate.state().valid);
    await open.until("web-2 is back", () => isKnown("web-2"));
    expect(isKnown("mirror-1")).toBe(false);
    const filter = {
      text: "",
      types: ["estate.applied"],
      subject: null,
      task: null,
      before: null,
      limit: 50,
    };
    expect(open.parts.journal.page(filter).events).toHaveLength(4);
  });
});
