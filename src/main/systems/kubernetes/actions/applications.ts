import { z } from "zod";
import type { InputField, Probe } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../actions/action.ts";
import { rights } from "../rights.ts";
import { unplacedPods, unplacedWords } from "../unplaced-pods.ts";
import {
  isGoing,
  podsLeft,
  type Runnable,
  readRunnables,
  startable,
  startPatch,
  stopPatch,
  stoppable,
} from "./namespace-workloads.ts";
import { type ClusterActionParts, missingRight } from "./parts.ts";
import { rehearse } from "./rehearse.ts";

/** Milliseconds between two looks, and how long pods may take to leave or to come. */
const look = 2000;
const patience = 600_000;
const mostNamed = 8;

const inputSchema = z.object({
  /** On a cluster: the namespace that is meant, which may only come to be there before this is reached. */
  namespace: z
    .union([
      z.literal(""),
      z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "the name of a namespace"),
    ])
    .default(""),
});
type Input = z.infer<typeof inputSchema>;

/**
 * Stops everything that runs in a namespace, and starts it again as it was. How much there was is kept in the objects
 * themselves, so that any console can start it.
 */
export function applicationActions(parts: ClusterActionParts): Action<Input>[] {
  return [stopAction(parts), startAction(parts)];
}

const needed = [rights.patchDeployments, rights.patchStatefulSets, rights.patchCronJobs];

function stopAction(parts: ClusterActionParts): Action<Input> {
  return {
    ...common(parts),
    id: "kubernetes.stop-applications",
    title: text("Stop what runs in a namespace", "Arrêter ce qui s'exécute dans un espace de noms"),
    verb: text("Stop", "Arrêter"),
    risk: "disruptive",
    describe: () => ({
      steps: [
        text("Suspend the CronJobs that are not suspended.", "Suspendre les CronJobs qui ne le sont pas."),
        text(
          "Set every Deployment and StatefulSet to no pods; how many there were stays in an annotation.",
          "Régler chaque Deployment et StatefulSet à zéro pod ; leur nombre reste dans une annotation.",
        ),
        text(
          "Hibernate the databases of CloudNativePG: their volumes stay.",
          "Mettre en hibernation les bases CloudNativePG : leurs volumes restent.",
        ),
      ],
      proof: text(
        "No pod is left in the namespace, but for those of DaemonSets and those that have ended.",
        "Il ne reste aucun pod dans l'espace de noms, hormis ceux des DaemonSets et ceux qui sont terminés.",
      ),
      undo: text("Start again what was stopped.", "Redémarrer ce qui a été arrêté."),
    }),
    probe: async (context, input) => {
      const namespace = namespaceOf(parts, context.resource, input);
      if (namespace === "") return notNamed;
      const all = await readRunnables(parts.access, namespace, context.signal);
      const left = stoppable(all);
      const pods = await podsLeft(parts.access, namespace, context.signal);
      const observed = { stops: left.map(({ key }) => key).slice(0, 200), pods: pods.length };
      if (left.length === 0 && pods.length === 0) return { state: "done", text: stopped, observed };
      for (const each of left) await rehearse(parts.access, patchOf(each, stopPatch(each), context.signal));
      return { state: "needed", text: toStop(left, pods.length), observed };
    },
    apply: (context, input) => stop(parts, context, input),
    verify: (context, input) => awaitStopped(parts, context, input),
    settle: async (context, input): Promise<Settlement> => {
      const namespace = namespaceOf(parts, context.resource, input);
      const left = stoppable(await readRunnables(parts.access, namespace, context.signal));
      const words = left.length === 0 ? stopped : toStop(left, 0);
      return { effect: left.length === 0 ? "happened" : "did-not-happen", text: words, data: {} };
    },
    undo: async (context, input) => {
      await start(parts, context, input);
      return awaitStarted(parts, context, input);
    },
  };
}

