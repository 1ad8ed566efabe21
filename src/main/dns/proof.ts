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

/** How a record is proven: for so many milliseconds at most, and whether servers that are silent count. */
export interface ProofWish {
  within: number;
  withoutSilent: boolean;
}

/**
 * Asks every authoritative server of a record until all of them answer it as wanted. One that does not answer proves nothing;
 * `withoutSilent`: it is enough that one does, and each that answers at all.
 */
export async function atAllServers(
  { reader }: { reader: ReaderParts },
  record: WatchedRecord,
  wanted: Held,
  signal: AbortSignal,
  { within, withoutSilent }: ProofWish,
  context?: Pick<ActionContext, "progress">,
): Promise<Verification> {
  const servers = record.zone?.servers ?? [];
  const end = performance.now() + within;
  let told = -1;
  for (let wait = firstWait; ; wait = Math.min(longestWait, wait * 2)) {
    const sayings = await askAll(reader, servers, record, false, signal);
    const right = sayings.filter((saying) => says(saying, wanted)).length;
    const counted = withoutSilent ? sayings.filter(({ answer }) => answer !== null).length : servers.length;
    const proven = counted > 0 && right === counted;
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
    if (proven || performance.now() + wait > end) return verification(proven, sayings, counted);
    await pause(wait, signal);
  }
}

function says({ answer }: Saying, wanted: Held): boolean {
  if (!answer?.authoritative) return false;
  return sameHeld({ values: answer.values, ttl: answer.ttl, alias: answer.alias }, wanted);
}

function verification(proven: boolean, sayings: readonly Saying[], counted: number): Verification {
  const words = sayings.map(sayingWords);
  const listed = words.join("; ");
  return {
    proven,
    text: proven
      ? counted < sayings.length
        ? text(
            `Every authoritative server that answers has it, ${counted} of ${sayings.length}: ${listed}.`,
            `Chaque serveur faisant autorité qui répond l'a, ${counted} sur ${sayings.length} : ${listed}.`,
          )
        : text(
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
