import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWebSocketStream, type WebSocket } from "ws";
import { OpsError } from "../../../../shared/errors.ts";
import {
  answer,
  challenge,
  playFarSide,
  serverInit,
  smallUpdate,
  type Turn,
  word,
} from "../../../rfb/testing/dialogue.ts";
import { TestViewer } from "../../../rfb/testing/viewer.ts";
import { FakePve } from "../testing/fake-pve.ts";
import { OpenedProxmox } from "../testing/opened.ts";
import { laySample, sampleGuest, sampleResources } from "../testing/sample-cluster.ts";
import { largestPiece } from "./socket-stream.ts";
import { FakeConsoles } from "./testing/fake-consoles.ts";

let pve: FakePve;
let consoles: FakeConsoles;
let opened: OpenedProxmox;
/** What the far side says, anew for each that is let in. */
let turns: Turn[];
/** The answers to challenges of VNC authentication. */
let answers: string[];

const vm = "forge/vms/100";
const login: Turn[] = ["RFB 003.008\n", { hear: 12 }, Buffer.of(1, 2), { hear: 1 }, challenge, { hear: 16 }];

beforeEach(async () => {
  pve = laySample(await new FakePve().start());
  consoles = new FakeConsoles(pve);
  turns = [...login, word(0), { hear: 1 }, serverInit(640, 480, "QEMU (db-1)")];
  answers = [];
  consoles.serve = (socket) => {
    const far = playFarSide(turns);
    const stream = createWebSocketStream(socket, { allowHalfOpen: false });
    stream.on("error", () => undefined);
    far.console.on("end", () => socket.terminate());
    stream.pipe(far.console).pipe(stream);
    socket.once("close", () => answers.push(far.heard.subarray(13, 29).toString("hex")));
  };
  opened = await open();
});
afterEach(async () => {
  await opened.close();
  consoles.stop();
  await pve.stop();
});

async function open(config: ConstructorParameters<typeof OpenedProxmox>[1] = {}): Promise<OpenedProxmox> {
  const made = new OpenedProxmox([pve.port], { pins: [pve.pin], ...config });
  if (config.token !== undefined) made.secret = "token-secret";
  await made.observe();
  return made;
}
async function screen(signal = AbortSignal.timeout(20_000), resource = vm): Promise<TestViewer> {
  const source = await opened.system.openScreen?.(resource, signal);
  if (!source) throw new Error("no screen");
  return new TestViewer(source);
}
async function refusal(signal?: AbortSignal): Promise<OpsError> {
  const error = await screen(signal).catch((thrown: unknown) => thrown);
  if (!(error instanceof OpsError)) throw new Error("no OpsError", { cause: error });
  expect(JSON.stringify(error.toWire())).not.toMatch(/PVEVNC|secret12/);
  return error;
}
const closed = (socket: WebSocket | undefined) =>
  new Promise((resolve) =>
    !socket || socket.readyState === socket.CLOSED ? resolve(null) : socket.once("close", resolve),
  );

