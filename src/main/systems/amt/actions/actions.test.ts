import { beforeEach, describe, expect, test } from "vitest";
import {
  access,
  action,
  actionsAsking,
  afterwards,
  amt,
  changed,
  clock,
  powerRequests,
  questions,
  replaceAmt,
  run,
} from "../testing/action-bench.ts";
import { eventRecord, fault } from "../testing/fake-firmware.ts";
import { actionContext, resource } from "../testing/surroundings.ts";

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

  test("wakes an operating system in Modern Standby, which counts as on", async () => {
    amt.firmware.power = [2];
    amt.firmware.available = [5, 8, 10];
    let saving = 3;
    Object.defineProperty(amt.firmware.single, "IPS_PowerManagementService", {
      get: () => [["OSPowerSavingState", saving]],
    });
    const method = "IPS_PowerManagementService.RequestOSPowerSavingStateChange";
    amt.firmware.methods[method] = (body) => {
      saving = Number(/<r:OSPowerSavingState>(\d+)</.exec(body)?.[1]);
      return [["ReturnValue", 0]];
    };
    const { probe, verification, trail } = await run("amt.power-on");
    expect(probe).toMatchObject({ text: { en: expect.stringContaining("Modern Standby") } });
    expect(verification).toMatchObject({ proven: true, data: { saving: "awake" } });
    expect(trail.committed).toBe(1);
    expect(powerRequests()).toHaveLength(0);
    expect(amt.received.find(({ body }) => body.includes(method.slice(27)))?.body).toContain(
      '<w:Selector Name="Name">ManagedSystem</w:Selector>',
    );
    const facts = { "power.state": "on", "power.saving": "saving" };
    expect(action("amt.power-on").unavailable?.(resource("tower-a", facts))).toBeNull();
  });

  test("of an operating system that stays in standby is not proven, and settled by reading", async () => {
    amt.firmware.power = [2];
    amt.firmware.single.IPS_PowerManagementService = [["OSPowerSavingState", 3]];
    amt.firmware.methods["IPS_PowerManagementService.RequestOSPowerSavingStateChange"] = () => [
      ["ReturnValue", 0],
    ];
    const { probe, verification } = await run("amt.power-on");
    expect(verification).toMatchObject({
      proven: false,
      text: { en: expect.stringContaining("still saves") },
    });
    const on = action("amt.power-on");
    const { context } = actionContext("tower-a");
    expect(await on.settle(context, {}, probe)).toMatchObject({ effect: "did-not-happen" });
    amt.firmware.single.IPS_PowerManagementService = [["OSPowerSavingState", 2]];
    expect(await on.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
    amt.firmware.single.IPS_PowerManagementService = [];
    expect(await on.settle(context, {}, probe)).toMatchObject({ effect: "unknown" });
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
      const on = action("amt.power-on");
      const { context, trail } = actionContext("tower-a", AbortSignal.timeout(1500));
      const probe = await on.probe(context, {});
      amt.misbehave = (body) => (body.includes("_INPUT") ? how : null);
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
    await replaceAmt();
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

describe("buttons", () => {
  test("follow what the firmware offers", () => {
    const on = resource("tower-a", { "power.state": "on", "power.available": ["cycle", "off", "reset"] });
    const grey = (id: string, of = on) => action(id).unavailable?.(of) ?? null;
    expect(grey("amt.power-off")).toBeNull();
    expect(grey("amt.cycle")).toBeNull();
    expect(grey("amt.power-on")?.en).toBe("The machine is on.");
    expect(grey("amt.graceful-off")?.en).toContain("it offers: power cycle, off, reset");
    const silent = resource("tower-a", { "power.state": "on" });
    expect(grey("amt.reset", silent)).toBeNull();
    expect(grey("amt.graceful-reset", silent)?.fr).toContain("LMS");
  });

  test("are not grey by what was read before the last power request", () => {
    const known = resource("tower-a", { "power.state": "on", "power.available": ["off"] });
    expect(action("amt.power-on").unavailable?.(known)).not.toBeNull();
    expect(action("amt.graceful-reset").unavailable?.(known)).not.toBeNull();
    access.powerAsked("tower-a");
    expect(action("amt.power-on").unavailable?.(known)).toBeNull();
    expect(action("amt.graceful-reset").unavailable?.(known)).toBeNull();
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
    for (const each of actionsAsking(questions)) expect(each.unavailable?.(dead)?.en).toBe("Asleep.");
  });

  test("say in both languages what they do, and belong to this system's machines", () => {
    for (const each of actionsAsking(questions)) {
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
