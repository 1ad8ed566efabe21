import { drawMachine } from "../blueprint.ts";
import type { Machine } from "../machine.ts";
import type { World } from "../world.ts";
import type { Guest } from "./model.ts";

/**
 * The machines behind the screens and shells of guests: drawn when somebody first looks, and in step with their guest
 * from then on. Whoever switches the guest switches the machine; what was done at the machine's keyboard befalls the guest.
 */
export class GuestMachines {
  private readonly world: World;
  private readonly by: string;
  private readonly held = new Map<string, Machine>();
  private readonly undo: (() => void)[] = [];

  /** `by` is who switches a guest off whose machine was, as its hypervisor names users. */
  constructor(world: World, by: string) {
    this.world = world;
    this.by = by;
    this.undo.push(
      world.virtual.onChange((change) => {
        const machine = change.what === "guest" ? this.held.get(change.id) : undefined;
        if (machine) this.follow(machine, world.virtual.guests.get(change.id) ?? null);
      }),
      world.onChange((change) => {
        if (change.what !== "power") return;
        for (const [id, machine] of this.held) if (machine.id === change.machine) this.tell(id, machine);
      }),
    );
  }

  of(guest: Guest): Machine {
    const known = this.held.get(guest.id);
    if (known) return known;
    const { world } = this;
    // What it calls itself, unless something else is called so.
    const name = guest.name.replace(/[^\w.-]/g, "-");
    const id = world.isMachine(name) ? `${guest.cluster}-${guest.key}`.replaceAll("/", "-") : name;
    const blueprint = {
      id,
      role: "vm",
      address: guest.address ?? "",
      domain: `${guest.cluster}.example`,
    } as const;
    const machine = drawMachine(blueprint, world.seed, world.clock.now());
    if (guest.power === "off") Object.assign(machine, { power: "off", stage: "none" });
    else machine.bootedAt = guest.bootedAt ?? machine.bootedAt;
    this.held.set(guest.id, machine);
    world.takeIn(machine);
    return machine;
  }

  close(): void {
    for (const step of this.undo.splice(0)) step();
    this.held.clear();
  }

  private follow(machine: Machine, guest: Guest | null): void {
    if (!guest || guest.power === "off") {
      if (machine.power !== "off") this.world.powerOff(machine.id);
    } else if (guest.power === "on" && machine.power === "off") this.world.powerOn(machine.id);
  }

  /** The machine was switched at its own keyboard. One that restarts is off for no time. */
  private tell(id: string, machine: Machine): void {
    queueMicrotask(() => {
      const guest = this.world.virtual.guests.get(id);
      if (!guest || machine.power !== "off" || guest.power !== "on" || guest.lockedBy !== null) return;
      this.world.virtual.powerOffGuest(id, this.by);
    });
  }
}
