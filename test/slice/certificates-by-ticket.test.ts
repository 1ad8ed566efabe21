import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { parse, stringify } from "yaml";
import { type Issuer, issue, issueFor } from "../../src/lab/servers/kubernetes/access/certificates.ts";
import { readRequest } from "../../src/lab/servers/vault/crypto/x509.ts";
import type { Task } from "../../src/shared/action.ts";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { startPasserelle } from "./support/programs.ts";
import { withQuickKubernetes } from "./support/quick-kubernetes.ts";
import { known, reaches, started, step } from "./support/runs.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const secret = "cluster-east/tls-secrets/web-front/partners-tls";
const check = "checks/partners-east";
const name = "partners.east.shop.example";
const variables = { certificate: secret, check, signer: "ticket", place: "vault" };

/** Whoever takes tickets: an authority of its own, which signs through one that it vouches for. */
const root: Issuer & { cert: string } = authority("outside-root", null);
const signing = authority("outside-signing", root);

let lab: SliceLab;
let estate: string;
let port: number;
let hook: Server | null;
let posts: string[];
/** Whether the hook answers what it has taken. */
let answers: boolean;
let opened: OpenConsole | null;

beforeAll(async () => {
  lab = await SliceLab.start({ sites: "all", speed: 1 });
  port = await freePort();
  estate = lab.estateWith("tickets.yaml", (whole) => {
    const { systems, ...rest } = parse(whole);
    const partners = systems.checks.checks["partners-east"];
    const known = readFileSync(join(dirname(lab.estate), partners.certificateAuthority), "utf8");
    writeFileSync(lab.path("lab", "both-authorities.pem"), `${known}${root.cert}`);
    writeFileSync(lab.path("lab", "ticket-hook"), `http://127.0.0.1:${port}/hooks/onlyhere`, { mode: 0o600 });
    return stringify({
      ...rest,
      plans: {},
      procedures: {},
      certificates: { ...rest.certificates, ticket: "tickets/support" },
      systems: {
        vault: { ...systems.vault, every: "1s" },
        tickets: { type: "webhook", every: "1s", channels: { support: { url: "file:ticket-hook" } } },
        "cluster-east": { ...systems["cluster-east"], importsFrom: undefined },
        checks: {
          ...systems.checks,
          every: "1s",
          checks: { "partners-east": { ...partners, certificateAuthority: "both-authorities.pem" } },
        },
      },
    });
  });
});
afterAll(() => lab?.stop());
beforeEach(() => {
  hook = null;
  posts = [];
  answers = true;
  opened = null;
});
afterEach(async () => {
  await opened?.close();
  await closeHook();
});

function authority(commonName: string, issuer: Issuer | null) {
  const subject = { commonName };
  return { subject, ...issue(subject, { for: "authority" }, { issuer, now: new Date(), days: 900 }) };
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = await listen(0);
  const { port: found } = server.address() as AddressInfo;
  await closeHook();
  return found;
}

async function listen(wished: number): Promise<Server> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      posts.push((JSON.parse(Buffer.concat(pieces).toString("utf8")) as { text: string }).text);
      if (answers) response.end("ok");
    });
  });
  hook = server;
  await new Promise<void>((resolve) => server.listen(wished, "127.0.0.1", resolve));
  return server;
}

async function closeHook(): Promise<void> {
  const server = hook;
  hook = null;
  server?.closeAllConnections();
  if (server) await new Promise((resolve) => server.close(resolve));
}

async function open(data: string): Promise<OpenConsole> {
  opened = await OpenConsole.open({ estate, dataFolder: lab.path(data), definitions: withQuickKubernetes });
  return opened;
}

/** What is served now, as the check sees it from outside. */
const served = (console: OpenConsole) => console.resource(check).facts["tls.fingerprint"]?.value ?? null;
const hasEnded = ({ endedAt }: RunState) => endedAt !== null;
const isHeld = ({ status, steps }: RunState) =>
  status !== "running" && steps.some(({ state }) => state === "failed" || state === "unknown-effect");
const waits = (state: RunState) => step(state, "signed")?.state === "waiting";

/** Signs what a ticket asks for, changed by `how`. */
function signedFor(words: string, how: { key?: KeyObject; names?: string[]; days?: number } = {}): string {
  const asked = readRequest(words.slice(words.indexOf("-----BEGIN")));
  const { key = asked.publicKey, names = asked.names.alternative, days = 90 } = how;
  return issueFor(
    key,
    { commonName: names[0] ?? "" },
    { for: "server", names, addresses: [], issuerAt: "http://authority.example/signing.crt" },
    { issuer: signing, now: new Date(), days },
  );
}

