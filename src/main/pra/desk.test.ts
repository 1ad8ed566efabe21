import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { PraStart } from "../../shared/pra.ts";
import { praRunViewSchema, praSummarySchema, praViewSchema } from "../../shared/pra.ts";
import { hosts, journal, restart, settled } from "../procedures/engine/fixtures/started-engine.ts";
import { PraBook } from "./book.ts";
import type { PraDesk } from "./desk.ts";
import { hour, minute, service, smallResources } from "./testing/small-pra.ts";
import { anyPoke, deskWith } from "./testing/started-desk.ts";

const request = { plan: "carry", mode: "planned", direction: "bascule" } as const;

function startOf(desk: PraDesk, more: Partial<Pick<PraStart, "mode" | "direction">> = {}): PraStart {
  const asked = { ...request, ...more };
  const { plan } = desk.prepare(asked);
  return { ...asked, planHash: plan?.hash ?? "", reason: "a test", confirmation: "" };
}

const never = () => AbortSignal.timeout(10_000);

describe("a plan as it stands", () => {
  it("is told with its sides, data, tiers and modes", () => {
    const { desk } = deskWith();
    const view = desk.view("carry");
    expect(praViewSchema.parse(view)).toEqual(view);
    expect(desk.list().map((one) => praSummarySchema.parse(one).id)).toEqual(["carry"]);
    expect(view).toMatchObject({
      production: "East",
      recovery: "North",
      side: "production",
      forecast: { value: null, rto: 4 * hour },
      running: null,
      readiness: { figure: null, evaluatedAt: null },
      procedures: { bascule: "forth", return: "back" },
    });
    expect(() => desk.view("nothing")).toThrow(/no PRA plan/);
    expect(() => desk.view("constructor")).toThrow(/no PRA plan/);
  });

  it("gives the procedure its mode and direction where it has such variables", () => {
    const { desk } = deskWith();
    expect(desk.prepare({ ...request, mode: "drill" }).variables).toEqual({
      mode: "disaster",
      direction: "bascule",
    });
    expect(desk.prepare({ ...request, mode: "rehearsal" }).variables.mode).toBe("planned");
    expect(desk.prepare({ ...request, direction: "return" }).variables).toEqual({});
  });
});

describe("a run of a plan", () => {
  it("knows what it is for, fixes what was lost at its point of no return, and is a passage", async () => {
    const { desk, engine } = deskWith();
    const run = await desk.begin(startOf(desk));
    const waiting = await settled(engine, run);
    expect(waiting.pra).toEqual(request);
    expect(desk.list()[0]?.running).toEqual({ run, mode: "planned", direction: "bascule" });
    await expect
      .poll(() => desk.runView(run).applications.map(({ lost }) => lost), { timeout: 10_000 })
      .not.toContain(null);
    const view = desk.runView(run);
    expect(praRunViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      plan: { id: "carry" },
      mode: "planned",
      from: "East",
      to: "North",
      next: { kind: "approve", node: "confirm" },
      undo: { possible: false },
      commit: { node: "confirm" },
    });
    expect(view.phases.map(({ id, state }) => [id, state])).toEqual([
      ["prepare", "done"],
      ["restore", "done"],
      ["open", "waiting"],
    ]);
    const lost = view.applications.find(({ id }) => id === "identity")?.lost ?? 0;
    expect(Math.abs(lost - 5 * minute)).toBeLessThan(minute);
    // One that is there already is not counted anew, also not by a console that was started since.
    const events = journal.ofTypes(["pra.data-loss"], 1);
    expect(events.map(({ task, data }) => [task, data.application])).toEqual([
      [run, "identity"],
      [run, "billing"],
    ]);
    await engine.approve(run, "confirm", { accept: true, planHash: waiting.planHash, reason: "" });
    await settled(engine, run);
    const [passage] = desk.view("carry").passages;
    expect(passage).toMatchObject({ run, mode: "planned", direction: "bascule", status: "completed" });
    expect(Object.keys(passage?.served ?? {}).sort()).toEqual(["other", "vital"]);
    await desk.close();
    await restart();
    const again = deskWith();
    expect(again.desk.runView(run).applications.map((one) => one.lost)).toEqual(
      view.applications.map((one) => one.lost),
    );
    expect(again.desk.view("carry").passages[0]).toEqual(passage);
  });

  it("locks both directions while it is under way, also while it is only being started", async () => {
    const { desk } = deskWith();
    const started = await Promise.allSettled([desk.begin(startOf(desk)), desk.begin(startOf(desk))]);
    expect(started.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const direction of ["bascule", "return"] as const)
      await expect(desk.begin(startOf(desk, { mode: "disaster", direction }))).rejects.toMatchObject({
        code: "pra.not-available",
      });
  });

  it("is not begun where its mode is not available, of a plan that is another one now, or as a rehearsal", async () => {
    const { desk } = deskWith();
    const begin = (more: Partial<PraStart>) => desk.begin({ ...startOf(desk), ...more });
    await expect(begin({ direction: "return" })).rejects.toMatchObject({ code: "pra.not-available" });
    await expect(begin({ mode: "drill" })).rejects.toMatchObject({ code: "pra.not-available" });
    await expect(begin({ mode: "rehearsal" })).rejects.toMatchObject({ code: "pra.rehearsal-is-no-run" });
    await expect(begin({ planHash: "other" })).rejects.toMatchObject({ code: "run.plan-changed" });
    expect(journal.ofTypes(["run.started"], 1)).toEqual([]);
  });

  it("brings production back only once it was carried", async () => {
    const { desk, engine } = deskWith();
    const run = await desk.begin(startOf(desk));
    const { planHash } = await settled(engine, run);
    await engine.approve(run, "confirm", { accept: true, planHash, reason: "" });
    await settled(engine, run);
    for (const [id, one] of smallResources(Date.now(), "north")) hosts.set(id, one);
    const back = await desk.begin(startOf(desk, { direction: "return" }));
    expect((await settled(engine, back)).status).toBe("completed");
    expect(desk.runView(back)).toMatchObject({ from: "North", to: "East" });
  });
});

