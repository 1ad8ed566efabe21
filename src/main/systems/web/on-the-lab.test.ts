import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueWebCertificates, makeWebAuthority } from "../../../lab/servers/web/certificates.ts";
import { type WebFault, WebServer } from "../../../lab/servers/web/web-server.ts";
import { ManualClock } from "../../../lab/world/clock.ts";
import { checksOf, seen, seenBy } from "./testing/checks.ts";

const day = 86_400_000;
let folder: string;
let server: WebServer;
let port: number;
let fault: WebFault | null = null;
let running = true;
const clock = new ManualClock();

const page = (more: object = {}) => ({
  check: "http",
  url: `https://billing.shop.example:${port}/health`,
  certificateAuthority: "authority.crt",
  servedBy: "x-served-by",
  ...more,
});
const ask = (more: object = {}, now: () => number = Date.now) => seen(page(more), { folder, now });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-web-"));
  const authority = makeWebAuthority("web-authority", Date.now());
  await writeFile(join(folder, "authority.crt"), authority.cert);
  const names = ["billing.shop.example", "portal.shop.example"];
  server = new WebServer({
    region: "east",
    serves: (host) => (host === "billing.shop.example" ? { name: "billing", running } : null),
    certificates: issueWebCertificates(authority, { names, addresses: ["127.0.0.1"] }, Date.now()),
    fault: () => fault,
    clock,
  });
  port = await server.listen();
});
beforeEach(() => {
  fault = null;
  running = true;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe("checks of the lab's web server", () => {
  it("find a page that is served, by whom, and its certificate", async () => {
    const found = await ask({ contains: '"state":"serving"', expectServedBy: "east" });
    expect(found).toMatchObject({ health: "ok", problems: [], error: null });
    expect(found.facts).toMatchObject({
      "web.answers": true,
      "web.status": 200,
      "web.servedBy": "east",
      "web.address": `127.0.0.1:${port}`.replace("127.0.0.1", "billing.shop.example"),
      "tls.subject": "billing.shop.example",
      "tls.issuer": "web-authority",
      "tls.names": ["billing.shop.example", "portal.shop.example", "127.0.0.1"],
    });
    expect(Math.abs(Number(found.facts["tls.expires"]) - Date.now() - 825 * day)).toBeLessThan(day);
    expect(Number(found.facts["web.took"])).toBeGreaterThanOrEqual(Number(found.facts["web.firstByte"]));
  });

  it("find one that is not served, is served elsewhere, or is none", async () => {
    running = false;
    expect(await ask()).toMatchObject({
      health: "critical",
      problems: ["web.status"],
      facts: { "web.status": 503 },
    });
    expect(await ask({ standby: true })).toMatchObject({
      health: "ok",
      problems: [],
      facts: { "web.answers": false, "web.status": 503 },
    });
    expect(await ask({ status: [503] })).toMatchObject({ facts: { "web.answers": true } });
    running = true;
    expect(await ask({ expectServedBy: "north" })).toMatchObject({
      problems: ["web.served-elsewhere"],
      facts: { "web.answers": false, "web.servedBy": "east" },
    });
    expect((await ask({ contains: "no such words" })).problems).toEqual(["web.words-missing"]);
    const other = `https://portal.shop.example:${port}/health`;
    expect(await ask({ url: other })).toMatchObject({
      problems: ["web.status"],
      facts: { "web.status": 404 },
    });
  });

  it.each([
    ["certificate-other-names", "web.certificate-name", { "tls.subject": "somewhere-else.example" }],
    ["certificate-expired", "web.certificate-expired", { "tls.subject": "billing.shop.example" }],
    ["web-unavailable", "web.status", { "web.status": 503 }],
    ["web-garbage", "web.tls-failed", {}],
    ["web-broken-off", "web.closed", { "web.status": 200 }],
  ] as const)("tell what a server with the fault %s does", async (name, code, facts) => {
    fault = name;
    const { problems, health, facts: found } = await ask();
    expect([problems, health]).toEqual([[code], "critical"]);
    // What was begun before it broke off is not a status that was answered whole.
    const { "web.status": status, ...others } = { ...facts } as Record<string, string | number>;
    expect(found).toMatchObject({ "web.answers": false, ...others });
    if (name === "web-unavailable") expect(found["web.status"]).toBe(status);
  });

  it.each(["web-silent", "web-slow"] as const)(
    "give a server with the fault %s up after their deadline",
    async (name) => {
      fault = name;
      const found = await ask({ deadline: "100ms" });
      expect(found).toMatchObject({ health: "critical", problems: ["web.timed-out"], error: null });
    },
  );

  it("take a slow answer for one, and say that it is slow", async () => {
    fault = "web-slow";
    const asking = ask({ within: "1ms" });
    const turn = setInterval(() => clock.advance(20_000), 20);
    const found = await asking;
    clearInterval(turn);
    expect(found).toMatchObject({
      health: "warning",
      problems: ["web.slow"],
      facts: { "web.answers": true },
    });
  });

  it("trust neither an authority that they were not told nor a certificate that is not pinned", async () => {
    const strange = await ask({ certificateAuthority: undefined });
    expect(strange).toMatchObject({ problems: ["web.certificate-untrusted"] });
    expect((await ask({ pin: "00".repeat(32) })).problems).toEqual(["web.certificate-changed"]);
    expect(await ask({ certificateAuthority: "missing.crt" })).toMatchObject({
      error: "web.file-unreadable",
    });
  });

  it("warn of a certificate that will end soon", async () => {
    const found = await ask({ expiresAfter: "100d" }, () => Date.now() + 800 * day);
    expect(found).toMatchObject({ health: "warning", problems: ["web.certificate-expires"] });
  });

  it("look at the certificate alone", async () => {
    const check = { check: "tls", address: "127.0.0.1", port, certificateAuthority: "authority.crt" };
    expect(await seen(check, { folder })).toMatchObject({ health: "ok", facts: { "web.answers": true } });
    expect((await seen({ ...check, serverName: "other.example" }, { folder })).problems).toEqual([
      "web.certificate-name",
    ]);
  });

  it("ask again when told to, and fail where it does not answer", async () => {
    const system = checksOf({ one: page() }, { folder });
    await seenBy(system);
    const [check] = system.actions;
    const [declared] = system.declarations();
    if (!check || !declared) throw new Error("an action on a check was expected");
    const resource = {
      ...declared,
      health: "ok" as const,
      stale: false,
      seenAt: 0,
      facts: {},
      problems: [],
      sources: {},
    };
    const context = {
      resource,
      signal: AbortSignal.timeout(5000),
      progress: () => undefined,
      output: () => undefined,
      committed: () => undefined,
    };
    const verify = async () => {
      const probe = await check.probe(context, {});
      return check.verify(context, {}, probe, await check.apply(context, {}, probe));
    };
    expect(await verify()).toMatchObject({ proven: true, data: { servedBy: "east" } });
    fault = "web-unavailable";
    expect(await verify()).toMatchObject({ proven: false, disproven: true });
    await system.close();
  });
});
