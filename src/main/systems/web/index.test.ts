import { X509Certificate } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { webSystemSchema } from "../../../shared/systems/web.ts";
import { dataOfWords } from "../../dns/record-data.ts";
import { FakeNameServer } from "../../dns/testing/fake-name-server.ts";
import { forwardRefused, noAnswer } from "../../reach/faults.ts";
import { makeSelfSigned } from "../../reach/testing/self-signed.ts";
import { checksOf, dialHere, seen, seenBy, talker } from "./testing/checks.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function talking(talk: (socket: Socket) => void): Promise<number> {
  const server = await talker(talk);
  closing.push(() => server.close());
  return server.port;
}

async function pages(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const unused = () => talker(() => undefined).then(async ({ port, close }) => close().then(() => port));

describe("a check of a page", () => {
  it("follows redirections, so many and no more, and never into a circle", async () => {
    const port = await pages((request, response) => {
      const step = Number(request.url?.slice(1));
      if (step === 0) response.end("at the end");
      else response.writeHead(302, { location: `/${step - 1}` }).end();
    });
    const url = (step: number) => `http://127.0.0.1:${port}/${step}`;
    const found = await seen({ check: "http", url: url(3), contains: "at the end" });
    expect(found).toMatchObject({ health: "ok", facts: { "web.answers": true } });
    expect(found.facts["web.redirections"]).toEqual([url(2), url(1), url(0)]);
    expect((await seen({ check: "http", url: url(4) })).problems).toEqual(["web.redirected"]);
    expect((await seen({ check: "http", url: url(1), redirections: 0 })).problems).toEqual([
      "web.redirected",
    ]);
    expect((await seen({ check: "http", url: url(1), status: [302] })).facts["web.answers"]).toBe(true);
  });

  it.each(["javascript:alert(1)", "ftp://x.example/", "http://[broken"])(
    "goes nowhere with %s",
    async (location) => {
      const port = await pages((_request, response) => response.writeHead(301, { location }).end());
      const found = await seen({ check: "http", url: `http://127.0.0.1:${port}/` });
      expect(found).toMatchObject({ problems: ["web.redirected"], facts: { "web.status": 301 } });
    },
  );

  it("looks through the first MiB of a page that has no end", async () => {
    const port = await pages((_request, response) => {
      response.write("the words\n");
      const flood = () => {
        while (response.writable && response.write("x".repeat(65_536)));
        response.once("drain", flood);
      };
      flood();
    });
    const check = { check: "http", url: `http://127.0.0.1:${port}/` };
    expect((await seen({ ...check, contains: "the words" })).facts["web.answers"]).toBe(true);
    expect((await seen({ ...check, contains: "other words" })).problems).toEqual(["web.words-missing"]);
  });

  it("ends in words whatever bytes answer", async () => {
    let bytes = Buffer.alloc(0);
    const port = await talking((socket) => {
      socket.once("data", () => socket.end(bytes));
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        bytes = Buffer.from(noise);
        const found = await seen({ check: "http", url: `http://127.0.0.1:${port}/` });
        expect(found).toMatchObject({ health: "critical", error: null, facts: { "web.answers": false } });
      }),
      { numRuns: 30 },
    );
  });
});