function startAction(parts: ClusterActionParts): Action<Input> {
  return {
    ...common(parts),
    id: "kubernetes.start-applications",
    title: text("Start again what was stopped", "Redémarrer ce qui a été arrêté"),
    verb: text("Start", "Démarrer"),
    risk: "disruptive",
    describe: () => ({
      steps: [
        text(
          "Wake the databases of CloudNativePG that were hibernated with it.",
          "Réveiller les bases CloudNativePG mises en hibernation en même temps.",
        ),
        text(
          "Give every Deployment and StatefulSet that was stopped as many pods as it had.",
          "Rendre à chaque Deployment et StatefulSet arrêté autant de pods qu'il en avait.",
        ),
        text(
          "Let the CronJobs go on that were suspended with it.",
          "Rétablir les CronJobs suspendus en même temps.",
        ),
      ],
      proof: text(
        "As many pods of each are ready as it wants.",
        "Autant de pods de chacun sont prêts qu'il en demande.",
      ),
      undo: text("Stop it again.", "L'arrêter de nouveau."),
    }),
    probe: async (context, input) => {
      const namespace = namespaceOf(parts, context.resource, input);
      if (namespace === "") return notNamed;
      const all = await readRunnables(parts.access, namespace, context.signal);
      if (all.length === 0 && input.namespace !== "") return nothingIn(namespace);
      const waiting = startable(all);
      const observed = { starts: waiting.map(({ key }) => key).slice(0, 200) };
      if (waiting.length === 0) return { state: "done", text: nothingStopped(all), observed };
      for (const each of waiting)
        await rehearse(parts.access, patchOf(each, startPatch(each), context.signal));
      return { state: "needed", text: toStart(waiting), observed };
    },
    apply: (context, input) => start(parts, context, input),
    verify: (context, input) => awaitStarted(parts, context, input),
    settle: async (context, input): Promise<Settlement> => {
      const all = await readRunnables(
        parts.access,
        namespaceOf(parts, context.resource, input),
        context.signal,
      );
      const waiting = startable(all);
      const words = waiting.length === 0 ? nothingStopped(all) : toStart(waiting);
      return { effect: waiting.length === 0 ? "happened" : "did-not-happen", text: words, data: {} };
    },
    undo: async (context, input) => {
      await stop(parts, context, input);
      return awaitStopped(parts, context, input);
    },
  };
}

function common(parts: ClusterActionParts) {
  return {
    effect: "convergent" as const,
    kinds: ["namespace" as const, "cluster" as const],
    input: inputSchema,
    fields: namespaceFields,
    fieldsFor: ({ kind }: Resource) => (kind === "cluster" ? namespaceFields : []),
    bulk: true,
    appliesTo: ({ id }: Resource) => id === parts.access.clusterId || parts.access.has(id, "namespaces"),
    unavailable: (resource: Resource) => missingRight(parts, needed, resource),
  };
}

/** Empty where a cluster is meant without saying which of its namespaces. */
function namespaceOf(
  { access }: ClusterActionParts,
  { id }: Pick<Resource, "id">,
  { namespace }: Input,
): string {
  return id === access.clusterId ? namespace : id.slice(`${access.system}/namespaces/`.length);
}

const namespaceFields: InputField[] = [
  {
    name: "namespace",
    label: text("Namespace", "Espace de noms"),
    type: "text",
    required: true,
    choices: [],
    initial: "",
  },
];

const notNamed: Probe = {
  state: "impossible",
  text: text("Say which namespace is meant.", "Indiquez l'espace de noms voulu."),
  observed: {},
};

function nothingIn(namespace: string): Probe {
  return {
    state: "impossible",
    text: text(
      `The namespace ${namespace} has nothing that could be started.`,
      `L'espace de noms ${namespace} ne contient rien qui puisse être démarré.`,
    ),
    observed: {},
  };
}

function patchOf({ path }: Runnable, body: object, signal: AbortSignal) {
  const contentType = "application/merge-patch+json";
  return { method: "PATCH" as const, path, contentType, body, signal };
}

/** CronJobs first, since one that falls due meanwhile would make pods again; databases last, since the others use them. */
async function stop({ access, ...rest }: ClusterActionParts, context: ActionContext, input: Input) {
  const { signal } = context;
  const namespace = namespaceOf({ access, ...rest }, context.resource, input);
  const left = stoppable(await readRunnables(access, namespace, signal));
  context.committed();
  for (const each of left) await access.ask(patchOf(each, stopPatch(each), signal));
  return { data: { stopped: left.map(({ key }) => key).slice(0, 200) } };
}

/** Databases and what has pods first, for what a CronJob starts may need them. */
async function start({ access, ...rest }: ClusterActionParts, context: ActionContext, input: Input) {
  const { signal } = context;
  const namespace = namespaceOf({ access, ...rest }, context.resource, input);
  const waiting = startable(await readRunnables(access, namespace, signal)).reverse();
  context.committed();
  for (const each of waiting) await access.ask(patchOf(each, startPatch(each), signal));
  return { data: { started: waiting.map(({ key }) => key).slice(0, 200) } };
}

