import { inspect } from "node:util";
import type { SecretValue } from "./resolver.ts";

/** What is shown wherever a secret would be. */
export const mask = "[secret]";

/** A secret that prints as `[secret]` under String(), template literals, JSON.stringify and util.inspect. */
export class HeldSecret implements SecretValue {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.toPrimitive](): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
