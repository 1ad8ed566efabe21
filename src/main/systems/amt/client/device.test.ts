import { X509Certificate } from "node:crypto";
import { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { sameText } from "../../../../shared/text.ts";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";
import { FakeAmt } from "../testing/fake-amt.ts";
import { deviceAt, dialLoopback, FakeClock } from "../testing/surroundings.ts";
import type { AmtDevice, DeviceParts } from "./device.ts";

const signal = new AbortController().signal;
const devices: AmtDevice[] = [];
let amt: FakeAmt;
beforeEach(async () => {
  amt = await FakeAmt.start();
});
afterEach(async () => {
  for (const device of devices.splice(0)) device.close();
  await amt.close();
});

function device(more: Partial<DeviceParts> = {}): AmtDevice {
  const made = deviceAt(amt.port, more);
  devices.push(made);
  return made;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OpsError)) throw new Error("not an OpsError", { cause: error });
  expect(error.text.en).not.toBe("");
  expect(error.hint.fr).not.toBe("");
  return error.code;
}

const body = "<x/>";

describe("the log-in", () => {
  test("takes two requests at first and one afterwards, over one connection", async () => {
    const tower = device();
    await tower.post(body, { signal });
    await tower.post(body, { signal });
    await tower.post(body, { signal });
    expect(amt.received.map(({ status }) => status)).toEqual([401, 400, 400, 400]);
    expect(amt.received.map(({ connection }) => connection)).toEqual([1, 2, 2, 2]);
    const nc = amt.received.slice(1).map(({ authorization }) => /nc=(\w+)/.exec(authorization ?? "")?.[1]);
    expect(nc).toEqual(["00000001", "00000002", "00000003"]);
  });

  test("sends what AMT wants to see", async () => {
    await device().post("<é/>", { signal });
    expect(amt.received[0]?.headers).toMatchObject({
      host: `127.0.0.1:${amt.port}`,
      "content-type": "application/soap+xml; charset=utf-8",
      "content-length": "5",
    });
  });

  test("works the same over a stream that is no socket, as one through a hop is", async () => {
    const tower = device({
      dial: async (place) => {
        const socket = await dialLoopback(place);
        return Duplex.from({ readable: socket, writable: socket });
      },
    });
    for (let i = 0; i < 3; i++) expect((await tower.post(body, { signal })).status).toBe(400);
    expect(amt.connections).toBe(2);
  });

  test("works with a server that closes each connection", async () => {
    amt.keepAlive = false;
    const tower = device();
    for (let i = 0; i < 3; i++) expect((await tower.post(body, { signal })).status).toBe(400);
    expect(amt.received).toHaveLength(4);
  });

  test("is answered again when the nonce was forgotten, without asking for the password", async () => {
    let asked = 0;
    const tower = device({
      password: async () => {
        asked += 1;
        return { reveal: () => "Secret-1" };
      },
    });
    amt.nonceUses = 2;
    for (let i = 0; i < 6; i++) await tower.post(body, { signal });
    amt.forgetNonce();
    await tower.post(body, { signal });
    expect(asked).toBe(1);
    expect(amt.received.filter(({ status }) => status === 400)).toHaveLength(7);
  });

  test.each(["auth-int", "auth-int,auth"])("answers qop %s", async (qop) => {
    amt.qop = qop;
    expect((await device().post("<body/>", { signal })).status).toBe(400);
  });

  test("is refused after two answers, and is then left alone", async () => {
    const clock = new FakeClock();
    let value = "wrong";
    const tower = device({ password: async () => ({ reveal: () => value }), now: clock.now });
    expect(await codeOf(tower.post(body, { signal }))).toBe("amt.log-in-refused");
    expect(amt.received).toHaveLength(3);
    expect(await codeOf(tower.post(body, { signal }))).toBe("amt.log-in-refused");
    expect(await codeOf(tower.post(body, { signal, patient: true }))).toBe("amt.log-in-refused");
    expect(amt.received).toHaveLength(3);
    value = "Secret-1";
    expect((await tower.post(body, { signal, patient: true })).status).toBe(400);
    expect((await tower.post(body, { signal })).status).toBe(400);
  });

  test("takes a new password when the one in use is refused", async () => {
    let value = "Secret-1";
    const tower = device({ password: async () => ({ reveal: () => value }) });
    await tower.post(body, { signal });
    Object.assign(amt, { password: "Secret-2" });
    value = "Secret-2";
    expect((await tower.post(body, { signal })).status).toBe(400);
  });

  test("ends in a clear error when it goes round in circles", async () => {
    amt.loop = "stale";
    expect(await codeOf(device().post(body, { signal }))).toBe("amt.digest-loop");
    expect(amt.received.length).toBeLessThanOrEqual(3);
    amt.loop = "refuse";
    expect(await codeOf(device().post(body, { signal }))).toBe("amt.log-in-refused");
  });

  test("without any Digest is told", async () => {
    amt.qop = "token";
    expect(await codeOf(device().post(body, { signal }))).toBe("amt.no-digest");
  });
});

