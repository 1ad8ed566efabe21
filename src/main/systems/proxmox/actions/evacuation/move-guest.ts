import { OpsError } from "../../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext } from "../../../../actions/action.ts";
import type { MoveEnd } from "../../../guest-moves.ts";
import type { GuestKind } from "../../client/requests.ts";
import type { CallOptions } from "../../client/session.ts";
import { readUpid, type Upid } from "../../client/upid.ts";
import { fieldsOf, listOf, wordsAt } from "../../client/values.ts";
import { readHaState, readTasks } from "../../records.ts";
import type { GuestNow } from "../guest.ts";
import { beginMove, whereIs } from "../migrate-call.ts";
import {
  failureOf,
  followTask,
  type ProxmoxActionParts,
  refusalIn,
  stopTask,
  type TaskEnd,
  timesOf,
} from "../task.ts";
import { markTasks, taskSince } from "../tasks-since.ts";
import type { MoveWish } from "./bounds.ts";

/** A guest that is to move. */
export interface Mover {
  id: number;
  kind: GuestKind;
  /** The node that it leaves. */
  node: string;
  /** Its identifier in HA, such as `vm:100`; null where HA does not look after it. */
  service: string | null;
}

/** Why a move did not come about; `isAgain`: because something else works on the guest. */
interface NotMoved {
  why: LocalText;
  isAgain: boolean;
}

/** Tasks by which guests move, also those that HA begins. */
const moveTasks = ["qmigrate", "vzmigrate"] as const;
/** How often a guest that another task works on is tried, one look apart. */
const mostTries = 30;
/** Refusals that say nothing of one guest alone. */
const general: ReadonlySet<string> = new Set([
  "proxmox.not-allowed",
  "proxmox.no-quorum",
  "proxmox.login-refused",
]);
/** Milliseconds that a move is given to end once it was asked to. */
const grace = 30_000;
/** States of a service that HA moves, and those in which it has come to rest. */
export const movingStates = /^(migrate|relocate|request_stop|recovery)$/;
/** A task that another one has kept out, in the words of Proxmox VE. */
const lockWords = /is locked|can't lock file/i;
const restingStates = /^(started|stopped|disabled|freeze)$/;

/** What the move of one guest goes by. */
export interface MoveWork {
  wish: MoveWish;
  tell(fraction: number | null): void;
  /** Once it is aborted, a VM that is on its way is stopped, which leaves it where it was. */
  ending: AbortSignal;
}

/**
 * Moves a guest to another node, through HA where that looks after it, and says how that ended by reading where it is. A
 * move that is under way already is followed. Throws what says nothing of this guest: a lost connection, a missing
 * privilege, no quorum.
 */
export async function moveGuest(
  parts: ProxmoxActionParts,
  context: ActionContext,
  mover: Mover,
  to: string,
  work: MoveWork,
): Promise<MoveEnd> {
  let end: NotMoved | null = null;
  let { node } = mover;
  for (let tries = 0; tries < mostTries; tries++) {
    await followRunning(parts, context, { ...mover, node }, work);
    const now = await whereIs(parts, mover, context.signal);
    if (now === null) return { state: "gone" };
    if (now.node === to) return { state: "there" };
    // What was about to leave when it was to come back has left by now.
    if (now.node !== node && mover.node !== to) return { state: "refused", why: isElsewhere(now.node) };
    node = now.node;
    if (end !== null && !end.isAgain) return { state: "refused", why: end.why };
    if (work.ending.aborted) return { state: "refused", why: wasStopped };
    if (end !== null) {
      work.tell(null);
      await parts.wait(timesOf(parts).look, context.signal);
    }
    end =
      (mover.service === null
        ? await moveByTask(parts, context, now, to, work)
        : await moveByHa(parts, context, { ...mover, node, service: mover.service }, to, work)) ?? stayed;
  }
  return { state: "refused", why: (end ?? stayed).why };
}

