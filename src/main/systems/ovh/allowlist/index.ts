import { parseDuration } from "../../../../shared/estate-words.ts";
import type { Declaration, ObservationSink } from "../../../../shared/resource.ts";
import type { OvhSystemConfig } from "../../../../shared/systems/ovh.ts";
import type { Action } from "../../../actions/action.ts";
import type { SystemContext } from "../../system.ts";
import type { OvhCredential } from "../api.ts";
import type { OvhClient } from "../client.ts";
import { allowAction } from "./actions/allow.ts";
import { describeAction } from "./actions/describe.ts";
import { type Patience, usualPatience } from "./actions/orders.ts";
import { removeAction } from "./actions/remove.ts";
import { ProviderList } from "./list.ts";
import { ListApi } from "./list-api.ts";

export interface AllowlistsParts {
  config: OvhSystemConfig;
  context: Pick<SystemContext, "id" | "now" | "vantage">;
  client: OvhClient;
  /** The consumer key as it was read last. */
  credential(): OvhCredential | null;
  patience?: Patience;
}

/** Milliseconds between two readings of a list at least: each entry is a request of its own. */
const leastEvery = 60_000;
const missedReadings = 3;

/** The allowlists of the provider's services that the estate names. */
export interface Allowlists {
  readonly actions: Action[];
  declarations(): Declaration[];
  /** Reads the named ones, or all whose time has come; never throws. */
  observe(sink: ObservationSink, signal: AbortSignal, resources?: readonly string[]): Promise<void>;
}

export function openAllowlists({
  config,
  context,
  client,
  credential,
  patience,
}: AllowlistsParts): Allowlists {
  const every = Math.max(leastEvery, parseDuration(config.every) ?? 0);
  const lists = Object.entries(config.allowlists).map(
    ([id, { service, name, site, environment, declared }]) =>
      new ProviderList({
        id: `${context.id}/allowlists/${id}`,
        name: name ?? service,
        system: context.id,
        site: site ?? config.site ?? null,
        environment: environment ?? config.environment ?? null,
        declared: declared ?? null,
        every,
        staleAfter: every * missedReadings,
        api: new ListApi(client, service),
        vantage: () => context.vantage?.() ?? { points: [], ranges: {} },
        now: () => context.now(),
      }),
  );
  const parts = { lists, credential, patience: patience ?? usualPatience };
  return {
    actions: [allowAction, removeAction, describeAction].map((make) => make(parts) as unknown as Action),
    declarations: () => lists.flatMap((list) => list.declarations()),
    async observe(sink, signal, resources) {
      const asked = (list: ProviderList) => resources?.some((id) => list.owns(id)) ?? false;
      const meant = lists.filter((list) => resources === undefined || asked(list));
      await Promise.all(meant.map((list) => list.observe(sink, signal, asked(list))));
    },
  };
}
