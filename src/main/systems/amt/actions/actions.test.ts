import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Action } from "../../../actions/action.ts";
import { Questions } from "../../../reach/questions.ts";
import { machineActions } from "../actions.ts";
import type { MachineAccess } from "../machine-access.ts";
import { FakeAmt } from "../testing/fake-amt.ts";
import { FakeConsent } from "../testing/fake-consent.ts";
import { eventRecord, fault } from "../testing/fake-firmware.ts";
import { accessTo, actionContext, FakeClock, FakeSecrets, resource } from "../testing/surroundings.ts";

let amt: FakeAmt;
let clock: FakeClock;
let access: MachineAccess;
let actions: Action[];
let questions: Questions;
const changed: string[] = [];

beforeEach(async () => {
  amt = await FakeAmt.start();
  clock = new FakeClock();
  questions = new Questions({ interactive: true, now: clock.now });
  access = accessTo({ "tower-a": amt.port }, clock, new FakeSecrets());
  actions = machineActions(access, { onChanged: (id) => changed.push(id), questions });
  changed.length = 0;
});
afterEach(async () => {
  access.close();
  await amt.close();
});

function action(id: string): Action {
  const found = actions.find((each) => each.id === id);
  if (!found) throw new Error(`no action ${id}`);
  return found;
}

/** Runs an action as the runner does, up to its proof. */
async function run(id: string, input: Record<string, unknown> = {}) {
  const chosen = action(id);
  const { context, trail } = actionContext("tower-a");
  const probe = await chosen.probe(context, input);
  if (probe.state !== "needed") return { probe, trail, applied: null, verification: null };
  const applied = await chosen.apply(context, input, probe);
  return { probe, trail, applied, verification: await chosen.verify(context, input, probe, applied) };
}

const powerRequests = () => amt.received.filter(({ body }) => body.includes("RequestPowerStateChange_INPUT"));

/** Lets the readings after an accepted power request go through these codes. */
function afterwards(...codes: number[]): void {
  amt.firmware.onPower = () => {
    amt.firmware.power = codes;
  };
}

describe("power on", () => {
  beforeEach(() => {
    amt.firmware.power = [8];
    amt.firmware.available = [2];
  });

  test("is asked once, accepted, and proven by the state", async () => {
    afterwards(8, 8, 2);
    const { trail, verification } = await run("amt.power-on");
    expect(verification).toMatchObject({ proven: true, data: { powerState: "on" } });
    expect(trail.progress).toEqual([
      "Asked.",
      "Accepted by the firmware; its effect is awaited.",
      expect.stringMatching(/^Seen off after \d+ s\.$/),
      expect.stringMatching(/^Seen on after \d+ s\.$/),
    ]);
    expect(trail.committed).toBe(1);
    expect(powerRequests()).toHaveLength(1);
    expect(powerRequests()[0]?.body).toContain("<r:PowerState>2</r:PowerState>");
    expect(changed).toEqual(["tower-a"]);
  });

  test("of a machine that is on is already done", async () => {
    amt.firmware.power = [2];
    expect((await run("amt.power-on")).probe.state).toBe("done");
    expect(powerRequests()).toHaveLength(0);
  });

  test("that is accepted and never happens is not proven", async () => {
    const { verification } = await run("amt.power-on");
    expect(verification).toMatchObject({ proven: false, text: { en: expect.stringContaining("still off") } });
    expect(powerRequests()).toHaveLength(1);
  });

  test("that is not ready is refused in words", async () => {
    amt.firmware.returnValue = 2;
    const { verification } = await run("amt.power-on");
    expect(verification).toMatchObject({ proven: false, text: { en: expect.stringContaining("not ready") } });
  });

  test("that is refused by a fault changed nothing", async () => {
    amt.misbehave = (body) => (body.includes("_INPUT") ? { reply: fault("w", "AccessDenied") } : null);
    const { verification } = await run("amt.power-on");
    expect(verification).toMatchObject({
      proven: false,
      text: { en: expect.stringContaining("may not do this") },
    });
  });

  test("waits out AMT's pause after the one before", async () => {
    afterwards(8, 2);
    await run("amt.power-on");
    amt.firmware.power = [8];
    access.powerAsked("tower-a");
    const before = clock.at;
    const { trail } = await run("amt.power-on");
    expect(clock.at - before).toBeGreaterThanOrEqual(10_000);
    expect(trail.progress[0]).toContain("pause");
  });

  test("survives readings that fail meanwhile", async () => {
    let count = 0;
    amt.misbehave = (body) => {
      if (body.includes("_INPUT")) amt.firmware.power = [2];
      else if (powerRequests().length > 0 && ++count < 3) return "close";
      return null;
    };
    expect((await run("amt.power-on")).verification).toMatchObject({ proven: true });
  });

  test("after which AMT is gone is told as not seen", async () => {
    amt.misbehave = (body) => (powerRequests().length > 0 && !body.includes("_INPUT") ? "close" : null);
    await expect(run("amt.power-on")).rejects.toMatchObject({ code: "amt.not-seen" });
  });
});

