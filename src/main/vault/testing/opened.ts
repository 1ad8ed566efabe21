import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { OpsError } from "../../../shared/errors.ts";
import type { NewJournalEvent } from "../../../shared/journal.ts";
import { type VaultLogin, vaultSystemSchema } from "../../../shared/systems/vault.ts";
import { sameText } from "../../../shared/text.ts";
import type { NewQuestion } from "../../reach/questions.ts";
import { HeldSecret } from "../../secrets/held-secret.ts";
import { VaultDesk, type VaultDeskParts } from "../desk.ts";
import { ManualClock } from "./manual-clock.ts";

/** A connection over loopback, as a reach without hops gives it. */
export async function dialLoopback(place: { address: string; port: number }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(place.port, place.address, () => resolve(socket));
    socket.once("error", (cause) => reject(unreachable(cause)));
  });
}

function unreachable(cause: unknown): OpsError {
  const words = sameText("unreachable");
  return new OpsError({ code: "reach.unreachable", system: "reach", message: words, hint: words, cause });
}

/** A desk on a clock that stands, with one Vault opened; `close` ends it. */
export function openedVault(
  nodes: Record<string, { url: string }>,
  login: VaultLogin | null,
  parts: Partial<VaultDeskParts> & {
    stored?: Record<string, string>;
    answer?: (question: NewQuestion) => string[] | Promise<string[]>;
    namespace?: string;
  } = {},
) {
  const clock = new ManualClock();
  const journal: NewJournalEvent[] = [];
  const concealed: string[] = [];
  const asked: NewQuestion[] = [];
  const { stored = {}, answer, namespace, ...others } = parts;
  const desk = new VaultDesk({
    dial: (place) => dialLoopback(place),
    secrets: {
      resolve: async (reference) => {
        const value = stored[reference];
        if (value === undefined) throw new Error(`nothing under ${reference}`);
        return new HeldSecret(value);
      },
    },
    questions: {
      interactive: answer !== undefined,
      ask: async (question, _timeout, signal) => {
        asked.push(question);
        const answers = await answer?.(question);
        if (answers) return answers;
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      },
    },
    journal: { write: (event) => void journal.push(event) },
    clock,
    folder: () => process.cwd(),
    conceal: (value) => void concealed.push(value),
    ...others,
  });
  const config = vaultSystemSchema.parse({
    type: "vault",
    name: "Vault of the tests",
    nodes,
    ...(login && { login }),
    ...(namespace !== undefined && { namespace }),
  });
  const access = desk.open("vault", config, "vault/service");
  return { desk, access, clock, journal, concealed, asked, close: () => desk.close(access) };
}
