import { type LocalText, text } from "../../../../shared/text.ts";
import type { ScreenSource, SystemConsole } from "../../system.ts";
import type { Vm } from "../records.ts";
import { noScreen } from "./faults.ts";
import { type OpenScreenParts, openScreen } from "./open-screen.ts";

export interface VmScreensParts extends OpenScreenParts {
  /** A VM as it is known; undefined when it is none. */
  vm(resource: string): Vm | undefined;
  /** Why nothing can be asked for now; null when it can. */
  trouble(): LocalText | null;
}

const off = text(
  "The VM is off; its screen shows only while it runs.",
  "La VM est éteinte ; son écran n'existe que lorsqu'elle fonctionne.",
);
const suspended = text("The VM is suspended.", "La VM est suspendue.");
const unknown = text(
  "vCenter does not know whether the VM runs.",
  "vCenter ne sait pas si la VM fonctionne.",
);
const unreachable = text("vCenter does not reach its host.", "vCenter n'atteint pas son hôte.");

/** The screens of a vCenter's VMs, and those that are open. */
export class VmScreens {
  readonly #parts: VmScreensParts;
  readonly #open = new Set<ScreenSource>();
  readonly #closing = new AbortController();

  constructor(parts: VmScreensParts) {
    this.#parts = parts;
  }

  /** The console of a VM, and why it cannot be opened now; a template has none. */
  consoles(resource: string): readonly SystemConsole[] {
    const vm = this.#parts.vm(resource);
    return !vm || vm.template ? [] : [{ kind: "screen", unavailable: this.#unavailable(vm) }];
  }

  /** Throws `vsphere.no-screen` and what openScreen throws. */
  async open(resource: string, signal: AbortSignal): Promise<ScreenSource> {
    const vm = this.#parts.vm(resource);
    if (!vm) throw noScreen(resource);
    const named = { type: vm.type, id: vm.id, name: vm.name ?? vm.id };
    const source = await openScreen(this.#parts, named, AbortSignal.any([signal, this.#closing.signal]));
    this.#open.add(source);
    source.onEnd(() => this.#open.delete(source));
    if (this.#closing.signal.aborted) source.close();
    return source;
  }

  close(): void {
    this.#closing.abort();
    for (const source of [...this.#open]) source.close();
  }

  #unavailable({ power, connection }: Vm): LocalText | null {
    const trouble = this.#parts.trouble();
    if (trouble) return trouble;
    if (connection !== null && connection !== "connected") return unreachable;
    if (power === "poweredOn") return null;
    return power === "poweredOff" ? off : power === "suspended" ? suspended : unknown;
  }
}
