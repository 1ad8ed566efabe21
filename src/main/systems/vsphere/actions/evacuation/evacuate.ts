import { z } from "zod";
import type { InputField } from "../../../../../shared/action.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../../actions/action.ts";
import { EarlyEnds } from "../../../early-ends.ts";
import type { Move } from "../../../guest-moves.ts";
import { namesOf, planWords, remainingWords, stayedWords } from "../../../guest-words.ts";
import { awayData, awayOf } from "../../../guests-away.ts";
import { limitsOf } from "../../../placement-limits.ts";
import { readGuests } from "../host-reading.ts";
import { notConnected, onHosts, whatThen } from "../host-words.ts";
import { moveAll } from "./move-all.ts";
import { back, bringBack } from "./return-plan.ts";
import { type EvacuationParts, keptFromDrs, plan, readStanding, type Standing } from "./standing.ts";

const evacuateInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(8).default(2),
  poweredOff: z.boolean().default(false),
  leaveToDrs: z.boolean().default(true),
  allowStaying: z.boolean().default(false),
  withinLimits: z.boolean().default(true),
});
type Input = z.infer<typeof evacuateInput>;

const fields: InputField[] = [
  field("limit", text("VMs that move at a time", "VM déplacées à la fois"), "number", 2),
  field("poweredOff", text("Move VMs that are off too", "Déplacer aussi les VM éteintes"), "boolean", false),
  field(
    "leaveToDrs",
    text("Leave to DRS those that it moves by itself", "Laisser à DRS celles qu'il déplace de lui-même"),
    "boolean",
    true,
  ),
  field(
    "allowStaying",
    text("Go on although some cannot move", "Continuer même si certaines ne peuvent pas être déplacées"),
    "boolean",
    false,
  ),
  field(
    "withinLimits",
    text(
      "Keep to the environment's ceilings of memory and vCPUs",
      "Respecter les plafonds de mémoire et de vCPU de l'environnement",
    ),
    "boolean",
    true,
  ),
];

/**
 * Moves the running VMs of a host to other hosts of its cluster, where nothing else does: planned by room, storage,
 * networks and rules, some at a time, each proven by where it is. What cannot move is told before and after.
 */
export function evacuateAction(parts: EvacuationParts): Action<Input> {
  const early = new EarlyEnds();
  return {
    ...onHosts(parts),
    id: "vsphere.evacuate",
    title: text("Evacuate", "Évacuer"),
    verb: text("Evacuate", "Évacuer"),
    risk: "disruptive",
    effect: "convergent",
    input: evacuateInput,
    fields,
    bulk: false,
    probeLimit: 60_000,
    describe: ({ name }) => ({
      steps: [
        text(
          `Move the running VMs of ${name} to other hosts of its cluster, some at a time.`,
          `Déplacer les VM en marche de ${name} vers d'autres hôtes de sa grappe, quelques-unes à la fois.`,
        ),
      ],
      proof: text(
        "By a fresh reading no VM is left on the host that was to leave.",
        "D'après une nouvelle lecture, aucune VM qui devait partir ne reste sur l'hôte.",
      ),
      undo: text(
        "Those that it moved go back, unless somebody has moved them on.",
        "Celles qu'elle a déplacées reviennent, sauf si quelqu'un les a déplacées depuis.",
      ),
    }),

    async probe(context, input) {
      const standing = await readStanding(parts, context, input);
      const { host, cluster, leaving, left } = standing;
      const observed = {
        maintenance: host.maintenance,
        vms: leaving.length,
        leftToDrs: left.length,
        away: {},
      };
      if (host.connection !== "connected") return { state: "impossible", text: notConnected, observed };
      if (!cluster && leaving.length > 0) return { state: "impossible", text: noCluster, observed };
      const kept = await keptFromDrs(parts, standing, context.signal);
      const isAgreed = kept.length === 0 || input.allowStaying;
      if (!cluster || (leaving.length === 0 && isAgreed)) {
        return { state: "done", text: emptyWords(standing), observed };
      }
      const hosts = cluster.hosts.filter((id) => id !== host.id);
      const limits = limitsOf(parts, context.resource, input.withinLimits);
      const wish = { guests: leaving, cluster, hosts, limits };
      const { moves, unplaced: unmoved } = await plan(parts, wish, context.signal);
      const unplaced = [...unmoved, ...kept];
      const away = awayData(new Map(moves.map(({ vm, to }) => [vm, to])));
      const isStuck = unplaced.length > 0 && (!input.allowStaying || moves.length === 0);
      return {
        state: isStuck ? "impossible" : "needed",
        text: isStuck ? whatThen(planWords(moves, unplaced, isStuck)) : planWords(moves, unplaced, isStuck),
        observed: { ...observed, away, stays: unmoved.map(({ vm }) => vm) },
        steps: moves
          .slice(0, 50)
          .map(({ name, toName }) => text(`${name} → ${toName}`, `${name} → ${toName}`)),
      };
    },

    async apply(context, { limit }, { observed }) {
      const work = early.begin(context.resource.id);
      try {
        const moves = await plannedMoves(parts, context, observed.away);
        const { moved, gone, refused, untried } = await moveAll(parts, context, moves, {
          limit,
          stopped: () => work.asked,
        });
        const reasons = refused.map(({ name, why }) => ({ name, why: { ...why } }));
        return { data: { moved, gone, refused: reasons, untried: untried.length } };
      } finally {
        work.end();
      }
    },

    async verify(context, input, { observed }, { data }): Promise<Verification> {
      const refused = z.array(refusedSchema).catch([]).parse(data.refused);
      return judged(await readStanding(parts, context, input), observed.stays, refused, data);
    },

    async settle(context, input, { observed }) {
      const {
        proven,
        text: words,
        data,
      } = judged(await readStanding(parts, context, input), observed.stays, [], {});
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },

    endEarly: ({ id }) => early.ask(id),

    async undo(context, { limit, withinLimits, leaveToDrs }, { observed }) {
      const away = awayOf(observed.away);
      await bringBack(parts, context, away, { limit, withinLimits, leaveToDrs, stopped: () => false });
      return back(parts, context, away);
    },
  };
}

