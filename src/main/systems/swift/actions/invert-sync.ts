import { z } from "zod";
import type { Resource } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import type { Canary } from "../canary.ts";
import { notCaughtUp, stillSends } from "../faults.ts";
import { fencingKey, type Replication, readSides, type Side, type SideState } from "../replication.ts";
import {
  fencedWords,
  fieldsOf,
  inputSchema,
  inWords,
  isAwaited,
  needed,
  noSuchEnd,
  nothingToPutBack,
  obstacleOf,
  type Roles,
  stepsOf,
  type Wanted,
  wayWords,
} from "./invert-words.ts";
import { type FindReplication, lagWords } from "./measure-lag.ts";

interface Known {
  replication: Replication;
  canary: Canary;
}

const beforeSchema = z.object({
  before: z.array(
    z.object({ end: z.string(), sends: z.enum(["to-other", "elsewhere", "nowhere", "unknown"]) }),
  ),
});

/**
 * `swift.invert-sync`: makes the container of one end the source. What was put at the old source is waited for first, the old
 * direction is ended before the new one begins, and a small object proves the new one. Where the old source is gone, the new
 * one is fenced: it refuses what the old one sends should it come back, until this is run again.
 */
export function invertSyncAction(find: FindReplication): Action<Wanted> {
  const known = (resource: Pick<Resource, "id" | "name">): Known => {
    const found = find(resource);
    if (!found) throw new Error(`${resource.name} is no replication of this system`);
    return found;
  };
  return {
    id: "swift.invert-sync",
    title: text("Invert the replication", "Inverser la réplication"),
    verb: text("Invert", "Inverser"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["replication"],
    input: inputSchema,
    fields: fieldsOf(null),
    fieldsFor: (resource) => fieldsOf(find(resource)?.replication ?? null),
    bulk: true,
    appliesTo: (resource) => find(resource) !== null,
    describe: (resource, wanted) => inWords(known(resource).replication, wanted),
    async probe({ resource, signal }, wanted) {
      const { replication, canary } = known(resource);
      if (!replication.sides.some(({ end }) => end === wanted.to)) {
        return { state: "impossible", text: noSuchEnd(replication, wanted), observed: {} };
      }
      const roles = await rolesOf(replication, wanted, signal);
      const { source, target } = roles;
      const observed = {
        before: [source, target].map(({ side, sends }) => ({ end: side.end, sends })),
        sourceGone: wanted.sourceGone,
      };
      const obstacle = obstacleOf(roles, wanted);
      if (obstacle) return { state: "impossible", text: obstacle, observed };
      const done = await isDone(replication, roles, wanted);
      if (done) return { state: "done", text: wayWords(roles), observed };
      const steps = stepsOf(roles, wanted);
      return { state: "needed", text: needed(roles, wanted, canary.lastArrived), observed, steps };
    },
    async apply(context, wanted) {
      const { replication, canary } = known(context.resource);
      const { signal, progress } = context;
      const roles = await rolesOf(replication, wanted, signal);
      const { source, target } = roles;
      if (isAwaited(roles, wanted)) {
        progress(
          text(
            `Waiting until ${source.side.name} has what was put at ${target.side.name}.`,
            `En attente : ${source.side.name} doit avoir ce qui a été déposé à ${target.side.name}.`,
          ),
        );
        const { arrived, lag } = await canary.measure(target.side, source.side, signal);
        if (!arrived) throw notCaughtUp(target.side.name, source.side.name, Math.round(lag / 1000));
      }
      const left = await setWay(replication, roles, wanted, context);
      return { data: { left } };
    },
    async verify({ resource, signal }, wanted): Promise<Verification> {
      const { replication, canary } = known(resource);
      const roles = await rolesOf(replication, wanted, signal);
      if (!(await isDone(replication, roles, wanted)))
        return { proven: false, text: wayWords(roles), data: {} };
      const { source, target } = roles;
      if (wanted.sourceGone) return { proven: true, text: fencedWords(source.side, target.side), data: {} };
      const measured = await canary.measure(source.side, target.side, signal);
      return { proven: measured.arrived, text: lagWords(measured), data: { ...measured } };
    },
    async settle({ resource, signal }, wanted) {
      const { replication } = known(resource);
      const roles = await rolesOf(replication, wanted, signal);
      const isKnown = roles.source.head !== null && (roles.target.head !== null || wanted.sourceGone);
      const done = await isDone(replication, roles, wanted);
      // Half done is not done: run again, it goes on from there.
      const effect = done ? "happened" : isKnown ? "did-not-happen" : "unknown";
      return { effect, text: wayWords(roles), data: {} };
    },
    async undo(context, wanted, { observed }): Promise<Verification> {
      const { replication, canary } = known(context.resource);
      const { before } = beforeSchema.parse(observed);
      const sender = before.find(({ sends }) => sends === "to-other")?.end;
      const isOne = before.filter(({ sends }) => sends === "to-other").length === 1;
      if (!isOne || sender === undefined) return { proven: false, text: nothingToPutBack, data: {} };
      // One that was gone may still be: then the other is left as it is.
      const back: Wanted = { to: sender, sourceGone: false };
      const roles = await rolesOf(replication, back, context.signal);
      const obstacle = obstacleOf(roles, back);
      if (obstacle) return { proven: false, text: obstacle, data: { asked: wanted.to } };
      await setWay(replication, roles, back, context);
      const measured = await canary.measure(roles.source.side, roles.target.side, context.signal);
      return { proven: measured.arrived, text: lagWords(measured), data: { ...measured } };
    },
  };
}

async function rolesOf(replication: Replication, { to }: Wanted, signal: AbortSignal): Promise<Roles> {
  const [one, other] = await readSides(replication, signal);
  const [source, target] = one.side.end === to ? [one, other] : [other, one];
  const key = await replication.key();
  const isFenced = ({ head, side }: SideState) => head?.syncKey === fencingKey(key, side);
  return { source, target, fenced: isFenced(source) ? "source" : isFenced(target) ? "target" : null };
}

/** Whether the containers stand as they are wanted, keys included. */
async function isDone(
  replication: Replication,
  { source, target }: Roles,
  { sourceGone }: Wanted,
): Promise<boolean> {
  if (!source.head || source.sends !== "to-other") return false;
  const key = await replication.key();
  if (sourceGone && target.sends !== "nowhere") return source.head.syncKey === fencingKey(key, source.side);
  return (
    target.sends === "nowhere" &&
    source.head.syncKey === target.head.syncKey &&
    (source.head.syncKey === key || (sourceGone && source.head.syncKey === fencingKey(key, source.side)))
  );
}

/** Ends the old direction, makes sure that it has ended, then sets the new one; gives the end that could not be told. */
async function setWay(
  replication: Replication,
  { source, target }: Roles,
  { sourceGone }: Wanted,
  { signal, committed, progress }: ActionContext,
): Promise<string | null> {
  const key = await replication.key();
  const to = target.side.address();
  if (to === null) throw stillSends(target.side.name);
  let isLeft = sourceGone && target.head === null;
  if (!isLeft) {
    progress(text(`Ending what ${target.side.name} sends.`, `Arrêt de ce que ${target.side.name} envoie.`));
    try {
      await endSending(target.side, key, { signal, committed });
    } catch (error) {
      // Half gone, it may be read and not be told anything.
      if (!sourceGone || signal.aborted) throw error;
      isLeft = true;
    }
  }
  progress(text(`Setting ${source.side.name} as the source.`, `${source.side.name} devient la source.`));
  const { account, container } = source.side;
  const own = isLeft ? fencingKey(key, source.side) : key;
  await account.setSync(container, { to, key: own }, signal, committed);
  return isLeft ? target.side.end : null;
}

async function endSending(
  { account, container, name }: Side,
  key: string,
  { signal, committed }: Pick<ActionContext, "signal" | "committed">,
): Promise<void> {
  await account.setSync(container, { to: null, key }, signal, committed);
  const head = await account.container(container, signal);
  if (head?.syncTo !== null) throw stillSends(name);
}
