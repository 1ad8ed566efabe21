import { afterAll, beforeAll, expect, test } from "vitest";
import { OpenedVsphere } from "../../../src/main/systems/vsphere/testing/opened.ts";
import { describeCounterpart } from "../counterpart.ts";
import { findVcsim, Vcsim } from "./vcsim.ts";

const vm = "DC0_H0_VM0";
const host = "DC0_C0_H0";

describeCounterpart("tags and alarms of vcsim", findVcsim(), () => {
  let simulator: Vcsim;
  let opened: OpenedVsphere;

  beforeAll(async () => {
    simulator = await Vcsim.start("-cluster", "1", "-host", "2", "-vm", "2");
    await simulator.govc("tags.category.create", "-m", "Environment");
    await simulator.govc("tags.category.create", "Backup & <restore>");
    for (const name of ["Production", "Trial"])
      await simulator.govc("tags.create", "-c", "Environment", name);
    await simulator.govc("tags.create", "-c", "Backup & <restore>", "every night");
    await simulator.govc("tags.attach", "-c", "Environment", "Production", `/DC0/vm/${vm}`);
    await simulator.govc("tags.attach", "-c", "Backup & <restore>", "every night", `/DC0/vm/${vm}`);
    opened = new OpenedVsphere(
      simulator.port,
      {
        pin: simulator.pin,
        environment: "elsewhere",
        environments: { category: "Environment", tags: { Production: "production", Trial: "trials" } },
      },
      { pause: 50 },
    );
    await opened.observe();
  });
  afterAll(async () => {
    await opened?.system.close();
    await simulator?.stop();
  });

  const tags = (kind: "vm" | "host" | "cluster" | "volume", name: string) =>
    opened.fact(kind, name, "hypervisor.tags");
  const environment = (kind: "vm" | "host", name: string) => opened.resource(kind, name).environment;

  test("tags that govc attached are read by the older API, which is all that it has", async () => {
    await opened.until(() => (tags("vm", vm) as string[] | null)?.length === 2);
    expect(tags("vm", vm)).toEqual(["Backup & <restore>: every night", "Environment: Production"]);
    expect(tags("vm", "DC0_H0_VM1")).toEqual([]);
    expect(environment("vm", vm)).toBe("production");
    expect(environment("vm", "DC0_H0_VM1")).toBe("elsewhere");
    const ids = await simulator.govc("tags.attached.ls", "-r", `/DC0/vm/${vm}`);
    expect(ids.trim().split("\n")).toHaveLength(2);
    expect(opened.resource("service", "vc")).toMatchObject({ health: "ok", problems: [] });
  });

  test("what govc attaches, detaches and renames meanwhile is seen, on hosts, clusters and datastores too", async () => {
    await simulator.govc("tags.attach", "-c", "Environment", "Trial", "/DC0/host/DC0_C0");
    await simulator.govc("tags.attach", "-c", "Environment", "Trial", "/DC0/datastore/LocalDS_0");
    await simulator.govc("tags.detach", "-c", "Environment", "Production", `/DC0/vm/${vm}`);
    await opened.until(() => String(tags("cluster", "DC0_C0")) === "Environment: Trial");
    await opened.until(() => String(tags("volume", "LocalDS_0")) === "Environment: Trial");
    await opened.until(() => (tags("vm", vm) as string[]).length === 1);
    expect(environment("vm", vm)).toBe("elsewhere");
    // What is in the cluster is where the cluster is.
    expect(environment("host", host)).toBe("trials");
    expect(environment("vm", "DC0_C0_RP0_VM0")).toBe("trials");
    await simulator.govc("tags.update", "-c", "Environment", "-n", "Staging", "Trial");
    await opened.until(() => String(tags("cluster", "DC0_C0")) === "Environment: Staging");
    await opened.until(() =>
      opened.resource("service", "vc").problems.some(({ code }) => code === "vsphere.tags-unmapped"),
    );
    expect(environment("host", host)).toBe("elsewhere");
  });

  test("it triggers no alarm, and none is offered to be acknowledged", async () => {
    expect(
      await simulator.govc("object.collect", "-s", `/DC0/vm/${vm}`, "triggeredAlarmState"),
    ).not.toContain("alarm-");
    const { resource } = opened.contextOf(vm);
    expect(opened.action("vsphere.alarm-acknowledge").appliesTo(resource)).toBe(false);
  });
});
