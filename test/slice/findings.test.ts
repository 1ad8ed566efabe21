import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse, stringify } from "yaml";
import type { Finding } from "../../src/shared/rules.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { known } from "./support/runs.ts";

const check = "checks/identity-outside";
let lab: SliceLab;
let console: OpenConsole;
let estate: string;

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

beforeAll(async () => {
  lab = await SliceLab.start({ sites: "all", speed: 1 });
  estate = lab.estateWith("findings.yaml", (whole) => {
    const { systems, ...rest } = parse(whole);
    const { vault, checks, "forge-proxmox": forge } = systems;
    return stringify({
      ...rest,
      ...{ plans: {}, procedures: {}, parity: [], rules: { "host-down": { minutes: 0 } } },
      systems: {
        vault: { ...vault, every: "1s" },
        checks: { ...checks, every: "1s", checks: { "identity-outside": checks.checks["identity-outside"] } },
        "forge-proxmox": { ...forge, every: "1s" },
      },
    });
  });
  console = await OpenConsole.open({ estate, dataFolder: lab.path("findings") });
  await known(console, check, "vault/cluster");
});
afterAll(async () => {
  await console?.close();
  await lab?.stop();
});

/** The first finding that `is` it, as it is told to a window. */
async function appears(is: (finding: Finding) => boolean): Promise<Finding> {
  for await (const { findings } of await console.window.rules.watch({})) {
    const found = findings.find(is);
    if (found) return found;
  }
  throw new Error("the window was closed");
}

async function goes({ key }: Finding): Promise<void> {
  for await (const { findings } of await console.window.rules.watch({})) {
    if (findings.every((each) => each.key !== key)) return;
  }
}

/** Edits each entry of a part of the estate in force, whole and at once; gives what there was. */
function rewrite(part: string, change: (each: object, id: string) => object): Record<string, object> {
  const whole: Record<string, Record<string, object>> = parse(readFileSync(estate, "utf8"));
  const before = whole[part] ?? {};
  const after = Object.fromEntries(Object.entries(before).map(([id, each]) => [id, change(each, id)]));
  writeFileSync(`${estate}.new`, stringify({ ...whole, [part]: after }), { mode: 0o600 });
  renameSync(`${estate}.new`, estate);
  return before;
}

describe("what goes wrong in the lab is found with its evidence, and goes once it is mended", () => {
  it("a Vault that is sealed", async () => {
    await lab.control.fault("vault-sealed", "vault-2");
    const found = await appears(({ key }) => key === "vault-sealed vault/nodes/vault-2");
    expect(found).toMatchObject({ health: "critical", proposal: { kind: "action", id: "vault.unseal" } });
    expect(found.evidence[0]).toMatchObject({ source: "vault", text: { en: "It says that it is sealed" } });
    await lab.control.clear();
    await goes(found);
  });

  it("a certificate near its end", async () => {
    await lab.control.fault("certificate-ends-soon", "east");
    const found = await appears(
      ({ rule, resource }) => rule === "certificate-ending" && resource?.id.includes("identity") === true,
    );
    expect(found).toMatchObject({
      text: { en: expect.stringMatching(/^It ends in \d+ days/) },
    });
    expect(found.evidence[0]?.text.en).toContain("Issued by");
    await lab.control.clear();
    await goes(found);
  });

  it("a host that is down while its guests are not started elsewhere", async () => {
    await lab.control.fault("host-unreachable", "forge-1");
    const found = await appears(({ key }) => key === "host-down forge-proxmox/nodes/forge-1");
    expect(found).toMatchObject({ health: "critical", site: "forge" });
    expect(found.evidence.map(({ text }) => text.en)).toEqual([
      "Its hypervisor says that it is away",
      expect.stringMatching(/^Still on it: \S+/),
    ]);
    await lab.control.clear();
    await goes(found);
  });

  it("a backup that is later than the estate allows", async () => {
    const before = new Set(console.parts.rules.frame({ resource: null }).findings.map(({ key }) => key));
    const usual = rewrite("environments", (each) => ({ ...each, rpo: "1m" }));
    const found = await appears(({ rule, key }) => rule === "backup-late" && !before.has(key));
    expect(found).toMatchObject({ health: "critical" });
    expect(found.evidence[0]?.text.en).toMatch(/^The last good one is of|^There is no good one/);
    rewrite("environments", (_each, id) => usual[id] ?? {});
    await goes(found);
  });
});
