import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FactValue, Health, ResourceKind } from "../../shared/resource.ts";
import type { Topology } from "../../shared/topology.ts";
import { Hypervisor } from "../capacity/testing/hypervisor.ts";
import { limits } from "./picture.ts";
import { TopologyDesk } from "./topology.ts";

let east: Hypervisor;
let desk: TopologyDesk;
beforeEach(() => {
  vi.useFakeTimers();
  east = new Hypervisor();
  desk = new TopologyDesk({ inventory: east.inventory });
});
afterEach(() => {
  desk.close();
  east.inventory.close();
  vi.useRealTimers();
});

const stored = (name: string, network = "lan"): Record<string, FactValue> => ({
  "vm.storages": [name],
  "vm.networks": [network],
});

/** Two hosts in a cluster, one without; a VM on each, on a storage of which the hypervisor tells. */
function small(): void {
  east.cluster("prod").host("esx-1", "prod").host("esx-2", "prod").host("lone", null);
  east.vm("web-1", "esx-1", 4, stored("ds-1")).vm("web-2", "esx-2", 4, stored("ds-1", "dmz"));
  east.vm("db-1", "lone", 4, stored("hidden"));
  east.volume("ds-1", null);
  east.tell();
}

/** What another system says of a machine: an SSH host, a Kubernetes node. */
function tellOf(
  system: string,
  id: string,
  { kind = "host", parent = null, health = "ok", facts = {} }: Partial<Told> = {},
): void {
  const common = { name: id, system, site: "atelier", environment: null, staleAfter: 60_000 };
  east.inventory.redeclare(system, { added: [{ id, kind, parent, ...common }], removed: [] });
  east.inventory.observe([{ resource: id, source: system, at: 1_000_000, health, facts, problems: [] }]);
}
interface Told {
  kind: ResourceKind;
  parent: string | null;
  health: Health;
  facts: Record<string, FactValue>;
}

const links = ({ links: all, things }: Topology) => {
  const name = (id: string) => things.find((thing) => thing.id === id)?.name;
  return all.map(({ from, to, as }) => `${name(from)} ${as} ${name(to)}`).sort();
};
const names = ({ things }: Topology) => things.map(({ kind, name }) => `${kind} ${name}`);
const thing = (view: Topology, name: string) => {
  const found = view.things.find((each) => each.name === name);
  if (!found) throw new Error(`${name} is not drawn`);
  return found;
};

test("a small site is shown whole: what is in, runs on, is stored on and joins what", () => {
  small();
  const view = desk.view("atelier", null);
  expect(names(view)).toEqual([
    "cluster prod",
    "host esx-1",
    "host esx-2",
    "host lone",
    "vm db-1",
    "vm web-1",
    "vm web-2",
    "network dmz",
    "volume ds-1",
    "volume hidden",
    "network lan",
  ]);
  expect(links(view)).toEqual([
    "db-1 joins lan",
    "db-1 runs-on lone",
    "db-1 stored-on hidden",
    "esx-1 in prod",
    "esx-2 in prod",
    "web-1 joins lan",
    "web-1 runs-on esx-1",
    "web-1 stored-on ds-1",
    "web-2 joins dmz",
    "web-2 runs-on esx-2",
    "web-2 stored-on ds-1",
  ]);
  expect(view).toMatchObject({ site: "atelier", around: null, more: [] });
  expect(thing(view, "ds-1")).toMatchObject({ resource: "east/ds-1", health: "ok" });
});

test("nothing is said of the health of what is only named, and of what cannot be read nothing good", () => {
  small();
  expect(thing(desk.view("atelier", null), "hidden")).toMatchObject({ resource: null, health: null });
  east.fail(["esx-1"]);
  vi.advanceTimersByTime(1000);
  expect(thing(desk.view("atelier", null), "esx-1").health).toBe("unknown");
});

describe("around", () => {
  test("a VM: its host and that one's cluster, what it is stored on and joins", () => {
    small();
    const view = desk.view("atelier", "east/web-1");
    expect(view.around).toBe("east/web-1");
    expect(names(view).sort()).toEqual([
      "cluster prod",
      "host esx-1",
      "network lan",
      "vm web-1",
      "volume ds-1",
    ]);
    expect(thing(view, "prod").more).toEqual([{ kind: "host", total: 1, wrong: 0 }]);
    // web-2 is stored there as well.
    expect(thing(view, "ds-1").more).toEqual([{ kind: "vm", total: 1, wrong: 0 }]);
  });

  test("a host: its VMs and what those need; a storage or network: who uses it and where that runs", () => {
    small();
    expect(names(desk.view("atelier", "east/esx-2")).sort()).toEqual([
      "cluster prod",
      "host esx-2",
      "network dmz",
      "vm web-2",
      "volume ds-1",
    ]);
    const users = ["cluster prod", "host esx-1", "host esx-2", "vm web-1", "vm web-2", "volume ds-1"];
    expect(names(desk.view("atelier", "east/ds-1")).sort()).toEqual(users);
    const lan = thing(desk.view("atelier", null), "lan").id;
    const around = desk.view("atelier", lan);
    expect(around.around).toBe(lan);
    expect(names(around).sort()).toEqual([
      "cluster prod",
      "host esx-1",
      "host lone",
      "network lan",
      "vm db-1",
      "vm web-1",
    ]);
    const hidden = thing(desk.view("atelier", null), "hidden").id;
    expect(names(desk.view("atelier", hidden)).sort()).toEqual(["host lone", "vm db-1", "volume hidden"]);
  });

  test("what is not known: the whole site, and it says so", () => {
    small();
    for (const id of ["east/gone", "network\natelier\neast\nno", "volume\n", "atelier", "\n\n\n"])
      expect(desk.view("atelier", id)).toEqual(desk.view("atelier", null));
  });

  test("a cluster: its hosts, its VMs where they are few", () => {
    small();
    expect(names(desk.view("atelier", "east/prod")).sort()).toEqual([
      "cluster prod",
      "host esx-1",
      "host esx-2",
      "network dmz",
      "network lan",
      "vm web-1",
      "vm web-2",
      "volume ds-1",
    ]);
  });
});

