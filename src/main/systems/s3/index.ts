import { parseDuration } from "../../../shared/estate-words.ts";
import { type S3SystemConfig, s3SystemSchema } from "../../../shared/systems/s3.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { BucketClient } from "./client.ts";
import { BucketObserver } from "./observe.ts";

/** Buckets of a service that speaks the S3 API: what is in them, how old the newest is, versions and locks. */
export const s3System: SystemDefinition<S3SystemConfig> = {
  type: "s3",
  config: s3SystemSchema,
  create: createS3System,
};

function createS3System(config: S3SystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 300_000;
  const name = config.name ?? context.id;
  const subject = `${context.id}/service`;
  const client = new BucketClient({
    name,
    subject,
    config,
    dial: (place, signal) => context.reach.dial(place, signal),
    secrets: context.secrets,
    folder: () => context.estateFolder?.() ?? process.cwd(),
  });
  const observer = new BucketObserver({
    system: context.id,
    name,
    site: config.site ?? null,
    environment: config.environment ?? null,
    every,
    mostObjects: config.mostObjects,
    buckets: config.buckets ? new Map(Object.entries(config.buckets)) : null,
    client,
    now: () => context.now(),
  });
  const closing = new AbortController();
  /** Asks what the key may ask: all buckets, or the first that the estate names. */
  async function tryKey(value: string | null, signal: AbortSignal): Promise<void> {
    const [first] = Object.entries(config.buckets ?? {});
    if (first) await client.contents(first[1].bucket ?? first[0], first[1].prefix ?? "", 1, signal, value);
    else await client.buckets(signal, value);
  }
  return {
    id: context.id,
    type: "s3",
    every,
    declarations: () => observer.declarations(),
    observe: (sink, signal, resources) =>
      observer.observe(sink, AbortSignal.any([signal, closing.signal]), resources),
    actions: [],
    secrets: () => [{ reference: config.secretKey, usedBy: subject }],
    trials: (reference) => (reference === config.secretKey ? [{ subject, name, tryLogin: tryKey }] : []),
    async close() {
      closing.abort();
      client.close();
    },
  };
}