describe("where a check goes", () => {
  it("tells a refused connection and a name without an address", async () => {
    const port = await unused();
    expect((await seen({ check: "tcp", address: "127.0.0.1", port })).problems).toEqual(["web.refused"]);
    const server = new FakeNameServer("shop.example");
    await server.start();
    closing.push(() => server.stop());
    const config = { resolvers: { office: { address: "127.0.0.1", port: server.port } } };
    const check = { check: "tcp", address: "www.shop.example", port, resolveWith: "office" };
    expect((await seen(check, { config })).problems).toEqual(["web.name-unknown"]);
  });

  it("asks the address that a resolver or the estate gives", async () => {
    const port = await talking((socket) => socket.end());
    const server = new FakeNameServer("shop.example");
    const address = { type: "A" as const, ttl: 60, data: dataOfWords("A", "127.0.0.1") ?? Buffer.alloc(0) };
    server.records = [{ name: "www.shop.example", ...address }];
    await server.start();
    closing.push(() => server.stop());
    const config = { resolvers: { office: { address: "127.0.0.1", port: server.port } } };
    const check = { check: "tcp", address: "www.shop.example", port };
    const asked = await seen({ ...check, resolveWith: "office" }, { config });
    expect(asked.facts).toMatchObject({ "web.answers": true, "web.address": `127.0.0.1:${port}` });
    const places: string[] = [];
    const dial: typeof dialHere = (place, signal) => {
      places.push(place.address);
      return dialHere(place, signal);
    };
    const fixed = await seen(
      { ...check, address: "no-such-name.example", resolveWith: "127.0.0.1" },
      { dial },
    );
    expect([places, fixed.facts["web.answers"]]).toEqual([["127.0.0.1"], true]);
  });

  it("does not take a silent resolver, a broken hop or an unreachable network for the service", async () => {
    const config = { resolvers: { office: { address: "127.0.0.1", port: await unused() } } };
    const named = { check: "tcp", address: "www.shop.example", port: 1, resolveWith: "office" };
    expect(await seen(named, { config })).toMatchObject({ error: "reach.refused", health: null });
    const hop = { id: "bounce", name: "bounce", address: "192.0.2.1", port: 22 };
    const check = { check: "tcp", address: "192.0.2.20", port: 443, via: "bounce" };
    const withDial = (error: Error) => seen(check, { dial: () => Promise.reject(error) });
    expect(await withDial(noAnswer(hop))).toMatchObject({ error: "reach.timed-out" });
    expect(await withDial(forwardRefused(hop, "192.0.2.20:443", "prohibited"))).toMatchObject({
      error: "reach.forward-refused",
    });
    expect(await withDial(forwardRefused(hop, "192.0.2.20:443", "failed"))).toMatchObject({
      problems: ["web.refused"],
    });
    const behind = { id: "x", name: "192.0.2.20:443", address: "192.0.2.20", port: 443 };
    expect(await withDial(noAnswer(behind))).toMatchObject({ problems: ["web.silent"] });
  });

  it("keeps what answers from waiting for what does not, and remembers since when", async () => {
    const port = await talking((socket) => socket.end());
    const silent = await talking(() => undefined);
    let now = 1000;
    const system = checksOf(
      {
        good: { check: "tcp", address: "127.0.0.1", port },
        bad: { check: "tcp", address: "127.0.0.1", port: silent, says: "hello", deadline: "50ms" },
      },
      { now: () => now },
    );
    closing.push(() => system.close());
    expect(system.declarations().map(({ id, kind }) => [id, kind])).toEqual([
      ["checks/good", "service"],
      ["checks/bad", "service"],
    ]);
    const first = await seenBy(system);
    expect(first.bad).toMatchObject({
      problems: ["web.timed-out"],
      facts: { "web.since": 1000, "web.lastGood": null },
    });
    now = 5000;
    const { good, bad } = await seenBy(system);
    expect(good?.facts).toMatchObject({ "web.since": 1000, "web.lastGood": 5000 });
    expect(bad?.facts).toMatchObject({ "web.since": 1000, "web.answers": false });
  });

  it("says nothing of a check that was called off", async () => {
    const port = await talking(() => undefined);
    const system = checksOf({ one: { check: "tcp", address: "127.0.0.1", port, says: "hello" } });
    const looking = seenBy(system);
    await system.close();
    expect(await looking).toEqual({});
  });
});

describe("a check of a greeting", () => {
  it("waits for the words, over as many pieces as they come in", async () => {
    const port = await talking((socket) => {
      socket.write("SSH-2");
      setImmediate(() => socket.write(".0-server\r\n"));
    });
    const check = { check: "tcp", address: "127.0.0.1", port };
    const found = await seen({ ...check, says: "SSH-2.0" });
    expect(found.facts).toMatchObject({ "web.answers": true });
    expect((await seen({ ...check, says: "220 ", deadline: "60ms" })).problems).toEqual(["web.timed-out"]);
    const flood = await talking((socket) => socket.write("x".repeat(10_000)));
    expect((await seen({ ...check, port: flood, says: "220 " })).problems).toEqual(["web.greeting"]);
    const mute = await talking((socket) => socket.end());
    expect((await seen({ ...check, port: mute, says: "220 " })).problems).toEqual(["web.closed"]);
  });
});

