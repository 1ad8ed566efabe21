import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { type ClientContext, createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeKey } from "../../src/main/people/testing/keys.ts";
import { linkOver } from "../../src/renderer/state/channel-link.ts";
import type { Contract } from "../../src/shared/contract.ts";
import { OpenConsole } from "./support/open-console.ts";
import { ChannelRecorder } from "./support/recorded-channel.ts";

const passphrase = "a heron by the weir";
const keys = { ada: makeKey(), bea: makeKey("ed25519", { passphrase }), cyd: makeKey("ecdsa") };
let folder: string;
let opened: OpenConsole;

function writeEstate(names: ("ada" | "bea" | "cyd")[]): void {
  const operators = names.map((id) => {
    const accounts = id === "ada" ? `[${userInfo().username}]` : "[]";
    return `  ${id}: { name: ${id}, keys: ["${keys[id].line.trim()}"], accounts: ${accounts} }`;
  });
  const words = `passerelle: 1
name: Atelier
operators:
${operators.join("\n")}
procedures:
  declare:
    title: Declare
    steps:
      - id: go
        gate: { text: Declare?, approvers: 2 }
`;
  writeFileSync(join(folder, "estate.yaml"), words);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-slice-approvals-"));
  writeEstate(["ada", "bea", "cyd"]);
  opened = await OpenConsole.open({ estate: join(folder, "estate.yaml"), dataFolder: join(folder, "data") });
});
afterAll(async () => {
  await opened?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function started(): Promise<{ id: string; planHash: string }> {
  const request = { procedure: "declare", variables: {} };
  const { plan } = await opened.window.procedures.plan(request);
  const planHash = plan?.hash ?? "";
  const { run } = await opened.window.procedures.start({ ...request, planHash });
  await opened.parts.procedures.engine.settled(run, AbortSignal.timeout(10_000));
  return { id: run, planHash };
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (thrown) {
    return (thrown as { data?: { code?: string } }).data?.code ?? String(thrown);
  }
  return "nothing was thrown";
}

/** Every byte that the console has left on disk. */
function written(place = join(folder, "data")): string {
  return readdirSync(place)
    .map((name) => join(place, name))
    .map((path) => (statSync(path).isDirectory() ? written(path) : readFileSync(path, "latin1")))
    .join("\n");
}

describe("an approval by a second operator", () => {
  it("is signed at this console with the key that it keeps, and no passphrase is left anywhere", async () => {
    const { window, parts } = opened;
    const people = await opened.first(window.people.watch());
    expect(people).toMatchObject({ me: "ada", account: userInfo().username });
    expect((await window.about()).actor).toBe("ada");
    await window.people.keep({ operator: "bea", key: keys.bea.file });
    const { id, planHash } = await started();
    expect(parts.procedures.engine.run(id).actor).toBe("ada");
    const decision = { id, node: "go", accept: true, planHash };
    expect(await codeOf(window.procedures.approve(decision))).toBe("run.own-request");
    const { text } = await window.approvals.request({ run: id, node: "go", to: "bea" });
    const way = { kind: "kept", passphrase } as const;
    const wanted = { request: text, operator: "bea", verdict: "approve" } as const;
    expect(await codeOf(window.approvals.sign({ ...wanted, way: { ...way, passphrase: "a heron" } }))).toBe(
      "people.wrong-passphrase",
    );
    const { signature } = await window.approvals.sign({ ...wanted, way });
    await window.procedures.approve({ ...decision, signature, operator: "bea" });
    const done = await parts.procedures.engine.settled(id, AbortSignal.timeout(10_000));
    expect(done.status).toBe("completed");
    const { html } = await window.procedures.report({ id, language: "fr" });
    expect(html).toContain("Approuvée par bea.");
    expect(html).toContain(signature.trimEnd());
    expect(await window.journal.verify()).toMatchObject({ intact: true });
    expect(written()).not.toContain(passphrase);
  });

  it("is refused once the estate has no such operator any more, and nobody is left to ask", async () => {
    const { window, parts } = opened;
    const { id, planHash } = await started();
    const { text } = await window.approvals.request({ run: id, node: "go" });
    const way = { kind: "key", key: keys.cyd.file } as const;
    const { signature } = await window.approvals.sign({
      request: text,
      operator: "cyd",
      verdict: "approve",
      way,
    });
    writeEstate(["ada", "bea"]);
    await opened.until("the estate is without cyd", () => parts.people.roster.find("cyd") === null);
    const decision = { id, node: "go", accept: true, planHash, signature };
    expect(await codeOf(window.procedures.approve(decision))).toBe("approval.unknown-key");
    expect(await codeOf(window.procedures.handOver({ id, to: "cyd", reason: "tired" }))).toBe(
      "run.unknown-operator",
    );
    writeEstate(["ada"]);
    await opened.until("the estate has ada alone", () => parts.people.roster.find("bea") === null);
    const { plan, problems } = await window.procedures.plan({ procedure: "declare", variables: {} });
    expect(plan).toBeNull();
    expect(problems[0]?.message.en).toContain("no two operators");
    await window.procedures.cancel({ id, reason: "enough" });
  });

  it("has notes with files beside it, which are given back as they were", async () => {
    const { window } = opened;
    const [run] = (await opened.first(window.procedures.runs())).runs;
    const id = run?.id ?? "";
    const bytes = Buffer.from("what the provider said");
    const { upload } = await window.procedures.attach({ upload: null, piece: bytes.toString("base64") });
    const attachment = { upload, name: "call.txt" };
    await window.procedures.note({ id, text: `called; ${passphrase}`, attachment });
    const { notes } = await opened.first(window.procedures.notes({ id }));
    expect(notes).toMatchObject([
      { by: "ada", text: "called; [secret]", attachment: { name: "call.txt", size: bytes.length } },
    ]);
    const sha256 = notes[0]?.attachment?.sha256 ?? "";
    const { piece, total } = await window.procedures.attachment({ id, sha256, offset: 0 });
    expect([Buffer.from(piece, "base64").toString(), total]).toEqual([bytes.toString(), bytes.length]);
    expect(await codeOf(window.procedures.attachment({ id, sha256: "ab".repeat(32), offset: 0 }))).toBe(
      "attachment.unknown",
    );
  });
});

describe("a window that may only look", () => {
  it("sees the runs and is refused whatever changes anything", async () => {
    const { main, window: channel } = new ChannelRecorder().pair();
    opened.console.serveCalls(main, true);
    const link = linkOver(channel);
    channel.onclose = () => link.closed();
    const looking = createORPCClient<ContractRouterClient<Contract, ClientContext>>(link);
    expect(await looking.about()).toMatchObject({ looksOnly: true, actor: "ada" });
    const { runs } = await opened.first(looking.procedures.runs());
    const id = runs[0]?.id ?? "";
    expect(runs.length).toBeGreaterThan(0);
    const refused = [
      looking.procedures.cancel({ id }),
      looking.procedures.note({ id, text: "hello" }),
      looking.procedures.start({ procedure: "declare", variables: {}, planHash: "" }),
      looking.approvals.request({ run: id, node: "go" }),
      looking.people.forget({ operator: "bea" }),
      looking.actions.start({ action: "ssh.reboot", resources: ["x"], input: {}, reason: "" }),
      looking.secrets.set({ name: "x", value: "y" }),
      looking.terminal.open({ resource: "x", columns: 80, rows: 24 }),
    ];
    for (const call of refused) expect(await codeOf(call)).toBe("console.looks-only");
    expect((await opened.window.about()).looksOnly).toBeUndefined();
    channel.close();
  });
});
