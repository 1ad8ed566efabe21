import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askRecord } from "./answer.ts";
import { DnsClient } from "./client.ts";
import type { NameServer } from "./exchange.ts";
import { decodeMessage, encodeMessage } from "./message.ts";
import { dataOfWords } from "./record-data.ts";
import { dialLoopback, FakeNameServer } from "./testing/fake-name-server.ts";

let server: FakeNameServer;
beforeEach(async () => {
  server = new FakeNameServer("shop.example");
  server.records = [
    { name: "www.shop.example", type: "A", ttl: 300, data: dataOfWords("A", "192.0.2.1") ?? Buffer.alloc(0) },
  ];
  await server.start();
});
afterEach(() => server.stop());

const quick = 150;
function ask(place: NameServer, deadline = 5000, signal = new AbortController().signal) {
  const asked = { name: "www.shop.example", type: "A", recursive: false } as const;
  return askRecord(new DnsClient(dialLoopback, deadline), place, asked, signal);
}

describe("a name server", () => {
  it("is asked over TCP", async () => {
    expect(await ask(server.as("one"))).toMatchObject({ state: "found", values: ["192.0.2.1"], ttl: 300 });
  });

  it.each([
    ["does not answer in time", "silence", "dns.timed-out"],
    ["hangs up", "close", "dns.closed"],
    ["sends noise", Buffer.from("HTTP/1.1 400 Bad Request\r\n"), "dns.garbage"],
    ["sends nothing in a frame", Buffer.alloc(0), "dns.garbage"],
  ] as const)("that %s is told so", async (_what, instead, code) => {
    server.instead = () => instead;
    await expect(ask(server.as("one"), instead === "silence" ? quick : undefined)).rejects.toMatchObject({
      code,
    });
  });

  it("that answers with another number, another question or a question of its own is not believed", async () => {
    const answers: ((bytes: Buffer) => Buffer)[] = [
      (bytes) => Buffer.concat([Buffer.from([bytes[0] ?? 0, (bytes[1] ?? 0) ^ 1]), bytes.subarray(2)]),
      (bytes) => bytes,
      (bytes) => {
        const message = decodeMessage(bytes);
        if (!message) throw new Error("it was a message");
        const questions = [{ name: "other.example", type: 1, class: 1 }];
        return encodeMessage({ ...message, response: true, questions });
      },
    ];
    for (const answer of answers) {
      server.instead = (_request, bytes) => answer(bytes);
      await expect(ask(server.as("one"))).rejects.toMatchObject({ code: "dns.garbage" });
    }
  });

  it("that refuses is told with its code", async () => {
    server.instead = (request) => encodeMessage({ ...request, response: true, code: 5 });
    await expect(ask(server.as("one"))).rejects.toMatchObject({
      code: "dns.refused",
      message: "one refuses to answer (REFUSED).",
    });
  });

  it("is no longer waited for when nobody wants to know", async () => {
    server.instead = () => "silence";
    const stop = new AbortController();
    const asking = ask(server.as("one"), 5000, stop.signal);
    stop.abort();
    await expect(asking).rejects.toMatchObject({ code: "general.cancelled" });
  });
});

describe("a name server over UDP", () => {
  it("is asked there, and over TCP when the answer was cut off", async () => {
    const place = server.as("one", { transport: "udp", port: await server.startDatagrams() });
    expect((await ask(place)).values).toEqual(["192.0.2.1"]);
    server.instead = (request, _bytes, overUdp) =>
      overUdp ? encodeMessage({ ...request, response: true, truncated: true }) : null;
    const client = new DnsClient((to, signal) => dialLoopback({ ...to, port: server.port }, signal));
    const asked = { name: "www.shop.example", type: "A", recursive: false } as const;
    const answer = await askRecord(client, place, asked, new AbortController().signal);
    expect(answer.values).toEqual(["192.0.2.1"]);
  });

  it("is not believed where datagrams do not answer the question, and told where nothing listens", async () => {
    const place = server.as("one", { transport: "udp", port: await server.startDatagrams() });
    server.instead = (_request, _bytes, overUdp) => (overUdp ? Buffer.from("noise") : null);
    await expect(ask(place, quick)).rejects.toMatchObject({ code: "dns.timed-out" });
    const other = new FakeNameServer("gone.example");
    await other.start();
    const gone = await other.startDatagrams();
    await other.stop();
    await expect(ask({ ...place, port: gone })).rejects.toMatchObject({ code: "dns.unreachable" });
  });
});
