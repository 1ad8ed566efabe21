import type { Role } from "../../shared/roles.ts";

/** What a call needs: a role at the resources it names, somewhere, or for the whole estate. */
export interface Need {
  role: Role;
  at: "anywhere" | "everywhere" | readonly string[];
  /** It is as good to be an approver somewhere. */
  orApprove?: boolean;
}

/** Answered while a window is locked: how to open it, and what goes on meanwhile. */
export const whileLocked: ReadonlySet<string> = new Set([
  "about",
  "status.watch",
  "tasks.watch",
  "procedures.runs",
  "people.watch",
  "people.challenge",
  "people.signIn",
  "people.signInElsewhere",
  "people.signInReturned",
  "people.signOut",
  "people.lock",
  "people.active",
]);

/** What each needs stands with the call itself: who proves by a key who they are, or acts on what is their own. */
const ownDoor: ReadonlySet<string> = new Set([
  ...whileLocked,
  "people.keep",
  "people.forget",
  "people.makeKey",
  "people.breakGlass",
  "people.endPass",
  "people.reviewPass",
  "approvals.sign",
]);

const takesPart: ReadonlySet<string> = new Set([
  "approvals.request",
  "procedures.approve",
  "procedures.note",
  "procedures.attach",
]);

/** A session, or what may show all that passes there: of the resources that the input names under these keys. */
const ofResource: Readonly<Record<string, string>> = {
  "terminal.open": "resource",
  "screen.open": "resource",
  "forwards.open": "resource",
  "manifests.read": "id",
  "manifests.check": "resource",
  "logs.open": "resources",
  "vaultSecrets.folder": "mount",
  "vaultSecrets.read": "mount",
  "vaultSecrets.search": "mount",
};

const forAll: Readonly<Record<string, Role>> = {
  "secrets.set": "disrupt",
  "secrets.rotate": "disrupt",
  "secrets.forget": "disrupt",
  "estate.readList": "disrupt",
};

/**
 * What a call that changes anything needs, by its path and what it is given, which was not looked at yet; null: nothing, or
 * it sees to that itself. Actions and runs are judged once more, by their own risk and at their own place.
 */
export function needOf(name: string, input: unknown): Need | null {
  if (ownDoor.has(name)) return null;
  if (takesPart.has(name)) return { role: "operate", at: "anywhere", orApprove: true };
  const wide = Object.hasOwn(forAll, name) ? forAll[name] : undefined;
  if (wide !== undefined) return { role: wide, at: "everywhere" };
  if (name === "screen.forgetRecording") return { role: "destroy", at: "anywhere" };
  const key = Object.hasOwn(ofResource, name) ? ofResource[name] : undefined;
  return { role: "operate", at: key === undefined ? "anywhere" : namedIn(input, key) };
}

function namedIn(input: unknown, key: string): readonly string[] {
  const value: unknown =
    typeof input === "object" && input !== null ? (input as Record<string, unknown>)[key] : undefined;
  const all = Array.isArray(value) ? value : [value];
  // What is no name is refused by the call's own schema; here it must not let anything through.
  return all.map((one) => (typeof one === "string" ? one : ""));
}
