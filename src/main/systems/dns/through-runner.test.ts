import { afterEach, beforeEach, expect, test } from "vitest";
import { dnsSystemSchema } from "../../../shared/systems/dns.ts";
import { hosts, run, runnerWith, typesOf } from "../../actions/fixtures/started-runner.ts";
import { opcodes } from "../../dns/message.ts";
import { dataOfWords } from "../../dns/record-data.ts";
import { dialLoopback, FakeNameServer } from "../../dns/testing/fake-name-server.ts";
import { resource } from "../alertmanager/testing/fake-alertmanager.ts";
import type { System } from "../system.ts";
import { dnsSystem } from "./index.ts";

const secret = Buffer.from("a secret of thirty-two bytes....");
const id = "names/records/www";
const change = { action: "dns.change-record", resources: [id], input: { value: "192.0.2.2" } };
let server: FakeNameServer;
let system: System;

const address = (value: string) => dataOfWords("A", value) ?? Buffer.alloc(0);
const values = () => server.records.map(({ data }) => data.join("."));

beforeEach(async () => {
  server = new FakeNameServer("shop.example");
  server.key = { name: "ops", algorithm: "hmac-sha256", secret };
  server.records = [{ name: "www.shop.example", type: "A", ttl: 300, data: address("192.0.2.1") }];
  await server.start();
  const config = dnsSystemSchema.parse({
    type: "dns",
    servers: { one: { address: "127.0.0.1", port: server.port } },
    keys: { ops: { secret: "keychain:ops" } },
    zones: { shop: { name: "shop.example", servers: ["one"], key: "ops" } },
    records: { www: { name: "www.shop.example", type: "A" } },
    propagation: "1s",
  });
  system = dnsSystem.create(config, {
    id: "names",
    reach: { dial: dialLoopback } as never,
    secrets: { resolve: async () => ({ reveal: () => secret.toString("base64") }) },
    questions: {} as never,
    now: Date.now,
  });
  hosts.set(id, { ...resource(id, "dns-record"), seenAt: Date.now() });
});
afterEach(async () => {
  await system.close();
  await server.stop();
});

/** Does something else with the next update. */
function onUpdate(work: (bytes: Buffer) => "close" | null): void {
  server.instead = ({ opcode }, bytes) => {
    if (opcode !== opcodes.update) return null;
    server.instead = () => null;
    return work(bytes);
  };
}

test("a change is journalled before its first byte, verified and undone", async () => {
  const runner = runnerWith(system.actions);
  const task = await run(runner, change);
  expect(task).toMatchObject({ state: "verified", undoable: true });
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "verified"]);
  expect(values()).toEqual(["192.0.2.2"]);
  expect(JSON.stringify(task)).not.toContain(secret.toString("base64"));
  await runner.waitFor(await runner.undo(task.id));
  expect(values()).toEqual(["192.0.2.1"]);
});

test("a connection that breaks after the server took the change is looked into, and the change found", async () => {
  onUpdate((bytes) => {
    server.respond(bytes);
    return "close";
  });
  const task = await run(runnerWith(system.actions), change);
  expect(task.state).toBe("verified");
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "settled"]);
  expect(values()).toEqual(["192.0.2.2"]);
});

test("a connection that breaks before it did is looked into, and the change not found", async () => {
  onUpdate(() => "close");
  const task = await run(runnerWith(system.actions), change);
  expect(task.state).toBe("failed");
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "settled"]);
  expect(values()).toEqual(["192.0.2.1"]);
});

test("a change that the server did not make, because somebody else was quicker, has failed", async () => {
  onUpdate(() => {
    server.records = [{ name: "www.shop.example", type: "A", ttl: 300, data: address("192.0.2.9") }];
    return null;
  });
  const task = await run(runnerWith(system.actions), change);
  expect(task.state).toBe("failed");
  expect(task.outcome?.fr).toContain("www.shop.example a été modifié entre-temps");
  expect(values()).toEqual(["192.0.2.9"]);
});
