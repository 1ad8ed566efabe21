import { X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectionRefused } from "../../../reach/faults.ts";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";
import { FakeAmt } from "../testing/fake-amt.ts";
import { FakeRedirection, type Trouble } from "../testing/fake-redirection.ts";
import { doorTo } from "../testing/surroundings.ts";
import type { Door } from "./door.ts";
import type { SessionKind } from "./messages.ts";
import { openSession } from "./start.ts";

const signal = new AbortController().signal;
let amt: FakeAmt;
let redirection: FakeRedirection;
const opened: Duplex[] = [];

beforeEach(async () => {
  amt = await FakeAmt.start();
  redirection = await FakeRedirection.start(amt);
});
afterEach(async () => {
  for (const stream of opened.splice(0)) stream.destroy();
  await redirection.close();
  await amt.close();
});

async function open(kind: SessionKind, options: { signal?: AbortSignal; time?: number } = {}) {
  const door = doorTo(amt.port, { [amt.port + 2]: redirection.port });
  const stream = await openSession(door, kind, options.signal ?? signal, options.time ?? 5000);
  opened.push(stream);
  return stream;
}

const firstBytes = (stream: Duplex, count: number) =>
  new Promise<string>((resolve) => {
    let come = "";
    stream.on("data", (bytes: Buffer) => {
      come += bytes.toString("latin1");
      if (come.length >= count) resolve(come);
    });
  });

/** The HTTP requests for the redirection, by their status. */
const upgrades = () => amt.received.filter(({ body }) => body === "").map(({ status }) => status);

describe("over the web port", () => {
  test("a screen is a stream of RFB, after one challenge and a log-in without words", async () => {
    const stream = await open("screen");
    expect(await firstBytes(stream, 12)).toBe("RFB 003.008\n");
    expect(redirection.sessions).toMatchObject([
      { kind: "KVMR", by: "web-port", steps: ["10", "13", "40"], open: true },
    ]);
    expect(upgrades()).toEqual([401, 101]);
    expect(amt.received.at(-1)?.authorization).toContain('uri="/ws-redirection"');
  });

  test("a serial line is its messages", async () => {
    const stream = await open("serial");
    expect(redirection.sessions).toMatchObject([
      { kind: "SOL ", by: "web-port", steps: ["10", "13", "20"], open: true },
    ]);
    redirection.sessions[0]?.send(Buffer.from([0x2b, 0, 0, 0, 1, 0, 0, 0]));
    expect(await firstBytes(stream, 8)).toBe("+\0\0\0\x01\0\0\0");
  });

  test("firmware before version 12 is told its own type of log-in", async () => {
    redirection.version = [11, 8];
    redirection.webType = 1;
    await open("screen");
    expect(redirection.sessions[0]?.steps).toEqual(["10", "13", "40"]);
  });

  test("firmware that does not know the type is given the other", async () => {
    redirection.webType = 1;
    await open("screen");
    expect(redirection.sessions[0]?.steps).toEqual(["10", "13", "13", "40"]);
  });

  test("what the maker of the board adds is passed over", async () => {
    redirection.oem = Buffer.alloc(200, "x");
    expect(await firstBytes(await open("screen"), 12)).toBe("RFB 003.008\n");
  });

  test("a nonce that was forgotten meanwhile is asked for once more", async () => {
    amt.stale = "true";
    amt.nonceUses = 0;
    await expect(open("screen")).rejects.toMatchObject({ code: "amt.digest-loop" });
    expect(upgrades()).toEqual([401, 401, 401]);
  });

  test("a wrong password is tried once", async () => {
    await expect(openSession(doorTo(amt.port, {}, "wrong"), "screen", signal, 5000)).rejects.toMatchObject({
      code: "amt.log-in-refused",
    });
    expect(upgrades()).toEqual([401, 401]);
  });
});

describe("over TLS", () => {
  const { cert, key } = makeSelfSigned("localhost");
  const pinned = new X509Certificate(cert).fingerprint256.replaceAll(":", "");
  let secured: FakeAmt;
  let behind: FakeRedirection;
  beforeEach(async () => {
    secured = await FakeAmt.start({ cert, key });
    behind = await FakeRedirection.start(secured);
  });
  afterEach(async () => {
    await behind.close();
    await secured.close();
  });

  test("the same bytes pass", async () => {
    const door = { ...doorTo(secured.port), tls: { pin: pinned, legacy: false } };
    const stream = await openSession(door, "screen", signal, 5000);
    opened.push(stream);
    expect(await firstBytes(stream, 12)).toBe("RFB 003.008\n");
  });

  test.each([true, false])("a hop that dies below is told, not taken for an end (TLS: %s)", async (tls) => {
    const at = tls ? secured : amt;
    const door = { ...doorTo(at.port), tls: tls ? { pin: pinned, legacy: false } : null };
    const below: Duplex[] = [];
    const dial: Door["dial"] = async (place, aborted) => {
      const connection = await door.dial(place, aborted);
      below.push(connection);
      return connection;
    };
    const stream = await openSession({ ...door, dial }, "screen", signal, 5000);
    const broken = new Promise((resolve) => stream.once("error", resolve));
    const died = connectionRefused({ id: "bounce", name: "bounce", address: "192.0.2.1", port: 22 });
    below.at(-1)?.destroy(died);
    expect(await broken).toBe(died);
  });

  test("another certificate is told nothing", async () => {
    const door = { ...doorTo(secured.port), tls: { pin: "00".repeat(32), legacy: false } };
    await expect(openSession(door, "screen", signal, 5000)).rejects.toMatchObject({
      code: "amt.certificate-changed",
    });
    expect(secured.received).toEqual([]);
  });
});

