import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { amtSystemSchema } from "../../../shared/systems/amt.ts";
import type { Reach } from "../../reach/reach.ts";
import { nobodyToAsk } from "../../reach/testing/nobody-to-ask.ts";
import type { System } from "../system.ts";
import { amtSystem } from "./index.ts";
import { amtMachines } from "./machines.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { FakeRedirection } from "./testing/fake-redirection.ts";
import { configFor, dialLoopback, FakeSecrets, RecordingSink } from "./testing/surroundings.ts";

const signal = new AbortController().signal;
let amt: FakeAmt;
let other: FakeAmt;
let system: System;
beforeEach(async () => {
  amt = await FakeAmt.start();
  other = await FakeAmt.start();
  const reach = { dial: dialLoopback } as Partial<Reach> as Reach;
  system = amtSystem.create(configFor({ "tower-a": amt.port, "tower-b": other.port }), {
    id: "atelier-amt",
    questions: nobodyToAsk,
    reach,
    secrets: new FakeSecrets(),
    now: Date.now,
  });
});
afterEach(async () => {
  await system.close();
  await amt.close();
  await other.close();
});

describe("amtSystem", () => {
  test("declares its machines as hosts of its site, with three readings of patience", () => {
    expect(system.declarations()).toHaveLength(2);
    expect(system.declarations()[0]).toEqual({
      id: "tower-a",
      kind: "host",
      name: "tower-a",
      system: "atelier-amt",
      parent: "atelier",
      site: "atelier",
      environment: null,
      staleAfter: 90_000,
    });
  });

  test("observes all of its machines, or those that are named and its own", async () => {
    const sink = new RecordingSink();
    await system.observe(sink, signal, ["tower-b", "someone-elses"]);
    expect(new Set(sink.observations.map((each) => each.resource))).toEqual(new Set(["tower-b"]));
    await system.observe(sink, signal);
    expect(sink.last("tower-a")).toMatchObject({ source: "atelier-amt", facts: { "power.state": "on" } });
  });

  test("names the secrets that it uses", () => {
    expect(system.secrets?.()).toEqual([
      { reference: "keychain:amt", usedBy: "tower-a" },
      { reference: "keychain:amt", usedBy: "tower-b" },
    ]);
  });

  test("ends what is under way when it is closed, and reports nothing of it", async () => {
    amt.misbehave = () => "silence";
    const sink = new RecordingSink();
    const reading = system.observe(sink, signal, ["tower-a"]);
    await expect.poll(() => amt.received.length).toBe(2);
    await system.close();
    await reading;
    expect(sink.observations).toEqual([]);
  });
});

describe("its consoles", () => {
  test("are opened through it, and end with it", async () => {
    const redirection = await FakeRedirection.start(amt);
    expect(system.consoles?.("tower-a").map(({ kind }) => kind)).toEqual(["serial", "screen"]);
    expect(system.consoles?.("someone-elses")).toEqual([]);
    const shell = await system.openShell?.("tower-a", { columns: 80, rows: 24 }, signal);
    const screen = await system.openScreen?.("tower-a", signal);
    expect(screen?.route).toBe("amt-redirection");
    const ends: unknown[] = [];
    shell?.onEnd((end) => ends.push(end));
    screen?.onEnd((end) => ends.push(end));
    await system.close();
    expect(ends).toEqual([
      { exitCode: null, error: null },
      { error: null, returns: null },
    ]);
    await expect.poll(() => redirection.open).toEqual([]);
    await redirection.close();
  });

  test("say why they cannot be opened once a reading has failed", async () => {
    amt.misbehave = () => "garbage";
    await system.observe(new RecordingSink(), signal, ["tower-a"]);
    const reasons = system.consoles?.("tower-a").map(({ unavailable }) => unavailable?.en);
    expect(reasons).toEqual([expect.stringContaining("tower-a"), expect.stringContaining("tower-a")]);
    expect(system.consoles?.("tower-b").map(({ unavailable }) => unavailable)).toEqual([null, null]);
  });

  test("have secrets of their own where the screen has a port of its own", async () => {
    const config = amtSystemSchema.parse({
      type: "amt",
      password: "keychain:amt",
      screen: { password: "keychain:vnc" },
      machines: { a: { address: "192.0.2.10" }, b: { address: "192.0.2.11", screen: "none" } },
    });
    const reach = { dial: dialLoopback } as Partial<Reach> as Reach;
    const other = amtSystem.create(config, {
      id: "atelier-amt",
      questions: nobodyToAsk,
      reach,
      secrets: new FakeSecrets(),
      now: Date.now,
    });
    expect(other.secrets?.()).toEqual([
      { reference: "keychain:amt", usedBy: "a" },
      { reference: "keychain:vnc", usedBy: "a" },
      { reference: "keychain:amt", usedBy: "b" },
    ]);
    await other.close();
  });
});

describe("a machine", () => {
  test("has the usual ports, its own values before its system's, and its pin without colons", () => {
    const machines = amtMachines(
      amtSystemSchema.parse({
        type: "amt",
        via: "bounce",
        user: "operator",
        password: "keychain:all",
        tls: { pin: `${"ab:".repeat(31)}cd` },
        machines: {
          a: { address: "192.0.2.10" },
          b: { address: "192.0.2.11", tls: false, via: "other", user: "admin", password: "keychain:b" },
          c: { address: "192.0.2.12", tls: true, port: 8081, name: "Tower C" },
        },
      }),
    );
    expect(machines.get("a")).toMatchObject({
      place: { name: "a", port: 16993, via: "bounce" },
      tls: { pin: `${"AB".repeat(31)}CD`, legacy: false },
      user: "operator",
      password: "keychain:all",
    });
    expect(machines.get("b")).toMatchObject({
      place: { port: 16992, via: "other" },
      tls: null,
      user: "admin",
      password: "keychain:b",
    });
    expect(machines.get("c")).toMatchObject({ place: { name: "Tower C", port: 8081 }, tls: { pin: null } });
  });
});
