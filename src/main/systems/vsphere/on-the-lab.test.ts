import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRegions } from "../../../lab/servers/vim25/testing/test-region.ts";
import { OpenedVsphere } from "./testing/opened.ts";

/** The lab's vCenter was written by the API's reference, without a look at this client: here they meet. */
describe("on the lab's vCenter", () => {
  let lab: Awaited<ReturnType<typeof openRegions>>;
  let opened: OpenedVsphere;
  const environments = {
    category: "Environment",
    tags: { Production: "production", "Non-production": "non-production" },
  };

  async function open(config: object = {}): Promise<void> {
    opened = new OpenedVsphere(
      lab.port,
      { pin: lab.pin, user: "console@vsphere.example", name: "vCenter", environments, ...config },
      { pause: 20 },
    );
    opened.password = lab.password;
    await opened.observe();
  }

  beforeEach(async () => {
    lab = await openRegions();
    await open();
  });
  afterEach(async () => {
    await opened.system.close();
    await lab.close();
    expect(lab.failures).toEqual([]);
  });

  const all = (kind: string) => [...opened.declared.values()].filter((each) => each.kind === kind);
  const problems = (kind: "host" | "volume", name: string) =>
    opened.resource(kind, name).problems.map(({ text }) => text.en);

  test("everything is read whole: no fact of it is left open that a vCenter tells", async () => {
    await opened.until(() => opened.fact("vm", "east-erp-1", "hypervisor.tags") !== null);
    for (const { name, kind } of opened.declared.values()) {
      const fact = (key: string) => opened.fact(kind, name, key);
      const told: Partial<Record<typeof kind, string[]>> = {
        host: [
          "hypervisor.version",
          "hypervisor.cores",
          "memory.total",
          "hardware.model",
          "hypervisor.cluster",
        ],
        vm: ["vm.host", "cpu.count", "memory.total", "vm.disks", "os.name", "power.state", "vm.networks"],
        cluster: ["hypervisor.hosts", "hypervisor.ha", "hypervisor.cores", "memory.total"],
        volume: ["storage.capacity", "storage.free", "storage.type"],
        service: ["hypervisor.version"],
      };
      for (const key of told[kind] ?? []) expect(fact(key), `${key} of ${name}`).not.toBeNull();
    }
    expect(all("service")).toHaveLength(1);
  });

  test("tags come over the REST API and name the environment", async () => {
    await opened.until(() => opened.fact("vm", "east-erp-1", "hypervisor.tags") !== null);
    expect(opened.fact("vm", "east-erp-1", "hypervisor.tags")).toEqual([
      "Backup: Nightly",
      "Environment: Production",
    ]);
    expect(opened.resource("vm", "east-erp-1").environment).toBe("production");
    const trials = all("cluster").find(({ name }) => name.endsWith("trials"));
    expect(trials?.environment).toBe("non-production");
    // A host has no tag of its own.
    const host = all("host").find(({ parent }) => parent === trials?.id);
    expect(host?.environment).toBe("non-production");
    expect(all("volume").map(({ name }) => String(opened.fact("volume", name, "hypervisor.tags")))).toContain(
      "Storage: Shared",
    );
  });

  test("an alarm is acknowledged, and comes anew when it has ended in between", async () => {
    const [host] = all("host");
    if (!host) throw new Error("no host");
    const { name } = host;
    const virtual = [...lab.world.virtual.hosts.values()].find((each) => each.name === name);
    const alarm = "Alarm: Host connection and power state.";
    lab.world.inject(["host-unreachable", virtual?.id ?? ""]);
    await opened.until(() => problems("host", name).includes(alarm));
    const { resource } = opened.contextOf(name);
    const acknowledge = opened.action("vsphere.alarm-acknowledge");
    const [choice] = acknowledge.fieldsFor?.(resource)[0]?.choices ?? [];
    const { verification } = await opened.run(acknowledge.id, name, { alarm: choice?.value });
    expect(verification).toMatchObject({ proven: true });
    await opened.until(() =>
      problems("host", name).some((words) =>
        words.startsWith(
          "Alarm: Host connection and power state (acknowledged by console@vsphere.example on ",
        ),
      ),
    );
    lab.world.clear();
    await opened.until(() => problems("host", name).length === 0);
    lab.world.inject(["host-unreachable", virtual?.id ?? ""]);
    await opened.until(() => problems("host", name).includes(alarm));
  });

  test("sessions that end, of both APIs, are begun anew without a word", async () => {
    await opened.until(() => opened.fact("vm", "east-erp-1", "hypervisor.tags") !== null);
    lab.world.inject(["vcenter-session-expired", "east"]);
    lab.world.clear();
    const guest = [...lab.world.virtual.guests.values()].find(({ name }) => name === "east-web-1");
    lab.world.virtual.powerOffGuest(guest?.id ?? "", "somebody");
    await opened.until(() => opened.fact("vm", "east-web-1", "power.state") === "off");
    expect(opened.errors).toBe(0);
  });

  test("another certificate after a restart is refused, told with the old one, and never trusted by itself", async () => {
    const answer = () => {
      const seen = opened.observed.get("vc/vcenter");
      return seen && "error" in seen ? seen.error : null;
    };
    const loggedIn = () => lab.world.virtual.events.filter(({ kind }) => kind === "logged-in").length;
    const before = loggedIn();
    // What it is connected by breaks, as when vCenter is started anew.
    lab.world.inject(["vcenter-down", "east"]);
    lab.world.clear();
    lab.world.inject(["vcenter-certificate-changed", "east"]);
    await opened.until(() => answer()?.code === "vsphere.certificate-changed");
    expect(answer()?.message.en).toContain(`(${lab.pin})`);
    expect(answer()?.hint.en).toBe("Find out why before you change `pin` in the estate file.");
    await opened.observe();
    expect(answer()?.code).toBe("vsphere.certificate-changed");
    expect(opened.resource("vm", "east-web-1").health).toBe("unknown");
    expect(loggedIn()).toBe(before);
    // The estate file names the new one: a system of its own takes the place of this one.
    const shown = /another certificate \(([0-9A-F:]+)\)/.exec(answer()?.message.en ?? "")?.[1];
    await opened.system.close();
    await open({ pin: shown });
    expect(answer()).toBeNull();
    expect(opened.resource("vm", "east-web-1").health).toBe("ok");
  });
});