/** Follows a move of the guest that its node is at already, whoever began it. */
async function followRunning(
  parts: ProxmoxActionParts,
  context: ActionContext,
  { id, node }: Mover,
  work: MoveWork,
): Promise<void> {
  const running = await parts.client.call({
    request: "nodeTasks",
    at: { node },
    parameters: { source: "active", vmid: id },
    signal: context.signal,
  });
  for (const { upid, endedAt } of readTasks(running)) {
    const isMove = moveTasks.some((type) => type === upid.type) && upid.subject === String(id);
    if (isMove && endedAt === null) await follow(parts, context, upid, work);
  }
}

/**
 * Follows the task of a move to its end, which an early end of the whole brings nearer. Null when it could not be stopped
 * then, and goes on without us: HA's own tasks take the privilege Sys.Modify to stop.
 */
async function follow(
  parts: ProxmoxActionParts,
  { signal }: ActionContext,
  { words, type }: Upid,
  { tell, ending }: MoveWork,
): Promise<TaskEnd | null> {
  const leaving = new AbortController();
  const followed = AbortSignal.any([signal, leaving.signal]);
  const stop = () => {
    // A container is down meanwhile: its move is better brought to its end.
    if (type !== "qmigrate") return;
    void stopTask(parts, words);
    parts.wait(grace, followed).then(
      () => leaving.abort(),
      () => undefined,
    );
  };
  if (ending.aborted) stop();
  else ending.addEventListener("abort", stop, { once: true });
  try {
    // The work of one guest among many: only how far it is, is told.
    const progress = (_words: LocalText, fraction: number | null = null) => tell(fraction);
    return await followTask(parts, { signal: followed, progress, output: () => undefined }, words);
  } catch (error) {
    if (leaving.signal.aborted && !signal.aborted) return null;
    throw error;
  } finally {
    ending.removeEventListener("abort", stop);
    leaving.abort();
  }
}

async function moveByTask(
  parts: ProxmoxActionParts,
  context: ActionContext,
  guest: GuestNow,
  node: string,
  work: MoveWork,
): Promise<NotMoved | null> {
  const { localDisks, containers } = work.wish;
  const how = { node, storage: "", withLocalDisks: localDisks, restart: containers };
  const begun = await beginMove(parts, context, guest, how);
  const { task, refused } = begun.data;
  if (typeof task === "string") {
    const upid = readUpid(task);
    const end = upid && (await follow(parts, context, upid, work));
    if (upid && end === null) return goesOn;
    return end?.state === "failed" ? { why: taskWords(end.words), isAgain: lockWords.test(end.words) } : null;
  }
  const why = (await failureOf(parts, context, begun))?.text ?? stayed.why;
  if (typeof refused === "string" && general.has(refused)) throw refusedForAll(refused, why);
  return { why, isAgain: refused === "proxmox.locked" };
}

/** Sends a request once; what is refused because of this guest alone is given, all else is thrown. */
async function send(
  context: ActionContext,
  call: (options: CallOptions) => Promise<unknown>,
): Promise<{ data: unknown } | NotMoved> {
  try {
    return { data: await call({ signal: context.signal, onSent: () => context.committed() }) };
  } catch (error) {
    const refused = refusalIn(error);
    if (!refused || general.has(refused.code)) throw error;
    return { why: refused.text, isAgain: refused.code === "proxmox.locked" };
  }
}

/**
 * Asks HA to move a guest (`POST /cluster/ha/resources/{sid}/migrate`), which it does a round later by tasks of its own,
 * those are followed; it may also let the request fall without a word.
 */
