import { createHash, timingSafeEqual } from "node:crypto";
import type { AuthContext, ParsedKey } from "ssh2";
import { visitor } from "../../shell/machine-shell.ts";
import type { Machine } from "../../world/machine.ts";

/** Tries after which a server hangs up, as MaxAuthTries of sshd_config(5). */
const triesLimit = 6;

/** What a server lets in: a key, or a password (also asked for by keyboard-interactive). */
export type Admission = { key: ParsedKey } | { password: string };

function equal(left: string | Buffer, right: string | Buffer): boolean {
  const digest = (value: string | Buffer) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function keyFits(context: AuthContext, key: ParsedKey): boolean {
  if (context.method !== "publickey") return false;
  const same = context.key.algo === key.type && equal(context.key.data, key.getPublicSSH());
  if (!same || context.signature === undefined) return same;
  return context.blob !== undefined && key.verify(context.blob, context.signature, context.hashAlgo) === true;
}

/**
 * Decides log-ins on one connection (RFC 4252, RFC 4256) and counts them in `logIns`. `refusesAll` is asked each time;
 * `hangUp` is called when there were too many tries.
 */
export function authenticator(
  admission: Admission,
  refusesAll: () => boolean,
  logIns: Machine["logIns"],
  hangUp: () => void,
): (context: AuthContext) => void {
  let tries = 0;
  return (context) => {
    const methods: ("publickey" | "password" | "keyboard-interactive")[] =
      "key" in admission ? ["publickey"] : ["password", "keyboard-interactive"];
    const refuse = () => {
      if (context.method !== "none") tries += 1;
      context.reject(methods);
      if (tries >= triesLimit) hangUp();
    };
    const accept = () => {
      // A key without a signature is only a question (RFC 4252, 7).
      if (context.method !== "publickey" || context.signature !== undefined) logIns.accepted += 1;
      context.accept();
    };
    if (context.method !== "none") logIns.tried += 1;
    if (context.username !== visitor.name || refusesAll()) refuse();
    else if ("key" in admission) {
      if (keyFits(context, admission.key)) accept();
      else refuse();
    } else if (context.method === "password") {
      if (equal(context.password, admission.password)) accept();
      else refuse();
    } else if (context.method === "keyboard-interactive") {
      context.prompt([{ prompt: "Password: ", echo: false }], ([answer = ""]) => {
        if (equal(answer, admission.password)) accept();
        else refuse();
      });
    } else refuse();
  };
}
