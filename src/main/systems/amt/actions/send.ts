import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, localTextSchema, text } from "../../../../shared/text.ts";
import type { ActionContext, Applied } from "../../../actions/action.ts";
import type { PostOptions } from "../client/device.ts";
import type { Output } from "../client/wsman.ts";
import type { MachineAccess } from "../machine-access.ts";
import { powerCodes, refusalWords, requestPower } from "../power.ts";
import { isScreenOpen } from "../redirection/let-go.ts";
import { needsClosedSessions, powerWords } from "../redirection/power-words.ts";
import { requestAwake } from "../standby.ts";
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
 * Sends one power request, once; the machine's screen and serial console are closed for it where AMT wants that. The
 * result holds `outcome` (accepted, refused), `sentAt` and, when refused, why. Throws when it is not known whether the
 * request was carried out.
 */
export function sendPower(access: MachineAccess, context: ActionContext, code: number): Promise<Applied> {
  const client = access.client(context.resource.id);
  return sendOnce(access, context, code, (options) => requestPower(client, code, options));
}

/** Sends one request that the operating system leave its power saving, as `sendPower` does. */
export function sendAwake(access: MachineAccess, context: ActionContext): Promise<Applied> {
  const client = access.client(context.resource.id);
  return sendOnce(access, context, powerCodes.on, (options) => requestAwake(client, options));
}

async function sendOnce(
  access: MachineAccess,
  context: ActionContext,
  code: number,
  ask: (options: PostOptions & { sending(): void }) => Promise<Output>,
): Promise<Applied> {
  const { id } = context.resource;
  let sentAt: number | null = null;
  try {
    const request = () =>
      ask({
        signal: context.signal,
        patient: true,
        sending() {
          context.committed();
          access.powerAsked(id);
          if (sentAt === null) context.progress(text("Asked.", "Demandé."), null, "asked");
          sentAt ??= access.now();
        },
      });
    const { returnValue } = needsClosedSessions(code)
      ? await withSessionsClosed(access, context, code, request)
      : await request();
    const at = { sentAt: sentAt ?? access.now(), answeredAt: access.now(), code };
    if (returnValue !== 0) {
      const why = await whyRefused(access, id, code, returnValue);
      return refused(why, { ...at, returnValue });
    }
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

function withSessionsClosed<Result>(
  access: MachineAccess,
  context: ActionContext,
  code: number,
  request: () => Promise<Result>,
): Promise<Result> {
  const { resource, signal } = context;
  const onClosing = () =>
    context.progress(
      text(
        "The machine's screen or serial console is closed first: AMT refuses this while one is open.",
        "L'écran ou la console série de la machine est d'abord fermé : AMT le refuse tant qu'une session est ouverte.",
      ),
    );
  return access.sessions.closedFor(resource.id, { why: powerWords(code), signal, onClosing }, request);
}

const notReady = 2;
/** Milliseconds to find out why a request was refused, whatever happens to the action. */
const lookDeadline = 10_000;

/** A refusal in words; of another console's screen session the firmware tells, when it is asked. */
async function whyRefused(
  access: MachineAccess,
  id: string,
  code: number,
  returnValue: number,
): Promise<LocalText> {
  const words = refusalWords(returnValue);
  if (returnValue !== notReady || !needsClosedSessions(code)) return words;
  const signal = AbortSignal.timeout(lookDeadline);
  const open = await isScreenOpen(access.client(id), { signal }).catch(() => null);
  return open ? stillHeld : words;
}

const stillHeld = text(
  "The firmware refuses this because a screen session of this machine is open (return value 2); close it on the console that has it, then try again.",
  "Le micrologiciel le refuse car une session d'écran de cette machine est ouverte (valeur de retour 2) ; fermez-la sur la console qui la tient, puis réessayez.",
);

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