describe("a bad answer", () => {
  test.each([
    ["close", "amt.closed"],
    ["garbage", "amt.garbage"],
    ["truncate", "amt.truncated"],
    ["huge", "amt.too-large"],
    ["huge-header", "amt.too-large"],
  ] as const)("%s ends in %s, and the next request is well", async (how, code) => {
    amt.misbehave = (_body, count) => (count === 1 ? how : null);
    const tower = device();
    expect(await codeOf(tower.post(body, { signal }))).toBe(code);
    expect((await tower.post(body, { signal })).status).toBe(400);
  });

  test.each(["silence", "drip"] as const)("%s ends at the deadline", async (how) => {
    amt.misbehave = () => how;
    const tower = device({ times: { exchange: 200 } });
    expect(await codeOf(tower.post(body, { signal }))).toBe("amt.timed-out");
  });

  test("is no reason to follow a redirection", async () => {
    amt.misbehave = () => "redirect";
    expect((await device().post(body, { signal })).status).toBe(302);
  });

  test.each([
    ["a status line of another protocol", "ICY 200 OK\r\n\r\n"],
    ["chunk sizes that are none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nabcde"],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
  ])("with %s is garbage", async (_what, raw) => {
    amt.misbehave = () => ({ raw });
    expect(await codeOf(device().post(body, { signal }))).toBe("amt.garbage");
  });
});

describe("requests", () => {
  test("go one after the other, however many are asked at once", async () => {
    let open = 0;
    let most = 0;
    const tower = device({
      dial: async (place) => {
        const stream = await dialLoopback(place);
        open += 1;
        most = Math.max(most, open);
        stream.on("close", () => {
          open -= 1;
        });
        return stream;
      },
    });
    amt.keepAlive = false;
    const answers = await Promise.all(Array.from({ length: 8 }, () => tower.post(body, { signal })));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(400));
    expect(most).toBeLessThanOrEqual(2);
  });

  test("that are cancelled while they wait hold up nobody", async () => {
    amt.misbehave = (_body, count) => (count === 1 ? "silence" : null);
    const tower = device();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = tower.post(body, { signal: first.signal });
    const two = tower.post(body, { signal: second.signal });
    const three = tower.post(body, { signal });
    second.abort();
    expect(await codeOf(two)).toBe("general.cancelled");
    await expect.poll(() => amt.received.length).toBe(2);
    first.abort();
    expect(await codeOf(one)).toBe("general.cancelled");
    expect((await three).status).toBe(400);
  });

  test("are sent again on a fresh connection when the kept one was closed meanwhile", async () => {
    amt.misbehave = (_body, count) => (count === 2 ? "close" : null);
    const tower = device();
    await tower.post(body, { signal });
    expect((await tower.post(body, { signal })).status).toBe(400);
    expect(amt.connections).toBe(3);
  });

  test("that must not be sent twice use a connection of their own and are never sent again", async () => {
    const tower = device();
    await tower.post(body, { signal });
    amt.misbehave = () => "close";
    let sent = 0;
    const once = tower.post("<once/>", {
      signal,
      sending: () => {
        sent += 1;
      },
    });
    expect(await codeOf(once)).toBe("amt.closed");
    expect(sent).toBe(1);
    expect(amt.accepted("<once/>")).toHaveLength(1);
    expect(amt.received.at(-1)?.connection).toBe(3);
  });

  test("end with the device", async () => {
    amt.misbehave = () => "silence";
    const tower = device();
    const running = tower.post(body, { signal });
    await expect.poll(() => amt.received.length).toBe(2);
    tower.close();
    expect(await codeOf(running)).toBe("general.cancelled");
  });
});