describe("too much to draw", () => {
  function large(vms: number): void {
    east.cluster("prod").host("esx-1", "prod").host("esx-2", "prod").volume("ds-1", null);
    for (let index = 0; index < vms; index++)
      east.vm(`vm-${index}`, index % 2 === 0 ? "esx-1" : "esx-2", 1, stored("ds-1"));
    east.tell();
  }

  test("VMs are counted behind their hosts, those that are not well as well; their needs are their hosts'", () => {
    large(limits.vmsOfMany + 20);
    east.fail(["vm-0", "vm-2", "vm-3"]);
    const view = desk.view("atelier", null);
    expect(names(view)).toEqual(["cluster prod", "host esx-1", "host esx-2", "volume ds-1", "network lan"]);
    expect(thing(view, "esx-1").more).toEqual([{ kind: "vm", total: 50, wrong: 2 }]);
    expect(thing(view, "esx-2").more).toEqual([{ kind: "vm", total: 50, wrong: 1 }]);
    expect(thing(view, "ds-1").more).toEqual([{ kind: "vm", total: 100, wrong: 3 }]);
    expect(links(view)).toContain("esx-1 stored-on ds-1");
    expect(links(view)).toContain("esx-2 joins lan");
    expect(desk.view("atelier", "east/prod").things).toHaveLength(5);
  });

  test("the VMs of one host are drawn, as many as can be looked at, and the rest is counted", () => {
    large(2 * limits.vmsOfOne + 20);
    const view = desk.view("atelier", "east/esx-1");
    expect(view.things.filter(({ kind }) => kind === "vm")).toHaveLength(limits.vmsOfOne);
    expect(thing(view, "esx-1").more).toEqual([{ kind: "vm", total: 10, wrong: 0 }]);
  });

  test("hosts beyond what a picture holds are counted at their cluster, or at the site", () => {
    east.cluster("prod");
    for (let index = 0; index < limits.hosts + 5; index++) east.host(`esx-${1000 + index}`, "prod");
    east.host("zz-lone", null).tell();
    const view = desk.view("atelier", null);
    expect(view.things).toHaveLength(limits.hosts + 1);
    expect(thing(view, "prod").more).toEqual([{ kind: "host", total: 5, wrong: 0 }]);
    expect(view.more).toEqual([{ kind: "host", total: 1, wrong: 0 }]);
  });
});

