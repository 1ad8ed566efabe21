import { z } from "zod";
import type { Probe } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Verification } from "../../../actions/action.ts";
import { Refusal } from "../client/refusal.ts";
import { wordAt } from "../kinds/seen.ts";
import { isTree } from "../list-watch/items.ts";
import {
  changesBetween,
  missed,
  reverseOf,
  reverseSchema,
  takenBack,
  wantedOf,
  wantedSchema,
} from "../manifests/changes.ts";
import { contentOf, type Tree, versionOf } from "../manifests/content.ts";
import { differenceLines, differences } from "../manifests/differences.ts";
import { beforeNotKept, changedSince, manifestOutdated, manifestRefused } from "../manifests/faults.ts";
import { lockOf } from "../manifests/index.ts";
import { type ObjectPlace, objectOf } from "../manifests/place.ts";
import { withoutTelling } from "../manifests/telling.ts";
import { namespaced, readObject, sendEdit, type Trial, tryEdit } from "../manifests/trial.ts";
import { readYaml, writeYaml } from "../manifests/yaml-text.ts";
import type { ClusterActionParts } from "./parts.ts";

const inputSchema = z.object({ yaml: z.string().min(1).max(4_000_000), version: z.string().max(200) });
type Input = z.infer<typeof inputSchema>;

/** Characters of JSON that the journal keeps of what was before, and fields that it keeps the digests of. */
const mostKept = 24_000;
const mostWanted = 150;
const mostLines = 46;
/** How often an object may move under an edit whose fields did not. */
const rounds = 5;

/**
 * Puts an edited object in the place of the one that was read. The probe is the server's own dry run; the edit is sent
 * only while what the person saw is still so. The journal has what was before of the changed fields, never a secret.
 */
export function editAction(parts: ClusterActionParts): Action<Input> {
  const { access } = parts;
  const placeFor = ({ resource }: Pick<ActionContext, "resource">): ObjectPlace => {
    const place = objectOf(access, resource.id);
    if (!place) throw new Error(`${resource.id} is no object`);
    return place;
  };
  const verify = async (context: ActionContext, probe: Probe): Promise<Verification> => {
    const content = contentOf(await readObject(access, placeFor(context), context.signal));
    const wrong = missed(content, wantedSchema.parse(probe.observed.wanted));
    return { proven: wrong.length === 0, text: verdict(wrong), data: { missed: wrong.slice(0, 20) } };
  };
  /** Sends what `make` makes of the object as it is now; once more where it has moved meanwhile. */
  const replace = async (context: ActionContext, make: (current: Tree) => Tree): Promise<Tree> => {
    const place = placeFor(context);
    const { signal } = context;
    for (let round = 1; ; round++) {
      const current = await readObject(access, place, signal);
      const content = make(current);
      context.committed();
      try {
        return await sendEdit(access, place, { content, current, dryRun: false, signal });
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 409 || round >= rounds) throw error;
      }
    }
  };
  return {
    id: "kubernetes.edit",
    title: text("Edit YAML", "Modifier le YAML"),
    verb: text("Save", "Enregistrer"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["node", "namespace", "workload", "pod", "volume", "service", "operator", "machine-pool"],
    input: inputSchema,
    fields: [],
    bulk: false,
    appliesTo: (resource) => objectOf(access, resource.id) !== null,
    describe: ({ name }) => ({
      steps: [
        text(
          `Replace the object of ${name} by its edit.`,
          `Remplacer l'objet de ${name} par sa version modifiée.`,
        ),
      ],
      proof: text(
        "The object is read again, and every changed field is as it was wished.",
        "L'objet est relu, et chaque champ modifié est tel que voulu.",
      ),
      undo: text(
        "Put the changed fields back, unless somebody has changed them again.",
        "Rétablir les champs modifiés, sauf si quelqu'un les a changés depuis.",
      ),
    }),
    journalled: (input) => {
      const read = readYaml(input.yaml);
      if ("faults" in read) return { version: input.version };
      const clean = withoutTelling(read.written.object);
      return clean === read.written.object ? input : { version: input.version, yaml: writeYaml(clean) };
    },
    async probe(context, input) {
      return probeOf(await tryEdit(access, placeFor(context), input, context.signal), context.resource.name);
    },
    async apply(context, input): Promise<Applied> {
      const place = placeFor(context);
      const read = readYaml(input.yaml);
      if ("faults" in read) throw manifestRefused(place.name, read.faults[0]?.text ?? verdict([]));
      const content = contentOf(namespaced(read.written.object, place));
      const answer = await replace(context, (current) => {
        if (versionOf(current) !== input.version) throw manifestOutdated(place.name);
        return content;
      });
      return { data: { resourceVersion: wordAt(answer, "metadata", "resourceVersion") } };
    },
    verify: (context, _input, probe) => verify(context, probe),
    async settle(context, _input, probe) {
      const { proven, text: words, data } = await verify(context, probe);
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },
    async undo(context, _input, probe) {
      const place = placeFor(context);
      const reverse = reverseSchema.safeParse(probe.observed.reverse);
      if (!reverse.success) throw beforeNotKept(place.name);
      const wanted = wantedSchema.parse(probe.observed.wanted);
      const answer = await replace(context, (current) => {
        const wrong = missed(contentOf(current), wanted);
        if (wrong.length > 0) throw changedSince(place.name, wrong);
        return takenBack(contentOf(current), reverse.data);
      });
      const after = contentOf(answer);
      const back = changesBetween(after, takenBack(after, reverse.data)).length === 0;
      return {
        proven: back,
        text: back
          ? text("The changed fields are as they were before.", "Les champs modifiés sont comme avant.")
          : text("Not every field is as it was before.", "Tous les champs ne sont pas comme avant."),
        data: {},
      };
    },
  };
}

