import type { implement } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type { InsideSubject } from "../../shared/inside.ts";
import type { LocalText } from "../../shared/text.ts";
import { Feed } from "./feed.ts";

/** Where the workstation stands, over a reason that a test changes; what was asked about is kept. */
export class MemoryInside {
  readonly outside = new Feed<LocalText | null>(null);
  readonly asked: InsideSubject[] = [];

  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      reach: {
        outside: answer.reach.outside.handler(({ input, signal }) => {
          this.asked.push(input);
          return this.#watch(signal);
        }),
      },
    };
  }

  async *#watch(signal: AbortSignal | undefined) {
    for await (const outside of this.outside.watch(signal)) yield { outside };
  }
}
