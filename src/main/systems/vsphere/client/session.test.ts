import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { text } from "../../../../shared/text.ts";
import { answer, FakeVcenter } from "../testing/fake-vcenter.ts";
import { retrieve } from "./collector.ts";
import { vsphereFault } from "./faults.ts";
import { type SessionTimes, VimSession } from "./session.ts";

let vcenter: FakeVcenter;
let session: VimSession;

const newSession = (times: Partial<SessionTimes>) =>
  new VimSession({
    name: "vc.example",
    config: { address: "127.0.0.1", port: vcenter.port, user: "admin", pin: vcenter.pin },
    dial: async ({ address, port }) => connect({ host: address, port }),
    authorityPath: () => null,
    password: async () => ({ reveal: () => "pass" }),
    now: () => 0,
    times,
  });

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
  session = newSession({});
});
afterEach(async () => {
  await session.close();
  await vcenter.stop();
});

const signal = new AbortController().signal;
const wrap = (inner: string) =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${inner}</e:Body></e:Envelope>`;
const body =
  (words: string, type = "text/xml") =>
  (response: ServerResponse) => {
    response.setHeader("content-type", type);
    response.end(words);
  };

test.each([
  ["a web page", body("<html><body>log in</body></html>", "text/html"), "vsphere.not-vsphere"],
  ["a web page that calls itself XML", body("<html><body>log in</body></html>"), "vsphere.garbage"],
  ["no XML", body("hello"), "vsphere.garbage"],
  ["nothing", body(""), "vsphere.garbage"],
  [
    "bytes that are no UTF-8",
    (it: ServerResponse) => it.end(Buffer.from([0x3c, 0x61, 0xff, 0xfe])),
    "vsphere.garbage",
  ],
  ["half an envelope", body(wrap("<x/>").slice(0, -9)), "vsphere.garbage"],
  ["an envelope without a response", body(wrap("<Other/>")), "vsphere.garbage"],
  ["a document type", body('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'), "vsphere.garbage"],
  ["deep nesting", body("<a>".repeat(20_000)), "vsphere.garbage"],
  ["a fault without a type", body(wrap("<e:Fault><faultcode>x</faultcode></e:Fault>")), "vsphere.refused"],
  ["a service that starts", (it: ServerResponse) => it.writeHead(503).end("no"), "vsphere.not-vsphere"],
  ["a broken connection", (it: ServerResponse) => it.socket?.destroy(), "vsphere.closed"],
  ["silence", () => undefined, "vsphere.timed-out"],
  [
    "an answer that breaks off",
    (it: ServerResponse) => {
      it.writeHead(200, { "content-length": "1000" }).write("<a>");
      setImmediate(() => it.socket?.destroy());
    },
    "vsphere.closed",
  ],
])("%s is told apart", async (_what, misbehave, code) => {
  vcenter.intercept = (_method, response) => {
    misbehave(response);
    return true;
  };
  const asked = code === "vsphere.timed-out" ? newSession({ request: 300 }) : session;
  await expect(asked.enter(signal)).rejects.toMatchObject({ code });
  await asked.close();
});

test("another certificate is refused before anything is sent", async () => {
  const other = new VimSession({
    name: "vc.example",
    config: { address: "127.0.0.1", port: vcenter.port, user: "admin", pin: "0".repeat(64) },
    dial: async ({ address, port }) => connect({ host: address, port }),
    authorityPath: () => null,
    password: async () => ({ reveal: () => "pass" }),
    now: () => 0,
  });
  await expect(other.enter(signal)).rejects.toMatchObject({ code: "vsphere.certificate-changed" });
  expect(vcenter.calls).toEqual([]);
  await other.close();
});

test("a caller that gives up leaves at once, and the log-in goes on for the others", async () => {
  const caller = new AbortController();
  vcenter.onCall = (method) => {
    if (method === "Login") caller.abort();
  };
  const [impatient, patient] = await Promise.allSettled([
    session.enter(caller.signal),
    session.enter(signal),
  ]);
  expect(impatient).toMatchObject({ status: "rejected", reason: { code: "general.cancelled" } });
  expect(patient.status).toBe("fulfilled");
  expect(vcenter.calls.filter((method) => method === "Login")).toHaveLength(1);
});

test("a request that no connection came about for counts as not sent", async () => {
  let isBroken = false;
  const flaky = new VimSession({
    name: "vc.example",
    config: { address: "127.0.0.1", port: vcenter.port, user: "admin", pin: vcenter.pin },
    dial: async ({ address, port }) => {
      if (isBroken)
        throw vsphereFault("unreached", text("not reached", "injoignable"), text("wait", "attendre"));
      return connect({ host: address, port });
    },
    authorityPath: () => null,
    password: async () => ({ reveal: () => "pass" }),
    now: () => 0,
  });
  await flaky.enter(signal);
  const sent: string[] = [];
  const reset = () =>
    flaky.call({
      method: "ResetVM_Task",
      on: { type: "VirtualMachine", id: "vm-1" },
      signal,
      repeatable: false,
      onSent: () => void sent.push("reset"),
    });
  isBroken = true;
  await expect(reset()).rejects.toMatchObject({ code: "vsphere.unreached" });
  expect(sent).toEqual([]);
  isBroken = false;
  vcenter.intercept = (_method, response) => {
    response.socket?.destroy();
    return true;
  };
  await expect(reset()).rejects.toMatchObject({ code: "vsphere.closed" });
  expect(sent).toEqual(["reset"]);
  await flaky.close();
});

test("what is not to be sent any more in the last moment is not sent, and the reason comes back as it was", async () => {
  await session.enter(signal);
  const before = vcenter.calls.length;
  const reason = new Error("another console has the run");
  const asked = session.call({
    method: "ResetVM_Task",
    on: { type: "VirtualMachine", id: "vm-1" },
    signal,
    repeatable: false,
    onSent: () => {
      throw reason;
    },
  });
  await expect(asked).rejects.toBe(reason);
  expect(vcenter.calls).toHaveLength(before);
});

test("a log-in that is under way when everything ends is ended too", async () => {
  let ending: Promise<void> | null = null;
  vcenter.onCall = (method) => {
    if (method === "Login") ending = session.close();
  };
  await session.enter(signal).catch(() => undefined);
  await ending;
  expect(vcenter.calls.slice(-2)).toEqual(["Login", "Logout"]);
});

describe("an answer in part", () => {
  const page = (response: ServerResponse, method: string, id: string, token: string) =>
    answer(
      response,
      method,
      `<returnval>${token}<objects><obj type="VirtualMachine">${id}</obj><propSet><name>name</name><val>${id}</val></propSet></objects></returnval>`,
    );
  const read = () =>
    retrieve(
      session,
      ["vm-1", "vm-2"].map((id) => ({ type: "VirtualMachine", id })),
      ["name"],
      signal,
    );

  test("is read to its end", async () => {
    vcenter.intercept = (method, response) => {
      if (method === "RetrievePropertiesEx") page(response, method, "vm-1", "<token>next</token>");
      else if (method === "ContinueRetrievePropertiesEx") page(response, method, "vm-2", "");
      else return false;
      return true;
    };
    expect([...(await read()).keys()]).toEqual(["vm-1", "vm-2"]);
    expect(vcenter.bodies.at(-1)).toContain("<token>next</token>");
  });

  test("that never ends is left", async () => {
    vcenter.intercept = (method, response) => {
      if (!method.includes("RetrieveProperties")) return false;
      page(response, method, "vm-1", "<token>next</token>");
      return true;
    };
    await expect(read()).rejects.toMatchObject({ code: "vsphere.garbage" });
  });
});
