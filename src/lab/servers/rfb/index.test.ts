import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { connect as connectTo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../world/clock.ts";
import type { Management } from "../../world/management.ts";
import { World } from "../../world/world.ts";
import { LabNetwork } from "../network.ts";
import type { LabServers } from "../server.ts";
import { startRfb } from "./index.ts";
import { TestViewer } from "./testing/viewer.ts";

const failures: unknown[] = [];
let folder = "";
let clock = new ManualClock();
let world = new World({ seed: 1, clock });
let network = new LabNetwork();
let servers: LabServers;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-rfb-"));
  clock = new ManualClock();
  world = new World({ seed: 1, clock });
  network = new LabNetwork();
  servers = await startRfb({ world, network, folder, onFailure: (error) => failures.push(error) }, new Map());
});
afterEach(async () => {
  await servers.close();
  world.close();
  await rm(folder, { recursive: true, force: true });
  expect(failures.splice(0)).toEqual([]);
});

const tower = "192.0.2.10";
const classic = 5900;
const state = (address: string, port: number) => network.find(address, port)?.state();

function arrive(address: string, port: number, isAmt = false): TestViewer {
  const [near, far] = duplexPair();
  network.find(address, port)?.connect(far, { address: "192.0.2.1", port: 50_000 });
  return new TestViewer(near, isAmt);
}
function managementOf(id: string): Management {
  const { management } = world.machine(id);
  if (!management) throw new Error("no management");
  return management;
}
async function openClassic(): Promise<TestViewer> {
  const viewer = arrive(tower, classic, true);
  expect(await viewer.logIn(managementOf("tower-a").screenPort.password)).toBeNull();
  return viewer;
}

describe("screens in the lab's network", () => {
  it("show a VM at its tower's address and at a loopback port, with a password that only its owner may read", async () => {
    const file = join(folder, "secrets/vnc-password");
    const password = await readFile(file, "utf8");
    expect(password).toMatch(/^[A-Za-z2-9]{8}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const viewer = arrive(tower, 5901);
    expect(await viewer.logIn(password)).toBeNull();
    expect(viewer.name).toBe("QEMU (web-1)");
    expect(await arrive(tower, 5901).logIn("wrong-one")).toBe("Authentication failed");

    expect([...servers.ports.keys()].sort()).toEqual([
      "rfb tower-a",
      "rfb tower-b",
      "rfb web-1",
      "rfb web-2",
    ]);
    const socket = connectTo(servers.ports.get("rfb web-2") ?? 0, "127.0.0.1");
    const second = new TestViewer(socket);
    expect(await second.logIn(password)).toBeNull();
    expect(second.name).toBe("QEMU (web-2)");
    second.close();
  });

  it("end with their VM, and are silent with their tower", async () => {
    const password = await readFile(join(folder, "secrets/vnc-password"), "utf8");
    const viewer = arrive(tower, 5901);
    await viewer.logIn(password);
    expect(state(tower, 5901)).toBe("open");
    world.powerOff("web-1");
    expect(state(tower, 5901)).toBe("refused");
    await expect(viewer.take(1)).rejects.toThrow();
    world.powerOff("tower-a");
    expect(state(tower, 5901)).toBe("silent");
    world.powerOn("tower-a");
    clock.advance(60_000);
    expect(state(tower, 5901)).toBe("open");
  });

  it("are at a tower's classic port while its engine has it enabled, running or not", () => {
    expect([state(tower, classic), state("192.0.2.11", classic)]).toEqual(["open", "refused"]);
    world.powerOff("tower-a");
    expect(state(tower, classic)).toBe("open");
    managementOf("tower-a").screenPort.enabled = false;
    expect(state(tower, classic)).toBe("refused");
    managementOf("tower-a").screenPort.enabled = true;
    managementOf("tower-a").kvmEnabled = false;
    expect(state(tower, classic)).toBe("refused");
    managementOf("tower-a").kvmEnabled = true;
    world.inject(["link-cut", "tower-a"]);
    expect(state(tower, classic)).toBe("silent");
  });
});

describe("the classic port", () => {
  it("lets nobody in without a password of its own", async () => {
    managementOf("tower-a").screenPort.password = null;
    expect(await arrive(tower, classic, true).logIn()).toBe("No password configured");
  });

  it("has one session at a time, also when two come at once", async () => {
    managementOf("tower-a").screenPort.password = "P@ssw0rd";
    const first = await openClassic();
    expect(first.name).toBe("Intel(r) AMT KVM");
    expect(managementOf("tower-a").open.has("kvm")).toBe(true);
    expect(await arrive(tower, classic, true).logIn("P@ssw0rd")).toBe("Another session is open");
    first.close();
    while (managementOf("tower-a").open.has("kvm")) await new Promise((resolve) => setImmediate(resolve));

    const both = [arrive(tower, classic, true), arrive(tower, classic, true)];
    const results = await Promise.allSettled(both.map((viewer) => viewer.logIn("P@ssw0rd")));
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("asks for the consent of the person at the machine where that is wanted", async () => {
    const management = managementOf("tower-a");
    management.screenPort.password = "P@ssw0rd";
    management.consent.policy = "kvm";
    expect(await arrive(tower, classic, true).logIn("P@ssw0rd")).toBe("User consent is required");
    management.consent.state = 3;
    management.consent.until = clock.now() + 60_000;
    await openClassic();
    expect(management.consent.state).toBe(4);
  });

  it("ends a session in which nobody types for the minutes that were set", async () => {
    const management = managementOf("tower-a");
    management.screenPort.password = "P@ssw0rd";
    management.screenTimeout = 3;
    const viewer = await openClassic();
    viewer.setFormat("highColour");
    viewer.setEncodings(16);
    clock.advance(2 * 60_000);
    viewer.press(0x61);
    viewer.request(false);
    await viewer.update();
    clock.advance(2 * 60_000);
    expect(management.open.has("kvm")).toBe(true);
    clock.advance(60_000);
    await expect(viewer.take(1)).rejects.toThrow();
    while (management.open.has("kvm")) await new Promise((resolve) => setImmediate(resolve));
    expect(await openClassic()).toBeInstanceOf(TestViewer);
  });

  it("ends when the engine's settings take it away", async () => {
    const management = managementOf("tower-a");
    management.screenPort.password = "P@ssw0rd";
    const viewer = await openClassic();
    management.screenPort.enabled = false;
    world.announce(world.machine("tower-a"), "management");
    await expect(viewer.take(1)).rejects.toThrow();
  });
});
