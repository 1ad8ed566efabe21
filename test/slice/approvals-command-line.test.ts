import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { approval } from "../../src/main/commands/approval.ts";
import { procedure } from "../../src/main/commands/procedure.ts";
import { makeKey } from "../../src/main/people/testing/keys.ts";
import { OpsError } from "../../src/shared/errors.ts";
import type { RunState } from "../../src/shared/run.ts";

const keys = { ada: makeKey(), bea: makeKey("ed25519", { passphrase: "a heron by the weir" }) };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-approvals-"));
  for (const id of ["ada", "bea"] as const) writeFileSync(join(folder, id), keys[id].file, { mode: 0o600 });
  const words = `passerelle: 1
name: Atelier
operators:
  ada: { name: Ada, keys: ["${keys.ada.line.trim()}"], accounts: [${userInfo().username}] }
  bea: { name: Bea, keys: ["${keys.bea.line.trim()}"] }
procedures:
  declare:
    title: Declare
    steps:
      - id: go
        gate: { text: Declare?, approvers: 2 }
`;
  writeFileSync(join(folder, "estate.yaml"), words);
  process.env.DBUS_SESSION_BUS_ADDRESS = "unix:path=/nonexistent/bus";
  delete process.env.SSH_AUTH_SOCK;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  delete process.env.PASSERELLE_KEY_PASSPHRASE;
  vi.restoreAllMocks();
});

const at = (name: string) => join(folder, name);
const places = () => ["--estate", at("estate.yaml"), "--data", at("data")];

/** A command in this process: its exit code, or the code of its error, and what it printed. */
async function command(run: (words: string[]) => Promise<number>, ...words: string[]) {
  let output = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
    output += String(piece);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    return { code: await run(words), output };
  } catch (thrown) {
    if (thrown instanceof OpsError) return { code: thrown.code, output };
    throw thrown;
  } finally {
    write.mockRestore();
  }
}

it("a gate is asked for, signed, opened and proven from the command line", async () => {
  const begun = await command(procedure, "run", "declare", "--json", ...places());
  const { id } = JSON.parse(begun.output) as RunState;
  const request = at("request.json");
  expect(
    (await command(approval, "request", id, "go", "--to", "bea", "--out", request, ...places())).code,
  ).toBe(0);
  expect(JSON.parse(readFileSync(request, "utf8"))).toMatchObject({
    run: id,
    node: "go",
    requestedBy: "ada",
  });
  const approve = (...more: string[]) =>
    command(procedure, "resume", id, "--approve", "go", ...more, ...places());
  expect((await approve()).code).toBe("run.own-request");
  expect((await approve("--signature", at("nothing"))).code).toBe("cli.cannot-read");
  const sign = (as: string) =>
    command(approval, "sign", request, "--as", as, "--key", at(as), "--out", at(`${as}.sig`), ...places());
  expect((await sign("bea")).code).toBe("people.wrong-passphrase");
  process.env.PASSERELLE_KEY_PASSPHRASE = "a heron by the weir";
  expect((await sign("ada")).code).toBe(0);
  expect((await sign("bea")).code).toBe(0);
  expect((await approve("--signature", at("ada.sig"))).code).toBe("run.own-request");
  const note = ["--text", "she was called", "--attach", request];
  expect((await command(procedure, "note", id, ...note, ...places())).code).toBe(0);
  expect(
    (await command(procedure, "hand-over", id, "--to", "eve", "--reason", "tired", ...places())).code,
  ).toBe("run.unknown-operator");
  expect((await approve("--signature", at("bea.sig"))).code).toBe(0);
  const evidence = await command(approval, "evidence", id, "--out", folder, "--data", at("data"));
  expect(evidence.code).toBe(0);
  expect(evidence.output).toContain("ssh-keygen -Y verify -f allowed_signers -I bea -n passerelle-approval");
  expect(readFileSync(at("approval-1.json"), "utf8")).toBe(readFileSync(request, "utf8"));
  expect(readFileSync(at("approval-1.json.sig"), "utf8")).toBe(readFileSync(at("bea.sig"), "utf8"));
  expect(readFileSync(at("allowed_signers"), "utf8")).toBe(
    `bea namespaces="passerelle-approval" ${keys.bea.line.trim()}\n`,
  );
});

it.each([[["request", "only-a-run"]], [["sign", "file"]], [["evidence", "run"]], [["nothing"]]])(
  "%j is not understood",
  async (words) => {
    expect((await command(approval, ...words)).code).toBe("cli.usage");
  },
);