const handIn = (console: OpenConsole, certificate: string): Promise<Task> =>
  console.act("certificates.hand-in", [secret], { certificate });

async function approve(console: OpenConsole, run: string): Promise<void> {
  const { planHash } = console.parts.procedures.engine.run(run);
  await console.window.procedures.approve({ id: run, node: "signed", accept: true, planHash });
}

it("a request goes out by a ticket, and only what was asked for is taken back, installed and seen from outside", async () => {
  const first = await open("data");
  await known(first, secret, check, "vault/cluster");
  const before = served(first);
  const run = await started(first, "renew-certificate", variables);
  const held = await reaches(first, run, isHeld, "held by a dead hook");
  expect([step(held, "ticket")?.state, step(held, "ticket")?.reason?.fr]).toEqual([
    "failed",
    expect.stringMatching(/\w/),
  ]);
  await listen(port);
  await first.window.procedures.retry({ id: run, node: "ticket" });
  await reaches(first, run, waits, "waiting for the signature");
  const [ticket = ""] = posts;
  expect(posts).toHaveLength(1);
  expect(ticket).toContain("web-front/partners-tls");

  const stranger = createPublicKey(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  for (const [wrong, words] of [
    [signedFor(ticket, { key: stranger }) + signing.cert, /another key/],
    [signedFor(ticket, { names: ["elsewhere.example"] }) + signing.cert, /not good for partners/],
    [signedFor(ticket, { days: -2 }) + signing.cert, /not valid now/],
    [signedFor(ticket), /chain is incomplete/],
    [signing.cert, /that of an authority/],
    [ticket, /no certificate in PEM/],
  ] as const) {
    const { state, error } = await handIn(first, wrong);
    expect([state, error?.message.en]).toEqual(["refused", expect.stringMatching(words)]);
  }
  await first.close();

  // Another console of the same folder goes on: the request is its own.
  const second = await open("data");
  await known(second, secret, check, "vault/cluster");
  await reaches(second, run, waits, "still waiting");
  const right = signedFor(ticket);
  expect((await handIn(second, `${right}${signing.cert}${root.cert}`)).state).toBe("verified");
  await approve(second, run);
  const renewed = await reaches(second, run, hasEnded, "renewed", [check]);
  expect([renewed.status, step(renewed, "answers")?.state]).toEqual(["completed", "verified"]);
  const { fingerprint256, subjectAltName } = new X509Certificate(right);
  expect([served(second), subjectAltName]).toEqual([fingerprint256, `DNS:${name}`]);
  expect(fingerprint256).not.toBe(before);
  expect(posts).toHaveLength(1);
  const { events } = await second.window.journal.page({ limit: 500 });
  expect(JSON.stringify(events)).not.toContain("PRIVATE KEY");
});

it("a ticket whose console is killed while it is posted is not posted again, and is seen to by a person", async () => {
  answers = false;
  await listen(port);
  const set = Object.entries(variables).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const data = lab.path("killed");
  const killed = startPasserelle([
    ...["procedure", "run", "renew-certificate", "--estate", estate, "--data", data],
    ...[...set, "--reason", "trial", "--yes"],
  ]);
  await Promise.race([
    vi.waitFor(() => expect(posts).toHaveLength(1), { timeout: 60_000 }),
    killed.ended.then((end) => Promise.reject(new Error(JSON.stringify(end)))),
  ]);
  killed.child.kill("SIGKILL");
  await killed.ended;

  const after = await open("killed");
  await known(after, secret, check, "vault/cluster");
  const before = served(after);
  const run = after.parts.procedures.engine.runs()[0]?.id ?? "";
  const held = await reaches(after, run, isHeld, "held by a ticket that nobody knows of");
  expect(step(held, "ticket")?.state).toBe("unknown-effect");
  await after.window.procedures.adopt({ id: run, node: "ticket", reason: "seen in the channel" });
  await reaches(after, run, waits, "waiting for the signature");
  expect(posts).toHaveLength(1);

  const [ticket = ""] = posts;
  const right = signedFor(ticket);
  await handIn(after, `${right}${signing.cert}${root.cert}`);
  await approve(after, run);
  const renewed = await reaches(after, run, hasEnded, "renewed", [check]);
  expect(renewed.status).toBe("completed");
  expect(served(after)).toBe(new X509Certificate(right).fingerprint256);
  expect(served(after)).not.toBe(before);
});
