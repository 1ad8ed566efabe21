import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NetworkWatch } from "./network-watch.ts";

let clock = 0;
let interfaces: Record<string, { address: string; internal: boolean }[]> = {};
const noticed: string[] = [];
let watch: NetworkWatch;

beforeEach(() => {
  vi.useFakeTimers();
  clock = 0;
  noticed.length = 0;
  interfaces = { eth0: [{ address: "192.0.2.1", internal: false }] };
  watch = new NetworkWatch({
    now: () => clock,
    onChange: (reason) => noticed.push(reason),
    interfaces: () => interfaces,
    every: 1000,
  });
  watch.start();
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

function tick(elapsed = 1000): void {
  clock += elapsed;
  vi.advanceTimersByTime(1000);
}

describe("the network watch", () => {
  it("says nothing while nothing happens, nor when the machine is merely busy", () => {
    tick();
    tick(9000);
    interfaces = { ...interfaces, lo: [{ address: "127.0.0.1", internal: true }] };
    tick();
    expect(noticed).toEqual([]);
  });

  it("notices sleep by a clock that ran on", () => {
    tick(3_600_000);
    tick();
    expect(noticed).toEqual(["sleep"]);
  });

  it("notices an address that came or went, once", () => {
    interfaces = { ...interfaces, vpn0: [{ address: "198.51.100.7", internal: false }] };
    tick();
    tick();
    interfaces = { eth0: [{ address: "192.0.2.1", internal: false }] };
    tick();
    expect(noticed).toEqual(["network", "network"]);
  });

  it("ignores a clock that was set back, and is quiet after its close", () => {
    tick(-3_600_000);
    watch.close();
    tick(3_600_000);
    expect(noticed).toEqual([]);
  });
});
