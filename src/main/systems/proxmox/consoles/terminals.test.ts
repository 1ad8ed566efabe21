import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WebSocket } from "ws";
import { FakePve } from "../testing/fake-pve.ts";
import { OpenedProxmox } from "../testing/opened.ts";
import { laySample } from "../testing/sample-cluster.ts";
import { FakeConsoles, type Issued } from "./testing/fake-consoles.ts";
import { Typist } from "./testing/typist.ts";

let pve: FakePve;
let consoles: FakeConsoles;
let opened: OpenedProxmox;
/** What the far side heard, message by message. */
let heard: string[];
let wake: () => void;

const container = "forge/vms/101";
const greeted = ({ user, ticket }: Issued) => `${user}:${ticket}\n`;

beforeEach(async () => {
  pve = laySample(await new FakePve().start());
  consoles = new FakeConsoles(pve);
  heard = [];
  wake = () => undefined;
  consoles.serve = (socket, issued) => {
    socket.on("message", (data: Buffer) => {
      heard.push(data.toString("utf8"));
      if (heard.at(-1) === greeted(issued)) socket.send(Buffer.from("OK"));
      wake();
    });
  };
  opened = new OpenedProxmox([pve.port], { pins: [pve.pin] });
  await opened.observe();
});
afterEach(async () => {
  await opened.close();
  consoles.stop();
  await pve.stop();
});