describe("a sleeping engine", () => {
  function asleep(code: string): OpsError {
    return new OpsError({ code, system: "reach", message: sameText(code), hint: sameText("look") });
  }

  test("is called for a minute when somebody waits, once by routine", async () => {
    const clock = new FakeClock();
    let calls = 0;
    const tower = device({
      now: clock.now,
      wait: clock.wait,
      dial: async (place) => {
        calls += 1;
        if (calls < 5) throw asleep(calls % 2 ? "reach.timed-out" : "reach.channel-refused");
        return dialLoopback(place);
      },
    });
    expect(await codeOf(tower.post(body, { signal }))).toBe("reach.timed-out");
    expect(calls).toBe(1);
    expect((await tower.post(body, { signal, patient: true })).status).toBe(400);
  });

  test("that never answers is given up after a minute", async () => {
    const clock = new FakeClock();
    const start = clock.at;
    const tower = device({
      now: clock.now,
      wait: clock.wait,
      dial: () => Promise.reject(asleep("reach.timed-out")),
    });
    expect(await codeOf(tower.post(body, { signal, patient: true }))).toBe("reach.timed-out");
    expect(clock.at - start).toBeGreaterThanOrEqual(60_000);
    expect(clock.at - start).toBeLessThan(65_000);
  });

  test.each(["reach.outside-allowlist", "reach.refused"])("is not called again after %s", async (code) => {
    let calls = 0;
    const tower = device({
      dial: () => {
        calls += 1;
        return Promise.reject(asleep(code));
      },
    });
    expect(await codeOf(tower.post(body, { signal, patient: true }))).toBe(code);
    expect(calls).toBe(1);
  });
});

describe("TLS", () => {
  const pair = makeSelfSigned("localhost");
  const others = makeSelfSigned("localhost");
  const pin = (cert: string) => new X509Certificate(cert).fingerprint256.replaceAll(":", "");

  test("accepts the pinned certificate and no other, and sends the other nothing", async () => {
    const secured = await FakeAmt.start(pair);
    const right = deviceAt(secured.port, { tls: { pin: pin(pair.cert), legacy: false } });
    const wrong = deviceAt(secured.port, { tls: { pin: pin(others.cert), legacy: false } });
    devices.push(right, wrong);
    expect((await right.post(body, { signal })).status).toBe(400);
    const before = secured.received.length;
    const error = await wrong.post(body, { signal }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "amt.certificate-changed" });
    const words = (error as OpsError).text.en;
    expect(words).toContain(new X509Certificate(pair.cert).fingerprint256);
    expect(words).toContain(new X509Certificate(others.cert).fingerprint256);
    expect(secured.received).toHaveLength(before);
    await secured.close();
  });

  test("without a pin wants an authority", async () => {
    const secured = await FakeAmt.start(pair);
    const plain = deviceAt(secured.port, { tls: { pin: null, legacy: false } });
    const trusting = deviceAt(secured.port, {
      tls: { pin: null, legacy: true, authorities: pair.cert },
      place: { name: "Tower A", address: "localhost", port: secured.port, via: null, allowlist: null },
    });
    devices.push(plain, trusting);
    expect(await codeOf(plain.post(body, { signal }))).toBe("amt.certificate-untrusted");
    expect((await trusting.post(body, { signal })).status).toBe(400);
    await secured.close();
  });

  test("towards a server without TLS, and none towards one with it, ends in a clear error", async () => {
    const secured = await FakeAmt.start(pair);
    const over = deviceAt(amt.port, { tls: { pin: pin(pair.cert), legacy: false }, times: { connect: 500 } });
    const under = deviceAt(secured.port);
    devices.push(over, under);
    expect(["amt.tls-failed", "amt.timed-out"]).toContain(await codeOf(over.post(body, { signal })));
    expect(["amt.garbage", "amt.closed"]).toContain(await codeOf(under.post(body, { signal })));
    await secured.close();
  });
});
