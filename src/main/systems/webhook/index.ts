import { toOpsError } from "../../../shared/errors.ts";
import { parseDuration } from "../../../shared/estate-words.ts";
import type { Declaration, ObservationSink } from "../../../shared/resource.ts";
import { type WebhookSystemConfig, webhookSystemSchema } from "../../../shared/systems/webhook.ts";
import type { Action } from "../../actions/action.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { announceAction } from "./actions.ts";
import { Channel } from "./client.ts";

/** Where people are told what happens: chats by their incoming webhooks, or whatever takes a POST of JSON. */
export const webhookSystem: SystemDefinition<WebhookSystemConfig> = {
  type: "webhook",
  config: webhookSystemSchema,
  create: createWebhookSystem,
};

const concurrency = 4;
const missedReadings = 3;

function createWebhookSystem(config: WebhookSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 300_000;
  const idOf = (id: string) => `${context.id}/${id}`;
  const channels = new Map(
    Object.entries(config.channels).map(([id, channel]) => [
      idOf(id),
      {
        id,
        config: channel,
        channel: new Channel({
          name: channel.name ?? id,
          subject: idOf(id),
          config: channel,
          via: channel.via ?? config.via ?? null,
          allowlist: channel.allowlist ?? config.allowlist ?? null,
          dial: (place, signal) => context.reach.dial(place, signal),
          secrets: context.secrets,
          folder: () => context.estateFolder?.() ?? process.cwd(),
        }),
      },
    ]),
  );
  const sent = new Map<string, { words: string; at: number }>();
  const failing = new Set<string>();
  const rounds = new ReadingRounds({ concurrency, isFailing: (id) => failing.has(id) });
  const closing = new AbortController();

  async function look(resource: string, sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const common = { resource, source: context.id };
    try {
      await channels.get(resource)?.channel.reach(signal);
      failing.delete(resource);
      const last = sent.get(resource);
      const facts = {
        "webhook.reachable": true,
        "webhook.lastSent": last?.at ?? null,
        "webhook.lastText": last?.words ?? null,
      };
      sink.observe([{ ...common, at: context.now(), health: "ok", facts, problems: [] }]);
    } catch (thrown) {
      if (signal.aborted) return;
      failing.add(resource);
      const error = toOpsError(thrown, context.id).toWire();
      sink.observe([{ ...common, at: context.now(), error }]);
    }
  }

  const announce = announceAction({
    channelOf: ({ id }) => channels.get(id) ?? null,
    onSent: (resource, words, at) => sent.set(resource, { words, at }),
    now: () => context.now(),
  });
  return {
    id: context.id,
    type: "webhook",
    every,
    declarations: () =>
      [...channels].map(([resource, { id, config: channel }]): Declaration => {
        const site = channel.site ?? config.site ?? null;
        return {
          id: resource,
          kind: "service",
          name: channel.name ?? id,
          system: context.id,
          parent: site,
          site,
          environment: channel.environment ?? config.environment ?? null,
          staleAfter: every * missedReadings,
        };
      }),
    async observe(sink, outer, resources) {
      const signal = AbortSignal.any([outer, closing.signal]);
      await rounds.run({
        resources: resources?.filter((id) => channels.has(id)) ?? [...channels.keys()],
        signal,
        asked: resources !== undefined,
        read: (id) => look(id, sink, signal),
      });
    },
    actions: [announce as unknown as Action],
    secrets: () =>
      [...channels].map(
        ([
          usedBy,
          {
            config: { url },
          },
        ]) => ({ reference: url, usedBy }),
      ),
    trials: (reference) =>
      [...channels]
        .filter(
          ([
            ,
            {
              config: { url },
            },
          ]) => url === reference,
        )
        .map(
          ([
            subject,
            {
              id,
              config: { name },
              channel,
            },
          ]) => ({
            subject,
            name: name ?? id,
            tryLogin: (value, signal) => channel.reach(signal, value),
          }),
        ),
    async close() {
      closing.abort();
      for (const { channel } of channels.values()) channel.close();
    },
  };
}