describe("a power request whose answer is lost", () => {
  test.each(["close", "truncate", "garbage", "silence"] as const)(
    "by %s is never sent again",
    async (how) => {
      amt.firmware.power = [8];
      amt.firmware.available = [2];
      access.close();
      access = accessTo({ "tower-a": amt.port }, clock, new FakeSecrets());
      const on = machineActions(access, { onChanged: () => undefined, questions }).find(
        ({ id }) => id === "amt.power-on",
      );
      const { context, trail } = actionContext("tower-a", AbortSignal.timeout(1500));
      const probe = await on?.probe(context, {});
      amt.misbehave = (body) => (body.includes("_INPUT") ? how : null);
      if (!on || !probe) throw new Error("no action");
      await expect(on.apply(context, {}, probe)).rejects.toMatchObject({
        code: expect.stringMatching(/^(amt|general)\./),
      });
      expect(trail.committed).toBe(1);
      expect(powerRequests()).toHaveLength(1);
    },
  );

  test("is settled by the state: happened, not yet known, did not happen", async () => {
    amt.firmware.power = [8];
    amt.firmware.available = [2];
    const on = action("amt.power-on");
    const { context } = actionContext("tower-a");
    const probe = await on.probe(context, {});
    expect(await on.settle(context, {}, probe)).toMatchObject({ effect: "unknown" });
    clock.at += 61_000;
    expect(await on.settle(context, {}, probe)).toMatchObject({ effect: "did-not-happen" });
    amt.firmware.power = [2];
    expect(await on.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
    expect(powerRequests()).toHaveLength(0);
  });

  test("is not sent at all when the machine cannot be reached", async () => {
    amt.firmware.power = [8];
    amt.firmware.available = [2];
    const on = action("amt.power-on");
    const { context, trail } = actionContext("tower-a");
    const probe = await on.probe(context, {});
    await amt.close();
    await expect(on.apply(context, {}, probe)).rejects.toThrow();
    expect(trail.committed).toBe(0);
    amt = await FakeAmt.start();
  });

  test("goes with another log-in when the nonce was forgotten, and counts once", async () => {
    amt.firmware.power = [8];
    amt.firmware.available = [2];
    afterwards(2);
    const on = action("amt.power-on");
    const { context } = actionContext("tower-a");
    const probe = await on.probe(context, {});
    amt.forgetNonce();
    const applied = await on.apply(context, {}, probe);
    expect(applied.data.outcome).toBe("accepted");
    expect(powerRequests().map(({ status }) => status)).toEqual([401, 200]);
  });
});

describe("off", () => {
  test("by force is proven by the state", async () => {
    afterwards(2, 8);
    expect((await run("amt.power-off")).verification).toMatchObject({ proven: true });
    expect(powerRequests()[0]?.body).toContain("<r:PowerState>8</r:PowerState>");
  });

  test("in good order is offered only where the firmware says so", async () => {
    expect((await run("amt.graceful-off")).probe).toMatchObject({ state: "impossible" });
    amt.firmware.available = [];
    expect((await run("amt.graceful-off")).probe).toMatchObject({ state: "impossible" });
    amt.firmware.available = [12];
    afterwards(2, 2, 2, 8);
    expect((await run("amt.graceful-off")).verification).toMatchObject({ proven: true });
    expect(powerRequests()[0]?.body).toContain("<r:PowerState>12</r:PowerState>");
  });
});

describe("a restart", () => {
  test("by power cycle is proven by off and on", async () => {
    afterwards(2, 8, 8, 2);
    expect((await run("amt.cycle")).verification).toMatchObject({
      proven: true,
      data: { onAfterSeconds: expect.any(Number), offAfterSeconds: expect.any(Number) },
    });
  });

  test("by reset is proven by a newer start in the log", async () => {
    const start = clock.at / 1000;
    amt.firmware.events = [eventRecord(start - 5000)];
    amt.firmware.onPower = () => {
      amt.firmware.events = [eventRecord(start + 9), eventRecord(start - 5000)];
    };
    expect((await run("amt.reset")).verification).toMatchObject({
      proven: true,
      data: { startSeenInLog: true },
    });
  });

  test("that leaves no sign is unknown, in words", async () => {
    amt.firmware.events = [eventRecord(1000)];
    await expect(run("amt.reset")).rejects.toMatchObject({
      code: "amt.restart-not-seen",
      hint: { en: expect.stringContaining("AMT alone cannot prove a reset") },
    });
    expect(powerRequests()).toHaveLength(1);
  });

  test("that leaves the machine off is told", async () => {
    afterwards(8);
    expect((await run("amt.cycle")).verification).toMatchObject({
      proven: false,
      text: { en: expect.stringContaining("has not come on again") },
    });
  });

  test("of a machine that is off is impossible", async () => {
    amt.firmware.power = [8];
    expect((await run("amt.reset")).probe).toMatchObject({ state: "impossible" });
  });

  test("whose answer is lost is settled by the log alone", async () => {
    amt.firmware.events = [eventRecord(1000)];
    const reset = action("amt.reset");
    const { context } = actionContext("tower-a");
    const probe = await reset.probe(context, {});
    expect(await reset.settle(context, {}, probe)).toMatchObject({ effect: "unknown" });
    clock.at += 601_000;
    expect(await reset.settle(context, {}, probe)).toMatchObject({ effect: "did-not-happen" });
    amt.firmware.events = [eventRecord(2000)];
    expect(await reset.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
    amt.firmware.power = [8];
    expect(await reset.settle(context, {}, probe)).toMatchObject({ effect: "unknown" });
  });

  test("without a log is never claimed", async () => {
    const reset = action("amt.reset");
    const { context } = actionContext("tower-a");
    const probe = await reset.probe(context, {});
    clock.at += 3_600_000;
    expect(await reset.settle(context, {}, probe)).toMatchObject({ effect: "unknown" });
  });
});

describe("a start from another device", () => {
  beforeEach(() => {
    amt.firmware.available = [2, 5, 8, 10];
  });

  test("powers on a machine that is off, after the settings", async () => {
    amt.firmware.power = [8];
    afterwards(8, 2);
    const { verification } = await run("amt.boot-once", { device: "bios" });
    expect(verification).toMatchObject({ proven: true });
    expect(amt.firmware.bootSettings).toContainEqual(["BIOSSetup", "true"]);
    expect(powerRequests()[0]?.body).toContain("<r:PowerState>2</r:PowerState>");
    const power = amt.firmware.trail.indexOf("RequestPowerStateChange CIM_PowerManagementService");
    expect(amt.firmware.trail.slice(power - 2, power)).toEqual([
      "SetBootConfigRole CIM_BootService",
      "ChangeBootOrder CIM_BootConfigSetting",
    ]);
  });

  test("resets a machine that is on", async () => {
    afterwards(10, 2);
    expect((await run("amt.boot-once", { device: "pxe" })).verification).toMatchObject({ proven: true });
    expect(powerRequests()[0]?.body).toContain("<r:PowerState>10</r:PowerState>");
  });

  test("that is refused takes its settings back", async () => {
    amt.firmware.returnValue = 2;
    const { verification, trail } = await run("amt.boot-once", { device: "bios" });
    expect(verification).toMatchObject({ proven: false });
    expect(amt.firmware.bootSettings).toContainEqual(["BIOSSetup", "false"]);
    expect(trail.progress.at(-1)).toContain("taken back");
  });

  test("whose settings cannot be written is not started, and nothing is left behind", async () => {
    amt.misbehave = (body) =>
      body.includes("SetBootConfigRole") ? { reply: fault("w", "AccessDenied") } : null;
    const chosen = action("amt.boot-once");
    const { context, trail } = actionContext("tower-a");
    const probe = await chosen.probe(context, { device: "bios" });
    await expect(chosen.apply(context, { device: "bios" }, probe)).rejects.toMatchObject({
      code: "amt.access-denied",
    });
    expect(trail.committed).toBe(0);
    expect(powerRequests()).toHaveLength(0);
    expect(amt.firmware.bootSettings).toContainEqual(["BIOSSetup", "false"]);
  });

  test("whose settings can be neither written nor taken back says so", async () => {
    const chosen = action("amt.boot-once");
    const { context, trail } = actionContext("tower-a");
    const probe = await chosen.probe(context, { device: "bios" });
    amt.misbehave = (body) => (/SetBootConfigRole|ChangeBootOrder/.test(body) ? "close" : null);
    await expect(chosen.apply(context, { device: "bios" }, probe)).rejects.toMatchObject({
      code: "amt.boot-settings-left",
      text: { fr: expect.stringContaining("n'a pas été démarrée") },
    });
    expect(trail.committed).toBe(0);
    expect(powerRequests()).toHaveLength(0);
  });

  test("that needs consent asks for the code first, and goes on with it", async () => {
    const consent = new FakeConsent(amt.firmware, 4294967295);
    amt.firmware.power = [8];
    afterwards(8, 2);
    questions.onChange(() => {
      const [open] = questions.list();
      if (open) queueMicrotask(() => questions.answer(open.id, { accept: true, answers: [consent.code] }));
    });
    const { probe, verification, trail } = await run("amt.boot-once", { device: "bios" });
    expect(probe.text.en).toContain("must read out a six-digit code");
    expect(verification).toMatchObject({ proven: true });
    expect(trail.progress[0]).toContain("consent");
    const { trail: asked } = amt.firmware;
    expect(asked.indexOf("SendOptInCode IPS_OptInService")).toBeLessThan(
      asked.indexOf("Put AMT_BootSettingData"),
    );
  });

  test("whose consent is declined has set nothing and asked for no power", async () => {
    new FakeConsent(amt.firmware, 4294967295);
    questions.onChange(() => {
      const [open] = questions.list();
      if (open) queueMicrotask(() => questions.answer(open.id, { accept: false, answers: [] }));
    });
    await expect(run("amt.boot-once", { device: "bios" })).rejects.toMatchObject({
      code: "amt.consent-declined",
    });
    expect(amt.firmware.trail).not.toContain("ChangeBootOrder CIM_BootConfigSetting");
    expect(powerRequests()).toHaveLength(0);
  });

  test("that needs consent is impossible where nobody can be asked", async () => {
    new FakeConsent(amt.firmware, 4294967295);
    questions = new Questions({ interactive: false, now: clock.now });
    actions = machineActions(access, { onChanged: () => undefined, questions });
    expect((await run("amt.boot-once", { device: "bios" })).probe).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("cannot ask for the code") },
    });
  });

  test("is not given to a machine that changed meanwhile", async () => {
    const chosen = action("amt.boot-once");
    const { context } = actionContext("tower-a");
    const probe = await chosen.probe(context, { device: "pxe" });
    amt.firmware.power = [8];
    await expect(chosen.apply(context, { device: "pxe" }, probe)).rejects.toMatchObject({
      code: "amt.changed-meanwhile",
    });
    expect(amt.firmware.trail).not.toContain("Put AMT_BootSettingData");
  });
});

