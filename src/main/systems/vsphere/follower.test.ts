import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { VimSession } from "./client/session.ts";
import { Follower } from "./follower.ts";
import { FakeVcenter } from "./testing/fake-vcenter.ts";

let vcenter: FakeVcenter;
let session: VimSession;
let follower: Follower;
let pauses: number[];
let told: string[];
/** Lets so many pauses pass; a later one lasts until it is ended. */
let mostPauses: number;

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
  vcenter.vm("vm-1");
  session = new VimSession({
    name: "vc.example",
    config: { address: "127.0.0.1", port: vcenter.port, user: "admin", pin: vcenter.pin },
    dial: async ({ address, port }) => connect({ host: address, port }),
    authorityPath: () => null,
    password: async () => ({ reveal: () => "pass" }),
    now: () => 0,
  });
  pauses = [];
  told = [];
  mostPauses = 20;
  follower = new Follower({
    session,
    onReplaced: ({ size }) => void told.push(`whole ${size}`),
    onChange: ({ changed }) => void told.push(`changed ${[...changed]}`),
    onAnswer: () => undefined,
    onError: ({ code }) => void told.push(code),
    random: () => 1,
    wait: async (milliseconds, signal) => {
      pauses.push(milliseconds);
      if (pauses.length < mostPauses) return void (await new Promise((resolve) => setImmediate(resolve)));
      await new Promise((_resolve, reject) => {
        const end = () => reject(new Error("ended"));
        if (signal.aborted) end();
        signal.addEventListener("abort", end, { once: true });
      });
    },
  });
});
afterEach(async () => {
  await follower.close();
  await session.close();
  await vcenter.stop();
});

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${told.join("; ")}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test("asks now and then where long waits do not get through", async () => {
  vcenter.intercept = (method, response) => {
    const isLong = method === "WaitForUpdatesEx" && !vcenter.bodies.at(-1)?.includes("<maxWaitSeconds>0<");
    if (isLong) response.socket?.destroy();
    return isLong;
  };
  await follower.result();
  await until(() => pauses.includes(15_000));
  expect(told.filter((each) => each === "vsphere.closed")).toHaveLength(2);
  vcenter.change("vm-1", { name: "renamed" });
  await until(() => told.includes("changed vm-1"));
});

test("tries again later each time, a minute at the most", async () => {
  mostPauses = 8;
  vcenter.intercept = (_method, response) => {
    response.writeHead(503).end("starting");
    return true;
  };
  await follower.result();
  await until(() => pauses.length === 8);
  expect(pauses).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  vcenter.intercept = null;
  await follower.result();
  await until(() => told.includes("whole 1"));
});

test("reads everything anew when nothing of before is trusted", async () => {
  await follower.result();
  vcenter.vm("vm-2");
  follower.restart();
  await follower.result();
  expect(told).toEqual(["whole 1", "whole 2"]);
  // The session goes on: what it has made before and nobody waits for is given back.
  const given = ["DestroyPropertyFilter", "DestroyPropertyCollector", "DestroyView"];
  expect(given.map((method) => vcenter.calls.filter((each) => each === method).length)).toEqual([1, 1, 1]);
});