describe("a rehearsal", () => {
  it("probes without changing anything, and is kept with what drift is told by", async () => {
    let applied = 0;
    const poke = anyPoke({
      apply: async () => {
        applied += 1;
        return { data: {} };
      },
      probe: async ({ resource }) => ({
        state: resource.id === "record" ? "impossible" : "needed",
        text: { en: "so", fr: "ainsi" },
        observed: {},
      }),
    });
    const { desk, parts } = deskWith({}, [poke]);
    const id = await desk.rehearse("carry", "bascule", never());
    expect(applied).toBe(0);
    expect(journal.ofTypes(["run.started", "action.intent"], 1)).toEqual([]);
    const [event] = journal.ofTypes(["pra.rehearsed"], 1);
    expect(event).toMatchObject({ subject: "carry", task: id });
    // What is impossible now comes after steps that act.
    expect(event?.data.findings).toContainEqual(
      expect.objectContaining({ node: "flip", state: "warning", code: "action.impossible" }),
    );
    expect(desk.view("carry").passages).toMatchObject([
      { id, run: null, mode: "rehearsal", direction: "bascule", figure: 87.5, status: "completed" },
    ]);
    expect(parts.journal.bookmark("pra")).toBeLessThanOrEqual(event?.sequence ?? 0);
  });

  it("goes the way of the worst day as well, and its passage says which way it went", async () => {
    const { desk } = deskWith();
    await desk.rehearse("carry", "bascule", never(), "disaster");
    await desk.rehearse("carry", "bascule", never());
    const rehearsed = journal.ofTypes(["pra.rehearsed"], 1).map(({ data }) => data);
    expect(rehearsed.map(({ way }) => way)).toEqual(["disaster", "planned"]);
    const hashes = rehearsed.map(({ planHash }) => planHash);
    const hashOf = (mode: "planned" | "disaster") => desk.prepare({ ...request, mode }).plan?.hash;
    expect(hashes).toEqual([hashOf("disaster"), hashOf("planned")]);
    expect(new Set(desk.view("carry").passages.map(({ way }) => way))).toEqual(
      new Set(["planned", "disaster"]),
    );
  });

  it("is one at a time, ends when nobody waits for it, and says where no plan can be made", async () => {
    const { desk } = deskWith();
    const both = await Promise.allSettled([
      desk.rehearse("carry", "bascule", never()),
      desk.rehearse("carry", "return", never()),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await expect(desk.rehearse("carry", "bascule", AbortSignal.abort())).rejects.toThrow();
    hosts.delete("tower-c");
    await expect(desk.rehearse("carry", "bascule", never())).rejects.toMatchObject({
      code: "procedure.no-plan",
    });
    expect(journal.ofTypes(["pra.rehearsed"], 1)).toHaveLength(1);
  });
});

it("fixes since when a service was seen to answer after its steps, also for the console that reads the journal next", async () => {
  const { desk, engine, changed } = deskWith();
  const run = await desk.begin(startOf(desk));
  await settled(engine, run);
  const [before] = desk.runView(run).applications;
  expect(before).toMatchObject({ id: "identity", servedAt: null, servedBy: null });
  hosts.set("identity-north", service("identity-north", Date.now() + 1000, true));
  changed();
  await expect
    .poll(() => desk.runView(run).applications[0], { timeout: 10_000 })
    .toMatchObject({ servedBy: "service" });
  hosts.set("identity-north", service("identity-north", Date.now() + 2000, false));
  expect(desk.runView(run).applications[0]?.servedBy).toBe("service");
  expect(journal.ofTypes(["pra.served"], 1)).toMatchObject([
    { task: run, data: { application: "identity" } },
  ]);
  expect(new PraBook(journal, Date.now()).served(run).get("identity")).toBeTypeOf("number");
});

it("tells of readings once a second, and no more once it is closed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { desk, changed } = deskWith();
  let told = 0;
  desk.onChange(() => {
    told += 1;
  });
  hosts.set("identity-north", service("identity-north", Date.now(), true));
  changed();
  changed();
  vi.advanceTimersByTime(1000);
  expect(told).toBe(1);
  expect(desk.list()[0]?.side).toBe("split-brain");
  changed();
  await desk.close();
  changed();
  vi.advanceTimersByTime(1000);
  expect(told).toBe(1);
});
