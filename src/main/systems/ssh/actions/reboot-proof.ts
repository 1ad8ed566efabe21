import { OpsError, toOpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import type { HostAccess } from "../../host-access.ts";
import { bootIdScript, readBootId } from "./reboot-scripts.ts";

/** All in milliseconds. */
export interface RebootTimes {
  /** How long a host may take to come back. */
  patience: number;
  /** Between two attempts; up to half as much again is added by chance. */
  every: number;
  attemptDeadline: number;
}

export const defaultRebootTimes: RebootTimes = { patience: 300_000, every: 3_000, attemptDeadline: 10_000 };

/** Waiting longer cannot help: somebody has to look first. */
const hopeless = new Set([
  "reach.host-key-changed",
  "reach.host-key-revoked",
  "reach.host-key-pinned-mismatch",
]);

/**
 * Waits until the host answers with another boot identifier than `before`. The downtime is counted from the last sign
 * of the old boot (at the latest when the reboot was sent) to the first of the new one. Throws when cancelled, and
 * OpsError `ssh.not-seen-back` when the host does not answer any more: whether it rebooted is unknown then.
 */
export async function awaitNewBoot(
  access: HostAccess,
  context: Pick<ActionContext, "resource" | "signal" | "progress">,
  parts: { before: string; sentAt: number; times: RebootTimes },
): Promise<Verification> {
  const { before, times } = parts;
  const until = access.now() + times.patience;
  let lastOldSign = parts.sentAt;
  let lastError: OpsError | null = null;
  let oldBootAnswers = false;
  while (access.now() < until) {
    await access.wait(times.every * (1 + Math.random() / 2), context.signal);
    try {
      const after = readBootId(
        await access.ask(context.resource.id, bootIdScript, {
          signal: context.signal,
          deadline: times.attemptDeadline,
        }),
      );
      if (after !== null && after !== before) {
        return proven(before, after, Math.max(0, Math.round((access.now() - lastOldSign) / 1000)));
      }
      oldBootAnswers = after === before;
      if (oldBootAnswers) lastOldSign = access.now();
      lastError = null;
      context.progress(text("The host is going down.", "L'hôte s'arrête."));
    } catch (thrown) {
      if (context.signal.aborted) throw thrown;
      lastError = toOpsError(thrown, access.system);
      oldBootAnswers = false;
      const seconds = Math.round((access.now() - lastOldSign) / 1000);
      context.progress(
        text(`The host has not answered for ${seconds} s.`, `L'hôte ne répond pas depuis ${seconds} s.`),
      );
      if (hopeless.has(lastError.code)) break;
    }
  }
  if (oldBootAnswers) return stillTheSame(before);
  throw notSeenBack(context.resource.name, Math.round((access.now() - lastOldSign) / 1000), lastError);
}

function proven(before: string, after: string, downtime: number): Verification {
  return {
    proven: true,
    text: text(
      `The host runs a new boot and was away for ${downtime} s.`,
      `L'hôte a bien redémarré, après ${downtime} s d'absence.`,
    ),
    data: { bootIdBefore: before, bootIdAfter: after, downtimeSeconds: downtime },
  };
}

function stillTheSame(before: string): Verification {
  return {
    proven: false,
    text: text(
      "The host still answers with the same boot identifier: it has not rebooted.",
      "L'hôte répond toujours avec le même identifiant de démarrage : il n'a pas redémarré.",
    ),
    data: { bootIdBefore: before, bootIdAfter: before },
  };
}

function notSeenBack(name: string, seconds: number, error: OpsError | null): OpsError {
  const last = error
    ? { en: ` Last: ${error.text.en}`, fr: ` Dernier constat : ${error.text.fr}` }
    : { en: "", fr: "" };
  return new OpsError({
    code: "ssh.not-seen-back",
    system: "ssh",
    message: text(
      `${name} has not come back in ${seconds} s since the reboot was sent.${last.en}`,
      `${name} n'est pas revenu en ${seconds} s depuis l'ordre de redémarrage.${last.fr}`,
    ),
    hint: text(
      "Look at its screen or its power; once it answers, its boot identifier shows whether it rebooted.",
      "Regardez son écran ou son alimentation ; dès qu'il répondra, son identifiant de démarrage dira s'il a redémarré.",
    ),
    cause: error,
  });
}