const noCluster = text(
  "vCenter does not tell which cluster the host is in, so that nothing can be said about where its VMs could go.",
  "vCenter n'indique pas la grappe de l'hôte : impossible de dire où ses VM pourraient aller.",
);
const refusedSchema = z.object({ name: z.string(), why: z.object({ en: z.string(), fr: z.string() }) });

/** What was planned, of the VMs that are still there, with names as they are now. */
async function plannedMoves(parts: EvacuationParts, context: ActionContext, away: unknown): Promise<Move[]> {
  const planned = awayOf(away as Parameters<typeof awayOf>[0]);
  const guests = await readGuests(parts.session, [...planned.keys()], context.signal);
  const hostNames = new Map<string, string>();
  for (const held of parts.inventory()) if (held.is === "host") hostNames.set(held.id, held.name ?? held.id);
  return guests.flatMap(({ id, name, host }) => {
    const to = planned.get(id);
    return to && host !== to ? [{ vm: id, name, to, toName: hostNames.get(to) ?? to }] : [];
  });
}

function judged(
  standing: Standing,
  stays: unknown,
  refused: readonly { name: string; why: LocalText }[],
  data: Record<string, z.core.util.JSONType>,
): Verification {
  const agreed = new Set(Array.isArray(stays) ? stays : []);
  const remaining = standing.leaving.filter(({ id }) => !agreed.has(id));
  const moved = Array.isArray(data.moved) ? data.moved.length : 0;
  const kept = { left: standing.leaving.map(({ name }) => name).slice(0, 100), moved };
  if (remaining.length === 0) {
    const stayed = standing.leaving;
    const words = stayed.length === 0 ? emptyWords(standing) : stayedWords(namesOf(stayed));
    return { proven: true, text: words, data: kept };
  }
  return {
    proven: false,
    text: remainingWords(standing.host.name, moved, remaining, refused),
    data: kept,
  };
}

function emptyWords({ host, left }: Standing): LocalText {
  if (left.length === 0) {
    return text(
      `No VM is left on ${host.name} that was to leave.`,
      `Aucune VM qui devait partir ne reste sur ${host.name}.`,
    );
  }
  return text(
    `DRS moves the VMs of ${host.name} (${left.length}) by itself when it enters maintenance mode.`,
    `DRS déplace de lui-même les VM de ${host.name} (${left.length}) à son entrée en mode maintenance.`,
  );
}

function field(
  name: string,
  label: LocalText,
  type: InputField["type"],
  initial: InputField["initial"],
): InputField {
  return { name, label, type, required: false, choices: [], initial };
}
