import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, Applied, Verification } from "../../../../actions/action.ts";
import { EarlyEnds } from "../../../early-ends.ts";
import {
  allowStayingField,
  evacuating,
  goBackWords,
  judgedEvacuation,
  movedData,
  plannedEvacuation,
  poweredOffField,
  settledBy,
} from "../../../guest-evacuation.ts";
import type { Move } from "../../../guest-moves.ts";
import { awayOf } from "../../../guests-away.ts";
import { limitsOf } from "../../../placement-limits.ts";
import { nodeOf, noQuorum, notInCluster, onNodes } from "../node-words.ts";
import { movingFields, movingShape } from "./fields.ts";
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

/**
 * Moves what runs on a node to other nodes of its cluster: planned by room, storages, devices and the rules of HA, one at a
 * time unless asked otherwise, through HA what that looks after. What cannot move is told before and after.
 */
export function evacuateAction(parts: EvacuationParts): Action<Input> {
  const early = new EarlyEnds();
  return {
    ...onNodes(parts),
    ...evacuating,
    rights: (resource) => movingRights(parts, nodeOf(parts.system, resource)),
    id: "proxmox.evacuate",
    input: evacuateInput,
    fields: [...movingFields, poweredOffField, allowStayingField],
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
      undo: goBackWords,
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
      const stays = unplaced.map(({ vm }) => vm);
      const { allowStaying } = input;
      return plannedEvacuation({ moves, unplaced, allowStaying }, { ...observed, stays });
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
        return { data: movedData(await moveAll(parts, context, cluster, moves, options)) };
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

function judged(
  standing: Standing,
  stays: Probe["observed"][string] | undefined,
  data: Applied["data"],
): Verification {
  const { leaving, node } = standing;
  return judgedEvacuation({ name: node.name, leaving, emptyWords: emptyWords(standing) }, stays, data);
}

function emptyWords({ node }: Standing): LocalText {
  return text(
    `Nothing is left on ${node.name} that was to leave.`,
    `Rien de ce qui devait partir ne reste sur ${node.name}.`,
  );
}