function awaitStopped(
  parts: ClusterActionParts,
  context: ActionContext,
  input: Input,
): Promise<Verification> {
  const { access } = parts;
  const namespace = namespaceOf(parts, context.resource, input);
  return awaitNothing(parts, context, async () => {
    const all = await readRunnables(access, namespace, context.signal);
    // A database that goes is counted by its operator as well: its last instance archives before it ends.
    const left = all.filter((each) => stoppable([each]).length > 0 || isGoing(each));
    const pods = await podsLeft(access, namespace, context.signal);
    const open = [...left.map(({ key }) => key), ...pods];
    return { open, words: open.length === 0 ? stopped : stillRuns(pods, left) };
  });
}

function awaitStarted(
  parts: ClusterActionParts,
  context: ActionContext,
  input: Input,
): Promise<Verification> {
  const namespace = namespaceOf(parts, context.resource, input);
  return awaitNothing(parts, context, async () => {
    const all = await readRunnables(parts.access, namespace, context.signal);
    const waiting = startable(all);
    const coming = all.filter(({ ready, wanted }) => ready < wanted);
    const open = [...waiting, ...coming].map(({ key }) => key);
    if (open.length === 0) return { open, words: allRuns(all) };
    const late = notYet(coming, waiting);
    const more = unplacedWords(await unplacedPods(parts.access, namespace, context.signal));
    return { open, words: text(`${late.en}${more.en}`, `${late.fr}${more.fr}`) };
  });
}

/** Waits until nothing is open, ten minutes at most. */
async function awaitNothing(
  { access }: ClusterActionParts,
  context: ActionContext,
  read: () => Promise<{ open: string[]; words: LocalText }>,
): Promise<Verification> {
  const until = access.now() + patience;
  let told = "";
  for (;;) {
    const { open, words } = await read();
    const data = { open: open.slice(0, 50) };
    if (open.length === 0 || access.now() >= until) return { proven: open.length === 0, text: words, data };
    if (words.en !== told) context.progress(words);
    told = words.en;
    await access.wait(look * (1 + 0.5 * access.random()), context.signal);
  }
}

const stopped = text(
  "Nothing runs in the namespace: no pod is left.",
  "Rien ne s'exécute dans l'espace de noms : il ne reste aucun pod.",
);

function toStop(left: readonly Runnable[], pods: number): LocalText {
  const names = namesOf(left.map(({ key }) => key));
  return text(
    `To be stopped: ${names || "nothing"}; pods there: ${pods}.`,
    `À arrêter : ${names || "rien"} ; pods présents : ${pods}.`,
  );
}

function toStart(waiting: readonly Runnable[]): LocalText {
  const words = ({ key, kept }: Runnable) => (kept === null ? key : `${key} (${kept})`);
  const names = namesOf(waiting.map(words));
  return text(`To be started: ${names}.`, `À démarrer : ${names}.`);
}

function nothingStopped(all: readonly Runnable[]): LocalText {
  const idle = all.filter(({ type, wanted }) => type !== "cronjobs" && wanted === 0).length;
  return idle === 0
    ? text("Nothing in the namespace is stopped.", "Rien n'est arrêté dans l'espace de noms.")
    : text(
        `Nothing here was stopped by a console; what has no pods by its own wish: ${idle}.`,
        `Rien n'a été arrêté ici par une console ; sans pods par leur propre réglage : ${idle}.`,
      );
}

function allRuns(all: readonly Runnable[]): LocalText {
  const pods = all.reduce((sum, { ready }) => sum + ready, 0);
  const workloads = all.filter(({ type }) => type !== "cronjobs").length;
  return text(
    `All ${workloads} workloads have the pods that they want: ${pods} are ready.`,
    `Les ${workloads} charges ont les pods voulus : ${pods} sont prêts.`,
  );
}

function stillRuns(pods: readonly string[], left: readonly Runnable[]): LocalText {
  const names = namesOf(pods.length > 0 ? pods : left.map(({ key }) => key));
  return text(`Still running: ${names}.`, `Encore en cours : ${names}.`);
}

function notYet(coming: readonly Runnable[], waiting: readonly Runnable[]): LocalText {
  const words = ({ key, ready, wanted }: Runnable) => `${key} (${ready}/${wanted})`;
  const names = namesOf([...waiting.map(({ key }) => key), ...coming.map(words)]);
  return text(`Not ready yet: ${names}.`, `Pas encore prêts : ${names}.`);
}

function namesOf(names: readonly string[]): string {
  return names.slice(0, mostNamed).join(", ") + (names.length > mostNamed ? "…" : "");
}