describe("the screen of a VM", () => {
  test("is RFB inside a WebSocket, by a ticket and the password made for it", async () => {
    const viewer = await screen();
    expect(viewer.source).toMatchObject({ name: "QEMU (db-1)", width: 640, height: 480, route: "rfb" });
    expect((await viewer.greet()).subarray(24).toString()).toBe("QEMU (db-1)");
    const asked = pve.seen.find(({ path }) => path.endsWith("/vncproxy"));
    expect(asked).toMatchObject({ method: "POST", parameters: { websocket: "1", "generate-password": "1" } });
    expect(consoles.asked).toMatchObject([
      {
        method: "GET",
        path: "/nodes/pve-1/qemu/100/vncwebsocket",
        parameters: { port: "5900", vncticket: consoles.issued[0]?.ticket },
        headers: {
          "sec-websocket-protocol": "binary",
          cookie: expect.stringContaining("PVEAuthCookie=PVE%3A"),
        },
      },
    ]);
    viewer.source.close();
    await closed(consoles.sockets[0]);
    expect(answers).toEqual([answer.toString("hex")]);
    expect(viewer.ends).toEqual([{ error: null, returns: null }]);
  });

  test("opens with an API token, and by the beginning of the ticket where no password is made", async () => {
    await opened.close();
    opened = await open({ user: "console@pve!passerelle", token: "keychain:forge", password: undefined });
    consoles.said = { password: undefined };
    const viewer = await screen();
    expect(consoles.asked[0]?.headers.authorization).toBe("PVEAPIToken=console@pve!passerelle=token-secret");
    viewer.source.close();
    await closed(consoles.sockets[0]);
    expect(answers[0]).not.toBe(answer.toString("hex"));
  });

  test("shows what comes, and takes what is large in pieces that every node takes", async () => {
    turns.push(smallUpdate);
    const viewer = await screen();
    await viewer.greet();
    await viewer.until(() => viewer.firstPixels === 1);
    const sizes: number[] = [];
    const pasted = Buffer.alloc(100_000, "p");
    const taken = new Promise<void>((resolve) => {
      let rest = pasted.length;
      consoles.sockets[0]?.on("message", (data: Buffer) => {
        sizes.push(data.length);
        rest -= data.length;
        if (rest <= 0) resolve();
      });
    });
    viewer.source.write(pasted);
    await taken;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(largestPiece);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(pasted.length);
  });

  test("is asked for once more when its ticket has run out on the way, and not for ever", async () => {
    let late = 1;
    const admit = pve.upgrade;
    pve.upgrade = (...request) => {
      if (late-- > 0) consoles.expireAll();
      admit?.(...request);
    };
    (await screen()).source.close();
    expect(consoles.issued).toHaveLength(2);
    late = 5;
    expect((await refusal()).code).toBe("proxmox.console-not-waiting");
    expect(consoles.issued).toHaveLength(4);
    pve.upgrade = (_seen, _request, socket) =>
      socket.end("HTTP/1.1 401 permission denied - invalid PVEVNC ticket\r\ncontent-length: 0\r\n\r\n");
    expect((await refusal()).code).toBe("proxmox.ticket-refused");
    expect(consoles.issued).toHaveLength(6);
  });

  test("is not opened by an answer that lacks something, or has something else", async () => {
    for (const said of [
      { ticket: "" },
      { ticket: "PVEVNC:1\r\nx" },
      { port: 22 },
      { port: "59xx" },
      { user: null },
      { user: "a b" },
    ]) {
      consoles.said = said;
      expect((await refusal()).code, JSON.stringify(said)).toBe("proxmox.garbage");
    }
    expect(consoles.asked).toEqual([]);
  });

  test("is told how the WebSocket was answered", async () => {
    for (const [line, code] of [
      ["403 Permission check failed (/vms/100, VM.Console)", "proxmox.not-allowed"],
      ["500 unable to connect to 'localhost:5900' - Connection refused", "proxmox.console-not-waiting"],
      ["501 not implemented", "proxmox.not-offered"],
      ["595 No route to host", "proxmox.node-unreachable"],
      ["596 Broken pipe", "proxmox.node-lost"],
      ["302 Found", "proxmox.not-proxmox"],
      ["502 Bad Gateway\r\ncontent-type: text/html", "proxmox.not-proxmox"],
    ] as const) {
      pve.upgrade = (_seen, _request, socket) =>
        socket.end(`HTTP/1.1 ${line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      expect((await refusal()).code, line).toBe(code);
    }
  });

  test("is told what is really behind a connection that is closed at once", async () => {
    const status = (said: object) => pve.on("GET /nodes/{node}/{kind}/{vmid}/status/current", said);
    const task = (said: object) => pve.on("GET /nodes/{node}/tasks/{upid}/status", said);
    turns = ["hang up"];
    expect((await refusal()).code).toBe("rfb.closed-early");
    task({ status: "stopped", exitstatus: "OK" });
    expect((await refusal()).code).toBe("rfb.closed-early");
    task({ status: "stopped", exitstatus: "Failed to run vncproxy.\n" });
    const failed = await refusal();
    expect(failed).toMatchObject({ code: "proxmox.console-failed" });
    expect(failed.message).toContain("Failed to run vncproxy.");
    expect(failed.message).not.toContain("..");
    status({ status: "stopped" });
    expect((await refusal()).code).toBe("proxmox.guest-stopped");
    status({ status: "stopped", lock: "migrate" });
    expect((await refusal()).code).toBe("proxmox.guest-moving");
    const gone = {
      status: 500,
      reason: "Configuration file 'nodes/pve-1/qemu-server/100.conf' does not exist",
    };
    pve.on("GET /nodes/{node}/{kind}/{vmid}/status/current", () => gone);
    const resources = (moved: object[]) =>
      pve.on("GET /cluster/resources", [...sampleResources().slice(0, 2), ...moved]);
    resources([sampleGuest(100, "db-1", { node: "pve-2" })]);
    expect(await refusal()).toMatchObject({
      code: "proxmox.guest-moved",
      message: expect.stringContaining("node pve-2"),
    });
    resources([]);
    expect((await refusal()).code).toBe("proxmox.gone");
    pve.on("GET /nodes/{node}/{kind}/{vmid}/status/current", () => ({
      status: 595,
      reason: "No route to host",
    }));
    expect((await refusal()).code).toBe("proxmox.node-unreachable");
  });

  test("is opened where the VM has moved to since it was read, if it is anywhere", async () => {
    const gone = "Configuration file 'nodes/pve-1/qemu-server/100.conf' does not exist";
    pve.on("POST /nodes/pve-1/qemu/100/vncproxy", () => ({ status: 500, reason: gone }));
    expect((await refusal()).code).toBe("proxmox.gone");
    const moved = sampleGuest(100, "db-1", { node: "pve-2" });
    pve.on("GET /cluster/resources", [...sampleResources().slice(0, 2), moved]);
    (await screen()).source.close();
    expect(consoles.issued.map(({ path }) => path)).toEqual(["/nodes/pve-2/qemu/100"]);
    pve.on("GET /cluster/resources", () => ({ status: 500, reason: "no quorum" }));
    expect((await refusal()).code).toBe("proxmox.gone");
  });

  test("that does not take the password was given up: a new ticket is the way back", async () => {
    turns = [...login, word(1), word(22), "Authentication failure"];
    expect((await refusal()).code).toBe("proxmox.ticket-refused");
    turns = ["HTTP/1.1 200 OK\r\n\r\n"];
    expect((await refusal()).code).toBe("rfb.not-rfb");
  });

  test("is given up when nobody wants it any more, and leaves nothing open", async () => {
    turns = [];
    const aborting = new AbortController();
    const opening = refusal(aborting.signal);
    while (consoles.sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    aborting.abort();
    expect((await opening).code).toBe("general.cancelled");
    await closed(consoles.sockets[0]);
  });
});

describe("a screen that is open", () => {
  test("ends with why, as far as somebody knows it", async () => {
    for (const [status, code] of [
      ["running", "rfb.ended"],
      ["stopped", "proxmox.guest-stopped"],
    ] as const) {
      const viewer = await screen();
      await viewer.greet();
      pve.on("GET /nodes/{node}/{kind}/{vmid}/status/current", { status });
      consoles.sockets.at(-1)?.terminate();
      await viewer.until(() => viewer.ends.length === 1);
      expect(viewer.ends).toMatchObject([{ error: { code }, returns: null }]);
    }
  });

  test("ends with what went wrong when its messages are none", async () => {
    const viewer = await screen();
    await viewer.greet();
    const raw = consoles.sockets[0] as unknown as { _socket: { write(bytes: Buffer): void } };
    raw._socket.write(Buffer.of(0xff, 0xff, 0, 0));
    await viewer.until(() => viewer.ends.length === 1);
    expect(viewer.ends).toMatchObject([{ error: { code: "proxmox.console-broken" } }]);
  });

  test("closes with its system", async () => {
    const viewer = await screen();
    await viewer.greet();
    await opened.close();
    expect(viewer.ends).toEqual([{ error: null, returns: null }]);
    await closed(consoles.sockets[0]);
    await expect(screen()).rejects.toMatchObject({ code: "general.cancelled" });
  });
});

test("no screen is opened on what has none", async () => {
  for (const resource of [
    "forge/vms/101",
    "forge/vms/900",
    "forge/nodes/pve-1",
    "other/vms/100",
    "forge/cluster",
  ]) {
    await expect(screen(undefined, resource)).rejects.toMatchObject({ code: "proxmox.no-console" });
  }
  expect(consoles.issued).toEqual([]);
});
