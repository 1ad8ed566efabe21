import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeKey } from "../../src/main/people/testing/keys.ts";
import type { PeopleView } from "../../src/shared/sign-in.ts";
import { OpenConsole } from "./support/open-console.ts";

const ada = makeKey();
let folder: string;
let opened: OpenConsole | null;
let hook: Server | null;
let posts: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-slice-glass-"));
  opened = null;
  hook = null;
  posts = [];
});
afterEach(async () => {
  await opened?.close();
  await closeHook();
  rmSync(folder, { recursive: true, force: true });
});

/** A webhook on loopback; resolves to its port. */
async function listen(port = 0): Promise<number> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      posts.push((JSON.parse(Buffer.concat(pieces).toString("utf8")) as { text: string }).text);
      response.end("ok");
    });
  });
  hook = server;
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closeHook(): Promise<void> {
  const server = hook;
  hook = null;
  server?.closeAllConnections();
  if (server) await new Promise((resolve) => server.close(resolve));
}

async function openConsole(): Promise<OpenConsole> {
  opened = await OpenConsole.open({ estate: join(folder, "estate.yaml"), dataFolder: join(folder, "data") });
  return opened;
}

function writeEstate(port: number): void {
  const account = userInfo().username;
  writeFileSync(join(folder, "url"), `http://127.0.0.1:${port}/hooks/onlyhere`, { mode: 0o600 });
  writeFileSync(
    join(folder, "estate.yaml"),
    `passerelle: 1
name: Atelier
operators:
  ada: { name: Ada, keys: ["${ada.line.trim()}"], accounts: [${account}], roles: [{ role: operate }] }
breakGlass: { minutes: 5, announce: announcements }
systems:
  announcements:
    type: webhook
    channels: { support: { name: Support, url: "file:url" } }
`,
  );
}

const proof = { kind: "key", key: ada.file } as const;
const reason = "nobody else can be reached";

async function until(window: OpenConsole["window"], holds: (view: PeopleView) => boolean) {
  for await (const view of await window.people.watch()) if (holds(view)) return view;
  throw new Error("the view ended");
}

it("break-glass is posted to the webhook that the estate names", async () => {
  writeEstate(await listen());
  const { window } = await openConsole();
  await window.people.signIn({ operator: "ada", proof });
  await window.people.breakGlass({ reason, proof });
  const { passes } = await until(window, (view) => view.passes[0]?.announced.state === "announced");
  expect(passes[0]).toMatchObject({ operator: "ada", active: true });
  expect(posts).toHaveLength(1);
  expect(posts[0]).toContain(reason);
});

it("a dead webhook holds nobody up: it is said to be, kept over a restart, and told once it is back", async () => {
  const port = await listen();
  await closeHook();
  writeEstate(port);
  const { window } = await openConsole();
  await window.people.signIn({ operator: "ada", proof });
  expect(await codeOf(window.secrets.set({ name: "own", value: "a long value" }))).toBe("people.no-right");
  await window.people.breakGlass({ reason, proof });
  // The rights are there at once, whatever becomes of the announcement.
  expect(await codeOf(window.secrets.set({ name: "own", value: "a long value" }))).not.toBe(
    "people.no-right",
  );
  const waiting = await until(window, ({ passes }) => (passes[0]?.announced.attempts ?? 0) > 0);
  expect(waiting.passes[0]?.announced).toMatchObject({ state: "pending" });
  expect(waiting.passes[0]?.announced.why?.fr).toBeTruthy();
  await opened?.close();
  await listen(port);
  const again = await openConsole();
  const told = await until(again.window, ({ passes }) => passes[0]?.announced.state === "announced");
  expect(told.passes[0]?.announced.attempts).toBeGreaterThan(0);
  expect(posts).toHaveLength(1);
  const { events } = await again.window.journal.page({ limit: 500 });
  const types = events.map(({ type }) => type).filter((type) => type.startsWith("break-glass."));
  expect(types).toContain("break-glass.announcement-failed");
  expect(types.filter((type) => type === "break-glass.announced")).toHaveLength(1);
});

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (thrown) {
    return (thrown as { data?: { code?: string } }).data?.code ?? String(thrown);
  }
  return "nothing was thrown";
}