function verdict(wrong: readonly string[]): LocalText {
  const few = wrong.slice(0, 5).join(", ");
  return wrong.length === 0
    ? text("Every changed field is as it was wished.", "Chaque champ modifié est tel que voulu.")
    : text(`Not as it was wished: ${few}.`, `Pas tel que voulu : ${few}.`);
}

function probeOf(trial: Trial, name: string): Probe {
  const lock = lockOf(trial.current);
  const observed = { warnings: trial.warnings.slice(0, 20) };
  if (lock) return { state: "impossible", text: lock, observed };
  if (trial.outcome === "refused") {
    const [first] = trial.faults;
    const at = first?.line ? text(`Line ${first.line}: `, `Ligne ${first.line} : `) : text("", "");
    const words = first?.text ?? verdict([]);
    return { state: "impossible", text: text(`${at.en}${words.en}`, `${at.fr}${words.fr}`), observed };
  }
  if (trial.outcome === "outdated") {
    return { state: "impossible", text: manifestOutdated(name).text, observed };
  }
  const { before, after, current } = trial;
  if (trial.outcome === "unchanged") {
    const words = text("The object is like this already.", "L'objet est déjà ainsi.");
    return { state: "done", text: words, observed };
  }
  const changes = changesBetween(before, after);
  const reverse = changes.length > mostWanted ? null : reverseOf(changes);
  const isKept = reverse !== null && JSON.stringify(reverse).length <= mostKept;
  const found = differences(before, after);
  return {
    state: "needed",
    text: text(`Fields that change: ${found.length}.`, `Champs modifiés : ${found.length}.`),
    observed: {
      ...observed,
      wanted: wantedOf(changes.slice(0, mostWanted)),
      reverse: isKept ? z.json().parse(reverse) : null,
    },
    steps: [
      ...ownersOf(current),
      ...trial.warnings
        .slice(0, 2)
        .map((words) => text(`The API server warns: ${words}`, `Le serveur d'API avertit : ${words}`)),
      ...differenceLines(found, mostLines),
    ],
  };
}

/** Who may set the object back. */
function ownersOf(object: Tree): LocalText[] {
  const metadata = isTree(object.metadata) ? object.metadata : {};
  const owners = Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences.filter(isTree) : [];
  const owner = owners.find(({ controller }) => controller === true);
  const manager = isTree(metadata.labels) ? metadata.labels["app.kubernetes.io/managed-by"] : undefined;
  const keeper = owner ? `${owner.kind} ${owner.name}` : typeof manager === "string" ? manager : null;
  return keeper === null
    ? []
    : [
        text(
          `Note: ${keeper} looks after this object and may set it back.`,
          `À noter : ${keeper} gère cet objet et peut le rétablir.`,
        ),
      ];
}