async function shell(resource = container, signal = AbortSignal.timeout(20_000)) {
  const session = await opened.system.openShell?.(resource, { columns: 100, rows: 30 }, signal);
  if (!session) throw new Error("no shell");
  return session;
}
async function typist(resource = container): Promise<Typist> {
  return new Typist(await shell(resource));
}
async function until(test: () => boolean): Promise<void> {
  while (!test()) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
const socket = (): WebSocket => {
  const last = consoles.sockets.at(-1);
  if (!last) throw new Error("nobody came");
  return last;
};
const say = (words: string) => socket().send(Buffer.from(words));

describe("a terminal", () => {
  test("greets with its ticket, tells its size, and carries what is typed and shown", async () => {
    const person = await typist();
    say("login: ");
    await person.until(() => person.seen === "login: ");
    person.shell.write("é\r");
    person.shell.resize(80, 24);
    await until(() => heard.length === 4);
    const [issued] = consoles.issued;
    expect(heard).toEqual([issued && greeted(issued), "1:100:30:", "0:3:é\r", "1:80:24:"]);
    expect(issued?.path).toBe("/nodes/pve-2/lxc/101");
    expect(consoles.asked[0]?.headers["sec-websocket-protocol"]).toBe("binary");
    person.shell.close();
    expect(person.ends).toEqual([{ exitCode: null, error: null }]);
    await new Promise((resolve) => socket().once("close", resolve));
  });

  test.each([
    ["in one message with the answer", ["OKwelcome"]],
    ["after an answer in pieces", ["O", "Kwel", "come"]],
  ])("shows what comes %s, once somebody wants it", async (_words, messages) => {
    consoles.serve = (admitted) =>
      admitted.once("message", () => {
        for (const each of messages) admitted.send(each);
      });
    const session = await shell();
    const person = new Typist(session);
    await person.until(() => person.seen === "welcome");
  });

  test("waits while nobody takes what it shows, and loses nothing", async () => {
    const person = await typist();
    person.shell.pause();
    for (let at = 0; at < 200; at++) say(`${at},`);
    const expected = Array.from({ length: 200 }, (_, at) => `${at},`).join("");
    await new Promise((resolve) => setImmediate(resolve));
    person.shell.resume();
    await person.until(() => person.seen === expected);
  });

  test("of a node and of a serial port is asked for where they are", async () => {
    await typist("forge/nodes/pve-2");
    await opened.observe(["forge/vms/100"]);
    await typist("forge/vms/100");
    expect(consoles.issued.map(({ path }) => path)).toEqual(["/nodes/pve-2", "/nodes/pve-1/qemu/100"]);
    const asked = pve.seen.filter(({ path }) => path.endsWith("/termproxy"));
    expect(asked.map(({ parameters }) => parameters)).toEqual([{}, { serial: "serial0" }]);
  });

  test("of a token is greeted by the token's name", async () => {
    await opened.close();
    consoles.user = "console@pve!passerelle";
    opened = new OpenedProxmox([pve.port], {
      pins: [pve.pin],
      user: "console@pve!passerelle",
      token: "keychain:forge",
      password: undefined,
    });
    opened.secret = "token-secret";
    await opened.observe();
    await shell();
    expect(heard[0]).toMatch(/^console@pve!passerelle:PVEVNC:/);
    consoles.serve = (admitted) => admitted.terminate();
    await expect(shell()).rejects.toMatchObject({
      code: "proxmox.console-refused",
      hint: { en: expect.stringContaining("API token") },
    });
  });

  test.each<[string, (admitted: WebSocket) => void]>([
    ["closes instead of an answer", (admitted) => admitted.once("message", () => admitted.terminate())],
    ["answers something else", (admitted) => admitted.once("message", () => admitted.send("NO"))],
    [
      "answers half and closes",
      (admitted) => admitted.once("message", () => admitted.send("O", () => admitted.close())),
    ],
  ])("that %s is refused", async (_words, serve) => {
    consoles.serve = serve;
    await expect(shell()).rejects.toMatchObject({ code: "proxmox.console-refused" });
    pve.on("GET /nodes/{node}/{kind}/{vmid}/status/current", { status: "stopped" });
    await expect(shell()).rejects.toMatchObject({ code: "proxmox.guest-stopped" });
  });

  test("is given up when nobody wants it any more", async () => {
    consoles.serve = (admitted) => admitted.on("message", () => wake());
    const aborting = new AbortController();
    const opening = shell(container, aborting.signal);
    await Promise.race([opening, until(() => consoles.sockets.length > 0)]);
    aborting.abort();
    await expect(opening).rejects.toMatchObject({ code: "general.cancelled" });
    if (socket().readyState !== socket().CLOSED)
      await new Promise((resolve) => socket().once("close", resolve));
  });
});

describe("a terminal that is open", () => {
  const task = (said: object) => pve.on("GET /nodes/{node}/tasks/{upid}/status", said);

  test("ends without an error when its shell does", async () => {
    task({ status: "stopped", exitstatus: "OK" });
    for (const end of [() => socket().close(1000), () => socket().terminate()]) {
      const person = await typist();
      end();
      await person.until(() => person.ends.length === 1);
      expect(person.ends).toEqual([{ exitCode: null, error: null }]);
    }
  });

  test("says that its guest was stopped, or its task failed, or its connection broke", async () => {
    let person = await typist();
    task({ status: "stopped", exitstatus: "command 'termproxy' failed: exit code 255" });
    socket().terminate();
    await person.until(() => person.ends.length === 1);
    expect(person.ends[0]?.error).toMatchObject({
      code: "proxmox.console-failed",
      message: expect.stringContaining("exit code 255"),
    });
    task({ status: "running" });
    person = await typist();
    const raw = socket() as unknown as { _socket: { write(bytes: Buffer): void } };
    raw._socket.write(Buffer.of(0xff, 0xff, 0, 0));
    await person.until(() => person.ends.length === 1);
    expect(person.ends[0]?.error).toMatchObject({ code: "proxmox.console-broken" });
    person = await typist();
    pve.on("GET /nodes/{node}/{kind}/{vmid}/status/current", { status: "stopped" });
    socket().terminate();
    await person.until(() => person.ends.length === 1);
    expect(person.ends[0]?.error).toMatchObject({ code: "proxmox.guest-stopped" });
  });

  test("is cut when it takes nothing of what is pasted into it", async () => {
    const person = await typist();
    socket().pause();
    for (let at = 0; at < 40 && person.ends.length === 0; at++) person.shell.write("p".repeat(1024 * 1024));
    expect(person.ends[0]?.error).toMatchObject({ code: "proxmox.console-not-reading" });
    socket().resume();
    await new Promise((resolve) => socket().once("close", resolve));
  });

  test("closes with its system", async () => {
    const person = await typist();
    await opened.close();
    expect(person.ends).toEqual([{ exitCode: null, error: null }]);
  });
});

test("no terminal is opened on what has none", async () => {
  for (const [resource, code] of [
    ["forge/vms/900", "proxmox.no-console"],
    ["forge/cluster", "proxmox.no-console"],
    ["other/nodes/pve-1", "proxmox.no-console"],
  ] as const) {
    await expect(shell(resource)).rejects.toMatchObject({ code });
  }
  expect(consoles.issued).toEqual([]);
});
