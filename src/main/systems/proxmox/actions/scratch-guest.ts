import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import { deleteMade, type MadeGuest, madeIn, readShape } from "./made-guest.ts";
import { whereIs } from "./migrate-call.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";

/** The action whose scratch VMs these are, as the journal names it. */
export const testRestoreId = "proxmox.test-restore";

/** What a scratch VM is named, so that nobody takes it for the real one. */
export function scratchName(name: string): string {
  return `restore-test-${name}`.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}

/** What would let a copy be reached, take a device from the real VM, run by itself, or stay when it is to go. */
const severed = /^(?:(?:net|hostpci|usb)\d{1,2}|hookscript|onboot|protection)$/;
const network = /^net\d{1,2}$/;

/**
 * Takes its network cards, passed-through devices and start-up from a VM that is off. Null when it is read back without any
 * network card; else why it must not be started. Throws OpsErrors.
 */
export async function cutOff(
  parts: ProxmoxActionParts,
  context: ActionContext,
  { id, node }: Pick<MadeGuest, "id" | "node">,
): Promise<Verification | null> {
  const at = { node, guest: "qemu" as const, vmid: id };
  const optionsOf = async () => Object.keys((await readShape(parts, at, context.signal)).fields ?? {});
  const wrong = (await optionsOf()).filter((name) => severed.test(name));
  if (wrong.length > 0) {
    const parameters = { delete: wrong.join(",") };
    const changed = await begin(parts, context, (options) =>
      parts.client.call({ request: "machineConfigure", at: { node, vmid: id }, parameters, ...options }),
    );
    const failure = await failureOf(parts, context, changed);
    if (failure) return failure;
  }
  const left = (await optionsOf()).filter((name) => network.test(name));
  if (left.length === 0) return null;
  const list = left.join(", ");
  return {
    proven: false,
    disproven: true,
    text: text(
      `It still has network cards (${list}), and is therefore not started.`,
      `Elle a encore des cartes réseau (${list}) et n'est donc pas démarrée.`,
    ),
    data: { left },
  };
}

/** Starts a VM and follows its task; null when that went well. Throws OpsErrors. */
export async function startScratch(
  parts: ProxmoxActionParts,
  context: ActionContext,
  { id, node }: Pick<MadeGuest, "id" | "node">,
): Promise<Verification | null> {
  context.progress(text("It starts, without any network.", "Elle démarre, sans aucun réseau."));
  const at = { node, guest: "qemu" as const, vmid: id };
  const started = await begin(parts, context, (options) =>
    parts.client.call({ request: "guestStart", at, ...options }),
  );
  return failureOf(parts, context, started);
}

/** Stops a scratch VM and deletes it with its disks, and no other that may have its number. Throws OpsErrors. */
export async function takeAway(
  parts: ProxmoxActionParts,
  context: ActionContext,
  made: MadeGuest,
  observed: Readonly<Record<string, unknown>>,
): Promise<Verification> {
  const guest = await whereIs(parts, made, context.signal);
  if (guest && guest.power !== "off" && guest.name === made.name) {
    context.progress(text("It is stopped and deleted.", "Elle est arrêtée et supprimée."));
    const stopped = await begin(parts, context, (options) =>
      parts.client.call({ request: "guestStop", at: guest.at, ...options }),
    );
    const failure = await failureOf(parts, context, stopped);
    if (failure) return failure;
  }
  return deleteMade(parts, context, made, observed);
}

/** Milliseconds that a test which is broken off may take to leave nothing behind. */
const tidyLimit = 60_000;

/** Does `test`; when it throws, its scratch VM is taken away as far as that is possible before that is passed on. */
export async function tidyAfter<Result>(
  parts: ProxmoxActionParts,
  context: ActionContext,
  made: MadeGuest,
  observed: Readonly<Record<string, unknown>>,
  test: () => Promise<Result>,
): Promise<Result> {
  try {
    return await test();
  } catch (error) {
    const { aborted, reason } = context.signal;
    // A console that is being closed waits for nothing; what is left is taken away by the next test.
    const isClosing = aborted && !(reason instanceof OpsError && reason.code === "action.cancelled");
    if (!isClosing) {
      const signal = AbortSignal.timeout(tidyLimit);
      await takeAway(parts, { ...context, signal }, made, observed).catch(() => undefined);
    }
    throw error;
  }
}

/** Takes away what earlier tests on this resource left behind when their console ended in the middle. Throws OpsErrors. */
export async function clearLeftovers(parts: ProxmoxActionParts, context: ActionContext): Promise<void> {
  for (const { observed } of context.earlier?.([testRestoreId]) ?? []) {
    const made = madeIn(observed);
    if (made?.name?.startsWith(scratchName("")) && (await whereIs(parts, made, context.signal))) {
      await takeAway(parts, context, made, observed);
    }
  }
}
