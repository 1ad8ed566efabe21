import { afterEach, beforeEach } from "vitest";
import type { Resource } from "../../../../shared/resource.ts";
import { kubernetesSystemSchema } from "../../../../shared/systems/kubernetes.ts";
import type { Action } from "../../../actions/action.ts";
import { clusterActions } from "../actions.ts";
import { ClusterAccess } from "../cluster-access.ts";
import { DrainDesk } from "../drain/desk.ts";
import { Rights } from "../rights.ts";
import { contextFor, resource } from "./context.ts";
import { FakeApi } from "./fake-api.ts";
import { node } from "./objects.ts";
import { dialLoopback, FakeClock } from "./surroundings.ts";

/** One cluster with a node, its actions and a clock that only waiting moves, new for each test. */
export let server: FakeApi;
export let clock: FakeClock;
export let access: ClusterAccess;
export let desk: DrainDesk;
export let rights: Rights;
export let actions: Action[];

beforeEach(async () => {
  server = await FakeApi.start();
  server.store.put("nodes", node("node-1"));
  clock = new FakeClock();
  access = accessTo(server.port);
  begin();
});
afterEach(async () => {
  access.close();
  await server.close();
});

/** As after a restart of the console: nothing is remembered. */
export function begin(): void {
  desk = new DrainDesk();
  rights = new Rights(access);
  actions = clusterActions({ access, rights, desk });
}

function accessTo(port: number): ClusterAccess {
  return new ClusterAccess({
    system: "east",
    config: kubernetesSystemSchema.parse({
      type: "kubernetes",
      server: `http://127.0.0.1:${port}`,
      token: "keychain:east",
    }),
    folder: () => "/",
    reach: { dial: dialLoopback },
    secrets: { resolve: async () => ({ reveal: () => "token-1" }) },
    now: clock.now,
    wait: clock.wait,
    random: () => 0,
    times: { request: 5000 },
  });
}

export function action(id: string): Action {
  const found = actions.find((each) => each.id === id);
  if (!found) throw new Error(`no action ${id}`);
  return found;
}

export const theNode = () => resource("east/nodes/node-1", "node");

/** Runs an action as the runner does, up to its proof. */
export async function run(
  id: string,
  of: Resource,
  input: Record<string, unknown> = {},
  signal?: AbortSignal,
) {
  const chosen = action(id);
  const parsed = chosen.input.parse(input);
  const { context, trail } = contextFor(of, signal);
  const probe = await chosen.probe(context, parsed);
  if (probe.state !== "needed") return { probe, trail, applied: null, verification: null };
  const applied = await chosen.apply(context, parsed, probe);
  return { probe, trail, applied, verification: await chosen.verify(context, parsed, probe, applied) };
}
