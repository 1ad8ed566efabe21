import type { ProgressMark } from "../../../../shared/action.ts";
import { OpsError, toOpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import { amtFault } from "../client/faults.ts";
import { lastStart, readEventLog } from "../event-log.ts";
import type { MachineAccess } from "../machine-access.ts";
import { type PowerState, readPower, stateWords } from "../power.ts";
import { readSaving } from "../standby.ts";
import type { PowerTimes } from "./parts.ts";

type Watching = Pick<ActionContext, "resource" | "signal" | "progress">;

/** Waiting longer cannot help: somebody has to look first. */
const hopeless = new Set(["amt.certificate-changed", "amt.certificate-untrusted", "amt.log-in-refused"]);

/** States that a machine passes through while it restarts. */
const down = new Set<PowerState>(["off", "hibernated", "sleeping", "changing"]);

/** Enough entries of the log to hold one start. */
const logEntries = 390;

interface WatchParts {
  sentAt: number;
  patience: number;
  times: PowerTimes;
  /** Looks at each reading; a result ends the watch. */
  seen(state: PowerState, seconds: number): Promise<Verification | null> | Verification | null;
  /** What it means that the time is over and the machine is still readable. */
  over(state: PowerState, seconds: number): Verification | OpsError;
}

/**
 * Looks at the power state until something is proven or the time is over. Throws when cancelled, and OpsError
 * `amt.not-seen` when AMT does not answer any more.
 */
async function watch(access: MachineAccess, context: Watching, parts: WatchParts): Promise<Verification> {
  const { sentAt, times } = parts;
  const client = access.client(context.resource.id);
  const until = sentAt + parts.patience;
  let last: PowerState | null = null;
  let error: OpsError | null = null;
  const secondsSince = () => Math.max(0, Math.round((access.now() - sentAt) / 1000));
  do {
    const pause = access.now() - sentAt < times.often ? times.look : times.lookLater;
    await access.wait(pause * (1 + Math.random() / 2), context.signal);
    try {
      const { state } = await readPower(client, { signal: context.signal });
      if (state !== last) context.progress(seenWords(state, secondsSince()), null, markOf(state));
      last = state;
      error = null;
      const proof = await parts.seen(state, secondsSince());
      if (proof) return proof;
    } catch (thrown) {
      if (context.signal.aborted) throw thrown;
      error = toOpsError(thrown, access.system);
      if (last !== null || hopeless.has(error.code)) {
        context.progress(text("AMT does not answer at the moment.", "AMT ne répond pas pour le moment."));
      }
      last = null;
      if (hopeless.has(error.code)) break;
    }
  } while (access.now() < until);
  if (last === null) throw notSeen(context.resource.name, secondsSince(), error);
  const end = parts.over(last, secondsSince());
  if (end instanceof OpsError) throw end;
  return end;
}

/** Waits until the machine is seen in a state. */
export function awaitState(
  access: MachineAccess,
  context: Watching,
  parts: { wanted: PowerState; sentAt: number; patience: number; times: PowerTimes },
): Promise<Verification> {
  const { wanted } = parts;
  return watch(access, context, {
    ...parts,
    seen: (state, seconds) => {
      if (state !== wanted) return null;
      const { en, fr } = stateWords[wanted];
      return {
        proven: true,
        text: text(
          `AMT shows the machine ${en} ${seconds} s after it was asked.`,
          `AMT montre la machine ${fr} ${seconds} s après la demande.`,
        ),
        data: { powerState: state, seconds },
      };
    },
    over: (state, seconds) => ({
      proven: false,
      text: text(
        `The firmware accepted it, but the machine is still ${stateWords[state].en} after ${seconds} s.`,
        `Le micrologiciel l'a accepté, mais la machine est toujours ${stateWords[state].fr} après ${seconds} s.`,
      ),
      data: { powerState: state, seconds },
    }),
  });
}

/** Waits until the operating system of a machine that is on has left its power saving. */
export function awaitAwake(
  access: MachineAccess,
  context: Watching,
  parts: { sentAt: number; patience: number; times: PowerTimes },
): Promise<Verification> {
  const client = access.client(context.resource.id);
  return watch(access, context, {
    ...parts,
    async seen(state, seconds) {
      if (state !== "on" || (await readSaving(client, { signal: context.signal })) !== "awake") return null;
      return {
        proven: true,
        text: text(
          `The operating system has left its power saving ${seconds} s after it was asked.`,
          `Le système d'exploitation a quitté sa veille ${seconds} s après la demande.`,
        ),
        data: { powerState: state, saving: "awake", seconds },
      };
    },
    over: (state, seconds) => ({
      proven: false,
      text: text(
        `The firmware accepted it, but the operating system still saves power after ${seconds} s.`,
        `Le micrologiciel l'a accepté, mais le système d'exploitation est toujours en veille après ${seconds} s.`,
      ),
      data: { powerState: state, seconds },
    }),
  });
}

/**
 * Waits for a sign that the machine has started again: it is seen off and then on, or its event log holds a later
 * word of the BIOS than `startedBefore`. Throws OpsError `amt.restart-not-seen` when it stayed on without any sign:
 * whether it restarted is unknown then.
 */
export function awaitRestart(
  access: MachineAccess,
  context: Watching,
  parts: { startedBefore: number | null; sentAt: number; patience: number; times: PowerTimes },
): Promise<Verification> {
  let offAfter: number | null = null;
  let logReadAt = parts.sentAt;
  return watch(access, context, {
    ...parts,
    async seen(state, seconds) {
      if (down.has(state)) offAfter ??= seconds;
      if (state !== "on") return null;
      if (offAfter !== null) return seenOffAndOn(offAfter, seconds);
      if (access.now() - logReadAt < parts.times.lookIntoLog) return null;
      logReadAt = access.now();
      return (await hasStartedSince(access, context, parts.startedBefore)) ? seenInLog(seconds) : null;
    },
    over: (state, seconds) =>
      state === "on"
        ? restartNotSeen(context.resource.name, seconds)
        : {
            proven: false,
            text: text(
              `The machine is ${stateWords[state].en} and has not come on again in ${seconds} s.`,
              `La machine est ${stateWords[state].fr} et ne s'est pas rallumée en ${seconds} s.`,
            ),
            data: { powerState: state, seconds },
          },
  });
}

/**
 * Whether the event log holds a later sign of a start than `before` (milliseconds by AMT's clock). False too when the
 * log cannot be read: then it proves nothing. Throws when cancelled.
 */
async function hasStartedSince(
  access: MachineAccess,
  context: Pick<ActionContext, "resource" | "signal">,
  before: number | null,
): Promise<boolean> {
  const after = await lastStartOf(access, context);
  return after !== null && before !== null && after > before;
}

/** The last sign of a start in the log; null when there is none or the log cannot be read. Throws when cancelled. */
export async function lastStartOf(
  access: MachineAccess,
  context: Pick<ActionContext, "resource" | "signal">,
): Promise<number | null> {
  const { id } = context.resource;
  try {
    return lastStart(await readEventLog(access.client(id), { signal: context.signal }, logEntries));
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    return null;
  }
}

function markOf(state: PowerState): ProgressMark | undefined {
  if (state === "on") return "seen-on";
  return state === "off" || state === "hibernated" ? "seen-off" : undefined;
}

function seenWords(state: PowerState, seconds: number) {
  const { en, fr } = stateWords[state];
  return text(`Seen ${en} after ${seconds} s.`, `Vue ${fr} après ${seconds} s.`);
}

function seenOffAndOn(offAfter: number, seconds: number): Verification {
  return {
    proven: true,
    text: text(
      `The machine was seen off ${offAfter} s and on again ${seconds} s after it was asked.`,
      `La machine a été vue éteinte ${offAfter} s et rallumée ${seconds} s après la demande.`,
    ),
    data: { powerState: "on", offAfterSeconds: offAfter, onAfterSeconds: seconds },
  };
}

function seenInLog(seconds: number): Verification {
  return {
    proven: true,
    text: text(
      `The machine has started again: ${seconds} s after it was asked, its BIOS has a newer entry in AMT's log.`,
      `La machine a redémarré : ${seconds} s après la demande, son BIOS a une entrée plus récente dans le journal d'AMT.`,
    ),
    data: { powerState: "on", startSeenInLog: true, seconds },
  };
}

function restartNotSeen(name: string, seconds: number): OpsError {
  return amtFault(
    "restart-not-seen",
    text(
      `${name} accepted the request and was seen on all the time; in ${seconds} s AMT showed no sign that it started again.`,
      `${name} a accepté la demande et a toujours été vue allumée ; en ${seconds} s, AMT n'a montré aucun signe de redémarrage.`,
    ),
    text(
      "AMT alone cannot prove a reset: look at the screen, or compare the boot identifier over SSH.",
      "AMT seul ne peut pas prouver une réinitialisation : regardez l'écran, ou comparez l'identifiant de démarrage par SSH.",
    ),
  );
}

function notSeen(name: string, seconds: number, error: OpsError | null): OpsError {
  const last = error
    ? { en: ` Last: ${error.text.en}`, fr: ` Dernier constat : ${error.text.fr}` }
    : { en: "", fr: "" };
  return amtFault(
    "not-seen",
    text(
      `AMT on ${name} could not be read ${seconds} s after the power change was asked for.${last.en}`,
      `L'AMT de ${name} n'a pas pu être lu ${seconds} s après la demande de changement d'alimentation.${last.fr}`,
    ),
    text(
      "Wait until AMT answers again; its power state then shows what happened.",
      "Attendez qu'AMT réponde à nouveau ; l'état d'alimentation dira alors ce qui s'est passé.",
    ),
    error,
  );
}
