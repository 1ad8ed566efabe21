import { OpsError } from "../../shared/errors.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import { text } from "../../shared/text.ts";
import { reachFault } from "./faults.ts";
import { type HostKey, parseHostKey } from "./host-key.ts";
import type { KnownHosts } from "./known-hosts.ts";
import { hostAndPort, placeLabel } from "./place.ts";
import type { Questions } from "./questions.ts";
import type { SshTarget } from "./reach.ts";

/**
 * Decides whether a server is the one it should be. An unknown key becomes a question while the connection fails;
 * a changed, revoked or wrongly pinned one is refused for good. Each decision is journalled, once for each key.
 */
export class HostKeyCheck {
  readonly #parts: { knownHosts: KnownHosts; questions: Questions; journal: JournalWriter };
  readonly #reported = new Set<string>();
  readonly #declined = new Set<string>();
  readonly #listeners = new Set<(target: string) => void>();

  constructor(parts: { knownHosts: KnownHosts; questions: Questions; journal: JournalWriter }) {
    this.#parts = parts;
  }

  /** Calls `listener` with the target's id whenever a person has accepted a key, until the result is called. */
  onAccepted(listener: (target: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets a question that was declined be asked again. */
  forget(target?: string): void {
    for (const mark of this.#declined) {
      if (target === undefined || mark.startsWith(`${target} `)) this.#declined.delete(mark);
    }
  }

  /** Returns the key when it is known; throws `reach.host-key-…` otherwise. */
  judge(target: SshTarget, blob: Buffer): HostKey {
    const key = parseHostKey(blob);
    if (!key) throw unreadable(target);
    const verdict = this.#parts.knownHosts.verify(target.address, target.port, key, target.hostKey);
    switch (verdict.state) {
      case "known":
        return key;
      case "unknown":
        this.#report("host-key.unknown", target, key, {});
        this.#ask(target, key);
        throw unknownKey(target, key, this.#parts.questions.interactive);
      case "changed":
        this.#report("host-key.changed", target, key, { file: verdict.file, line: verdict.line });
        throw changed(target, key, verdict.file, verdict.line);
      case "revoked":
        this.#report("host-key.revoked", target, key, { file: verdict.file, line: verdict.line });
        throw revoked(target, key, verdict.file, verdict.line);
      case "pinned-mismatch":
        throw pinMismatch(target, key, verdict.pinned);
    }
  }

  /** Journals a wrong key of a pinned host, once it is certain that the host has no other key to show. */
  reportPinMismatch(target: SshTarget, key: HostKey): void {
    this.#report("host-key.pin-mismatch", target, key, { pinned: target.hostKey ?? "" });
  }

  #ask(target: SshTarget, key: HostKey): void {
    const mark = `${target.id} ${key.fingerprint}`;
    if (!this.#parts.questions.interactive || this.#declined.has(mark)) return;
    this.#parts.questions.post(
      {
        kind: "host-key",
        target: target.name,
        address: hostAndPort(target.address, target.port),
        algorithm: key.type,
        fingerprint: key.fingerprint,
      },
      ({ accept }) => {
        if (!accept) {
          this.#write("host-key.declined", target, key, {});
          this.#declined.add(mark);
          return;
        }
        this.#accept(target, key);
        for (const listener of [...this.#listeners]) listener(target.id);
      },
    );
  }

  #accept(target: SshTarget, key: HostKey): void {
    const { knownHosts } = this.#parts;
    // Another answer, or another program, may have made the host known meanwhile: then it is not the first time.
    const verdict = knownHosts.verify(target.address, target.port, key, null);
    if (verdict.state === "known") return;
    if (verdict.state === "changed") throw changed(target, key, verdict.file, verdict.line);
    if (verdict.state === "revoked") throw revoked(target, key, verdict.file, verdict.line);
    this.#write("host-key.accepted", target, key, { file: knownHosts.own });
    try {
      knownHosts.add(target.address, target.port, key);
    } catch (error) {
      this.#write("host-key.not-stored", target, key, { file: knownHosts.own });
      throw error;
    }
    this.#write("host-key.stored", target, key, { file: knownHosts.own });
  }

  #report(type: string, target: SshTarget, key: HostKey, more: Record<string, string | number>): void {
    const mark = `${type} ${target.id} ${target.address} ${target.port} ${key.fingerprint}`;
    if (this.#reported.has(mark)) return;
    this.#write(type, target, key, more);
    this.#reported.add(mark);
  }

  #write(type: string, target: SshTarget, key: HostKey, more: Record<string, string | number>): void {
    const { address, port } = target;
    this.#parts.journal.write({
      type,
      subject: target.id,
      task: null,
      data: { address, port, algorithm: key.type, fingerprint: key.fingerprint, ...more },
    });
  }
}