describe("one machine under several names is one thing", () => {
  const uuid = { "hardware.uuid": "4c4c4544-0042-3510-8056-b4c04f503533" };

  test("a host that is reached by SSH as well: the worst of both, and links of both", () => {
    small();
    east.change("esx-1", uuid).tell();
    tellOf("hosts", "tower-a", { health: "critical", facts: uuid });
    const view = desk.view("atelier", null);
    expect(names(view)).not.toContain("host tower-a");
    expect(thing(view, "esx-1")).toMatchObject({
      health: "critical",
      also: [{ resource: "tower-a", system: "hosts" }],
    });
    expect(desk.view("atelier", "tower-a").around).toBe("east/esx-1");
  });

  test("a VM that is a node: it is in the node's cluster too", () => {
    small();
    east.change("web-1", uuid).tell();
    tellOf("kube", "kube/cluster", { kind: "cluster" });
    tellOf("kube", "kube/node-1", { kind: "node", parent: "kube/cluster", facts: uuid });
    const view = desk.view("atelier", null);
    expect(links(view)).toContain("web-1 in kube/cluster");
    expect(links(view)).toContain("web-1 runs-on esx-1");
    expect(names(desk.view("atelier", "kube/cluster"))).toContain("vm web-1");
  });

  test("a host of which its hypervisor tells only the name: what is called so at the site, unless another is", () => {
    small();
    tellOf("hosts", "esx-1", { facts: uuid });
    expect(thing(desk.view("atelier", null), "esx-1").also).toMatchObject([
      { resource: "esx-1", byName: true },
    ]);
    expect(desk.view("atelier", "esx-1").around).toBe("east/esx-1");
    east.change("esx-1", { "hardware.uuid": "9999aaaa-0042-3510-8056-b4c04f503533" }).tell();
    vi.advanceTimersByTime(1000);
    expect(desk.view("atelier", "esx-1").around).toBe("esx-1");
    east.host("twin-1", null).host("twin-2", null).rename("twin-1", "twin").rename("twin-2", "twin").tell();
    tellOf("hosts", "twin");
    vi.advanceTimersByTime(1000);
    expect(desk.view("atelier", null).things.filter(({ name }) => name === "twin")).toHaveLength(3);
  });

  test("two that hypervisors tell of stay two, and what could be either stays by itself", () => {
    small();
    east.change("web-1", uuid).change("web-2", uuid).tell();
    tellOf("hosts", "guest", { facts: uuid });
    const view = desk.view("atelier", null);
    expect(names(view)).toEqual(expect.arrayContaining(["vm web-1", "vm web-2", "host guest"]));
    expect(thing(view, "web-1").also).toEqual([]);
  });

  test("names that hang together by a third are one, whichever is asked for", () => {
    const boot = { "os.bootId": "0f6b2c1e-77aa-4c3e-9d1f-aa55bb66cc77" };
    tellOf("a", "by-boot", { facts: boot });
    tellOf("b", "by-uuid", { facts: uuid });
    tellOf("c", "by-both", { kind: "node", facts: { ...boot, ...uuid } });
    const view = desk.view("atelier", null);
    expect(names(view)).toEqual(["host by-boot"]);
    expect(view.things[0]?.also.map(({ resource }) => resource)).toEqual(["by-uuid", "by-both"]);
    for (const id of ["by-boot", "by-uuid", "by-both"])
      expect(desk.view("atelier", id).around).toBe("by-boot");
  });
});

describe("storages of one name", () => {
  test("the one on the VM's own host is meant, and it is in that host", () => {
    east.cluster("forge").host("pve-1", "forge").host("pve-2", "forge");
    east.volume("local@1", "pve-1", "local").volume("local@2", "pve-2", "local");
    east.vm("a", "pve-1", 1, stored("local")).vm("b", "pve-2", 1, stored("local")).tell();
    const view = desk.view("atelier", null);
    const to = (from: string) =>
      view.links
        .filter((link) => link.from === `east/${from}` && link.as === "stored-on")
        .map((link) => link.to);
    expect([to("a"), to("b")]).toEqual([["east/local@1"], ["east/local@2"]]);
    expect(view.links).toContainEqual({ from: "east/local@1", to: "east/pve-1", as: "in" });
    expect(names(desk.view("atelier", "east/pve-1")).filter((name) => name === "volume local")).toHaveLength(
      1,
    );
  });

  test("which of two is meant is not guessed", () => {
    east.host("esx-1", null).volume("one", null, "ds").volume("two", null, "ds");
    east.vm("a", "esx-1", 1, stored("ds")).tell();
    const to = desk.view("atelier", null).links.filter(({ as }) => as === "stored-on");
    expect(to).toEqual([{ from: "east/a", to: "volume\natelier\neast\nds", as: "stored-on" }]);
  });
});

describe("it is kept up to date", () => {
  test("at most once a second, and only by what counts here", () => {
    small();
    const told = vi.fn();
    desk.onChange(told);
    east.change("web-1", { "cpu.used": 40 }).tell();
    vi.advanceTimersByTime(2000);
    expect(told).not.toHaveBeenCalled();
    for (const host of ["esx-2", "esx-1", "esx-2"]) {
      east.change("web-1", { "vm.host": host }, host).tell();
      vi.advanceTimersByTime(300);
    }
    vi.advanceTimersByTime(1000);
    expect(told).toHaveBeenCalledTimes(1);
    expect(links(desk.view("atelier", null))).toContain("web-1 runs-on esx-2");
    east.remove("web-1").tell();
    vi.advanceTimersByTime(1000);
    expect(names(desk.view("atelier", null))).not.toContain("vm web-1");
    expect(desk.view("atelier", "east/web-1").around).toBeNull();
  });

  test("the inventory is followed while somebody looks, and a little longer", () => {
    small();
    const timers = vi.getTimerCount();
    expect(desk.isFollowing).toBe(false);
    const leave = desk.onChange(() => {});
    vi.advanceTimersByTime(60_000);
    expect(desk.isFollowing).toBe(true);
    leave();
    vi.advanceTimersByTime(10_000);
    const again = desk.onChange(() => {});
    vi.advanceTimersByTime(60_000);
    expect(desk.isFollowing).toBe(true);
    again();
    vi.advanceTimersByTime(60_000);
    expect(desk.isFollowing).toBe(false);
    expect(names(desk.view("atelier", null))).toContain("vm web-1");
    vi.advanceTimersByTime(60_000);
    expect(desk.isFollowing).toBe(false);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(timers);
  });
});
