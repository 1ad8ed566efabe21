import { afterEach, describe, expect, it, vi } from "vitest";
import type { RunState } from "../../src/shared/run.ts";
import { reaches, started, step } from "./support/runs.ts";
import { WorkedOnVault } from "./support/worked-on-vault.ts";

// A whole console waits here for people, on machines that may have other things to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let desk: WorkedOnVault;
afterEach(async () => {
  await desk?.close();
});

const waits = (node: string) => (run: RunState) => step(run, node)?.blockedBy?.kind === "gate";
const verified = (node: string) => (run: RunState) => step(run, node)?.state === "verified";

/** Two people decide, and the procedure begins; its run. */
async function begun(): Promise<string> {
  const { opened, cluster } = desk;
  const run = await started(opened, "vault-rekey", { vault: cluster, threshold: 2 });
  await reaches(opened, run, waits("decide"), "waits for two people");
  await desk.signed(run, "decide");
  return run;
}

async function entered(shares: readonly (string | undefined)[], action: string): Promise<void> {
  for (const share of shares) expect(await desk.act(action, desk.cluster, {}, share ?? "")).toBe("verified");
}

/** The whole procedure, its console killed in the middle; the new shares as their holders opened them. */
async function renewed(): Promise<string[]> {
  const run = await begun();
  await reaches(desk.opened, run, verified("begin"), "begun");
  await entered(desk.shares.slice(0, 1), "vault.rekey-share");
  await desk.reopen();
  expect(await desk.rekey()).toMatchObject({ state: "old-shares", entered: 1, needed: 3 });
  await entered(desk.shares.slice(1, 3), "vault.rekey-share");
  await reaches(desk.opened, run, verified("authorised"), "authorised");
  const fresh = await desk.newShares();
  await entered(fresh, "vault.rekey-proof");
  await reaches(desk.opened, run, waits("taken"), "proven");
  const { planHash } = desk.opened.parts.procedures.engine.run(run);
  await desk.opened.window.procedures.approve({ id: run, node: "taken", accept: true, planHash });
  await reaches(desk.opened, run, ({ status }) => status === "completed", "completed");
  const kept = desk.written();
  for (const share of [...desk.shares, ...fresh]) expect(kept).not.toContain(share);
  return fresh;
}

describe("new shares by the procedure that two people decide", () => {
  it("of an OpenBao that has sys/rekey switched off: those of before open no node, the new ones do", async () => {
    desk = await new WorkedOnVault().start({ product: "openbao", isRekeyClosed: () => true });
    const fresh = await renewed();
    const { vault, cluster, opened } = desk;
    for (const node of vault?.vault.cluster.nodes ?? []) vault?.vault.cluster.seal(node);
    const state = () => opened.resource(cluster).facts["vault.state"]?.value;
    await opened.until("it is seen sealed", () => state() === "sealed");
    const node = "vault/nodes/vault-1";
    for (const share of desk.shares.slice(0, 1))
      expect(await desk.act("vault.unseal", node, {}, share)).toBe("verified");
    expect(await desk.act("vault.unseal", node, {}, desk.shares[1])).toBe("vault.wrong-share");
    for (const name of ["vault-1", "vault-2"])
      for (const share of fresh)
        expect(await desk.act("vault.unseal", `vault/nodes/${name}`, {}, share)).toBe("verified");
    await opened.until("it is seen open", () => state() === "open");
  });

  it.each([
    ["a Vault", { product: "vault" as const }],
    ["an OpenBao", { product: "openbao" as const, isRekeyClosed: () => true }],
  ])("of the recovery key of %s that opens by itself, said to be that", async (_name, kind) => {
    desk = await new WorkedOnVault().start({ ...kind, opensItself: true });
    expect(await desk.rekey()).toMatchObject({ state: "none", held: "recovery" });
    const fresh = await renewed();
    expect(desk.opened.resource("vault/nodes/vault-1").facts["vault.held"]?.value).toBe("recovery");
    // What authorises further new shares is in force.
    const run = await begun();
    await reaches(desk.opened, run, verified("begin"), "begun again");
    await entered(fresh, "vault.rekey-share");
    expect(await desk.rekey()).toMatchObject({ state: "new-shares" });
  });

  it("go on after a wrong share, which makes Vault drop all of them", async () => {
    desk = await new WorkedOnVault().start({ product: "openbao", isRekeyClosed: () => true });
    const run = await begun();
    await reaches(desk.opened, run, verified("begin"), "begun");
    await entered(desk.shares.slice(0, 2), "vault.rekey-share");
    const wrong = Buffer.from(desk.shares[2] ?? "", "base64");
    wrong[5] = (wrong[5] ?? 0) ^ 0x10;
    const share = wrong.toString("base64");
    expect(await desk.act("vault.rekey-share", desk.cluster, {}, share)).toBe("vault.rekey-wrong-share");
    await entered(desk.shares.slice(0, 3), "vault.rekey-share");
    expect(await desk.rekey()).toMatchObject({ state: "new-shares" });
  });

  it("of a server that has no way for it open: the run stops before anything is sent, and says so", async () => {
    desk = await new WorkedOnVault().start({ product: "vault", isRekeyClosed: () => true });
    await expect(desk.rekey()).rejects.toMatchObject({ data: { code: "vault.rekey-closed" } });
    const run = await begun();
    const held = await reaches(desk.opened, run, (now) => step(now, "begin")?.state === "failed", "held up");
    expect(step(held, "begin")?.reason?.en).toContain("neither `sys/rotate/root` nor `sys/rekey` open");
  });
});
