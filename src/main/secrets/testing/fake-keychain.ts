import { OpsError } from "../../../shared/errors.ts";
import type { JournalEvent, JournalWriter } from "../../../shared/journal.ts";
import { text } from "../../../shared/text.ts";
import type { KeychainFinding, KeychainPort } from "../keychain.ts";
import { secretsLocked } from "../secret-errors.ts";

/** A keychain in memory whose state can be changed under the service. */
export class FakeKeychain implements KeychainPort {
  state: KeychainFinding["state"];
  probes = 0;
  readonly values = new Map<string, string>();

  constructor(state: KeychainFinding["state"]) {
    this.state = state;
  }

  async probe(): Promise<KeychainFinding> {
    this.probes += 1;
    return { state: this.state };
  }

  async read(name: string): Promise<string | null> {
    this.#check();
    return this.values.get(name) ?? null;
  }

  async write(name: string, value: string): Promise<void> {
    this.#check();
    this.values.set(name, value);
  }

  async remove(name: string): Promise<boolean> {
    this.#check();
    return this.values.delete(name);
  }

  #check(): void {
    if (this.state !== "ready") throw secretsLocked("keychain");
  }
}

export class MemoryJournal implements JournalWriter {
  readonly events: JournalEvent[] = [];
  full = false;

  write(event: Pick<JournalEvent, "type" | "subject" | "task" | "data">): JournalEvent {
    if (this.full) {
      const words = text("The journal cannot be written.", "Le journal ne peut pas être écrit.");
      throw new OpsError({ code: "journal.cannot-write", system: "journal", message: words, hint: words });
    }
    const written = {
      ...event,
      sequence: this.events.length + 1,
      at: 0,
      actor: "tester",
      workstation: "here",
      previousHash: "",
      hash: "",
    };
    this.events.push(written);
    return written;
  }

  lines(): string[] {
    return this.events.map(({ type, subject, data }) => `${type} ${subject} ${JSON.stringify(data)}`);
  }
}
