import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { known } from "./support/runs.ts";
import { WorkedOnVault } from "./support/worked-on-vault.ts";

// A whole console works here, on machines that may have other things to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const mount = "vault/mounts/legacy";
let desk: WorkedOnVault;

beforeAll(async () => {
  desk = await new WorkedOnVault().start({});
  await desk.asRoot("POST", "sys/mounts/legacy", { type: "kv" });
  await desk.opened.window.resources.refresh({ ids: [desk.cluster] });
  await known(desk.opened, mount);
});
afterAll(async () => {
  await desk?.close();
});

const there = async (path: string) => {
  const { status, json } = await desk.asRoot("GET", `legacy/${path}`);
  return status === 200 ? (json.data as Record<string, string>) : null;
};

describe("secrets without versions", () => {
  it("are written field by field with a value that is asked for, and whoever previews it reads what is lost", async () => {
    await desk.asRoot("POST", "legacy/printers/hall", { pin: "marked-old", door: "west" });
    const input = { path: "printers/hall", field: "pin" };
    const preview = await desk.opened.window.actions.preview({
      action: "vault.write-plain-secret",
      resources: [mount],
      input,
    });
    const words = JSON.stringify(preview);
    expect(words).toContain("lost for good, and nothing undoes it");
    expect(words).toContain("what it holds is lost for good");
    expect(words).not.toMatch(/marked-old|door/);
    expect(await desk.act("vault.write-plain-secret", mount, input, "marked-new")).toBe("verified");
    expect(await there("printers/hall")).toEqual({ pin: "marked-new", door: "west" });
    expect(desk.written()).not.toMatch(/marked-(old|new)/);
  });

  it("keep what others write while the value is asked for, and get values that nobody sees", async () => {
    await desk.asRoot("POST", "legacy/lift", { pin: "1" });
    const { window, parts } = desk.opened;
    const { task } = await window.actions.start({
      ...{ action: "vault.write-plain-secret", resources: [mount], reason: "", confirmation: "legacy/" },
      input: { path: "lift", field: "pin" },
    });
    const asked = () => parts.questions.list()[0];
    await desk.opened.until("the value is asked for", () => asked() !== undefined);
    await desk.asRoot("POST", "legacy/lift", { pin: "1", floor: "2" });
    await window.questions.answer({ id: asked()?.id ?? "", accept: true, answers: ["3"] });
    expect((await parts.runner.waitFor(task)).state).toBe("verified");
    expect(await there("lift")).toEqual({ pin: "3", floor: "2" });
    const drawn = { path: "lift", field: "key", length: 40, alphabet: "letters" };
    expect(await desk.act("vault.generate-plain-secret", mount, drawn)).toBe("verified");
    const { key } = (await there("lift")) ?? {};
    expect(key).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(desk.written()).not.toContain(key);
    expect(await desk.act("vault.generate-plain-secret", mount, { ...drawn, path: "new" })).toBe("verified");
    expect(Object.keys((await there("new")) ?? {})).toEqual(["key"]);
  });

  it("are deleted for good; a second time there is nothing to do", async () => {
    await desk.asRoot("POST", "legacy/cellar", { pin: "1" });
    expect(await desk.act("vault.delete-plain-secret", mount, { path: "cellar" })).toBe("verified");
    expect(await there("cellar")).toBeNull();
    expect(await desk.act("vault.delete-plain-secret", mount, { path: "cellar" })).toMatch(
      /^(verified|already-done)$/,
    );
  });

  it("stay as they are for whoever may not write them, and for a Vault that is sealed meanwhile", async () => {
    await desk.asRoot("POST", "legacy/attic", { pin: "1" });
    for (const node of desk.vault?.vault.cluster.nodes ?? []) desk.vault?.vault.cluster.seal(node);
    expect(await desk.act("vault.delete-plain-secret", mount, { path: "attic" })).toMatch(/^vault\./);
  });
});
