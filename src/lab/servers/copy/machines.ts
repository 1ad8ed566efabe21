import type { EstateCopy } from "../../../shared/estate-copy.ts";
import type { CopiedMachine } from "../../world/copied-machine.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyAddresses } from "./parts.ts";

/** What one system tells of a machine. */
interface Told extends Partial<Omit<CopiedMachine, "id" | "address" | "system">> {
  /** What tells the machine apart from others. */
  key: string;
  /** What it is called in the World, unless something else is. */
  name: string;
  /** The system of the estate that tells it. */
  toldBy: string;
  /** The operating system that it runs. */
  runs?: CopiedMachine["system"];
  address: string | null;
  parent?: string | undefined;
  site?: string | undefined;
  /** Whether what stands at the same address is the same machine, whatever it is called. */
  joins?: boolean;
}

type Draft = CopiedMachine & { parent: string | undefined };

const hostKey = (id: string) => `host ${id}`;
const serverKey = (system: string, server: string) => `server ${system} ${server}`;
const nodeKey = (system: string, node: string) => `node ${system} ${node}`;

/** The machines of a copied estate. What several systems tell of one, by its identifier or its address, is one machine. */
export class CopiedMachines {
  readonly #drafts = new Map<string, Draft>();
  readonly #byAddress = new Map<string, Draft>();
  readonly #names = new Set(["bounce"]);
  readonly #sites: EstateCopy["sites"];
  readonly #addresses: CopyAddresses;

  constructor(copy: EstateCopy, addresses: CopyAddresses) {
    this.#sites = copy.sites;
    this.#addresses = addresses;
    for (const told of toldOf(copy)) this.#take(told);
  }

  /** Each once. */
  get all(): CopiedMachine[] {
    const drafts = new Set(this.#drafts.values());
    return [...drafts].map(({ parent, ...machine }) => {
      const tower = parent === undefined ? undefined : this.#drafts.get(hostKey(parent));
      if (machine.role !== "vm" || tower?.role !== "tower") return machine;
      return { ...machine, tower: tower.id, isOff: machine.isOff || tower.isOff };
    });
  }

  /** What SSH, a management engine or a screen call so. */
  host(id: string): CopiedMachine {
    return this.#known(hostKey(id));
  }

  /** A server that a file store runs on. */
  server(system: string, server: string): CopiedMachine {
    return this.#known(serverKey(system, server));
  }

  /** A node of a Proxmox cluster. */
  node(system: string, node: string): CopiedMachine {
    return this.#known(nodeKey(system, node));
  }

  #known(key: string): CopiedMachine {
    const draft = this.#drafts.get(key);
    if (!draft) throw new RangeError(`no machine ${key}`);
    return draft;
  }

  #take({ key, name, toldBy, runs, address, parent, site, joins = false, ...known }: Told): void {
    const there = address === null ? undefined : this.#byAddress.get(address);
    const draft = this.#drafts.get(key) ?? (joins ? there : undefined);
    if (!draft) {
      const id = this.#freeName(name, toldBy);
      const isFree = address !== null && !there;
      const made = { ...unknownMachine, id, address: isFree ? address : this.#addresses.of(key) };
      const region = site !== undefined && Object.hasOwn(this.#sites, site) ? { region: site } : {};
      const runsOn = runs === undefined ? {} : { system: runs };
      const drawn: Draft = { ...made, ...region, ...known, ...runsOn, parent };
      this.#drafts.set(key, drawn);
      this.#byAddress.set(drawn.address, drawn);
      return;
    }
    this.#drafts.set(key, draft);
    if (known.role === "tower") draft.role = "tower";
    if (known.firmware !== undefined) draft.firmware = known.firmware;
    if (known.isOff) draft.isOff = true;
    // A management engine has the address of its machine, or one of its own.
    if (known.firmware !== undefined && address !== null && address !== draft.address && !there) {
      draft.managementAddress = address;
    }
    draft.parent ??= parent;
  }

  #freeName(name: string, toldBy: string): string {
    const wished = [name, `${toldBy}-${name}`];
    for (let count = 2; ; count += 1) {
      const free = wished.find((each) => !this.#names.has(each));
      if (free !== undefined) {
        this.#names.add(free);
        return free;
      }
      wished.push(`${toldBy}-${name}-${count}`);
    }
  }
}

const unknownMachine: Omit<Draft, "id" | "address" | "parent"> = {
  role: "vm",
  firmware: "none",
  isOff: false,
  processors: null,
  memory: null,
  failedUnits: [],
  managementAddress: null,
};

/** What is told of machines, the surest first: whoever logs in to one knows its address. */
function* toldOf(copy: EstateCopy): Iterable<Told> {
  for (const [system, { site: usual, hosts }] of systemsOf(copy, "ssh")) {
    for (const [id, host] of Object.entries(hosts)) {
      const { kind, parent, site = usual, address, isOff, processors, memory, pending, failedUnits } = host;
      const known = { address, isOff, processors, memory, pending, failedUnits, parent, site };
      const role = kind === "host" ? ("tower" as const) : ("vm" as const);
      yield { key: hostKey(id), name: id, toldBy: system, runs: host.system, ...known, role };
    }
  }
  for (const [system, { site: usual, machines }] of systemsOf(copy, "amt")) {
    for (const [id, { address, isSecure, isOff, site = usual }] of Object.entries(machines)) {
      const firmware = isSecure ? ("recent" as const) : ("usual" as const);
      yield { key: hostKey(id), name: id, toldBy: system, address, role: "tower", firmware, isOff, site };
    }
  }
  for (const [system, { site, nodes }] of systemsOf(copy, "proxmox")) {
    for (const { name, address, isOff, processors, memory } of nodes) {
      const known = { address, isOff, processors, memory, site };
      yield { key: nodeKey(system, name), name, toldBy: system, ...known, role: "tower", joins: true };
    }
  }
  for (const [system, { site: usual, servers }] of systemsOf(copy, "file-store")) {
    for (const [id, { address, site = usual }] of Object.entries(servers)) {
      yield { key: serverKey(system, id), name: id, toldBy: system, address, site, joins: true };
    }
  }
  for (const [system, { site: usual, screens }] of systemsOf(copy, "vnc")) {
    for (const [id, { kind, parent, site = usual }] of Object.entries(screens)) {
      const role = kind === "host" ? ("tower" as const) : ("vm" as const);
      yield { key: hostKey(id), name: id, toldBy: system, address: null, role, parent, site };
    }
  }
}
