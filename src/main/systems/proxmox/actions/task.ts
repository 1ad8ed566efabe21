import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext, Applied, Verification } from "../../../actions/action.ts";
import { Withheld } from "../../../reach/http-exchange.ts";
import { printable } from "../client/exchange.ts";
import { garbage, proxmoxFault } from "../client/faults.ts";
import { ProxmoxRefusal } from "../client/refusal.ts";
import type { CallOptions, ProxmoxClient } from "../client/session.ts";
import { readUpid } from "../client/upid.ts";
import { fieldsOf, wordsAt } from "../client/values.ts";
import { readLogPage } from "../history/task-log.ts";
import type { Known } from "../known.ts";
import type { ResourceIds } from "../picture.ts";
import { endOf } from "../records.ts";

/** What every action on a cluster is made of. */
export interface ProxmoxActionParts {
  system: string;
  client: ProxmoxClient;
  known: Known;
  ids: ResourceIds;
  /** Who the tasks that are begun here are of: `USER@REALM`, with `!TOKEN` where it is one. */
  user: string;
  now(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  times?: Partial<TaskTimes>;
}

/** All in milliseconds. */
export interface TaskTimes {
  /** Between two looks at a task or a guest. */
  look: number;
  /** How long a task may take, and a guest that shuts down or that HA starts. */
  patience: number;
  guestPatience: number;
  /** How long the node of a task may say nothing before the task counts as lost. */
  silence: number;
  /** After so long a request that left no task behind has not arrived. */
  arrival: number;
}

/** Milliseconds to the second look at a task; each pause is twice the one before, until `look`. */
const firstPause = 100;

const usualTaskTimes: TaskTimes = {
  look: 1000,
  patience: 4 * 3_600_000,
  guestPatience: 300_000,
  silence: 90_000,
  arrival: 120_000,
};

/** The times that hold for these parts. */
export function timesOf({ times }: Pick<ProxmoxActionParts, "times">): TaskTimes {
  return { ...usualTaskTimes, ...times };
}

/**
 * How a task ended; `words` are its exit status as Proxmox VE has it, and what its log says more precisely.
 * `gone`: nothing is left that says how far it came, its node does not know it or its worker was killed.
 */
export type TaskEnd =
  | { state: "done" }
  | { state: "warned"; words: string }
  | { state: "failed"; words: string }
  | { state: "gone" };

/**
 * Sends a request once, and gives the UPID of the task that it began, null for one that is done at once. What was refused
 * before anything began is given as `refused`, for `failureOf`; a lost answer is thrown.
 */
export async function begin(
  { client }: Pick<ProxmoxActionParts, "client">,
  context: Pick<ActionContext, "signal" | "committed">,
  send: (options: CallOptions) => Promise<unknown>,
): Promise<Applied> {
  let answer: unknown;
  try {
    answer = await send({ signal: context.signal, onSent: () => context.committed() });
  } catch (error) {
    if (error instanceof Withheld) throw error.cause;
    const why = refusalIn(error);
    if (!why) throw error;
    return { data: { task: null, refused: why.code, why: { ...why.text } } };
  }
  if (answer === null || answer === undefined) return { data: { task: null } };
  const upid = typeof answer === "string" ? readUpid(answer) : null;
  if (!upid) throw garbage(client.name);
  return { data: { task: upid.words } };
}

/** What was certainly not begun, and why, in one piece; null for an error that leaves it open. */
export function refusalIn(error: unknown): { code: string; text: LocalText } | null {
  const isRefusal = error instanceof ProxmoxRefusal && !error.mayHaveBeenTaken;
  const isLogin = error instanceof OpsError && error.code === "proxmox.login-refused";
  if (!isRefusal && !isLogin) return null;
  const { code, text: message, hint } = error;
  return { code, text: text(`${message.en} ${hint.en}`, `${message.fr} ${hint.fr}`) };
}

/**
 * Follows what `begin` gave to its end. Null when it went well, or when only a look at its effect can tell; else that it
 * has failed, in its own words.
 */
export async function failureOf(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "signal" | "progress" | "output">,
  { data }: Applied,
): Promise<Verification | null> {
  if (typeof data.refused === "string") {
    const why = fieldsOf(data.why);
    const words = text(wordsAt(why, "en") ?? data.refused, wordsAt(why, "fr") ?? data.refused);
    return { proven: false, disproven: true, text: words, data: { refused: data.refused } };
  }
  if (typeof data.task !== "string") return null;
  const end = await followTask(parts, context, data.task);
  return end.state === "failed" ? taskFailure(end.words, data.task) : null;
}

/** That a task has failed, with its own words. */
export function taskFailure(words: string, upid: string): Verification {
  const said = words.replace(/\.$/, "");
  return {
    proven: false,
    disproven: true,
    text: text(`The task failed: ${said}.`, `La tâche a échoué : ${said}.`),
    data: { task: upid, exit: words },
  };
}

/**
 * Follows a task to its end: its log goes to `output`, its progress is the share that its log tells. A node that says nothing
 * for a while is waited for. When a person cancels, Proxmox VE is asked to stop the task. Throws OpsErrors.
 */
export async function followTask(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "signal" | "progress" | "output">,
  upid: string,
): Promise<TaskEnd> {
  const { now, wait, client } = parts;
  const { look, patience, silence } = timesOf(parts);
  const { signal } = context;
  const begun = now();
  const log: LogStanding = { told: 0, share: null, isSaid: false, error: null };
  let heard = begun;
  let pause = Math.min(look, firstPause);
  try {
    for (;;) {
      try {
        const end = await lookAt(parts, context, upid, log);
        if (end) return end;
        heard = now();
      } catch (error) {
        if (signal.aborted || !isPassing(error) || now() - heard > silence) throw error;
      }
      if (now() - begun > patience) throw tooLong(client.name, Math.round(patience / 60_000));
      await wait(pause, signal);
      pause = Math.min(look, 2 * pause);
    }
  } catch (error) {
    const { reason } = signal;
    if (signal.aborted && reason instanceof OpsError && reason.code === "action.cancelled") {
      await stopTask(parts, upid);
    }
    throw error;
  }
}

interface LogStanding {
  told: number;
  /** From 0 to 1. */
  share: number | null;
  isSaid: boolean;
  /** The last line that says what went wrong. */
  error: string | null;
}

async function lookAt(
  { client }: ProxmoxActionParts,
  { signal, progress, output }: Pick<ActionContext, "signal" | "progress" | "output">,
  upid: string,
  log: LogStanding,
): Promise<TaskEnd | null> {
  const node = readUpid(upid)?.node ?? "";
  const at = { node, upid };
  let status: string | null;
  let exit: string | null;
  try {
    // Whether it has ended is asked before its lines are: then these are all of them.
    const fields = fieldsOf(await client.call({ request: "taskStatus", at, signal }));
    status = wordsAt(fields, "status");
    exit = wordsAt(fields, "exitstatus");
    for (;;) {
      const { lines, isLast } = await readLogPage(client, at, log.told, signal);
      log.told += lines.length;
      log.error = lines.map(errorIn).findLast((each) => each !== null) ?? log.error;
      if (lines.length > 0) output("output", `${lines.join("\n")}\n`);
      const share = lines.map(shareIn).findLast((each) => each !== null) ?? log.share;
      if (share !== log.share || !log.isSaid) progress(runsOn(node), share);
      log.isSaid = true;
      log.share = share;
      if (isLast) break;
    }
  } catch (error) {
    if (isNoSuchTask(error)) return { state: "gone" };
    throw error;
  }
  if (status === null) throw garbage(client.name);
  if (status !== "stopped") return null;
  const words = printable(exit ?? "");
  const end = endOf(words);
  if (end === "done") return { state: "done" };
  if (end === "unknown") return { state: "gone" };
  if (end === "warned") return { state: end, words };
  return { state: end, words: sharper(words, log.error) };
}

/** The exit status with what the log says more precisely. */
function sharper(exit: string, said: string | null): string {
  if (said === null || exit.includes(said)) return exit;
  return said.includes(exit) ? said : `${exit} (${said})`;
}

function runsOn(node: string): LocalText {
  return text(`The task runs on ${node}.`, `La tâche s'exécute sur ${node}.`);
}

/** The part that a line of a log says is done, as backups, migrations and restores write it: from 0 to 1. */
export function shareIn(line: string): number | null {
  const percent = /(?:^|[\s(:])(\d{1,3}(?:\.\d{1,6})?) ?%/.exec(line)?.[1];
  const share = percent === undefined ? Number.NaN : Number(percent) / 100;
  return share >= 0 && share <= 1 ? share : null;
}

/** What a line of a log says went wrong, where the exit status itself is but `job errors` or `migration aborted`. */
function errorIn(line: string): string | null {
  const words = /(?:^|\s)ERROR: (.{1,400})/.exec(line)?.[1];
  // The last line repeats the exit status, the one before that a move is over says nothing new.
  return words === undefined || /^TASK ERROR|finished with (?:errors|problems)/.test(line)
    ? null
    : printable(words);
}

/** What may be over the next time: the way to the node, or the node itself. */
function isPassing(error: unknown): boolean {
  if (error instanceof ProxmoxRefusal)
    return error.mayHaveBeenTaken || error.code === "proxmox.node-unreachable";
  if (!(error instanceof OpsError)) return false;
  return /^(reach\.|proxmox\.(timed-out|closed|not-proxmox|tls-failed)$)/.test(error.code);
}

/** `no such task` is told as a fault of the parameter `upid` (PVE::API2::Tasks). */
function isNoSuchTask(error: unknown): boolean {
  if (!(error instanceof ProxmoxRefusal)) return false;
  return /no such task/i.test(`${error.reason} ${error.parameters.upid ?? ""}`);
}

/** Milliseconds that a task is given to take its end. */
const stopDeadline = 1500;

/** Asks Proxmox VE to stop a task; whether it does is found out by reading. Never throws. */
export async function stopTask({ client }: Pick<ProxmoxActionParts, "client">, upid: string): Promise<void> {
  const node = readUpid(upid)?.node;
  if (node === undefined) return;
  const signal = AbortSignal.timeout(stopDeadline);
  await client.call({ request: "taskStop", at: { node, upid }, signal }).catch(() => undefined);
}

function tooLong(name: string, minutes: number): OpsError {
  return proxmoxFault(
    "task-too-long",
    text(
      `The task in ${name} has not ended within ${minutes} minutes.`,
      `La tâche dans ${name} ne s'est pas terminée en ${minutes} minutes.`,
    ),
    text(
      "Look at its log in Proxmox VE; it may still end there.",
      "Consultez son journal dans Proxmox VE ; elle peut encore s'y terminer.",
    ),
  );
}
