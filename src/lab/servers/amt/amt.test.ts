import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { scaledClock } from "../../world/clock.ts";
import { World } from "../../world/world.ts";
import { LabNetwork } from "../network.ts";
import type { LabServers } from "../server.ts";
import { fingerprint } from "./certificate.ts";
import { amtFiles, strongPassword } from "./credentials.ts";
import { startAmt } from "./index.ts";
import { authorizationFor, requestFor } from "./testing.ts";
import { spaces } from "./wsman/names.ts";

let folder: string;
let world: World;
let network: LabNetwork;
let servers: LabServers;
let password: string;
const failures: unknown[] = [];
const body = requestFor("CIM_AssociatedPowerManagementService", `${spaces.transfer}/Get`, "");
const asked = { method: "POST", uri: "/wsman", body };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-amt-"));
  world = new World({ seed: 3, clock: scaledClock(100, Date.UTC(2025, 0, 6, 8)), extraHosts: 2 });
  network = new LabNetwork();
  servers = await startAmt({ world, network, folder, onFailure: (error) => failures.push(error) }, new Map());
  password = await readFile(join(folder, amtFiles.password), "utf8");
});
afterEach(async () => {
  await servers.close();
  world.close();
  await rm(folder, { recursive: true });
  expect(failures).toEqual([]);
});

const port = (name: string) => servers.ports.get(name) ?? 0;

