import type { WorldClock } from "../../world/clock.ts";
import { ProviderTasks, type TaskFault } from "./tasks.ts";

/** An entry as the API shows it (`dedicatedCloud.AllowedNetwork`). */
export interface AllowedNetwork {
  networkAccessId: number;
  network: string;
  description: string | null;
  state: "allowed" | "toUpdate" | "toDelete";
}

export interface ProviderServiceOptions {
  name: string;
  clock: WorldClock;
  /** What stands on the list at first, each with its description. */
  entries: readonly (readonly [network: string, description: string | null])[];
  taskFault(): TaskFault | null;
  /** Whether what is added stands on the list twice. */
  isDoubling(): boolean;
}

const block = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/;

/** A Hosted Private Cloud as far as its allowlist goes: entries, and tasks that change them after a while. */
export class ProviderService {
  readonly name: string;
  readonly tasks: ProviderTasks;
  policy: "filtered" | "open" = "filtered";
  private readonly options: ProviderServiceOptions;
  private listed: AllowedNetwork[];
  private made = 100;

  constructor(options: ProviderServiceOptions) {
    this.options = options;
    this.name = options.name;
    this.tasks = new ProviderTasks(options.clock, options.taskFault);
    this.listed = options.entries.map(([network, description]) => this.entryOf(network, description));
  }

  /** The list by now. */
  get entries(): readonly AllowedNetwork[] {
    this.tasks.settle();
    return this.listed;
  }

  find(id: number): AllowedNetwork | null {
    return this.entries.find((entry) => entry.networkAccessId === id) ?? null;
  }

  /** Null for what is no IPv4 block. */
  add(words: string, description: string | null) {
    const network = blockOf(words);
    if (network === null) return null;
    return this.tasks.begin("addNetworkAccess", { networkAccessId: null, network }, () => {
      for (let times = this.options.isDoubling() ? 2 : 1; times > 0; times -= 1)
        this.listed.push(this.entryOf(network, description));
    });
  }

  describe(entry: AllowedNetwork, description: string | null) {
    entry.state = "toUpdate";
    return this.tasks.begin("updateNetworkAccess", entry, () => {
      entry.description = description;
      entry.state = "allowed";
    });
  }

  remove(entry: AllowedNetwork) {
    entry.state = "toDelete";
    return this.tasks.begin("removeNetworkAccess", entry, () => {
      this.listed = this.listed.filter((each) => each !== entry);
    });
  }

  private entryOf(network: string, description: string | null): AllowedNetwork {
    this.made += 1;
    return { networkAccessId: this.made, network, description, state: "allowed" };
  }
}

/** The block in the spelling of the API; a single address is one of 32 bits. */
function blockOf(words: string): string | null {
  const [, ...found] = block.exec(words) ?? [];
  const numbers = found.filter((part) => part !== undefined).map(Number);
  const [a, b, c, d, bits = 32] = numbers;
  if (a === undefined || bits > 32 || [a, b, c, d].some((part) => part === undefined || part > 255))
    return null;
  return `${a}.${b}.${c}.${d}/${bits}`;
}
