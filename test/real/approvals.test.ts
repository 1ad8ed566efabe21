import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { checkSignature, readRequest, requestText } from "../../src/main/people/approval.ts";
import { KeptKeys } from "../../src/main/people/kept-keys.ts";
import { PeopleDesk } from "../../src/main/people/people-desk.ts";
import { isKeyFault, parsePublicKey } from "../../src/main/people/public-key.ts";
import { Roster } from "../../src/main/people/roster.ts";
import { OpsError } from "../../src/shared/errors.ts";
import type { ApprovalRequest } from "../../src/shared/people.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";
import { openssh } from "./sshd.ts";

const found = findCounterpart(["ssh", "ssh-keygen", "ssh-agent", "ssh-add"], ["-V"], /OpenSSH_([^\s,]+)/);

const request: ApprovalRequest = {
  version: 1,
  run: "0b0d4a1e-0000-4000-8000-000000000001",
  procedure: "bascule",
  node: "declare",
  text: { en: "Declare the disaster?", fr: "Déclarer le sinistre ?" },
  planHash: "ab".repeat(32),
  observed: "cd".repeat(32),
  requestedBy: "ada",
  requestedAt: 1_778_572_800_000,
  expiresAt: 1_778_576_400_000,
};

const kinds = [
  ["ed25519", []],
  ["ecdsa", ["-b", "256"]],
  ["ecdsa", ["-b", "384"]],
  ["ecdsa", ["-b", "521"]],
  ["rsa", ["-b", "3072"]],
] as const;

describeCounterpart("OpenSSH (signatures)", found, () => {
  let folder: string;
  let agent: { child: ChildProcess; socket: string } | null = null;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "passerelle-approvals-"));
    writeFileSync(join(folder, "request.json"), requestText(request));
  });
  afterAll(() => {
    agent?.child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function key(type: string, more: readonly string[], passphrase: string) {
    const path = join(folder, `${type}${more.join("")}${passphrase === "" ? "" : "-closed"}`);
    if (!existsSync(path))
      await openssh("ssh-keygen", ["-q", "-t", type, ...more, "-N", passphrase, "-C", "bea", "-f", path]);
    return { path, file: readFileSync(path, "utf8"), line: readFileSync(`${path}.pub`, "utf8").trim() };
  }

  async function desk(line: string, socket: string | null = null) {
    const operators = { bea: { name: "Bea", keys: [line], accounts: [] } };
    const keys = new KeptKeys(join(folder, "kept"));
    await keys.start();
    const record = { write: () => ({}) as never };
    return new PeopleDesk({
      operators: () => operators,
      account: "ada",
      keys,
      record,
      agentSocket: () => socket,
    });
  }

  /** What `ssh-keygen -Y verify` says of a signature of the request. */
  function verdictOf(
    line: string,
    signature: string,
    namespace = "passerelle-approval",
    words = requestText(request),
  ) {
    writeFileSync(join(folder, "allowed_signers"), `bea ${line}\n`);
    writeFileSync(join(folder, "request.sig"), signature);
    const files = ["-f", join(folder, "allowed_signers"), "-s", join(folder, "request.sig")];
    const asked = spawnSync(
      findProgram("ssh-keygen") ?? "",
      ["-Y", "verify", "-I", "bea", "-n", namespace, ...files],
      {
        input: words,
        encoding: "utf8",
        timeout: 20_000,
      },
    );
    return asked.status === 0 ? "good" : "bad";
  }

  const signal = new AbortController().signal;

  test.each(kinds)(
    "%s %s: ssh-keygen verifies what this console signs with a closed key",
    async (type, more) => {
      const { file, line } = await key(type, more, "night shift");
      const people = await desk(line);
      await people.keep("bea", file);
      const wanted = { request: requestText(request), operator: "bea", signal } as const;
      const way = { kind: "kept", passphrase: "night shift" } as const;
      const { signature } = await people.sign({ ...wanted, verdict: "approve", way });
      expect(verdictOf(line, signature)).toBe("good");
      expect(verdictOf(line, signature, "passerelle-refusal")).toBe("bad");
      expect(
        verdictOf(line, signature, "passerelle-approval", requestText({ ...request, node: "other" })),
      ).toBe("bad");
      const { signature: no } = await people.sign({ ...wanted, verdict: "refuse", way });
      expect(verdictOf(line, no, "passerelle-refusal")).toBe("good");
    },
  );

  test.each(kinds)(
    "%s %s: this console verifies what ssh-keygen signs, and prints the same fingerprint",
    async (type, more) => {
      const { path, line } = await key(type, more, "");
      const parsed = parsePublicKey(line);
      if (isKeyFault(parsed)) throw new Error(parsed.message.en);
      expect(await openssh("ssh-keygen", ["-l", "-f", `${path}.pub`])).toContain(parsed.fingerprint);
      for (const hash of ["sha256", "sha512"]) {
        rmSync(join(folder, "request.json.sig"), { force: true });
        const options = ["-Y", "sign", "-n", "passerelle-approval", "-O", `hashalg=${hash}`, "-f", path];
        await openssh("ssh-keygen", [...options, join(folder, "request.json")]);
        const signature = readFileSync(join(folder, "request.json.sig"), "utf8");
        const roster = new Roster({ bea: { name: "Bea", keys: [line], accounts: [] } });
        expect(checkSignature(signature, [request], "approve", roster)).toMatchObject({
          operator: { id: "bea" },
        });
        expect(() => checkSignature(signature, [request], "refuse", roster)).toThrow(OpsError);
        expect(() => checkSignature(signature, [{ ...request, run: "other" }], "approve", roster)).toThrow(
          OpsError,
        );
      }
      expect(readRequest(readFileSync(join(folder, "request.json"), "utf8"))).toEqual(request);
    },
  );

  test("a request that an editor ended with a line feed is still the same", async () => {
    const { path, line } = await key("ed25519", [], "");
    const file = join(folder, "edited.json");
    writeFileSync(file, `${requestText(request)}\n`);
    await openssh("ssh-keygen", ["-Y", "sign", "-n", "passerelle-approval", "-f", path, file]);
    const roster = new Roster({ bea: { name: "Bea", keys: [line], accounts: [] } });
    const signature = readFileSync(`${file}.sig`, "utf8");
    expect(checkSignature(signature, [request], "approve", roster).request).toEqual(request);
  });

  test("ssh-agent signs for this console with each kind of key, and ssh-keygen verifies it", async () => {
    const socket = join(folder, "agent.sock");
    const child = spawn(findProgram("ssh-agent") ?? "", ["-D", "-a", socket], { stdio: "ignore" });
    agent = { child, socket };
    await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: 10_000 });
    for (const [type, more] of kinds) {
      const { path, line } = await key(type, more, "");
      const people = await desk(line, socket);
      const wanted = { request: requestText(request), operator: "bea", verdict: "approve", signal } as const;
      await expect(people.sign({ ...wanted, way: { kind: "agent" } })).rejects.toMatchObject({
        code: "people.agent-without-key",
      });
      await openssh("ssh-add", ["-q", path], { SSH_AUTH_SOCK: socket });
      const { signature } = await people.sign({ ...wanted, way: { kind: "agent" } });
      expect(verdictOf(line, signature)).toBe("good");
    }
    await openssh("ssh-add", ["-q", "-D"], { SSH_AUTH_SOCK: socket });
  });
});
