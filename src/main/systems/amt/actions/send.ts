import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, localTextSchema, text } from "../../../../shared/text.ts";
import type { ActionContext, Applied } from "../../../actions/action.ts";
import type { MachineAccess } from "../machine-access.ts";
import { refusalWords, requestPower } from "../power.ts";
import type { PowerTimes } from "./parts.ts";

/** Answers by which AMT says that it did not do what was asked. */
const refusals = new Set([
  "amt.access-denied",
  "amt.not-offered",
  "amt.busy",
  "amt.refused",
  "amt.log-in-refused",
  "amt.digest-loop",
  "amt.no-digest",
]);

/** Waits until AMT may be asked for another power change of this machine. */
export async function awaitSpacing(
  access: MachineAccess,
  context: ActionContext,
  times: PowerTimes,
): Promise<void> {
  const last = access.powerAskedAt(context.resource.id);
  const left = last === null ? 0 : Math.min(times.spacing, last + times.spacing - access.now());
  if (left <= 0) return;
  const seconds = Math.ceil(left / 1000);
  context.progress(
    text(
      `AMT wants a pause between power changes: ${seconds} s.`,
      `AMT exige une pause entre deux changements d'alimentation : ${seconds} s.`,
    ),
  );
  await access.wait(left, context.signal);
}

/**
 * Sends one power request, once. The result holds `outcome` (accepted, refused), `sentAt` and, when refused, why.
 * Throws when it is not known whether the request was carried out.
 */
export async function sendPower(
  access: MachineAccess,
  context: ActionContext,
  code: number,
): Promise<Applied> {
  const { id } = context.resource;
  let sentAt: number | null = null;
  try {
    const { returnValue } = await requestPower(access.client(id), code, {
      signal: context.signal,
      patient: true,
      sending() {
        context.committed();
        access.powerAsked(id);
        if (sentAt === null) context.progress(text("Asked.", "Demandé."), null, "asked");
        sentAt ??= access.now();
      },
    });
    const at = { sentAt: sentAt ?? access.now(), answeredAt: access.now(), code };
    if (returnValue !== 0) return refused(refusalWords(returnValue), { ...at, returnValue });
    context.progress(
      text(
        "Accepted by the firmware; its effect is awaited.",
        "Accepté par le micrologiciel ; l'effet est attendu.",
      ),
      null,
      "accepted",
    );
    return { data: { outcome: "accepted", ...at } };
  } catch (thrown) {
    if (sentAt === null || !(thrown instanceof OpsError) || !refusals.has(thrown.code)) throw thrown;
    return refused(thrown.text, { sentAt, answeredAt: access.now(), code });
  }
}

function refused(why: LocalText, data: Record<string, number>): Applied {
  return { data: { outcome: "refused", ...data, why } };
}

/** Why a request was refused; null when it was accepted. */
export function refusalOf(applied: Applied): LocalText | null {
  if (applied.data.outcome !== "refused") return null;
  const why = localTextSchema.safeParse(applied.data.why);
  return why.success ? why.data : text("The firmware refused it.", "Le micrologiciel l'a refusé.");
}

/** When the request left, in epoch milliseconds. */
export function sentAtOf(applied: Applied, otherwise: number): number {
  return typeof applied.data.sentAt === "number" ? applied.data.sentAt : otherwise;
}
