import { afterAll, beforeAll, expect, test } from "vitest";
import { openClusters } from "../../../../lab/servers/proxmox/testing/test-clusters.ts";
import { journal, run, runnerWith } from "../../../actions/fixtures/started-runner.ts";
import { OpenedProxmox } from "../testing/opened.ts";

const password = "a word of Pässe 1%+&";
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4lYT1nHn1m8bJkXb0l2gEo5f1m0WzvGmS7rj8nS2pT ops@desk";

let lab: Awaited<ReturnType<typeof openClusters>>;
let forge: OpenedProxmox;
beforeAll(async () => {
  lab = await openClusters(2000);
  forge = new OpenedProxmox([lab.portOf("forge-1")], {
    name: undefined,
    pins: [lab.servers.pins?.get("proxmox forge-1") ?? ""],
    user: "ops@pve!passerelle",
    token: "keychain:forge",
  });
  forge.secret = await lab.secret("proxmox-forge-token");
  forge.secrets.set("keychain:web-9", password);
  forge.now = Date.now();
  await forge.observe();
});
afterAll(async () => {
  await forge.close();
  await lab.close();
  expect(lab.failures).toEqual([]);
});

test("a clone is journalled with the name of its password's secret alone, and undone by what the journal has", async () => {
  const template = [...forge.declared.values()].find(({ name }) => name === "forge-debian-template");
  const runner = runnerWith([...forge.system.actions], { resource: (id) => forge.resource(id) });
  const input = {
    ...{ name: "web-9", user: "ops", passwordFrom: "keychain:web-9", keys: key, start: false },
    addresses: "ip=192.0.2.77/24,gw=192.0.2.1",
  };
  const made = await run(runner, { action: "proxmox.clone", resources: [template?.id ?? ""], input });
  expect(made).toMatchObject({ state: "verified" });
  const vmOf = async () => {
    const { data } = await lab.call("forge-1", "GET", "/cluster/resources", { type: "vm" });
    return (data as { name: string; vmid: number; node: string }[]).find(({ name }) => name === "web-9");
  };
  const vm = await vmOf();
  const config = await lab.call("forge-1", "GET", `/nodes/${vm?.node}/qemu/${vm?.vmid}/config`);
  // What Proxmox VE has of a password it does not tell.
  expect(config.data).toMatchObject({ ciuser: "ops", cipassword: expect.stringMatching(/^\*+$/) });
  const undone = await runner.waitFor(await runner.undo(made.id));
  expect(undone).toMatchObject({ state: "verified" });
  expect(await vmOf()).toBeUndefined();
  const kept = JSON.stringify([journal.forTask(made.id), journal.forTask(undone.id)]);
  expect(kept).toContain("keychain:web-9");
  for (const shape of [password, encodeURIComponent(password), forge.secret])
    expect(kept).not.toContain(shape);
  expect(
    runner
      .outputOf(made.id)
      .pieces.map(({ text }) => text)
      .join(""),
  ).not.toContain(password);
});
