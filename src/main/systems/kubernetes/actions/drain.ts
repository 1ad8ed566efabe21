import { z } from "zod";
import type { DrainPod } from "../../../../shared/drain.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import { DrainLedger } from "../drain/ledger.ts";
import { allowedLosses } from "../drain/plan.ts";
import { evictionVersion, readNode, readPods, readSurroundings } from "../drain/read-node.ts";
import { rehearseEvictions } from "../drain/rehearsal.ts";
import { NodeDrain } from "../drain/run.ts";
import { rights } from "../rights.ts";
import { type DrainPreview, previewOf } from "./drain-preview.ts";
import { type ClusterActionParts, nodeOf } from "./parts.ts";
import { rehearse as rehearseChange } from "./rehearse.ts";
import { cordonRequest, setCordon } from "./set-cordon.ts";

const inputSchema = z.object({
  localData: z.boolean().default(false),
  unmanaged: z.boolean().default(false),
  minutes: z.int().min(1).max(720).default(30),
});
type Input = z.infer<typeof inputSchema>;

/**
 * Drains a node by evictions alone, never by deleting a pod. Everything it does may be done again: a drain that was
 * killed in the middle is asked for anew and goes on with what is left.
 */
export function drainAction(parts: ClusterActionParts): Action<Input> {
  const { access } = parts;
  const stateOf = async ({ resource, signal }: ActionContext, input: Input): Promise<DrainPreview> => {
    const name = nodeOf(access, resource);
    const node = await readNode(access, name, signal);
    const pods = await readPods(access, name, signal);
    const ledger = new DrainLedger(input);
    ledger.update(pods, await readSurroundings(access, pods, signal), node.ready, access.now());
    return { name, node, ledger };
  };
  /** Tries what can be tried without an effect; what would be refused for good, in words. */
  const rehearse = async ({ name, node, ledger }: DrainPreview, context: ActionContext, version: string) => {
    if (!node.cordoned) await rehearseChange(access, cordonRequest(name, true, context.signal));
    const { held, refused } = await rehearseEvictions(access, ledger.pods, version, context.signal);
    const now = access.now();
    for (const { pod, reason } of held) ledger.waits(pod.uid, reason, now, now);
    const [first] = refused;
    return first ? refusalWords(first.pod, first.error.text, refused.length) : null;
  };
  return {
    id: "kubernetes.drain",
    title: text("Drain", "Évacuer (drain)"),
    verb: text("Drain", "Évacuer"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["node"],
    input: inputSchema,
    fields: [
      {
        name: "localData",
        label: text(
          "Evict pods with local data: what is in their emptyDir is lost",
          "Évincer les pods à données locales : leur emptyDir est perdu",
        ),
        type: "boolean",
        required: false,
        choices: [],
        initial: false,
      },
      {
        name: "unmanaged",
        label: text(
          "Evict pods without a controller: nothing starts them anew",
          "Évincer les pods sans contrôleur : rien ne les relance",
        ),
        type: "boolean",
        required: false,
        choices: [],
        initial: false,
      },
      {
        name: "minutes",
        label: text("Minutes at most", "Minutes au plus"),
        type: "number",
        required: false,
        choices: [],
        initial: 30,
      },
    ],
    bulk: false,
    probeLimit: 60_000,
    appliesTo: (resource) => access.has(resource.id, "nodes"),
    unavailable: () => parts.rights.missing([rights.patchNodes, rights.listPods, rights.evict]),
    describe: ({ name }) => ({
      steps: [
        text(`Cordon ${name}.`, `Isoler ${name}.`),
        text(
          "Evict its pods through the Eviction API, which heeds every PodDisruptionBudget; pods of DaemonSets stay.",
          "Évincer ses pods par l'API d'éviction, qui respecte chaque PodDisruptionBudget ; ceux des DaemonSets restent.",
        ),
        text("Wait until they have left.", "Attendre leur départ."),
      ],
      proof: text(
        "The node is cordoned, and a fresh list of its pods has none that was to leave.",
        "Le nœud est isolé et une nouvelle liste de ses pods n'en contient aucun qui devait partir.",
      ),
      undo: text(
        "Uncordon it; pods do not come back by themselves.",
        "Lever l'isolement ; les pods ne reviennent pas d'eux-mêmes.",
      ),
    }),

    async probe(context, input) {
      const version = await evictionVersion(access, context.signal);
      const state = await stateOf(context, input);
      const refused = await rehearse(state, context, version);
      parts.desk.preview(context.resource.id, state.ledger.pods, allowedLosses(input));
      const preview = previewOf(state);
      return refused === null || preview.state !== "needed"
        ? preview
        : { ...preview, state: "impossible", text: refused };
    },

    async apply(context, input, probe) {
      const entry = parts.desk.open(context.resource.id, allowedLosses(input));
      try {
        const drain = new NodeDrain({
          access,
          entry,
          context,
          node: nodeOf(access, context.resource),
          uid: String(probe.observed.uid),
          wasCordoned: probe.observed.cordoned === true,
          consent: input,
          limit: input.minutes * 60_000,
          ...(parts.drainTimes && { times: parts.drainTimes }),
        });
        const { evicted, stayed } = await drain.run();
        return { data: { evicted: evicted.length, stayed } };
      } finally {
        entry.end();
      }
    },

    verify: async (context, input): Promise<Verification> => {
      const { proven, words, data } = judge(await stateOf(context, input));
      return { proven, text: words, data };
    },

    async settle(context, input): Promise<Settlement> {
      const { proven, words, data } = judge(await stateOf(context, input));
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },

    endEarly: ({ id }) => void parts.desk.wish(id, "abort-and-uncordon"),

    async undo(context, _input, probe) {
      const name = nodeOf(access, context.resource);
      if (probe.observed.cordoned === true) {
        const words = text(
          "The node was cordoned before the drain and stays so.",
          "Le nœud était isolé avant l'évacuation et le reste.",
        );
        return { proven: true, text: words, data: { cordoned: true } };
      }
      context.committed();
      await setCordon(access, name, false, context.signal);
      const { cordoned } = await readNode(access, name, context.signal);
      return { proven: !cordoned, text: cordonWords(name, cordoned), data: { cordoned } };
    },
  };
}

/** How a drain stands by a fresh reading: done when it is cordoned and nothing is left that was to leave. */
function judge({ name, node, ledger }: DrainPreview) {
  const left = [...ledger.remaining, ...ledger.asking];
  const data = { cordoned: node.cordoned, left: left.length };
  const proven = node.cordoned && left.length === 0;
  return { proven, words: leftWords(name, node.cordoned, left), data };
}

function leftWords(name: string, cordoned: boolean, left: readonly DrainPod[]): LocalText {
  const state = cordonWords(name, cordoned);
  if (left.length === 0) {
    return text(
      `${state.en} No pod is left that was to leave.`,
      `${state.fr} Aucun pod qui devait partir n'y reste.`,
    );
  }
  const few = left
    .slice(0, 5)
    .map(({ namespace, name: pod }) => `${namespace}/${pod}`)
    .join(", ");
  return text(
    `${state.en} Still on it (${left.length}): ${few}. A new drain goes on with that.`,
    `${state.fr} Encore dessus (${left.length}) : ${few}. Une nouvelle évacuation reprend avec cela.`,
  );
}

function refusalWords({ namespace, name }: DrainPod, said: LocalText, pods: number): LocalText {
  const more = pods > 1 ? ` (+${pods - 1})` : "";
  return text(
    `The eviction of ${namespace}/${name}${more} would be refused. ${said.en}`,
    `L'éviction de ${namespace}/${name}${more} serait refusée. ${said.fr}`,
  );
}

function cordonWords(name: string, cordoned: boolean): LocalText {
  return cordoned
    ? text(`${name} is cordoned.`, `${name} est isolé.`)
    : text(`${name} takes new pods.`, `${name} accepte de nouveaux pods.`);
}
