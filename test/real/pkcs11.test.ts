import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { checkSignature, requestText } from "../../src/main/people/approval.ts";
import { KeptKeys } from "../../src/main/people/kept-keys.ts";
import { PeopleDesk } from "../../src/main/people/people-desk.ts";
import { Roster } from "../../src/main/people/roster.ts";
import type { ApprovalRequest } from "../../src/shared/people.ts";
import { describeCounterpart, type Found, findCounterpart, findProgram } from "./counterpart.ts";
import { openssh, stop } from "./sshd.ts";

const modules = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"].map(
  (folder) => join(folder, "softhsm", "libsofthsm2.so"),
);
const module = modules.find((path) => existsSync(path));

function tokenFound(): Found {
  if (module === undefined) return { absent: "softhsm2 not installed" };
  const all = ["softhsm2-util", "pkcs11-tool", "ssh-agent", "ssh-add"] as [string, ...string[]];
  return findCounterpart(all, ["--version"], /(\d+\.\d+\.\d+)/);
}

const request: ApprovalRequest = {
  version: 1,
  run: "0b0d4a1e-0000-4000-8000-000000000002",
  procedure: "bascule",
  node: "declare",
  text: { en: "Declare the disaster?", fr: "Déclarer le sinistre ?" },
  planHash: "ab".repeat(32),
  observed: "cd".repeat(32),
  requestedBy: "ada",
  requestedAt: 1_778_572_800_000,
  expiresAt: 1_778_576_400_000,
};
const pin = "2468";

describeCounterpart("SoftHSM (PKCS#11)", tokenFound(), () => {
  let folder: string;
  let environment: Record<string, string>;
  let agent: ChildProcess | null = null;
  let socket: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "passerelle-pkcs11-"));
    socket = join(folder, "agent.sock");
    mkdirSync(join(folder, "tokens"), { mode: 0o700 });
    writeFileSync(join(folder, "softhsm2.conf"), `directories.tokendir = ${join(folder, "tokens")}\n`);
    writeFileSync(join(folder, "askpass"), `#!/bin/sh\necho ${pin}\n`, { mode: 0o700 });
    environment = {
      SOFTHSM2_CONF: join(folder, "softhsm2.conf"),
      SSH_ASKPASS: join(folder, "askpass"),
      SSH_ASKPASS_REQUIRE: "force",
      SSH_AUTH_SOCK: socket,
    };
    const token = ["--init-token", "--free", "--label", "bea", "--pin", pin, "--so-pin", "13579"];
    await openssh("softhsm2-util", token, environment);
    agent = spawn(findProgram("ssh-agent") ?? "", ["-D", "-a", socket], {
      stdio: "ignore",
      env: { ...process.env, ...environment },
    });
    await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: 10_000 });
  });
  afterAll(async () => {
    if (agent) await stop(agent);
    rmSync(folder, { recursive: true, force: true });
  });

  async function desk(line: string) {
    const keys = new KeptKeys(join(folder, "kept"));
    await keys.start();
    return new PeopleDesk({
      operators: () => ({ bea: { name: "Bea", keys: [line], accounts: [] } }),
      account: "ada",
      keys,
      record: { write: () => ({}) as never },
      agentSocket: () => socket,
    });
  }

  test.each([
    ["EC:prime256v1", "01", "ecdsa-sha2-nistp256"],
    ["RSA:3072", "02", "ssh-rsa"],
  ])(
    "an approval is signed by a key (%s) that never leaves its token, through ssh-agent",
    async (kind, id, type) => {
      const made = ["--module", module ?? "", "--login", "--pin", pin, "--keypairgen"];
      await openssh("pkcs11-tool", [...made, "--key-type", kind, "--id", id, "--label", id], environment);
      await openssh("ssh-add", ["-q", "-s", module ?? ""], environment);
      const listed = await openssh("ssh-add", ["-L"], environment);
      const line = listed.split("\n").find((one) => one.startsWith(`${type} `)) ?? "";
      const people = await desk(line);
      const signal = AbortSignal.timeout(30_000);
      const wanted = {
        request: requestText(request),
        operator: "bea",
        signal,
        way: { kind: "agent" },
      } as const;
      const { signature } = await people.sign({ ...wanted, verdict: "approve" });
      const roster = new Roster({ bea: { name: "Bea", keys: [line], accounts: [] } });
      expect(checkSignature(signature, [request], "approve", roster).request).toEqual(request);
      // A token that was taken out signs nothing any more.
      await openssh("ssh-add", ["-q", "-e", module ?? ""], environment);
      await expect(people.sign({ ...wanted, verdict: "approve" })).rejects.toMatchObject({
        code: "people.agent-without-key",
      });
    },
  );
});
