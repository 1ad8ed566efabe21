import type { implement } from "@orpc/server";
import type { z } from "zod";
import type { Contract } from "../../shared/contract.ts";
import type { Finding, muteRequestSchema } from "../../shared/rules.ts";
import { sameText } from "../../shared/text.ts";
import { Feed } from "./feed.ts";

/** A finding of a sealed Vault, changed by `part`. */
export function aFinding(part: Partial<Finding> = {}): Finding {
  return {
    key: "vault-sealed vault-1",
    rule: "vault-sealed",
    resource: { id: "vault-1", name: "Vault 1", kind: "node" },
    site: "forge",
    environment: "production",
    health: "critical",
    text: sameText("It is sealed: no secret can be read."),
    evidence: [{ text: sameText("1 of 3 shares entered so far"), source: "vault", at: Date.now() - 5000 }],
    since: Date.now() - 600_000,
    proposal: { kind: "action", id: "vault.unseal", resource: "vault-1" },
    mute: null,
    ...part,
  };
}

/** What rules have found, over a few values that a test changes; mutes are kept. */
export class MemoryRules {
  readonly findings = new Feed<Finding[]>([]);
  readonly muted: z.infer<typeof muteRequestSchema>[] = [];
  readonly unmuted: string[] = [];

  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      rules: {
        watch: answer.rules.watch.handler(({ input, signal }) => this.#watch(input.resource, signal)),
        mute: answer.rules.mute.handler(({ input }) => {
          this.muted.push(input);
          return { muted: true };
        }),
        unmute: answer.rules.unmute.handler(({ input }) => {
          this.unmuted.push(input.key);
          return { unmuted: true };
        }),
      },
    };
  }

  async *#watch(resource: string | null, signal: AbortSignal | undefined) {
    for await (const all of this.findings.watch(signal)) {
      const findings = all.filter((one) => resource === null || one.resource?.id === resource);
      const of = (health: string) => findings.filter((one) => one.mute === null && one.health === health);
      yield {
        asOf: Date.now(),
        findings,
        numbers: {
          critical: of("critical").length,
          warning: of("warning").length,
          muted: findings.filter(({ mute }) => mute !== null).length,
        },
        byRule: {},
        off: [],
        names: { production: "Production", forge: "Forge" },
      };
    }
  }
}
