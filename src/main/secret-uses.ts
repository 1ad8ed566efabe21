import type { Authentication, SecretReference } from "../shared/estate-access.ts";
import type { SshTarget } from "./reach/reach.ts";
import type { System } from "./systems/system.ts";

/** A place where a secret of the estate is used: for the Secrets screen and for trial log-ins. */
export interface SecretUse {
  reference: SecretReference;
  target: SshTarget;
}

/** Where the log-ins of systems use secrets. */
export function secretUses(systems: Iterable<System>): SecretUse[] {
  return [...systems].flatMap((system) =>
    (system.logins?.() ?? []).flatMap((target) =>
      target.authentication.flatMap((method) => {
        const reference = referenceIn(method);
        return reference ? [{ reference, target }] : [];
      }),
    ),
  );
}

function referenceIn(method: Authentication): SecretReference | undefined {
  if ("password" in method) return method.password;
  if ("key" in method) return method.passphrase;
  if ("keyboardInteractive" in method && method.keyboardInteractive !== "ask")
    return method.keyboardInteractive;
  return undefined;
}
