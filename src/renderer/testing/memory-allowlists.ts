import type { implement } from "@orpc/server";
import type { AllowlistsView, ListedNetwork, ProviderListView } from "../../shared/allowlists.ts";
import type { Contract } from "../../shared/contract.ts";
import { Feed } from "./feed.ts";

/** A network that the estate declares, changed by `part`. */
export function aNetwork(part: Partial<ListedNetwork> = {}): ListedNetwork {
  return {
    id: "provider/allowlists/east/101",
    network: "203.0.113.0/28",
    state: "allowed",
    note: "Office",
    by: null,
    ends: null,
    isDue: false,
    declared: "declared",
    letsIn: ["203.0.113.7 → bounce"],
    problems: [],
    ...part,
  };
}

/** A list with one network, changed by `part`. */
export function aProviderList(part: Partial<ProviderListView> = {}): ProviderListView {
  return {
    id: "provider/allowlists/east",
    name: "Access to East",
    service: "pcc-198-51-100-10",
    policy: "filtered",
    missing: [],
    shut: [],
    readAt: Date.now() - 5000,
    stale: false,
    error: null,
    problems: [],
    networks: [aNetwork()],
    ...part,
  };
}

/** The provider's allowlists, over a view that a test changes. */
export class MemoryAllowlists {
  readonly view = new Feed<AllowlistsView>({ lists: [] });

  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      allowlists: { watch: answer.allowlists.watch.handler(({ signal }) => this.view.watch(signal)) },
    };
  }
}
