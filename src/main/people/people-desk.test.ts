import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import type { ApprovalRequest, Operators, SigningWay } from "../../shared/people.ts";
import { readRequest, requestText } from "./approval.ts";
import { KeptKeys } from "./kept-keys.ts";
import { PeopleDesk } from "./people-desk.ts";
import { makeKey } from "./testing/keys.ts";

const ada = makeKey("ed25519", { passphrase: "night shift" });
const bea = makeKey("ecdsa");
const stranger = makeKey();
const operators: Operators = {
  ada: { name: "Ada", keys: [ada.line], accounts: ["adalove"] },
  bea: { name: "Bea", keys: [bea.line], accounts: [] },
};
const request: ApprovalRequest = {
  version: 1,
  run: "r1",
  procedure: "bascule",
  node: "declare",
  text: { en: "Declare?", fr: "Déclarer ?" },
  planHash: "ab",
  observed: "cd",
  requestedBy: "bea",
  requestedAt: 1000,
  expiresAt: 2000,
};
const words = requestText(request);
const verdict = "approve" as const;

let folder: string;
let events: NewJournalEvent[];
let socket: string | null;
let declared: Operators;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-people-"));
  events = [];
  socket = null;
  declared = operators;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function desk(account = "adalove"): Promise<PeopleDesk> {
  const keys = new KeptKeys(join(folder, "keys"));
  await keys.start();
  return new PeopleDesk({
    operators: () => declared,
    account,
    keys,
    record: {
      write: (event) => {
        events.push(event);
        return { ...event, sequence: 1, at: 0, actor: "", workstation: "", previousHash: "", hash: "" };
      },
    },
    agentSocket: () => socket,
  });
}

async function codeOf(work: () => Promise<unknown> | unknown): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
  return "none";
}

function sign(people: PeopleDesk, operator: string, way: SigningWay, text = words) {
  return people.sign({ request: text, operator, verdict, way, signal: new AbortController().signal });
}

describe("who works here", () => {
  it("is the operator of the account, else the account", async () => {
    expect((await desk()).actor).toBe("ada");
    const other = await desk("root");
    expect(other.actor).toBe("root");
    expect(other.roster.ofAccount("root")).toBeNull();
    expect(other.roster.hasSecondPerson).toBe(true);
    declared = {
      ada: operators.ada ?? declared.ada,
      bea: { name: "Bea", keys: [], accounts: [] },
    } as Operators;
    expect(other.roster.hasSecondPerson).toBe(false);
  });
});

