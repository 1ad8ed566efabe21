import type { Declaration, FactValue, Observation, ResourceKind } from "../../../shared/resource.ts";
import { Inventory } from "../../inventory/inventory.ts";

export const gibibyte = 2 ** 30;

interface Thing {
  kind: ResourceKind;
  name: string;
  /** What it is called by, where that is not its name. */
  title?: string;
  parent: string | null;
  facts: Record<string, FactValue>;
}

/** A hypervisor of tests: it tells the inventory of hosts and VMs as the real ones do. Memory in GiB. */
export class Hypervisor {
  readonly inventory: Inventory;
  readonly system: string;
  readonly #site: string;
  readonly #things = new Map<string, Thing>();
  #at = 1_000_000;

  constructor({
    system = "east",
    site = "atelier",
    inventory = new Inventory({ now: () => this.#at }),
  } = {}) {
    this.system = system;
    this.#site = site;
    this.inventory = inventory;
  }

  cluster(name: string): this {
    return this.#add({ kind: "cluster", name, parent: this.#site, facts: { "hypervisor.hosts": 1 } });
  }

  host(
    name: string,
    cluster: string | null,
    facts: Record<string, FactValue> & { memory?: number } = {},
  ): this {
    const { memory = 128, ...more } = facts;
    return this.#add({
      kind: "host",
      name,
      parent: cluster === null ? this.#site : this.id(cluster),
      facts: {
        "power.state": "on",
        "hypervisor.maintenance": false,
        "hypervisor.cluster": cluster,
        "hypervisor.cores": 16,
        "memory.total": memory * gibibyte,
        "hardware.model": "R650",
        ...more,
      },
    });
  }

  /** Four hosts of 128 GiB and 16 cores in the cluster `prod`; each with three VMs of 16 GiB. */
  fourHosts(): this {
    this.cluster("prod");
    for (const host of ["esx-1", "esx-2", "esx-3", "esx-4"]) {
      this.host(host, "prod");
      for (const index of [1, 2, 3]) this.vm(`${host}-${index}`, host, 16);
    }
    return this;
  }

  vm(name: string, host: string, memory: number, facts: Record<string, FactValue> = {}): this {
    return this.#add({
      kind: "vm",
      name,
      parent: this.id(host),
      facts: {
        "power.state": "on",
        "vm.host": host,
        "vm.template": false,
        "cpu.count": 2,
        "memory.total": memory * gibibyte,
        ...facts,
      },
    });
  }

  /** A storage of a host, or of all (null); `title` where several have one name. */
  volume(name: string, host: string | null, title = name): this {
    const parent = host === null ? this.#site : this.id(host);
    return this.#add({ kind: "volume", name, title, parent, facts: { "storage.capacity": 2 ** 40 } });
  }

  id(name: string): string {
    return `${this.system}/${name}`;
  }

  /** Other facts of something from now on; `tell` says them. */
  change(name: string, facts: Record<string, FactValue>, parent?: string): this {
    const thing = this.#things.get(name);
    if (thing) {
      Object.assign(thing.facts, facts);
      if (parent !== undefined) thing.parent = this.id(parent);
    }
    return this;
  }

  /** It is called otherwise from now on. */
  rename(name: string, title: string): this {
    const thing = this.#things.get(name);
    if (thing) thing.title = title;
    return this;
  }

  remove(name: string): this {
    this.#things.delete(name);
    return this;
  }

  /** Declares and observes everything. */
  tell(): this {
    this.#at += 1000;
    this.inventory.declare(
      this.system,
      [...this.#things.values()].map((thing) => this.#declaration(thing)),
    );
    this.inventory.observe(
      [...this.#things.values()].map(({ name, facts }): Observation => {
        return {
          resource: this.id(name),
          source: this.system,
          at: this.#at,
          health: "ok",
          facts: { ...facts },
          problems: [],
        };
      }),
    );
    return this;
  }

  /** It cannot be read any more. */
  fail(names: readonly string[] = [...this.#things.keys()]): this {
    this.#at += 1000;
    const words = { en: "It does not answer.", fr: "Il ne répond pas." };
    const error = { code: "test.silent", system: this.system, message: words, hint: words };
    this.inventory.observe(
      names.map((name) => ({ resource: this.id(name), source: this.system, at: this.#at, error })),
    );
    return this;
  }

  #add(thing: Thing): this {
    this.#things.set(thing.name, thing);
    return this;
  }

  #declaration({ kind, name, title = name, parent }: Thing): Declaration {
    const { system } = this;
    return {
      id: this.id(name),
      kind,
      name: title,
      system,
      parent,
      site: this.#site,
      environment: null,
      staleAfter: 60_000,
    };
  }
}
