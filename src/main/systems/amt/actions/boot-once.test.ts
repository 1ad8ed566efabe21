import { beforeEach, describe, expect, test } from "vitest";
import { Questions } from "../../../reach/questions.ts";
import {
  action,
  actionsAsking,
  afterwards,
  amt,
  answerWith,
  clock,
  powerRequests,
  run,
} from "../testing/action-bench.ts";
import { FakeConsent } from "../testing/fake-consent.ts";
import { fault } from "../testing/fake-firmware.ts";
import { actionContext, resource } from "../testing/surroundings.ts";

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
    answerWith(consent.code);
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
    answerWith(null);
    await expect(run("amt.boot-once", { device: "bios" })).rejects.toMatchObject({
      code: "amt.consent-declined",
    });
    expect(amt.firmware.trail).not.toContain("ChangeBootOrder CIM_BootConfigSetting");
    expect(powerRequests()).toHaveLength(0);
  });

  test("that needs consent is impossible where nobody can be asked", async () => {
    new FakeConsent(amt.firmware, 4294967295);
    actionsAsking(new Questions({ interactive: false, now: clock.now }));
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

  test("that the firmware cannot do is impossible, and nothing is set", async () => {
    amt.firmware.single.AMT_BootCapabilities = [
      ["BIOSSetup", true],
      ["ForcePXEBoot", false],
    ];
    const { probe } = await run("amt.boot-once", { device: "pxe" });
    expect(probe).toMatchObject({
      state: "impossible",
      text: { en: "The firmware says that it cannot make this machine start from the network (PXE)." },
    });
    const { context } = actionContext("tower-a");
    expect((await action("amt.boot-once").probe(context, { device: "bios" })).state).toBe("needed");
    expect(amt.firmware.trail).not.toContain("Put AMT_BootSettingData");
  });

  test("is offered only where the firmware can do it, with the reason for the others", () => {
    const boot = action("amt.boot-once");
    const [field] = boot.fieldsFor?.(resource("tower-a", { "amt.bootDevices": ["pxe"] })) ?? [];
    expect(field?.choices.map(({ value, unavailable }) => [value, unavailable === undefined])).toEqual([
      ["bios", false],
      ["pxe", true],
      ["disk", false],
    ]);
    expect(field?.initial).toBe("pxe");
    expect(boot.unavailable?.(resource("tower-a", { "amt.bootDevices": [] }))?.en).toContain("no other boot");
    const [unknown] = boot.fieldsFor?.(resource("tower-a")) ?? [];
    expect(unknown?.choices.every(({ unavailable }) => unavailable === undefined)).toBe(true);
  });
});
