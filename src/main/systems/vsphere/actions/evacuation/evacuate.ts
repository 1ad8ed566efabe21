import { z } from "zod";
import type { InputField, Probe } from "../../../../../shared/action.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Verification } from "../../../../actions/action.ts";
import { optionalField } from "../../../../actions/optional-field.ts";
import { EarlyEnds } from "../../../early-ends.ts";
import {
  allowStayingField,
  evacuating,
  goBackWords,
  judgedEvacuation,
  limitField,
  movedData,
  plannedEvacuation,
  poweredOffField,
  settledBy,
  withinLimitsField,
} from "../../../guest-evacuation.ts";
import type { Move } from "../../../guest-moves.ts";
import { awayOf } from "../../../guests-away.ts";
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
  limitField(2),
  poweredOffField,
  optionalField(
    "leaveToDrs",
    text("Leave to DRS those that it moves by itself", "Laisser à DRS celles qu'il déplace de lui-même"),
    "boolean",
    true,
  ),
  allowStayingField,
  withinLimitsField,
];

/**
 * Moves the running VMs of a host to other hosts of its cluster, where nothing else does: planned by room, storage,
 * networks and rules, some at a time, each proven by where it is. What cannot move is told before and after.
 */
export function evacuateAction(parts: EvacuationParts): Action<Input> {
  const early = new EarlyEnds();
  return {
    ...onHosts(parts),
    ...evacuating,
    id: "vsphere.evacuate",
    input: evacuateInput,
    fields,
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
      undo: goBackWords,
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
      const stays = unmoved.map(({ vm }) => vm);
      const { allowStaying } = input;
      const planned = plannedEvacuation({ moves, unplaced, allowStaying }, { ...observed, stays });
      return planned.state === "impossible" ? { ...planned, text: whatThen(planned.text) } : planned;
    },

    async apply(context, { limit }, { observed }) {
      const work = early.begin(context.resource.id);
      try {
        const moves = await plannedMoves(parts, context, observed.away);
        const options = { limit, stopped: () => work.asked };
        return { data: movedData(await moveAll(parts, context, moves, options)) };
      } finally {
        work.end();
      }
    },

    async verify(context, input, { observed }, { data }) {
      return judged(await readStanding(parts, context, input), observed.stays, data);
    },

    async settle(context, input, { observed }) {
      return settledBy(judged(await readStanding(parts, context, input), observed.stays, {}));
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
  stays: Probe["observed"][string] | undefined,
  data: Applied["data"],
): Verification {
  const { leaving, host } = standing;
  return judgedEvacuation({ name: host.name, leaving, emptyWords: emptyWords(standing) }, stays, data);
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
