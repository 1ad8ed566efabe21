import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RestCall, RestSession } from "../client/rest/session.ts";
import type { SessionParts } from "../client/session.ts";
import { FakeRest, json, type RestAsked, status } from "../testing/fake-rest.ts";
import { FakeVcenter } from "../testing/fake-vcenter.ts";
import { TagReader } from "./reading.ts";

let vcenter: FakeVcenter;
let rest: FakeRest;
let session: RestSession;
let reader: TagReader;
let now = 0;
let password = "pass";
const signal = new AbortController().signal;

const parts = (): SessionParts => ({
  name: "vc.example",
  config: { address: "127.0.0.1", port: vcenter.port, user: "admin", pin: vcenter.pin },
  dial: async ({ address, port }) => connect({ host: address, port }),
  authorityPath: () => null,
  password: async () => ({ reveal: () => password }),
  now: () => now,
});

beforeEach(async () => {
  vcenter = new FakeVcenter();
  rest = new FakeRest();
  vcenter.rest = rest;
  await vcenter.start();
  rest.tag("urn:tag:1", "Environment", "Production", "VirtualMachine vm-1");
  rest.tag("urn:tag:2", "Backup", "every night/twice", "VirtualMachine vm-1", "HostSystem host-1");
  rest.tag("urn:tag:3", "Backup", "never");
  now = 0;
  password = "pass";
  session = new RestSession(parts());
  reader = new TagReader(session);
});
afterEach(async () => {
  await session.close();
  await vcenter.stop();
});

const isList = ({ url }: RestAsked) => url.endsWith("/cis/tagging/tag");
const read = async () => {
  const { tags } = await reader.read(signal);
  return Object.fromEntries(
    [...tags].map(([id, each]) => [id, each.map(({ category, name }) => `${category}: ${name}`)]),
  );
};
const all = {
  "vm-1": ["Backup: every night/twice", "Environment: Production"],
  "host-1": ["Backup: every night/twice"],
};

describe("a reading", () => {
  test("tells what is tagged with what; names are asked for once, until they are forgotten", async () => {
    expect(await read()).toEqual(all);
    expect(await read()).toEqual(all);
    expect(rest.count("POST /api/session")).toBe(1);
    expect(rest.count("GET /api/cis/tagging/tag/urn%3Atag%3A1")).toBe(1);
    // What is on nothing needs no name.
    expect(rest.count("GET /api/cis/tagging/tag/urn%3Atag%3A3")).toBe(0);
    reader.forget();
    rest.tag("urn:tag:2", "Backup", "weekly\u0000\u200b", "HostSystem host-1");
    expect(await read()).toEqual({ "vm-1": ["Environment: Production"], "host-1": ["Backup: weekly "] });
    await session.close();
    expect(rest.sessions.size).toBe(0);
  });

  test("leaves out a tag that is deleted in its middle", async () => {
    rest.intercept = ({ url }, response) => {
      const isIt = url.endsWith("urn%3Atag%3A1");
      if (isIt) status(response, 404);
      return isIt;
    };
    expect(await read()).toEqual({ ...all, "vm-1": ["Backup: every night/twice"] });
  });

  test("of many tags asks for what they are on by the hundred, and of an odd server takes a bounded number", async () => {
    for (let at = 0; at < 250; at++) rest.tag(`urn:many:${at}`, "Many", `m${at}`, "VirtualMachine vm-2");
    const { "vm-2": many } = await read();
    expect(many).toHaveLength(50);
    expect(rest.count("POST /api/cis/tagging/tag-association?action=list-attached-objects-on-tags")).toBe(3);
    let asked = 0;
    const call = async ({ action }: RestCall) => {
      asked += 1;
      return action ? [] : Array.from({ length: 10_001 }, (_, at) => `urn:${at}`);
    };
    expect(await new TagReader({ name: "odd", call }).read(signal)).toMatchObject({ cut: true });
    expect(asked).toBe(101);
  });

  test.each(["none", "bare"] as const)("is made in the older way where `/api` is %s", async (newer) => {
    rest.newer = newer;
    expect(await read()).toEqual(all);
    expect(rest.count("POST /rest/com/vmware/cis/session")).toBe(1);
    expect(rest.count("POST /rest/com/vmware/cis/tagging/tag-association?~action=")).toBe(1);
    expect([...rest.sessions]).toEqual([newer === "bare" ? "token-2" : "token-1"]);
  });

  test("without any REST API says that there is none", async () => {
    rest.newer = "none";
    rest.older = false;
    await expect(read()).rejects.toMatchObject({ code: "vsphere.rest-not-offered" });
  });
});

describe("the session", () => {
  test("that has ended is begun anew", async () => {
    await read();
    rest.sessions.clear();
    expect(await read()).toEqual(all);
    expect(rest.count("POST /api/session")).toBe(2);
  });

  test("that never lasts ends in an error, not in log-ins without end", async () => {
    rest.intercept = (asked) => {
      if (isList(asked)) rest.sessions.clear();
      return false;
    };
    await expect(read()).rejects.toMatchObject({ code: "vsphere.not-authenticated" });
    expect(rest.count("POST /api/session")).toBe(2);
  });

  test("is not asked for with a refused password again for ten minutes, unless that may be another one", async () => {
    password = "wrong";
    await expect(read()).rejects.toMatchObject({ code: "vsphere.login-refused" });
    password = "pass";
    await expect(read()).rejects.toMatchObject({ code: "vsphere.login-refused" });
    expect(rest.count("POST")).toBe(1);
    now = 600_001;
    expect(await read()).toEqual(all);
  });

  test("whose log-in is answered by a broken connection is not asked for twice by itself", async () => {
    rest.intercept = (_, response) => {
      response.socket?.destroy();
      return true;
    };
    await expect(read()).rejects.toMatchObject({ code: "vsphere.closed" });
    expect(rest.count("POST /api/session")).toBe(1);
  });
});

const answers: [string, (response: ServerResponse) => void, string][] = [
  ["rights that are missing", (response) => status(response, 403), "vsphere.rest-forbidden"],
  ["a service that still starts", (response) => status(response, 503), "vsphere.not-vsphere"],
  [
    "a web page",
    (response) => response.setHeader("content-type", "text/html").end("<p>hello</p>"),
    "vsphere.not-vsphere",
  ],
  ["a redirection", (response) => response.writeHead(302, { location: "/ui" }).end(), "vsphere.not-vsphere"],
  ["no JSON", (response) => response.end("{secret words"), "vsphere.garbage"],
  ["JSON of another kind", (response) => json(response, 200, { tags: [1, 2] }), "vsphere.garbage"],
  ["no HTTP", (response) => response.socket?.end("hello\r\n\r\n"), "vsphere.garbage"],
  [
    "half an answer",
    (response) => response.writeHead(200, { "content-length": "50" }).write("[", () => response.destroy()),
    "vsphere.closed",
  ],
];
test.each(answers)(
  "an answer of %s is told apart, and the next reading is well",
  async (_, respond, code) => {
    rest.intercept = (asked, response) => {
      if (isList(asked)) respond(response);
      return isList(asked);
    };
    const failed = await read().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code });
    expect(JSON.stringify(failed)).not.toContain("secret words");
    rest.intercept = null;
    expect(await read()).toEqual(all);
  },
);

test("silence ends with its deadline", async () => {
  await read();
  rest.intercept = () => true;
  const hasty = new RestSession({ ...parts(), times: { request: 50 } });
  await expect(new TagReader(hasty).read(signal)).rejects.toMatchObject({ code: "vsphere.timed-out" });
  rest.intercept = null;
  await hasty.close();
});
