import { afterEach, beforeEach, expect, test } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { FakeAlertmanager } from "./testing/fake-alertmanager.ts";

let far: FakeAlertmanager;
beforeEach(async () => {
  far = new FakeAlertmanager();
  await far.start();
});
afterEach(() => far.stop());

const signal = new AbortController().signal;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
  return "nothing was thrown";
}

test("what answers otherwise than Alertmanager does is told apart", async () => {
  const cases: [number, string, string][] = [
    [200, "<!DOCTYPE html><title>Log in</title>", "alertmanager.garbage"],
    [200, "[1,2", "alertmanager.garbage"],
    [200, '"words"', "alertmanager.garbage"],
    [200, "", "alertmanager.garbage"],
    [302, "", "alertmanager.moved"],
    [401, "", "alertmanager.login-refused"],
    [403, "", "alertmanager.not-allowed"],
    [404, "", "alertmanager.not-found"],
    [400, '"bad matcher"', "alertmanager.refused"],
    [503, "", "alertmanager.failing"],
  ];
  for (const [status, body, code] of cases) {
    far.answer = (_request, response) => {
      response.writeHead(status, { location: "http://elsewhere.example/" });
      response.end(body);
      return true;
    };
    expect([status, await codeOf(far.api().alerts(signal))]).toEqual([status, code]);
  }
});

test("an answer that breaks off, never comes, is no HTTP or never ends is given up", async () => {
  far.answer = (_request, response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.write("[", () => response.destroy());
    return true;
  };
  expect(await codeOf(far.api().alerts(signal))).toBe("alertmanager.closed");
  far.answer = (request) => {
    request.socket.end("SSH-2.0-nothing\r\n");
    return true;
  };
  expect(await codeOf(far.api().alerts(signal))).toBe("alertmanager.garbage");
  far.answer = () => true;
  expect(await codeOf(far.api({}, { deadline: 30 }).alerts(signal))).toBe("alertmanager.timed-out");
  const end = new AbortController();
  const asked = far.api().alerts(end.signal);
  end.abort();
  expect(await codeOf(asked)).toBe("general.cancelled");
  far.answer = (_request, response) => {
    const piece = Buffer.alloc(1024 * 1024, " ");
    const more = () => {
      while (!response.destroyed && response.write(piece)) void 0;
    };
    response.on("drain", more);
    more();
    return true;
  };
  expect(await codeOf(far.api().alerts(signal))).toBe("alertmanager.too-large");
});

test("a log-in goes as it should, and never over plain HTTP to elsewhere", async () => {
  const seen: (string | undefined)[] = [];
  far.answer = (request) => {
    seen.push(request.headers.authorization);
    return false;
  };
  await far.api().status(signal);
  await far.api({ user: "ops", password: "keychain:am" }, { secret: "pä:ss" }).status(signal);
  await far.api({ token: "keychain:am" }, { secret: "abc\n" }).status(signal);
  await far.api({ token: "keychain:am" }).status(signal, "another");
  expect(seen).toEqual([
    undefined,
    `Basic ${Buffer.from("ops:pä:ss").toString("base64")}`,
    "Bearer abc",
    "Bearer another",
  ]);
  const away = { url: "http://192.0.2.50:9093", token: "keychain:am" };
  expect(await codeOf(far.api(away).status(signal))).toBe("alertmanager.plain-login");
  expect(await codeOf(far.api({ token: "keychain:am" }, { secret: "a\r\nb: c" }).status(signal))).toBe(
    "alertmanager.login-refused",
  );
  expect(seen).toHaveLength(4);
});

test("it asks below the path of its URL, and whoever speaks no TLS is told apart", async () => {
  await codeOf(far.api({ url: `http://127.0.0.1:${far.port}/alerts/` }).alerts(signal));
  expect(far.requests).toEqual(["GET /alerts/api/v2/alerts"]);
  expect(await codeOf(far.api({ url: `https://127.0.0.1:${far.port}` }).status(signal))).toBe(
    "alertmanager.tls-failed",
  );
  const file = { url: `https://127.0.0.1:${far.port}`, certificateAuthority: "none.pem" };
  expect(await codeOf(far.api(file).status(signal))).toBe("alertmanager.file-unreadable");
});

test("a closed client asks nothing any more", async () => {
  const api = far.api();
  api.close();
  expect(await codeOf(api.status(signal))).toBe("general.cancelled");
  expect(far.requests).toEqual([]);
});