/** Sends bytes to a port and gives everything that comes until the far side ends. */
async function exchange(name: string, words: string): Promise<string> {
  const socket = connect(port(name), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(words);
  return text(socket).catch(() => "");
}

function post(authorization: string | null, more = ""): string {
  const header = authorization === null ? "" : `Authorization: ${authorization}\r\n`;
  return `POST /wsman HTTP/1.1\r\nHost: x\r\n${header}${more}Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

async function challenge(): Promise<string> {
  return /WWW-Authenticate: (.*)\r\n/.exec(await exchange("amt tower-a", post(null)))?.[1] ?? "";
}

/** A whole request with its log-in; the raw answer. */
async function ask(): Promise<string> {
  return exchange("amt tower-a", post(authorizationFor(await challenge(), asked, { password })));
}

describe("the web port", () => {
  it("asks for a log-in, hangs up, and answers in small chunks with padded sizes", async () => {
    const first = await exchange("amt tower-a", post(null));
    expect(first).toMatch(/^HTTP\/1\.1 401 /);
    expect(first).toContain("Connection: close");
    const answer = await ask();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\n\r\n0220\r\n<\?xml /);
    expect(answer).toMatch(/\r\n0000\r\n\r\n$/);
    expect(world.machine("tower-a").management?.logIns).toEqual({ tried: 1, accepted: 1 });
  });

  it("refuses a wrong password and writes it into the event log", async () => {
    const wrong = authorizationFor(await challenge(), asked, { password: "Wrong-Words-1" });
    expect(await exchange("amt tower-a", post(wrong))).toMatch(/^HTTP\/1\.1 401 /);
    expect(world.machine("tower-a").management?.events.at(-1)?.sensorType).toBe(6);
  });

  it("takes one request after the other, and turns away what is too long", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask()));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const long = "x".repeat(60_000);
    const authorization = authorizationFor(await challenge(), { ...asked, body: long }, { password });
    const head = `POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: ${long.length}\r\n\r\n`;
    expect(await exchange("amt tower-a", head + long)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("answers while the machine is off, and is silent when its link is not kept", async () => {
    world.powerOff("tower-a");
    expect(await ask()).toContain("<h:PowerState>8</h:PowerState>");
    const { management } = world.machine("tower-a");
    if (management) management.linkPolicy = [1];
    const socket = connect(port("amt tower-a"), "127.0.0.1");
    socket.write(post(null));
    const heard = await Promise.race([
      once(socket, "data"),
      new Promise((resolve) => setTimeout(() => resolve("nothing"), 50)),
    ]);
    socket.destroy();
    expect(heard).toBe("nothing");
  });

  it("is not opened for the further hosts on loopback, but in the network", () => {
    expect([...servers.ports.keys()].sort()).toEqual([
      "amt tower-a",
      "amt tower-b",
      "amt-redirection tower-a",
      "amt-redirection tower-b",
    ]);
    expect(network.find("203.0.113.2", 16_992)?.state()).toBe("open");
    expect(network.find("192.0.2.11", 16_992)).toBeNull();
    expect(network.find("192.0.2.21", 16_992)).toBeNull();
  });

  it.each([
    ["amt-truncated", /<\?xml [\s\S]*[^>]$/],
    ["amt-nonce-loop", /^HTTP\/1\.1 401 [\s\S]*stale="true"/],
    ["amt-huge", /x{1000}$/],
    ["amt-garbage", /^(?!HTTP)/],
  ])("misbehaves by the fault %s until it is lifted", async (fault, bad) => {
    const right = authorizationFor(await challenge(), asked, { password });
    world.inject([fault, "tower-a"]);
    const answer = await exchange("amt tower-a", post(right));
    expect(answer).toMatch(bad);
    expect(answer).not.toMatch(/<\/a:Envelope>/);
    world.clear();
    expect(await ask()).toContain("</a:Envelope>");
  });

  it("sends one byte after the other by the fault amt-slow", async () => {
    const right = authorizationFor(await challenge(), asked, { password });
    world.inject(["amt-slow", "tower-a"]);
    const socket = connect(port("amt tower-a"), "127.0.0.1");
    socket.write(post(right));
    let heard = "";
    while (!heard.endsWith("\r\n\r\n<")) heard += String((await once(socket, "data"))[0]);
    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });
});

describe("TLS", () => {
  const certificate = async () => {
    const socket = connectTls({ port: port("amt tower-b"), host: "127.0.0.1", rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const shown = socket.getPeerCertificate().fingerprint256;
    const gone = once(socket, "close");
    socket.end();
    await gone;
    return shown;
  };

  it("shows the certificate that is pinned, and another by a fault", async () => {
    const pinned = servers.pins?.get("tower-b");
    expect(await certificate()).toBe(pinned);
    world.inject(["amt-certificate-changed", "tower-b"]);
    expect(await certificate()).not.toBe(pinned);
    world.clear();
    expect(await certificate()).toBe(pinned);
    expect(() => world.inject(["amt-certificate-changed", "tower-a"])).toThrow("no certificate");
  });

  it("keeps key and certificate from one start to the next, for their owner alone", async () => {
    const saved = JSON.parse(await readFile(join(folder, amtFiles.certificates), "utf8"));
    expect(fingerprint(saved["tower-b"].cert)).toBe(servers.pins?.get("tower-b"));
    for (const name of Object.values(amtFiles)) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
  });
});

describe("the redirection", () => {
  it("opens as a WebSocket after a log-in, and not without", async () => {
    const url = `ws://127.0.0.1:${port("amt tower-a")}/ws-redirection`;
    const refused = new WebSocket(url);
    const [error] = await once(refused, "error").catch((cause: unknown) => [cause]);
    expect(String(error)).toContain("401");
    const upgrade = { method: "GET", uri: "/ws-redirection", body: "" };
    const headers = { Authorization: authorizationFor(await challenge(), upgrade, { password }) };
    const socket = new WebSocket(url, { headers });
    await once(socket, "open");
    socket.send(Buffer.from("10000000534f4c20", "hex"));
    const [answer] = await once(socket, "message");
    expect(Buffer.from(answer).subarray(0, 2).toString("hex")).toBe("1100");
    socket.close();
    await once(socket, "close");
    await expect.poll(() => world.machine("tower-a").management?.open.size).toBe(0);
  });

  it("closes its own port with its listener", async () => {
    const { management } = world.machine("tower-a");
    if (management) management.listenerEnabled = false;
    const socket = connect(port("amt-redirection tower-a"), "127.0.0.1");
    socket.write("x");
    expect((await buffer(socket).catch(() => Buffer.alloc(0))).length).toBe(0);
  });
});

describe("strongPassword", () => {
  it("is one that AMT takes", () => {
    for (let drawn = 0; drawn < 200; drawn += 1) {
      const word = strongPassword(8);
      expect(word).toMatch(/^[!-~]{8}$/);
      for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9_]/]) expect(word).toMatch(kind);
      expect(word).not.toMatch(/[:,"]/);
    }
  });
});