describe("firmware without a WebSocket", () => {
  beforeEach(() => {
    amt.redirection = null;
  });

  test.each(["404 Not Found", "501 Not Implemented", "400 Bad Request", "200 OK"])(
    "that says %s is reached over AMT's own port, with a Digest of the session",
    async (status) => {
      amt.noRedirection = status;
      expect(await firstBytes(await open("screen"), 12)).toBe("RFB 003.008\n");
      expect(redirection.sessions).toMatchObject([
        { by: "raw-port", steps: ["10", "13", "13", "13", "40"], open: true },
      ]);
    },
  );

  test("that knows only the older Digest is answered in it", async () => {
    redirection.offered = [1, 3];
    await open("serial");
    expect(redirection.open).toHaveLength(1);
  });

  test("that wants the password itself does not get it", async () => {
    redirection.offered = [1];
    await expect(open("serial")).rejects.toMatchObject({ code: "amt.no-digest" });
    expect(redirection.sessions[0]?.steps).toEqual(["10", "13"]);
  });

  test("that refuses the password is believed", async () => {
    Object.assign(redirection, { password: "Other-1" });
    await expect(open("screen")).rejects.toMatchObject({ code: "amt.log-in-refused" });
    expect(redirection.sessions[0]?.steps).toEqual(["10", "13", "13", "13"]);
  });

  test("and whose own port is closed says which port that is", async () => {
    const door = doorTo(amt.port);
    const dial: Door["dial"] = (place, aborted) => {
      if (place.port === amt.port) return door.dial(place, aborted);
      throw connectionRefused({ id: "tower-a", name: "Tower A", ...place });
    };
    await expect(openSession({ ...door, dial }, "screen", signal, 5000)).rejects.toMatchObject({
      code: "amt.redirection-unreachable",
      text: { en: expect.stringContaining(String(amt.port + 2)) },
    });
  });
});

describe("a refusal", () => {
  test.each([
    [2, "amt.screen-busy"],
    [1, "amt.screen-disabled"],
    [3, "amt.screen-disabled"],
    [255, "amt.screen-refused"],
  ])("with status %i at the start is %s", async (status, code) => {
    redirection.startStatus = status;
    await expect(open("screen")).rejects.toMatchObject({ code });
  });

  test("of a second session names the first", async () => {
    await open("serial");
    await expect(open("serial")).rejects.toMatchObject({
      code: "amt.serial-busy",
      text: { en: expect.stringContaining("serial console") },
    });
    await expect(open("screen")).resolves.toBeDefined();
  });

  test("of the log-in says that the user may not", async () => {
    redirection.webType = 9;
    redirection.wrongTypeStatus = 1;
    await expect(open("screen")).rejects.toMatchObject({ code: "amt.screen-denied" });
  });

  test("of every type of log-in says so", async () => {
    redirection.webType = 9;
    await expect(open("serial")).rejects.toMatchObject({ code: "amt.redirection-log-in" });
    expect(redirection.sessions[0]?.steps).toEqual(["10", "13", "13"]);
  });

  test.each(["screen", "serial"] as const)("of the %s itself tells its status", async (kind) => {
    redirection.openStatus = 5;
    await expect(open(kind)).rejects.toMatchObject({
      code: `amt.${kind}-refused`,
      text: { en: expect.stringContaining("status 5") },
    });
  });
});

describe("trouble", () => {
  const codes: Record<Trouble["how"], string> = {
    close: "amt.screen-closed",
    truncate: "amt.screen-closed",
    garbage: "amt.not-redirection",
    endless: "amt.not-redirection",
    silence: "amt.screen-timed-out",
    drip: "amt.screen-timed-out",
  };
  const steps: Trouble["at"][] = ["start", "login", "open"];
  const ways = Object.keys(codes) as Trouble["how"][];
  const both = [true, false];

  test.each(steps.flatMap((at) => ways.flatMap((how) => both.map((web) => ({ at, how, web })))))(
    "at $at by $how (web port: $web) ends clearly and leaves nothing open",
    async ({ at, how, web }) => {
      if (!web) amt.redirection = null;
      redirection.trouble = { at, how };
      const time = how === "silence" || how === "drip" ? 150 : 5000;
      await expect(open("screen", { time })).rejects.toMatchObject({ code: codes[how] });
      await expect.poll(() => redirection.sessions.every(({ over }) => over)).toBe(true);
    },
  );

  test("at the upgrade: an answer that is too large, is no HTTP, or is none", async () => {
    amt.redirection = (socket) => socket.end(`HTTP/1.1 101 Yes\r\nX: ${"x".repeat(70_000)}\r\n\r\n`);
    await expect(open("screen")).rejects.toMatchObject({ code: "amt.too-large" });
    amt.redirection = (socket) => socket.end("RFB 003.008\n and then some\r\n\r\n");
    await expect(open("screen")).rejects.toMatchObject({ code: "amt.garbage" });
    amt.redirection = (socket) => socket.destroy();
    await expect(open("screen")).rejects.toMatchObject({ code: "amt.closed" });
  });

  test("at the upgrade: one that is none falls back to AMT's own port", async () => {
    amt.redirection = (socket) =>
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm90IGl0\r\n\r\n",
      );
    await open("screen");
    expect(redirection.sessions).toMatchObject([{ by: "raw-port" }]);
  });

  test("a cancellation ends what is under way", async () => {
    redirection.trouble = { at: "login", how: "silence" };
    const cancelling = new AbortController();
    const opening = open("screen", { signal: cancelling.signal });
    await expect.poll(() => redirection.sessions[0]?.steps).toEqual(["10", "13"]);
    cancelling.abort();
    await expect(opening).rejects.toMatchObject({ code: "general.cancelled" });
    await expect.poll(() => redirection.sessions[0]?.over).toBe(true);
  });
});
