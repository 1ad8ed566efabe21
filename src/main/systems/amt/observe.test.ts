import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MachineAccess } from "./machine-access.ts";
import { MachineObserver } from "./observe.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { eventRecord, fault } from "./testing/fake-firmware.ts";
import { FakeSettings } from "./testing/fake-settings.ts";
import { accessTo, FakeClock, FakeSecrets, RecordingSink } from "./testing/surroundings.ts";

const signal = new AbortController().signal;
let amt: FakeAmt;
let clock: FakeClock;
let sink: RecordingSink;
let secrets: FakeSecrets;
let access: MachineAccess;
let observer: MachineObserver;

beforeEach(async () => {
  amt = await FakeAmt.start();
  clock = new FakeClock();
  sink = new RecordingSink();
  secrets = new FakeSecrets();
  // Nothing listens on port 1 of loopback.
  access = accessTo({ "tower-a": amt.port, "tower-b": 1 }, clock, secrets);
  observer = new MachineObserver(access);
});
afterEach(async () => {
  access.close();
  await observer.close();
  await amt.close();
});

async function read(resources = ["tower-a"], asked = false): Promise<void> {
  await observer.observe(sink, signal, resources, asked);
  await observer.settled();
}

/** The facts of the last observation of a machine. */
function factsOf(resource: string) {
  const last = sink.last(resource);
  if (!last || "error" in last) throw new Error("not read");
  return last.facts;
}

describe("a machine that answers", () => {
  test("has its power state at once, and its hardware and events soon after", async () => {
    amt.firmware.events = [eventRecord(clock.at / 1000)];
    await read();
    const [first] = sink.observations;
    expect(first).toMatchObject({
      health: "ok",
      problems: [],
      facts: {
        "power.state": "on",
        "power.available": ["cycle", "off", "reset"],
        "amt.address": `127.0.0.1:${amt.port}`,
      },
    });
    expect(factsOf("tower-a")).toMatchObject({ "amt.version": "16.1.30", "amt.lastEvent": clock.at });
  });

  test("takes one request a poll afterwards, and one use of its secret in all", async () => {
    await read();
    const before = amt.received.length;
    for (let poll = 0; poll < 5; poll++) {
      clock.at += 30_000;
      await read();
    }
    expect(amt.received.length - before).toBe(5);
    expect(secrets.uses).toBe(1);
    expect(factsOf("tower-a")["amt.version"]).toBe("16.1.30");
  });

  test("has its hardware read again after an hour, and its events when somebody looks", async () => {
    await read();
    const reads = (className: string) =>
      amt.firmware.asked.filter((each) => each.className === className).length;
    clock.at += 61_000;
    await read(["tower-a"], true);
    expect([reads("CIM_Chassis"), reads("AMT_MessageLog")]).toEqual([1, 2]);
    clock.at += 3_600_000;
    await read();
    expect(reads("CIM_Chassis")).toBe(2);
    observer.expire("tower-a", "power");
    await read();
    expect(reads("AMT_MessageLog")).toBe(4);
  });

  test("is well when it is off or asleep: that is a fact, not a fault", async () => {
    for (const [code, state] of [
      [8, "off"],
      [6, "off"],
      [7, "hibernated"],
      [4, "sleeping"],
    ] as const) {
      amt.firmware.power = [code];
      await read();
      expect(sink.last("tower-a")).toMatchObject({ health: "ok", facts: { "power.state": state } });
    }
  });

  test("in a state that means nothing is unknown", async () => {
    amt.firmware.power = [1];
    await read();
    expect(sink.last("tower-a")).toMatchObject({ health: "unknown", problems: [{ code: "power.unknown" }] });
    expect(factsOf("tower-a")).not.toHaveProperty("power.state");
  });

  test("shows the alarms of the last day, each once", async () => {
    const alarm = [255, 4, 3, 1, 104, 16, 255, 29];
    amt.firmware.events = [
      eventRecord(clock.at / 1000 - 10, alarm),
      eventRecord(clock.at / 1000 - 20, alarm),
      eventRecord(clock.at / 1000 - 200_000, [255, 12, 111, 1, 104, 32, 255, 32]),
    ];
    await read();
    expect(sink.last("tower-a")).toMatchObject({
      health: "warning",
      problems: [{ code: "amt.alarm", text: { en: "Alarm in AMT's event log (fan): Fan: event 3/1." } }],
    });
  });

  test("keeps what was known of its hardware when that cannot be read again", async () => {
    await read();
    clock.at += 3_700_000;
    amt.misbehave = (body) => (body.includes("PowerManagement") ? null : "close");
    await read();
    expect(factsOf("tower-a")["amt.version"]).toBe("16.1.30");
    expect(sink.last("tower-a")).toMatchObject({ health: "ok" });
  });
});

