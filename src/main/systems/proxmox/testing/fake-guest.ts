import { FakePve } from "./fake-pve.ts";
import { FakeTasks } from "./fake-tasks.ts";
import { OpenedProxmox } from "./opened.ts";
import { laySample } from "./sample-cluster.ts";

/** The sample's first VM, by its resource and in the API. */
export const vm = "forge/vms/100";
export const place = "/nodes/pve-1/qemu/100";

/** An answer by which a node refuses. */
export const refusal = (reason: string, status = 500) => ({ status, reason });

/** The sample's cluster with its first VM in a state that a test sets, its tasks, and a console that has read it. */
export interface FakeGuest {
  pve: FakePve;
  tasks: FakeTasks;
  opened: OpenedProxmox;
  /** How the VM is, as its node says it. */
  state: Record<string, unknown>;
  /** Switches the VM off. */
  off(): void;
  stop(): Promise<void>;
}

/** Starts the sample's cluster on a loopback port; whoever starts it stops it. */
export async function startGuest(): Promise<FakeGuest> {
  const pve = laySample(await new FakePve().start());
  const opened = new OpenedProxmox([pve.port], { name: undefined, pins: [pve.pin] });
  const guest: FakeGuest = {
    pve,
    tasks: new FakeTasks(pve),
    opened,
    state: { status: "running", qmpstatus: "running", uptime: 3600, pid: 4711, name: "db-1" },
    off() {
      guest.state = { status: "stopped", qmpstatus: "stopped", name: "db-1" };
    },
    async stop() {
      await opened.close();
      await pve.stop();
    },
  };
  pve.on(`GET ${place}/status/current`, () => ({ data: guest.state }));
  await opened.observe();
  return guest;
}