describe("keys that are kept", () => {
  it("are closed files for this user alone, found again by the next console, and forgotten", async () => {
    const people = await desk();
    await people.keep("ada", ada.file);
    const path = join(folder, "keys", "ada.key");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(ada.file.trim());
    const next = await desk();
    expect(next.operators().map(({ id, kept }) => [id, kept])).toEqual([
      ["ada", true],
      ["bea", false],
    ]);
    const { signature } = await sign(next, "ada", { kind: "kept", passphrase: "night shift" });
    expect(next.check(signature, [request], verdict).operator.id).toBe("ada");
    expect(await codeOf(() => sign(next, "ada", { kind: "kept", passphrase: "day shift" }))).toBe(
      "people.wrong-passphrase",
    );
    expect(await codeOf(() => sign(next, "ada", { kind: "kept", passphrase: "" }))).toBe(
      "people.wrong-passphrase",
    );
    expect(await next.forget("ada")).toBe(true);
    expect(await next.forget("ada")).toBe(false);
    expect(await codeOf(() => sign(next, "ada", { kind: "kept", passphrase: "night shift" }))).toBe(
      "people.no-kept-key",
    );
    expect(events.map(({ type }) => type)).toEqual(["key.kept", "approval.signed", "key.forgotten"]);
    expect(JSON.stringify(events)).not.toContain("shift");
  });

  it("are refused without a passphrase, of somebody else, damaged, or in another format", async () => {
    const people = await desk();
    expect(await codeOf(() => people.keep("bea", bea.file))).toBe("people.open-key");
    expect(await codeOf(() => people.keep("bea", ada.file))).toBe("people.foreign-key");
    expect(await codeOf(() => people.keep("eve", ada.file))).toBe("people.unknown-operator");
    expect(await codeOf(() => people.keep("ada", ada.file.slice(0, 200)))).toBe("people.not-a-key");
    expect(
      await codeOf(() => people.keep("ada", "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----")),
    ).toBe("people.not-a-key");
    const slow = Buffer.from(ada.file.split("\n").slice(1, -2).join(""), "base64");
    // The rounds are the last four bytes of the stretching's options: behind its salt of 16 bytes.
    const at = slow.indexOf("bcrypt") + 6 + 4 + 4 + 16;
    slow.writeUInt32BE(1_000_000, at);
    const file = `-----BEGIN OPENSSH PRIVATE KEY-----\n${slow.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
    expect(await codeOf(() => people.keep("ada", file))).toBe("people.slow-key");
    expect(events).toEqual([]);
  });

  it("cannot be kept where nothing can be written, and a damaged one says so", async () => {
    const people = await desk();
    writeFileSync(join(folder, "keys"), "a file where the folder should be");
    expect(await codeOf(() => people.keep("ada", ada.file))).toBe("files.foreign");
    rmSync(join(folder, "keys"));
    await people.keep("ada", ada.file);
    writeFileSync(join(folder, "keys", "ada.key"), ada.file.slice(0, 80));
    expect(await codeOf(() => sign(people, "ada", { kind: "kept", passphrase: "night shift" }))).toBe(
      "people.not-a-key",
    );
  });
});

describe("signing", () => {
  it("signs requests alone, by keys of the operator alone", async () => {
    const people = await desk();
    const way = { kind: "key", key: bea.file, passphrase: "" } as const;
    const { signature } = await sign(people, "bea", way, `\n${words}\n`);
    expect(people.check(signature, [request], verdict)).toMatchObject({ operator: { id: "bea" }, request });
    for (const text of ["", "{}", "approve all", `${words}x`, "x".repeat(100_000)])
      expect(await codeOf(() => sign(people, "bea", way, text))).toBe("approval.not-a-request");
    expect(await codeOf(() => sign(people, "bea", way, words.replace('"run":"r1"', '"run": "r1"')))).toBe(
      "approval.not-a-request",
    );
    expect(await codeOf(() => sign(people, "ada", way))).toBe("people.foreign-key");
    expect(readRequest(words)).toEqual(request);
  });

  it("a signature is refused for other words, another purpose, by an unknown or removed key, or damaged", async () => {
    const people = await desk();
    const { signature } = await sign(people, "bea", { kind: "key", key: bea.file, passphrase: "" });
    const check = (text: string, one = request, as: "approve" | "refuse" = verdict) =>
      codeOf(() => people.check(text, [one], as));
    expect(await check(signature)).toBe("none");
    expect(await check(signature, { ...request, planHash: "ac" })).toBe("approval.other-message");
    expect(await check(signature, { ...request, observed: "ce" })).toBe("approval.other-message");
    expect(await check(signature, request, "refuse")).toBe("approval.other-purpose");
    expect(await check(signature.slice(0, 120))).toBe("approval.not-a-signature");
    expect(await check("")).toBe("approval.not-a-signature");
    expect(await check("A".repeat(1_000_000))).toBe("approval.not-a-signature");
    declared = { ...operators, bea: { name: "Bea", keys: [stranger.line], accounts: [] } };
    expect(await check(signature)).toBe("approval.unknown-key");
    declared = { ada: operators.ada } as Operators;
    expect(await check(signature)).toBe("approval.unknown-key");
  });
});

describe("ssh-agent", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function agent(answer: (socket: Socket) => void): Promise<string> {
    const path = join(folder, "agent.sock");
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return path;
  }

  function agentWith(key: string): (socket: Socket) => void {
    const parsed = ssh2.utils.parseKey(key);
    if (parsed instanceof Error) throw parsed;
    return (socket) => {
      const protocol = new ssh2.AgentProtocol(false);
      protocol.on("identities", (one) => protocol.getIdentitiesReply(one, [parsed]));
      protocol.on("sign", (one, _key, data) => protocol.signReply(one, parsed.sign(data)));
      socket.pipe(protocol).pipe(socket);
      socket.on("error", () => {});
    };
  }

  it("signs with a key of the operator that it holds", async () => {
    const open = makeKey();
    declared = { ...operators, bea: { name: "Bea", keys: [bea.line, open.line], accounts: [] } };
    socket = await agent(agentWith(open.file));
    const people = await desk();
    const { signature } = await sign(people, "bea", { kind: "agent" });
    expect(people.check(signature, [request], verdict).operator.id).toBe("bea");
    expect(await codeOf(() => sign(people, "ada", { kind: "agent" }))).toBe("people.agent-without-key");
  });

  it.each([
    ["hangs up", (one: Socket) => one.end()],
    ["says garbage", (one: Socket) => one.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["says too much", (one: Socket) => one.write(Buffer.from("ffffffff0c", "hex"))],
    ["stops halfway", (one: Socket) => one.end(Buffer.from("000000ff0c000000", "hex"))],
    ["lists more than it has", (one: Socket) => one.end(Buffer.from("000000050cffffffff", "hex"))],
  ])("one that %s is unavailable", async (_what, behaviour) => {
    socket = await agent((one) => {
      one.on("error", () => {});
      one.once("data", () => behaviour(one));
    });
    const people = await desk();
    expect(await codeOf(() => sign(people, "bea", { kind: "agent" }))).toBe("people.agent-unavailable");
  });

  it("none at all, and one that does not answer until it is cancelled", async () => {
    const people = await desk();
    expect(await codeOf(() => sign(people, "bea", { kind: "agent" }))).toBe("people.agent-unavailable");
    socket = join(folder, "nobody.sock");
    expect(await codeOf(() => sign(people, "bea", { kind: "agent" }))).toBe("people.agent-unavailable");
    const ending = new AbortController();
    socket = await agent((one) => {
      one.on("error", () => {});
      one.once("data", () => ending.abort());
    });
    const signing = people.sign({
      request: words,
      operator: "bea",
      verdict,
      way: { kind: "agent" },
      signal: ending.signal,
    });
    expect(await codeOf(() => signing)).toBe("people.agent-unavailable");
  });
});