describe("a check of a mail server", () => {
  /** Answers each command by its first word; `greeting` first. */
  const mailServer = (greeting: string, answers: Record<string, string>, heard: string[] = []) =>
    talking((socket) => {
      socket.write(greeting);
      socket.on("data", (bytes) => {
        for (const line of bytes.toString().split("\r\n").filter(Boolean)) {
          heard.push(line);
          const answer = answers[line.split(" ")[0] ?? ""];
          if (answer !== undefined) socket.write(answer);
        }
      });
    });
  const ask = (port: number, more: object = {}) =>
    seen({ check: "smtp", address: "127.0.0.1", port, deadline: "2s", ...more });

  it("greets it and takes its leave, without any mail", async () => {
    const heard: string[] = [];
    const port = await mailServer(
      "220-mail.example\r\n220 ready\r\n",
      { EHLO: "250-mail.example\r\n250 SIZE\r\n" },
      heard,
    );
    const found = await ask(port, { says: "mail.example" });
    expect(found.facts).toMatchObject({
      "web.answers": true,
      "web.banner": "mail.example",
      "web.startTls": false,
    });
    await expect.poll(() => heard).toEqual(["EHLO passerelle.invalid", "QUIT"]);
    expect((await ask(port, { startTls: "demanded" })).problems).toEqual(["web.no-start-tls"]);
    expect((await ask(port, { says: "other.example" })).problems).toEqual(["web.greeting"]);
  });

  it.each([
    ["554 go away\r\n", {}, "web.mail-refused"],
    ["HTTP/1.1 400 Bad Request\r\n\r\n", {}, "web.mail-garbage"],
    [`220 ${"x".repeat(10_000)}`, {}, "web.mail-garbage"],
    ["220 ready\r\n", { EHLO: "502 what\r\n" }, "web.mail-refused"],
    ["220 ready\r\n", { EHLO: "250-a\r\n250 STARTTLS\r\n", STARTTLS: "454 not now\r\n" }, "web.mail-refused"],
    // A command that somebody put in before TLS begins.
    [
      "220 ready\r\n",
      { EHLO: "250-a\r\n250 STARTTLS\r\n", STARTTLS: "220 go\r\n250 x\r\n" },
      "web.mail-garbage",
    ],
    [
      "220 ready\r\n",
      { EHLO: "250-a\r\n250 STARTTLS\r\n", STARTTLS: "220 go\r\n", "\u0016\u0003": "no" },
      "web.timed-out",
    ],
  ])("tells %j", async (greeting, answers, code) => {
    const port = await mailServer(greeting, answers as Record<string, string>);
    expect((await ask(port, { deadline: "150ms" })).problems).toEqual([code]);
  });
});

describe("a mail server that offers TLS", () => {
  it("shows its certificate behind STARTTLS and is greeted again there", async () => {
    const shown = makeSelfSigned("mail.example");
    const heard: string[] = [];
    const port = await talking((socket) => {
      socket.write("220 mail.example\r\n");
      socket.on("data", function plain(bytes: Buffer) {
        const word = bytes.toString().split(/\s/)[0] ?? "";
        if (word === "EHLO") socket.write("250-mail.example\r\n250 STARTTLS\r\n");
        if (word !== "STARTTLS") return;
        socket.off("data", plain);
        socket.write("220 go ahead\r\n");
        const secured = new TLSSocket(socket, { isServer: true, ...shown });
        secured.on("error", () => undefined);
        secured.on("data", (words: Buffer) => {
          heard.push(words.toString().trim());
          if (words.toString().startsWith("EHLO")) secured.write("250 mail.example\r\n");
        });
      });
    });
    const check = {
      check: "smtp",
      address: "127.0.0.1",
      port,
      serverName: "mail.example",
      startTls: "demanded",
    };
    const pin = new X509Certificate(shown.cert).fingerprint256;
    const found = await seen({ ...check, pin, expiresAfter: "1m" });
    expect(found).toMatchObject({
      health: "ok",
      facts: { "web.startTls": true, "tls.subject": "mail.example" },
    });
    expect(heard[0]).toBe("EHLO passerelle.invalid");
    expect((await seen(check)).problems).toContain("web.certificate-untrusted");
  });
});

describe("the config of checks", () => {
  const parse = (check: object) =>
    webSystemSchema.safeParse({
      type: "web",
      checks: { one: check },
      resolvers: { office: { address: "192.0.2.53" } },
    });

  it("knows its own resolvers alone", () => {
    const page = { check: "http", url: "https://www.shop.example/" };
    expect(parse({ ...page, resolveWith: "office" }).success).toBe(true);
    expect(parse({ ...page, resolveWith: "192.0.2.80" }).success).toBe(true);
    expect(parse({ ...page, resolveWith: "elsewhere" }).success).toBe(false);
    expect(parse({ check: "ping", address: "192.0.2.80" }).success).toBe(false);
    expect(parse({ check: "http", url: "https://user:word@www.shop.example/" }).success).toBe(false);
  });
});