describe("buttons", () => {
  test("follow what the firmware offers", () => {
    const on = resource("tower-a", { "power.state": "on", "power.available": ["cycle", "off", "reset"] });
    const grey = (id: string, of = on) => action(id).unavailable?.(of) ?? null;
    expect(grey("amt.power-off")).toBeNull();
    expect(grey("amt.cycle")).toBeNull();
    expect(grey("amt.power-on")?.en).toBe("The machine is on.");
    expect(grey("amt.graceful-off")?.en).toContain("it offers: cycle, off, reset");
    const silent = resource("tower-a", { "power.state": "on" });
    expect(grey("amt.reset", silent)).toBeNull();
    expect(grey("amt.graceful-reset", silent)?.fr).toContain("LMS");
  });

  test("are grey with the reason when AMT cannot be read", () => {
    const error = {
      code: "x",
      system: "atelier-amt",
      message: { en: "Asleep.", fr: "Endormi." },
      hint: { en: "", fr: "" },
    };
    const dead = {
      ...resource("tower-a"),
      sources: { "atelier-amt": { health: "unknown" as const, seenAt: 0, error } },
    };
    for (const each of actions) expect(each.unavailable?.(dead)?.en).toBe("Asleep.");
  });

  test("say in both languages what they do, and belong to this system's machines", () => {
    for (const each of actions) {
      const words = each.describe(resource("tower-a"), { device: "bios" });
      for (const line of [...words.steps, words.proof, each.title, each.verb]) {
        expect(line.en).toMatch(/\S/);
        expect(line.fr).toMatch(/\S/);
      }
      expect(each.effect).toBe(each.id === "amt.make-reachable" ? "convergent" : "once");
      expect(each.appliesTo(resource("tower-a"))).toBe(true);
      expect(each.appliesTo(resource("other"))).toBe(false);
    }
  });
});
