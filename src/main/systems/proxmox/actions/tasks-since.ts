import { type LocalText, text } from "../../../../shared/text.ts";
import type { Settlement } from "../../../actions/action.ts";
import { endOf, readTasks, type TaskRow } from "../records.ts";
import { type ProxmoxActionParts, timesOf } from "./task.ts";

/** What tasks are looked for: of these types, about that subject (a VMID mostly), on any of these nodes. */
export interface TaskWish {
  nodes: readonly string[];
  types: readonly string[];
  subject: string;
}

/** What a probe notes, so that what was begun after it can be told apart; plain data for the journal. */
export type TaskMark = { tasks: string[]; at: number };

const mostTasks = 50;

async function tasksOf(
  { client }: Pick<ProxmoxActionParts, "client">,
  { nodes, types, subject }: TaskWish,
  signal: AbortSignal,
): Promise<TaskRow[]> {
  const isAbout = ({ upid }: TaskRow) => types.includes(upid.type) && upid.subject === subject;
  const parameters = {
    source: "all",
    limit: mostTasks,
    ...(/^\d+$/.test(subject) && { vmid: subject }),
    ...(types.length === 1 && { typefilter: types[0] }),
  };
  const told = await Promise.all(
    nodes.map((node) => client.call({ request: "nodeTasks", at: { node }, parameters, signal })),
  );
  return told.flatMap(readTasks).filter(isAbout);
}

/** Notes the tasks of that kind that there are before anything is sent. Throws OpsErrors. */
export async function markTasks(
  parts: ProxmoxActionParts,
  wish: TaskWish,
  signal: AbortSignal,
): Promise<TaskMark> {
  const tasks = await tasksOf(parts, wish, signal);
  return { tasks: tasks.map(({ upid }) => upid.words), at: parts.now() };
}

/** The task that was begun since by this log-in; `others` when there is one of somebody else alone. */
export interface TaskSince {
  own: TaskRow | null;
  others: TaskRow | null;
}

/**
 * Looks for the task that a request whose answer was lost may have begun: one of its kind that the probe did not see.
 * Throws OpsErrors.
 */
export async function taskSince(
  parts: ProxmoxActionParts,
  wish: TaskWish,
  mark: unknown,
  signal: AbortSignal,
): Promise<TaskSince> {
  const before = markOf(mark);
  const fresh = (await tasksOf(parts, wish, signal))
    .filter(({ upid }) => !before.tasks.includes(upid.words))
    .sort((one, other) => one.upid.startedAt - other.upid.startedAt);
  return {
    own: fresh.find(({ upid }) => upid.by === parts.user) ?? null,
    others: fresh.find(({ upid }) => upid.by !== parts.user) ?? null,
  };
}

/**
 * Settles by the tasks what the effect itself does not show: whether the request began one, and how that ended. Null when
 * that task has ended well, or nobody can say how: then the effect is looked at.
 */
export async function settledByTasks(
  parts: ProxmoxActionParts,
  wish: TaskWish,
  mark: unknown,
  signal: AbortSignal,
): Promise<Settlement | null> {
  const { own, others } = await taskSince(parts, wish, mark, signal);
  if (own) {
    const { upid, status } = own;
    if (status === null) return { effect: "unknown", text: stillRuns, data: { task: upid.words } };
    if (endOf(status) !== "failed") return null;
    return {
      effect: "did-not-happen",
      text: failed(status),
      data: { task: upid.words, exit: status },
    };
  }
  if (others) {
    const { upid } = others;
    return { effect: "unknown", text: byAnother(upid.by), data: { task: upid.words } };
  }
  const isOver = parts.now() - markOf(mark).at > timesOf(parts).arrival;
  return isOver
    ? { effect: "did-not-happen", text: noTask, data: {} }
    : { effect: "unknown", text: noTaskYet, data: {} };
}

function markOf(mark: unknown): TaskMark {
  const { tasks, at } = (mark ?? {}) as Partial<TaskMark>;
  return { tasks: Array.isArray(tasks) ? tasks : [], at: typeof at === "number" ? at : 0 };
}

const stillRuns = text(
  "Proxmox VE has begun the task; it still runs.",
  "Proxmox VE a commencé la tâche ; elle est encore en cours.",
);
const noTask = text(
  "Proxmox VE has begun no such task: the request did not arrive.",
  "Proxmox VE n'a commencé aucune tâche de ce genre : la demande n'est pas arrivée.",
);
const noTaskYet = text(
  "Proxmox VE has begun no such task yet; it may still be about to.",
  "Proxmox VE n'a pas encore commencé de tâche de ce genre ; cela peut encore venir.",
);

function failed(words: string): LocalText {
  return text(`The task failed: ${words}.`, `La tâche a échoué : ${words}.`);
}

function byAnother(by: string): LocalText {
  return text(
    `Such a task was begun since, but by ${by}; whether the request arrived cannot be told.`,
    `Une telle tâche a été commencée depuis, mais par ${by} ; impossible de dire si la demande est arrivée.`,
  );
}
