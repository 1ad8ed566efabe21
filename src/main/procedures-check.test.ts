import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkEstate } from "./estate/check.ts";
import { loadEstate } from "./estate/load.ts";
import { EstateWatcher } from "./estate/watcher.ts";
import { readBuiltInProcedures } from "./procedures/definition/built-in.ts";
import { catalogueOf } from "./procedures/definition/catalogue.ts";
import { listProcedures } from "./procedures/definition/library.ts";
import { readProcedures } from "./procedures/definition/read.ts";
import { actionsOf, proceduresCheck } from "./procedures-check.ts";
import { systemConfigs } from "./system-definitions.ts";

const estate = `passerelle: 1
name: Atelier
systems:
  towers:
    type: ssh
    user: operator
    authentication: [{ agent: true }]
    hosts:
      tower-a: { address: 192.0.2.10 }
  cluster: { type: kubernetes, kubeconfig: kubeconfig }
  hands:
    type: amt
    password: keychain:hands
    machines:
      tower-a: { address: 192.0.2.11 }
procedures:
  night:
    title: Night
    variables:
      towers: { type: resources, kinds: [host] }
    steps:
      - { id: round, procedure: safe-reboot-round, with: { hosts: "\${towers}" } }
      - { id: command, action: ssh.run-command, on: tower-a, input: { command: uptime } }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-procedures-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(source: string): string {
  const file = join(folder, "estate.yaml");
  writeFileSync(file, source);
  return file;
}

async function faultsOf(source: string): Promise<string[]> {
  const { procedures } = await readBuiltInProcedures();
  const file = write(source);
  const { lines } = await checkEstate(file, systemConfigs, "en", proceduresCheck(procedures));
  return lines.map((line) => line.replace(`${file}:`, ""));
}

test("the estate's procedures are checked against its own systems and the built-in procedures", async () => {
  expect(await faultsOf(estate)).toEqual([]);
  expect(await faultsOf(estate.replace("ssh.run-command", "ssh.run-comand"))).toEqual([
    '23:32 No system of this estate has an action "ssh.run-comand". (expected the identifier of an action; did you mean "ssh.run-command"?)',
  ]);
  expect(await faultsOf(estate.replace("{ command: uptime }", "{ comand: uptime }"))).toEqual([
    '23:62 The key "command" is missing. (expected text)',
    expect.stringMatching(/^23:71 The key "comand" is not known here\. .*did you mean "command"\?/),
  ]);
  expect(await faultsOf(estate.replace("on: tower-a,", "on: tower-aa,"))).toEqual([
    '23:53 The estate declares no resource "tower-aa". (expected the identifier of a resource; did you mean "tower-a"?)',
  ]);
  expect(await faultsOf(estate.replace("on: tower-a,", "on: cluster/nodes/n1,"))).toEqual([]);
  expect(await faultsOf(estate.replace("safe-reboot-round", "safe-reboot-rounds"))).toEqual([
    '22:33 There is no procedure "safe-reboot-rounds". (expected the identifier of a procedure; did you mean "safe-reboot-round"?)',
  ]);
  const sites = `name: Atelier\nsites:\n  atelier: {}`;
  const elsewhere = estate.replace("kinds: [host] }", "kinds: [host], site: ateleir }");
  expect(await faultsOf(elsewhere.replace("name: Atelier", sites))).toEqual([
    expect.stringMatching(/^2\d:\d+ "ateleir" is not the name of a site\. .*did you mean "atelier"\?/),
  ]);
  expect(await faultsOf(estate.replace("    steps:", "    step:"))).toEqual([
    expect.stringContaining('17:3 The key "steps" is missing.'),
    expect.stringContaining('21:5 The key "step" is not known here.'),
  ]);
});

test("with another fault in the file, actions are left for later", async () => {
  const faults = await faultsOf(
    estate.replace("type: ssh", "type: shh").replace("ssh.run-command", "ssh.run-comand"),
  );
  expect(faults).toEqual([expect.stringContaining('"shh" is not a type of system')]);
});

test("a folder may spread its procedures over files, each naming those of the others", async () => {
  const [head = "", procedures = ""] = estate.split(/(?=^procedures:)/m);
  writeFileSync(join(folder, "a.yaml"), head);
  writeFileSync(join(folder, "b.yaml"), procedures);
  const weekly = (id: string) =>
    `procedures:\n  weekly:\n    title: W\n    steps: [{ id: s, procedure: ${id}, with: { towers: all } }]\n`;
  writeFileSync(join(folder, "c.yaml"), weekly("night"));
  const check = proceduresCheck((await readBuiltInProcedures()).procedures);
  expect(await loadEstate(folder, systemConfigs, check)).toMatchObject({
    ok: true,
    estate: { procedures: { night: {}, weekly: {} } },
  });
  writeFileSync(join(folder, "c.yaml"), weekly("nihgt"));
  expect((await checkEstate(folder, systemConfigs, "en", check)).lines).toEqual([
    `${folder}/c.yaml:4:33 There is no procedure "nihgt". (expected the identifier of a procedure; did you mean "night"?)`,
  ]);
});

test("an edit with a fault in a procedure leaves the estate before it in force", async () => {
  const file = write(estate);
  const watcher = await EstateWatcher.start({
    path: file,
    dataFolder: folder,
    systemConfigs,
    furtherCheck: proceduresCheck((await readBuiltInProcedures()).procedures),
    quiet: 10,
  });
  try {
    expect(Object.keys(watcher.estate?.procedures ?? {})).toEqual(["night"]);
    write(estate.replace("id: command", "id: command, needs: [command]"));
    await vi.waitFor(() => expect(watcher.state().faults).toHaveLength(1), 10_000);
    expect(watcher.state().faults[0]?.message.fr).toBe(
      "Les étapes s'attendent mutuellement : command a besoin de command.",
    );
    expect(watcher.estate?.procedures.night?.steps).toHaveLength(2);
    write(estate.replace("title: Night", "title: Day"));
    await vi.waitFor(() => expect(watcher.estate?.procedures.night?.title).toBe("Day"), 10_000);
  } finally {
    await watcher.close();
  }
});

test("the built-in procedures are without fault by the real actions, and listed with what they lack", async () => {
  const vcenter = "{ type: vsphere, address: 192.0.2.12, user: a, password: keychain:v }";
  const forge = "{ type: proxmox, addresses: [192.0.2.13], user: a@pve, password: keychain:p }";
  const checks = "{ type: web, checks: { front: { check: http, url: https://shop.example/ } } }";
  const safe = "{ type: vault, nodes: { one: { url: https://192.0.2.14:8200 } } }";
  const provider =
    "{ type: ovh, url: https://api.provider.example/1.0, applicationKey: 0123456789abcdef, applicationSecret: keychain:s, consumerKey: keychain:c, allowlists: { east: { service: pcc-192-0-2-10 } } }";
  const whole = estate.replace(
    "systems:",
    `systems:\n  vcenter: ${vcenter}\n  forge: ${forge}\n  safe: ${safe}\n  checks: ${checks}\n  provider: ${provider}`,
  );
  const result = await loadEstate(write(whole), systemConfigs);
  if (!result.ok) throw new Error("the estate is not sound");
  const actions = catalogueOf(actionsOf(result.estate));
  const checked = await readProcedures(
    new URL("../../resources/procedures", import.meta.url).pathname,
    actions,
  );
  expect(checked.faults).toEqual([]);
  expect(Object.keys(checked.procedures)).toEqual([
    "allow-network",
    "change-network",
    "node-maintenance",
    "power-on-and-check",
    "proxmox-node-maintenance",
    "proxmox-rolling-maintenance",
    "remove-network",
    "renew-certificate",
    "safe-reboot-round",
    "vault-rekey",
    "vault-rotate",
    "vault-seal",
    "vsphere-host-maintenance",
    "vsphere-rolling-maintenance",
  ]);
  const listed = listProcedures(checked.procedures, result.estate.procedures, (id) =>
    /^(ssh|console)\./.test(id),
  );
  expect(listed.map(({ id, origin, unavailable }) => [id, origin, unavailable?.en ?? null])).toEqual([
    ["allow-network", "built-in", "No system of this estate offers ovh.allow-network."],
    ["change-network", "built-in", "No system of this estate offers ovh.describe-network."],
    ["night", "estate", null],
    [
      "node-maintenance",
      "built-in",
      "No system of this estate offers kubernetes.drain, kubernetes.cordon, kubernetes.uncordon.",
    ],
    ["power-on-and-check", "built-in", "No system of this estate offers amt.power-on."],
    [
      "proxmox-node-maintenance",
      "built-in",
      "No system of this estate offers proxmox.evacuate, proxmox.note-guests, proxmox.return-guests.",
    ],
    ["proxmox-rolling-maintenance", "built-in", "No system of this estate offers proxmox.evacuate."],
    ["remove-network", "built-in", "No system of this estate offers ovh.remove-network."],
    [
      "renew-certificate",
      "built-in",
      "No system of this estate offers certificates.install, web.check, certificates.request.",
    ],
    ["safe-reboot-round", "built-in", null],
    [
      "vault-rekey",
      "built-in",
      "No system of this estate offers vault.rekey-begin, vault.rekey-cancel, vault.rekey-forget.",
    ],
    ["vault-rotate", "built-in", "No system of this estate offers vault.rotate."],
    ["vault-seal", "built-in", "No system of this estate offers vault.seal."],
    [
      "vsphere-host-maintenance",
      "built-in",
      "No system of this estate offers vsphere.enter-maintenance, vsphere.note-guests, vsphere.return-vms, vsphere.evacuate, vsphere.leave-maintenance.",
    ],
    ["vsphere-rolling-maintenance", "built-in", "No system of this estate offers vsphere.enter-maintenance."],
  ]);
});