async function moveByHa(
  parts: ProxmoxActionParts,
  context: ActionContext,
  { id, node, service: sid }: Mover & { service: string },
  to: string,
  work: MoveWork,
): Promise<NotMoved | null> {
  const { signal } = context;
  const { look, arrival, patience } = timesOf(parts);
  const tasks = { nodes: [node], types: moveTasks, subject: String(id) };
  const mark = await markTasks(parts, tasks, signal);
  const before = await serviceNow(parts, id, signal);
  if (!movingStates.test(before?.state ?? "")) {
    const parameters = { node: to };
    const answer = await send(context, (options) =>
      parts.client.call({ request: "haMigrate", at: { sid }, parameters, ...options }),
    );
    if ("why" in answer) return answer;
    const blocking = listOf(fieldsOf(answer.data)?.["blocking-resources"]);
    if (blocking.length > 0) {
      return { why: blockedBy(blocking.flatMap((each) => wordsAt(each, "sid") ?? [])), isAgain: false };
    }
  }
  const asked = parts.now();
  let wasTaken = false;
  for (;;) {
    const { own, others } = await taskSince(parts, tasks, mark, signal);
    const task = others ?? own;
    if (task) {
      wasTaken = true;
      const ended = await follow(parts, context, task.upid, work);
      if (ended === null) return goesOn;
      if (ended.state === "failed") return { why: haFailed(ended.words), isAgain: false };
    }
    const service = await serviceNow(parts, id, signal);
    if (service === null) return null;
    if (service.node === to && restingStates.test(service.state)) return null;
    if (service.state === "error") return { why: inError, isAgain: false };
    wasTaken ||= movingStates.test(service.state);
    const waited = parts.now() - asked;
    if (!wasTaken && waited > arrival) return { why: notTaken, isAgain: false };
    if (waited > patience) return { why: notThrough, isAgain: false };
    await parts.wait(look, signal);
  }
}

async function serviceNow({ client }: ProxmoxActionParts, id: number, signal: AbortSignal) {
  return readHaState(await client.call({ request: "haStatus", signal })).services.get(id) ?? null;
}

/** A refusal that holds for every guest. */
function refusedForAll(code: string, why: LocalText): OpsError {
  const hint = text(
    "Put that right, then have it done again: what has moved stays where it is.",
    "Remédiez-y, puis relancez : ce qui a été déplacé reste où il est.",
  );
  return new OpsError({ code, system: "proxmox", message: why, hint });
}

const stayed: NotMoved = {
  why: text(
    "The task has ended, and yet it is where it was.",
    "La tâche est terminée, et pourtant il est resté où il était.",
  ),
  isAgain: false,
};
const wasStopped = text(
  "It was stopped on its way, since the whole was to end.",
  "Son déplacement a été arrêté, l'ensemble devant prendre fin.",
);
const goesOn: NotMoved = {
  why: text(
    "It is still on its way: its task could not be stopped and goes on by itself.",
    "Son déplacement se poursuit : sa tâche n'a pas pu être arrêtée et continue d'elle-même.",
  ),
  isAgain: false,
};
const inError = text(
  "HA has given it up (state error): look at its log.",
  "La HA y a renoncé (état error) : consultez son journal.",
);
const notTaken = text(
  "HA has not taken up the request: a rule of HA may forbid it, or its manager is not at work.",
  "La HA n'a pas donné suite à la demande : une règle HA l'interdit peut-être, ou son gestionnaire est inactif.",
);
const notThrough = text("HA is not through with moving it.", "La HA n'a pas fini de le déplacer.");

function taskWords(words: string): LocalText {
  return text(`The task failed: ${words}.`, `La tâche a échoué : ${words}.`);
}

function haFailed(words: string): LocalText {
  return text(`The move by HA failed: ${words}.`, `Le déplacement par la HA a échoué : ${words}.`);
}

function blockedBy(sids: readonly string[]): LocalText {
  const names = sids.slice(0, 5).join(", ");
  return text(
    `HA keeps it apart from what runs there (${names}).`,
    `La HA le sépare de ce qui y fonctionne (${names}).`,
  );
}

function isElsewhere(node: string): LocalText {
  return text(
    `Somebody has moved it to ${node} meanwhile.`,
    `Quelqu'un l'a déplacé entre-temps sur ${node}.`,
  );
}
