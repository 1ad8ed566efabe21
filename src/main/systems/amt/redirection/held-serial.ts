import type { LocalText } from "../../../../shared/text.ts";
import { closedForPower } from "./faults.ts";
import type { HeldSession } from "./held.ts";
import { SerialSession, type SerialSessionParts } from "./serial-session.ts";

/** A serial console that gives way to a power change. */
export class HeldSerial extends SerialSession implements HeldSession {
  readonly #parts: SerialSessionParts;

  constructor(parts: SerialSessionParts) {
    super(parts);
    this.#parts = parts;
  }

  closeFor(why: LocalText | null): void {
    this.end(why === null ? null : closedForPower(this.#parts.name, why));
  }

  onOver(listener: () => void): void {
    if (this.#parts.stream.closed) listener();
    else this.#parts.stream.once("close", listener);
  }
}
