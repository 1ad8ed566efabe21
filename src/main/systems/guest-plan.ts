import { type Guest, type HostRoom, type PlacementLimits, place } from "../../shared/placement.ts";
import type { LocalText } from "../../shared/text.ts";

/** A VM with the hosts that it may go to by itself. */
export interface BoundGuest extends Guest {
  mayGoTo: readonly string[];
}

/** VMs that are to be on one host, or each on another. */
export interface GuestRule {
  name: string;
  vms: readonly string[];
}

export interface RuledPlanInput {
  guests: readonly BoundGuest[];
  rooms: readonly HostRoom[];
  together: readonly GuestRule[];
  apart: readonly GuestRule[];
  limits: PlacementLimits;
  words: {
    /** Why VMs that go together can go nowhere. */
    noCommonHost: LocalText;
    /** Why a VM can go nowhere because of a rule that keeps it apart from others. */
    apart(rule: string): LocalText;
  };
}

export interface MovePlan {
  moves: { vm: string; to: string }[];
  /** `bound`: something else than room keeps it, so that no arrangement of the others would help. */
  unplaced: { vm: string; why: LocalText; bound: boolean }[];
}

/** VMs that go together, as one. */
interface Unit {
  guests: BoundGuest[];
  mayGoTo: string[];
  pinned: LocalText | null;
}

/** Clashes that are put right, one VM and host at a time. */
const mostRounds = 500;

/**
 * Finds a host for each VM by room and by what binds VMs to each other: those that are to be together go together, those
 * that are to be apart to different hosts.
 */
export function planByRules(input: RuledPlanInput): MovePlan {
  const units = unitsOf(input);
  // Each round forbids one VM one host, so that it ends.
  for (let round = 0; ; round++) {
    const { moves, unplaced } = place(
      units.map((unit, index) => asOne(unit, String(index))),
      input.rooms,
      input.limits,
    );
    const of = (index: string) => units[Number(index)];
    const all = moves.flatMap(({ guest, to }) => of(guest)?.guests.map(({ id }) => ({ vm: id, to })) ?? []);
    const clash = round < mostRounds ? clashOf(input.apart, all) : null;
    if (clash === null) {
      return {
        moves: all,
        unplaced: unplaced.flatMap(({ guest, why }) => {
          const { guests = [], pinned = null } = of(guest) ?? {};
          return guests.map(({ id }) => ({ vm: id, why, bound: pinned !== null }));
        }),
      };
    }
    const unit = units.find(({ guests }) => guests.some(({ id }) => id === clash.vm));
    if (unit) unit.mayGoTo = unit.mayGoTo.filter((host) => host !== clash.to);
    if (unit?.mayGoTo.length === 0) unit.pinned ??= input.words.apart(clash.rule);
  }
}

function asOne({ guests, mayGoTo, pinned }: Unit, id: string): Guest {
  return {
    id,
    name: guests.map(({ name }) => name).join(", "),
    memory: guests.reduce((sum, { memory }) => sum + memory, 0),
    vcpus: guests.reduce((sum, { vcpus }) => sum + vcpus, 0),
    mayGoTo,
    pinned,
  };
}

function unitsOf({ guests: all, rooms, together, words }: RuledPlanInput): Unit[] {
  const groups = new Map(all.map((guest) => [guest.id, [guest]]));
  for (const { vms } of together) {
    const members = new Set(vms.flatMap((vm) => groups.get(vm) ?? []));
    const merged = [...new Set([...members].flatMap(({ id }) => groups.get(id) ?? []))];
    for (const { id } of merged) groups.set(id, merged);
  }
  return [...new Set(groups.values())].map((guests) => {
    const mayGoTo = rooms
      .map(({ id }) => id)
      .filter((id) => guests.every((guest) => guest.mayGoTo.includes(id)));
    const first = guests.find(({ pinned }) => pinned !== null)?.pinned ?? null;
    const nowhere = mayGoTo.length === 0 && rooms.some(({ accepts }) => accepts) ? words.noCommonHost : null;
    return { guests, mayGoTo, pinned: first ?? nowhere };
  });
}

/** The first two VMs that are planned for one host against a rule. */
function clashOf(apart: readonly GuestRule[], moves: MovePlan["moves"]) {
  for (const { name, vms } of apart) {
    const taken = new Set<string>();
    for (const { vm, to } of moves) {
      if (!vms.includes(vm)) continue;
      if (taken.has(to)) return { vm, to, rule: name };
      taken.add(to);
    }
  }
  return null;
}
