import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeGuest, place, startGuest, vm } from "../testing/fake-guest.ts";
import { sampleResources } from "../testing/sample-cluster.ts";

let guest: FakeGuest;
beforeEach(async () => {
  guest = await startGuest();
});
afterEach(() => guest.stop());

const lists = () => guest.pve.count("GET /cluster/resources");
const parent = () => guest.opened.resource(vm).parent;

/** The next move is taken, and brings the VM to the other node. */
function layMove(): void {
  guest.pve.on(`GET ${place}/migrate`, { running: 1, local_disks: [], allowed_nodes: ["pve-2"] });
  guest.pve.on("GET /nodes/pve-2/qemu/100/status/current", () => ({ data: guest.state }));
  guest.pve.on(`POST ${place}/migrate`, () => ({
    data: guest.tasks.begin("qmigrate", "100", {
      looks: 0,
      onEnd: () => {
        guest.pve.on(`GET ${place}/status/current`, () => ({
          status: 500,
          reason: "Configuration file 'nodes/pve-1/qemu-server/100.conf' does not exist",
        }));
        guest.pve.on("GET /cluster/resources", () => ({
          data: sampleResources().map((row) =>
            "vmid" in row && row.vmid === 100 ? { ...row, node: "pve-2" } : row,
          ),
        }));
      },
    }),
  }));
}

test("what was read before a change is not taken for fresh after it", async () => {
  layMove();
  const { verification } = await guest.opened.run("proxmox.migrate", vm, { node: "pve-2" });
  expect(verification).toMatchObject({ proven: true });
  expect(parent()).toBe("forge/nodes/pve-1");
  await guest.opened.observe([vm]);
  expect(parent()).toBe("forge/nodes/pve-2");
  guest.opened.now += 1;
  await guest.opened.observe([vm]);
  const before = lists();
  await guest.opened.observe([vm]);
  expect(lists()).toBe(before);
});

test("nor is a reading that began before it and is under way", async () => {
  layMove();
  let answer = () => undefined as unknown;
  const held = new Promise<void>((resolve) => {
    guest.pve.intercept = ({ path }, response) => {
      if (path !== "/cluster/resources") return false;
      const data = JSON.stringify({ data: sampleResources() });
      answer = () => response.writeHead(200, { "content-type": "application/json" }).end(data);
      guest.pve.intercept = null;
      resolve();
      return true;
    };
  });
  guest.opened.now += 15_000;
  const scheduled = guest.opened.observe();
  await held;
  await guest.opened.run("proxmox.migrate", vm, { node: "pve-2" });
  const asked = guest.opened.observe([vm]);
  answer();
  await Promise.all([scheduled, asked]);
  expect(parent()).toBe("forge/nodes/pve-2");
});
