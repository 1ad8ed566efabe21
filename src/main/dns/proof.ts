import { text } from "../../shared/text.ts";
import type { ActionContext, Verification } from "../actions/action.ts";
import { pause } from "../reach/abort.ts";
import { sayingWords } from "./judge.ts";
import { askAll, type ReaderParts, type Saying } from "./reading.ts";
import { type Held, sameHeld } from "./wanted.ts";
import type { WatchedRecord } from "./zones.ts";

/** Milliseconds between two rounds, growing to the longest. */
const firstWait = 250;
const longestWait = 4_000;

/**
 * Asks every authoritative server of a record until all of them answer it as wanted, for `within` milliseconds at most.
 * One that does not answer proves nothing.
 */
export async function atAllServers(
  { reader }: { reader: ReaderParts },
  record: WatchedRecord,
  wanted: Held,
  signal: AbortSignal,
  within: number,
  context?: Pick<ActionContext, "progress">,
): Promise<Verification> {
  const servers = record.zone?.servers ?? [];
  const end = performance.now() + within;
  let told = -1;
  for (let wait = firstWait; ; wait = Math.min(longestWait, wait * 2)) {
    const sayings = await askAll(reader, servers, record, false, signal);
    const right = sayings.filter((saying) => says(saying, wanted)).length;
    const proven = servers.length > 0 && right === servers.length;
    if (right !== told) {
      told = right;
      context?.progress(
        text(
          `Authoritative servers with the value: ${right} of ${servers.length}.`,
          `Serveurs faisant autorité ayant la valeur : ${right} sur ${servers.length}.`,
        ),
        servers.length === 0 ? null : right / servers.length,
      );
    }
    if (proven || performance.now() + wait > end) return verification(proven, sayings);
    await pause(wait, signal);
  }
}

function says({ answer }: Saying, wanted: Held): boolean {
  if (!answer?.authoritative) return false;
  return sameHeld({ values: answer.values, ttl: answer.ttl, alias: answer.alias }, wanted);
}

function verification(proven: boolean, sayings: readonly Saying[]): Verification {
  const words = sayings.map(sayingWords);
  const listed = words.join("; ");
  return {
    proven,
    text: proven
      ? text(
          `Every authoritative server answers it: ${listed}.`,
          `Chaque serveur faisant autorité le répond : ${listed}.`,
        )
      : text(
          `Not every authoritative server answers it: ${listed || "there is none"}.`,
          `Tous les serveurs faisant autorité ne le répondent pas : ${listed || "il n'y en a aucun"}.`,
        ),
    data: { servers: words },
  };
}
