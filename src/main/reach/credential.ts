import type { AnyAuthMethod, ParsedKey } from "ssh2";
import type { OpsError } from "../../shared/errors.ts";
import type { Authentication, SecretReference } from "../../shared/estate-access.ts";
import type { SecretResolver } from "../secrets/resolver.ts";
import { agentSocket, keyName, openAgent } from "./agent.ts";
import { interactiveCredential } from "./interactive.ts";
import type { KeyFiles } from "./key-file.ts";
import type { Questions } from "./questions.ts";
import type { SshTarget } from "./reach.ts";
import type { Refusals } from "./refusals.ts";
import type { SignedKeys } from "./signed-keys.ts";

/** The server's names of the methods that the console knows (RFC 4252, RFC 4256). */
export type LoginMethod = "publickey" | "password" | "keyboard-interactive";

/** Something to log in with, ready to be sent. */
export interface Credential {
  /** What the journal calls it: the kind, and where it comes from, never its value. */
  kind: "agent" | "key" | "certificate" | "password" | "keyboard-interactive";
  name: string;
  /** The digests that it is remembered by when it is refused. */
  marks(): string[];
  /** Those that the server passed over when it took another (the keys of an agent). */
  passedOver?(): string[];
  /** Called when the server has refused it. */
  refused?(): void;
  offer: AnyAuthMethod;
}

export interface CredentialParts {
  secrets: SecretResolver;
  questions: Questions;
  refusals: Refusals;
  keyFiles: KeyFiles;
  signedKeys: SignedKeys;
  environment: NodeJS.ProcessEnv;
  /** How long a person may take to answer a prompt, in milliseconds. */
  answerTime: number;
}

/** What a credential needs of the log-in that it is used in. */
export interface CredentialUse {
  target: SshTarget;
  signal: AbortSignal;
  /** Told when a person begins and ends being asked. */
  asking(going: boolean): void;
  wasRefused(mark: string): boolean;
  offered(): readonly string[];
  /** Ends the log-in with an error; with `refused`, this credential is not sent again by itself. */
  end(error: OpsError, refused: boolean): void;
}

/** The method that an entry of the estate file is for. */
export function methodOf(entry: Authentication): LoginMethod {
  if ("password" in entry) return "password";
  return "keyboardInteractive" in entry ? "keyboard-interactive" : "publickey";
}

/**
 * Fetches what an entry of the estate file names. Throws `secrets.…`, `reach.key-…`, `reach.agent-…`, or what
 * the signal was aborted with.
 */
export async function prepareCredential(
  entry: Authentication,
  parts: CredentialParts,
  use: CredentialUse,
): Promise<Credential> {
  const username = use.target.user;
  const reveal = async (reference: SecretReference) =>
    (await parts.secrets.resolve(reference, use.target.id)).reveal();
  if ("agent" in entry) return agentCredential(entry.agent, parts, use);
  if ("key" in entry) {
    const key = await parts.keyFiles.open(
      entry.key,
      entry.passphrase ? await reveal(entry.passphrase) : null,
    );
    return {
      kind: "key",
      name: entry.key,
      marks: () => [keyMark(parts.refusals, key)],
      offer: { type: "publickey", username, key },
    };
  }
  if ("certificate" in entry) {
    const { vault, mount, role, life } = entry.certificate;
    const wanted = { vault, mount, role, life, user: username };
    const key = await parts.signedKeys.keyFor(use.target.id, wanted, use.signal);
    const name = `${vault}:${mount}/${role}`;
    const mark = parts.refusals.mark("certificate", name);
    return {
      kind: "certificate",
      name,
      // Each is a new one: what a server refuses is the authority or the role.
      marks: () => [mark],
      refused: () => parts.signedKeys.forget(key),
      offer: { type: "publickey", username, key },
    };
  }
  if ("password" in entry) {
    const password = await reveal(entry.password);
    const mark = parts.refusals.mark("secret", password);
    return {
      kind: "password",
      name: entry.password,
      marks: () => [mark],
      offer: { type: "password", username, password },
    };
  }
  const answer = entry.keyboardInteractive;
  return interactiveCredential(answer, answer === "ask" ? null : await reveal(answer), parts, use);
}

async function agentCredential(
  configured: string | true,
  parts: CredentialParts,
  use: CredentialUse,
): Promise<Credential> {
  const agent = await openAgent(agentSocket(configured, parts.environment), use.signal);
  const markOf = (key: ParsedKey) => keyMark(parts.refusals, key);
  const fresh = agent.only((key) => !use.wasRefused(markOf(key)));
  const shown = fresh.keys.length > 0 ? fresh : agent;
  return {
    kind: "agent",
    name: configured === true ? "SSH_AUTH_SOCK" : configured,
    marks: () => shown.keys.filter((key) => !shown.unsigned.has(keyName(key))).map(markOf),
    passedOver: () => {
      const taken = shown.keys.findIndex(
        (key) => shown.signedWith && keyName(shown.signedWith) === keyName(key),
      );
      return shown.keys.slice(0, Math.max(0, taken)).map(markOf);
    },
    offer: { type: "agent", username: use.target.user, agent: shown },
  };
}

function keyMark(refusals: Refusals, key: ParsedKey): string {
  return refusals.mark("key", key.getPublicSSH());
}
