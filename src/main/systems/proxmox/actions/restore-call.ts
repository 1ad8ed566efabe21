import type { Probe } from "../../../../shared/action.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext, Applied, Settlement, Verification } from "../../../actions/action.ts";
import type { GuestKind } from "../client/requests.ts";
import { readShape } from "./made-guest.ts";
import { whereIs } from "./migrate-call.ts";
import { begin, failureOf, type ProxmoxActionParts } from "./task.ts";
import { settledByTasks, type TaskWish } from "./tasks-since.ts";

export interface RestoreWish {
  node: string;
  kind: GuestKind;
  /** The number that the guest gets. */
  id: number;
  volume: string;
  /** Whether it takes the place of the guest of that number. */
  force: boolean;
  /** New hardware addresses, so that it can stand beside the one that it was made from. */
  unique: boolean;
  /** Empty: as in the backup. */
  storage: string;
  name: string;
}

/** The tasks that a restore leaves behind. */
export function restoreTasks({ node, id }: Pick<RestoreWish, "node" | "id">): TaskWish {
  return { nodes: [node], types: ["qmrestore", "vzrestore"], subject: String(id) };
}

/** Begins to make a guest of a backup. Throws what `begin` throws. */
export function beginRestore(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "signal" | "committed">,
  wish: RestoreWish,
): Promise<Applied> {
  const { node, kind, id, volume, name, storage } = wish;
  const common = {
    vmid: id,
    force: wish.force || undefined,
    unique: wish.unique || undefined,
    storage: storage === "" ? undefined : storage,
  };
  const named = name === "" ? undefined : name;
  return begin(parts, context, (options) =>
    kind === "lxc"
      ? parts.client.call({
          request: "containerRestore",
          at: { node },
          parameters: { ostemplate: volume, ...common, restore: true, hostname: named },
          ...options,
        })
      : parts.client.call({
          request: "machineRestore",
          at: { node },
          parameters: { ...common, archive: volume, name: named },
          ...options,
        }),
  );
}

/** What a restored guest must be like; what is null was not known. */
export interface Expected {
  id: number;
  kind: GuestKind;
  node: string;
  name: string | null;
  disks: string[] | null;
}

/** What the probe noted of the guest that is to be there. */
export function expectedIn(observed: Readonly<Record<string, unknown>>): Expected {
  const { id, kind, node, name, disks } = observed;
  return {
    id: Number(id),
    kind: kind === "lxc" ? "lxc" : "qemu",
    node: String(node),
    name: typeof name === "string" ? name : null,
    disks: Array.isArray(disks) ? disks.filter((each) => typeof each === "string") : null,
  };
}

/** Follows a restore to its end and looks at what it made. A failed one says what stands there now. */
export async function awaitRestore(
  parts: ProxmoxActionParts,
  context: ActionContext,
  expected: Expected,
  applied: Applied,
): Promise<Verification> {
  const failure = await failureOf(parts, context, applied);
  if (!failure) return proveRestored(parts, context, expected);
  if (failure.data.refused !== undefined) return failure;
  const left = await whatStands(parts, context, expected);
  const words = text(`${failure.text.en} ${left.en}`, `${failure.text.fr} ${left.fr}`);
  return { ...failure, text: words };
}

/** What became of a restore whose answer was lost: by the tasks that Proxmox VE kept, or else by what stands there. */
export async function settleRestore(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "signal">,
  observed: Probe["observed"],
): Promise<Settlement> {
  const expected = expectedIn(observed);
  const settled = await settledByTasks(parts, restoreTasks(expected), observed.tasks, context.signal);
  if (settled) return settled;
  const seen = await proveRestored(parts, context, expected);
  return { effect: seen.proven ? "happened" : "unknown", text: seen.text, data: seen.data };
}

/** Compares the guest that is there with the backup. */
export async function proveRestored(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "signal">,
  expected: Expected,
): Promise<Verification> {
  const guest = await whereIs(parts, expected, context.signal);
  const data = { id: expected.id, node: guest?.node ?? null };
  if (!guest) return { proven: false, text: noGuest(expected.id), data };
  if (guest.lock !== null) return { proven: false, text: isLocked(expected.id, guest.lock), data };
  const { name, disks } = await readShape(parts, guest.at, context.signal);
  if (expected.name !== null && name !== expected.name) {
    const words = text(
      `The guest ${expected.id} is called ${name ?? "—"}, not ${expected.name}.`,
      `L'invité ${expected.id} s'appelle ${name ?? "—"} et non ${expected.name}.`,
    );
    return { proven: false, text: words, data: { ...data, name } };
  }
  const missing = (expected.disks ?? []).filter((disk) => !disks.includes(disk));
  if (missing.length > 0) {
    const list = missing.join(", ");
    const words = text(
      `The guest ${expected.id} lacks disks of the backup: ${list}.`,
      `Il manque à l'invité ${expected.id} des disques de la sauvegarde : ${list}.`,
    );
    return { proven: false, text: words, data: { ...data, missing } };
  }
  const words = text(
    `The guest ${expected.id} (${name ?? "—"}) is on ${guest.node} with its disks (${disks.length}).`,
    `L'invité ${expected.id} (${name ?? "—"}) est sur ${guest.node} avec ses disques (${disks.length}).`,
  );
  return { proven: true, text: words, data: { ...data, name, disks } };
}

/** What stands under a number after a restore that failed, in words: it may have destroyed what it was to replace. */
export async function whatStands(
  parts: ProxmoxActionParts,
  context: Pick<ActionContext, "signal">,
  { id, kind, node }: Expected,
): Promise<LocalText> {
  const guest = await whereIs(parts, { id, kind, node }, context.signal);
  if (!guest) return noGuest(id);
  return guest.lock === null
    ? text(
        `A guest ${id} is there; look whether its disks are.`,
        `Un invité ${id} existe ; vérifiez que ses disques y sont.`,
      )
    : isLocked(id, guest.lock);
}

function noGuest(id: number): LocalText {
  return text(`There is no guest ${id} now.`, `Il n'y a pas d'invité ${id} actuellement.`);
}

function isLocked(id: number, lock: string): LocalText {
  return text(
    `The guest ${id} is locked (${lock}): it is half made.`,
    `L'invité ${id} est verrouillé (${lock}) : il est à moitié créé.`,
  );
}
