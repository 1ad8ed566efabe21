import { z } from "zod";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, Verification } from "../../../../actions/action.ts";
import { EarlyEnds } from "../../../early-ends.ts";
import type { Move } from "../../../guest-moves.ts";
import { namesOf, planWords, remainingWords, stayedWords } from "../../../guest-words.ts";
import { awayData, awayOf } from "../../../guests-away.ts";
import { limitsOf } from "../../../placement-limits.ts";
import { nodeOf, noQuorum, notInCluster, onNodes } from "../node-words.ts";
import { field, movingFields, movingShape } from "./fields.ts";
import { moveAll } from "./moves.ts";
import { movingRights } from "./moving-rights.ts";
import { back, bringBack } from "./return-plan.ts";
import { type EvacuationParts, plan, readStanding, type Standing } from "./standing.ts";

const evacuateInput = z.strictObject({
  ...movingShape,
  poweredOff: z.boolean().default(false),
  allowStaying: z.boolean().default(false),
});
type Input = z.infer<typeof evacuateInput>;

const fields = [
  ...movingFields,
  field("poweredOff", text("Move VMs that are off too", "Déplacer aussi les VM éteintes"), "boolean", false),
  field(
    "allowStaying",
    text("Go on although some cannot move", "Continuer même si certaines ne peuvent pas être déplacées"),
    "boolean",
    false,
  ),
];

/**
 * Moves what runs on a node to other nodes of its cluster: planned by room, storages, devices and the rules of HA, one at a
 * time unless asked otherwise, through HA what that looks after. What cannot move is told before and after.
 */
export function evacuateAction(parts: EvacuationParts): Action<Input> {
  const early = new EarlyEnds();
  return {
    ...onNodes(parts),
    rights: (resource) => movingRights(parts, nodeOf(parts.system, resource)),
    id: "proxmox.evacuate",
    title: text("Evacuate", "Évacuer"),
    verb: text("Evacuate", "Évacuer"),
    risk: "disruptive",
    effect: "convergent",
    input: evacuateInput,
    fields,
    bulk: false,
    probeLimit: 60_000,
    describe: ({ name }, { containers }) => ({
      steps: [
        text(
          `Move the running VMs of ${name} to other nodes of its cluster while they run; what HA looks after, through HA.`,
          `Déplacer les VM en marche de ${name} vers d'autres nœuds de sa grappe sans les arrêter ; par la HA pour celles dont elle s'occupe.`,
        ),
        ...(containers
          ? [
              text(
                "Stop each running container, move it, and start it again there.",
                "Arrêter chaque conteneur en marche, le déplacer et le redémarrer là-bas.",
              ),
            ]
          : []),
      ],
      proof: text(
        "By a fresh reading nothing is left on the node that was to leave.",
        "D'après une nouvelle lecture, plus rien de ce qui devait partir ne reste sur le nœud.",
      ),
      undo: text(
        "Those that it moved go back, unless somebody has moved them on.",
        "Celles qu'elle a déplacées reviennent, sauf si quelqu'un les a déplacées depuis.",
      ),
    }),

    async probe(context, input) {
      const standing = await readStanding(parts, context, input);
      const { node, cluster, leaving } = standing;
      const observed = { vms: leaving.length, away: {} };
      if (!node.online) return { state: "impossible", text: notInCluster, observed };
      if (leaving.length === 0) return { state: "done", text: emptyWords(standing), observed };
      if (!cluster.quorate) return { state: "impossible", text: noQuorum, observed };
      const nodes = cluster.nodes.filter(({ name }) => name !== node.name);
      const { moves, unplaced } = await plan(
        parts,
        {
          ...{ guests: leaving, cluster, nodes, wish: input },
          limits: limitsOf(parts, context.resource, input.withinLimits),
        },
        context.signal,
      );
      const away = awayData(new Map(moves.map(({ vm, to }) => [vm, to])));
      const isStuck = unplaced.length > 0 && (!input.allowStaying || moves.length === 0);
      return {
        state: isStuck ? "impossible" : "needed",
        text: planWords(moves, unplaced, isStuck),
        observed: { ...observed, away, stays: unplaced.map(({ vm }) => vm) },
        steps: moves
          .slice(0, 50)
          .map(({ name, toName }) => text(`${name} → ${toName}`, `${name} → ${toName}`)),
      };
    },

    async apply(context, input, { observed }) {
      const ending = new AbortController();
      const work = early.begin(context.resource.id, () => ending.abort());
      try {
        const { cluster, node } = await readStanding(parts, context, input);
        const planned = awayOf(observed.away);
        const moves = cluster.guests.flatMap(({ id, name, node: at }): Move[] => {
          const to = planned.get(String(id));
          return to && at === node.name ? [{ vm: String(id), name, to, toName: to }] : [];
        });
        const options = { limit: input.limit, wish: input, ending: ending.signal };
        const { moved, gone, refused, untried } = await moveAll(parts, context, cluster, moves, options);
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
      const standing = await readStanding(parts, context, input);
      const { proven, text: words, data } = judged(standing, observed.stays, [], {});
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },

    endEarly: ({ id }) => early.ask(id),

    async undo(context, { limit, withinLimits, containers, localDisks }, { observed }) {
      const away = awayOf(observed.away);
      const options = {
        limit,
        withinLimits,
        wish: { containers, localDisks },
        ending: new AbortController().signal,
      };
      await bringBack(parts, context, away, options);
      return back(parts, context, away);
    },
  };
}

const refusedSchema = z.object({ name: z.string(), why: z.object({ en: z.string(), fr: z.string() }) });

function judged(
  standing: Standing,
  stays: unknown,
  refused: readonly { name: string; why: LocalText }[],
  data: Record<string, z.core.util.JSONType>,
): Verification {
  const { leaving, node } = standing;
  const agreed = new Set(Array.isArray(stays) ? stays : []);
  const remaining = leaving.filter(({ id }) => !agreed.has(String(id)));
  const moved = Array.isArray(data.moved) ? data.moved.length : 0;
  const kept = { left: leaving.map(({ name }) => name).slice(0, 100), moved };
  if (remaining.length > 0) {
    return { proven: false, text: remainingWords(node.name, moved, remaining, refused), data: kept };
  }
  const words = leaving.length === 0 ? emptyWords(standing) : stayedWords(namesOf(leaving));
  return { proven: true, text: words, data: kept };
}

function emptyWords({ node }: Standing): LocalText {
  return text(
    `Nothing is left on ${node.name} that was to leave.`,
    `Rien de ce qui devait partir ne reste sur ${node.name}.`,
  );
}