/** The key that did not match the pin, when that is what `error` says; another type of key may still match. */
export function mismatchedKey(error: unknown): HostKey | null {
  return error instanceof OpsError && error.code === "reach.host-key-pin-mismatch"
    ? (error.cause as HostKey)
    : null;
}

function unknownKey(target: SshTarget, key: HostKey, interactive: boolean): OpsError {
  return reachFault(
    "host-key-unknown",
    text(
      `${placeLabel(target)} shows a host key that is not known yet: ${key.type} ${key.fingerprint}.`,
      `${placeLabel(target)} présente une clé d'hôte encore inconnue : ${key.type} ${key.fingerprint}.`,
    ),
    interactive
      ? text(
          "Compare the fingerprint with the one that the host's administrator gives you, then answer the question.",
          "Comparez l'empreinte avec celle que donne l'administrateur de la machine, puis répondez à la question.",
        )
      : text(
          `Compare the fingerprint with the one that the host's administrator gives you, then accept it with \`passerelle trust ${target.id} --fingerprint ${key.fingerprint}\` or pin it with \`hostKey\`.`,
          `Comparez l'empreinte avec celle que donne l'administrateur de la machine, puis acceptez-la avec \`passerelle trust ${target.id} --fingerprint ${key.fingerprint}\` ou fixez-la avec « hostKey ».`,
        ),
  );
}

function changed(target: SshTarget, key: HostKey, file: string, line: number): OpsError {
  return reachFault(
    "host-key-changed",
    text(
      `The host key of ${placeLabel(target)} has changed to ${key.type} ${key.fingerprint}: somebody may be in between.`,
      `La clé d'hôte de ${placeLabel(target)} a changé pour ${key.type} ${key.fingerprint} : quelqu'un s'est peut-être interposé.`,
    ),
    text(
      `Nothing was sent; if the change is certainly rightful, remove line ${line} of ${file} and connect again.`,
      `Rien n'a été envoyé ; si le changement est certainement légitime, supprimez la ligne ${line} de ${file} et reconnectez-vous.`,
    ),
  );
}

function revoked(target: SshTarget, key: HostKey, file: string, line: number): OpsError {
  return reachFault(
    "host-key-revoked",
    text(
      `The host key of ${placeLabel(target)}, ${key.fingerprint}, is revoked: somebody may be in between.`,
      `La clé d'hôte de ${placeLabel(target)}, ${key.fingerprint}, est révoquée : quelqu'un s'est peut-être interposé.`,
    ),
    text(
      `Nothing was sent; the key is marked @revoked on line ${line} of ${file}: have the host given a new one.`,
      `Rien n'a été envoyé ; la clé est marquée @revoked à la ligne ${line} de ${file} : faites-en créer une nouvelle.`,
    ),
  );
}

function pinMismatch(target: SshTarget, key: HostKey, pinned: string): OpsError {
  return reachFault(
    "host-key-pin-mismatch",
    text(
      `${placeLabel(target)} shows the host key ${key.fingerprint}, and the estate pins ${pinned}: somebody may be in between.`,
      `${placeLabel(target)} présente la clé d'hôte ${key.fingerprint}, et le parc fixe ${pinned} : quelqu'un s'est peut-être interposé.`,
    ),
    text(
      "Nothing was sent; if the change is certainly rightful, correct `hostKey` in the estate file.",
      "Rien n'a été envoyé ; si le changement est certainement légitime, corrigez « hostKey » dans le fichier de parc.",
    ),
    key,
  );
}

function unreadable(target: SshTarget): OpsError {
  return reachFault(
    "garbage",
    text(
      `${placeLabel(target)} shows a host key that cannot be read.`,
      `${placeLabel(target)} présente une clé d'hôte illisible.`,
    ),
    text(
      "Check that the address and port in the estate file belong to an SSH server.",
      "Vérifiez que l'adresse et le port du fichier de parc sont ceux d'un serveur SSH.",
    ),
  );
}
