import { afterEach, beforeEach, expect, test } from "vitest";
import { vncSystemSchema } from "../../../shared/systems/vnc.ts";
import { TestServer } from "../../reach/testing/ssh-server.ts";
import { hopAt, Surroundings } from "../../reach/testing/surroundings.ts";
import { password, smallUpdate } from "../../rfb/testing/dialogue.ts";
import { TestViewer } from "../../rfb/testing/viewer.ts";
import type { System } from "../system.ts";
import { vncSystem } from "./index.ts";
import { FakeVnc, pin } from "./testing/fake-vnc.ts";

const signal = new AbortController().signal;
let vnc: FakeVnc;
let bounce: TestServer;
let around: Surroundings;
let system: System;
beforeEach(async () => {
  vnc = await FakeVnc.start();
  bounce = await TestServer.start({ forwarding: "allow" });
  around = new Surroundings();
  around.know(bounce.hostKey, { address: "127.0.0.1", port: bounce.port });
  around.update({ bounce: hopAt(bounce) });
});
afterEach(async () => {
  await system.close();
  await around.close();
  await bounce.close();
  await vnc.close();
});

async function open(tls: object | false): Promise<TestViewer> {
  const screen = { address: "192.0.2.41", port: vnc.port, tls };
  system = vncSystem.create(
    vncSystemSchema.parse({ type: "vnc", via: "bounce", password: "keychain:vnc", screens: { vm: screen } }),
    {
      id: "screens",
      reach: around.reach,
      secrets: { resolve: async () => ({ reveal: () => password }) },
      questions: around.questions,
      now: Date.now,
    },
  );
  const source = await system.openScreen?.("vm", signal);
  if (!source) throw new Error("no screen");
  const viewer = new TestViewer(source);
  await viewer.greet();
  await viewer.until(() => viewer.firstPixels === 1);
  return viewer;
}

test.each([
  ["as it is", [], false],
  ["with TLS in it", [261], { pin }],
])("a screen comes through a bounce, %s, and gives its channel back", async (_how, types, tls) => {
  vnc.behave = (socket) => vnc.play(socket, types);
  const viewer = await open(tls as object | false);
  expect(viewer.shown.subarray(-smallUpdate.length)).toEqual(smallUpdate);
  expect(around.reach.status().hops[0]).toMatchObject({ state: "connected", channels: 1 });
  const closed = new Promise((resolve) => vnc.sockets[0]?.once("close", resolve));
  viewer.source.close();
  await closed;
  expect(viewer.ends).toEqual([{ error: null, returns: null }]);
  expect(around.reach.status().hops[0]).toMatchObject({ channels: 0 });
});

test.each([
  ["as it is", [], false],
  ["with TLS in it", [261], { pin }],
])("a bounce that dies ends the screen %s, in words", async (_how, types, tls) => {
  vnc.behave = (socket) => vnc.play(socket, types);
  const viewer = await open(tls as object | false);
  bounce.kill();
  await viewer.until(() => viewer.ends.length > 0);
  expect(viewer.ends).toMatchObject([{ error: { code: "reach.connection-lost", system: "reach" } }]);
});

test("a server that ends while much is on its way loses nothing of it", async () => {
  const much = Buffer.alloc(3 * 1024 * 1024, 2);
  const viewer = await open(false);
  const before = viewer.shown.length;
  viewer.source.pause();
  vnc.sockets[0]?.end(much);
  await new Promise(setImmediate);
  viewer.source.resume();
  await viewer.until(() => viewer.ends.length > 0);
  expect(viewer.shown.length - before).toBe(much.length);
  expect(viewer.ends).toMatchObject([{ error: { code: "rfb.ended" } }]);
});