describe("what the firmware can do", () => {
  test("is told once an hour, in words of the protocol", async () => {
    new FakeSettings(amt.firmware).allOn();
    amt.firmware.single.AMT_BootCapabilities = [
      ["BIOSSetup", true],
      ["ForceHardDriveBoot", false],
      ["ForcePXEBoot", true],
    ];
    await read();
    expect(factsOf("tower-a")).toMatchObject({
      "amt.version": "15.0.42",
      "amt.edition": "full",
      "amt.controlMode": "admin",
      "amt.consent": "none",
      "amt.kvm": "on",
      "amt.serial": "on",
      "amt.listener": "on",
      "amt.reachableWhenOff": "mains",
      "amt.bootDevices": ["bios", "pxe"],
    });
    const asked = () => amt.firmware.trail.filter((each) => each === "Get AMT_BootCapabilities").length;
    clock.at += 120_000;
    await read(["tower-a"], true);
    expect(asked()).toBe(1);
    observer.expire("tower-a", "settings");
    await read();
    expect(asked()).toBe(2);
  });

  test("is left out where the firmware does not say", async () => {
    amt.misbehave = (body) => (/IPS_|AMT_/.test(body) ? { reply: fault("w", "AccessDenied") } : null);
    await read();
    expect(Object.keys(factsOf("tower-a")).filter((key) => key.startsWith("amt."))).toEqual([
      "amt.address",
      "amt.version",
    ]);
  });

  test("tells Modern Standby only while the machine counts as on", async () => {
    amt.firmware.single.IPS_PowerManagementService = [["OSPowerSavingState", 3]];
    await read();
    expect(factsOf("tower-a")["power.saving"]).toBe("saving");
    amt.firmware.power = [8];
    await read();
    expect(factsOf("tower-a")).not.toHaveProperty("power.saving");
  });
});

describe("a machine that does not answer", () => {
  test("is unknown with the reason, never off, and delays no other", async () => {
    await read(["tower-b", "tower-a"]);
    const dead = sink.last("tower-b");
    expect(dead).toMatchObject({ error: { system: "atelier-amt" } });
    expect(dead).not.toHaveProperty("facts");
    expect(factsOf("tower-a")["power.state"]).toBe("on");
  });

  test.each(["garbage", "truncate", "close", "huge"] as const)(
    "well (%s) has an error in words",
    async (how) => {
      amt.misbehave = () => how;
      await read();
      const last = sink.last("tower-a");
      expect(last && "error" in last ? last.error.code : "").toMatch(/^amt\./);
      expect(sink.observations).toHaveLength(1);
    },
  );

  test("is not reported when the reading was cancelled", async () => {
    amt.misbehave = () => "silence";
    const caller = new AbortController();
    const reading = observer.observe(sink, caller.signal, ["tower-a"], false);
    await expect.poll(() => amt.received.length).toBe(2);
    caller.abort();
    await reading;
    expect(sink.observations).toEqual([]);
  });
});

test("two readings of a machine at once are one", async () => {
  await Promise.all([read(), read(), read()]);
  expect(amt.firmware.asked.filter(({ className }) => className.includes("AssociatedPower"))).toHaveLength(1);
});
