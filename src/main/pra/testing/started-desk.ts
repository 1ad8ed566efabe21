import { afterEach } from "vitest";
import type { Procedures } from "../../../shared/procedure.ts";
import type { Action } from "../../actions/action.ts";
import { fakeAction } from "../../actions/fixtures/fake-estate.ts";
import { consoleWith, hosts, journal, reported } from "../../procedures/engine/fixtures/started-engine.ts";
import { ProcedureService } from "../../procedures/service.ts";
import { PraDesk } from "../desk.ts";
import type { PraParts } from "../parts.ts";
import { backups, minute, smallEstate, smallResources } from "./small-pra.ts";

const desks: PraDesk[] = [];

afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close();
});

/** A poke that any resource of the small estate has. */
export function anyPoke(more: Partial<Action> = {}): Action {
  return fakeAction({ kinds: ["host", "dns-record"], ...more });
}

/** A desk over the small estate with a real engine and journal; resources are the test's `hosts`. */
export function deskWith(
  more: Partial<PraParts> = {},
  actions: Action[] = [anyPoke()],
  written: Procedures = smallEstate.procedures,
) {
  const now = Date.now;
  if (!hosts.has("record")) {
    hosts.clear();
    for (const [id, one] of smallResources(now())) hosts.set(id, one);
  }
  const { engine, runner } = consoleWith(actions);
  const known = {
    action: (id: string, { kind }: { kind: string }) =>
      actions.find((one) => one.id === id && one.kinds.some((each) => each === kind)) ?? null,
    resource: (id: string) => hosts.get(id) ?? null,
    resources: () => [...hosts.values()],
  };
  const procedures = new ProcedureService(engine, {
    builtIn: {},
    estate: () => written,
    knows: (action) => actions.some(({ id }) => id === action),
    known,
  });
  const listeners = new Set<() => void>();
  const parts: PraParts = {
    estate: () => smallEstate,
    onEstate: () => () => {},
    inventory: {
      get: known.resource,
      all: known.resources,
      onChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    beingRead: () => [],
    procedures,
    journal,
    write: (event) => journal.write(event),
    protection: backups({ "space-identity": now() - 5 * minute, "space-billing": now() - 9 * minute }),
    capacity: () => ({ clusters: [], parities: [] }),
    secrets: () => ({
      provider: "keychain",
      locked: false,
      passphraseFileExists: false,
      text: { en: "", fr: "" },
      secrets: [],
    }),
    people: () => null,
    progressOf: () => null,
    report: (error) => reported.push(error),
    lab: false,
    now,
    ...more,
  };
  const desk = new PraDesk(parts);
  desks.push(desk);
  return {
    desk,
    engine,
    runner,
    parts,
    /** As the inventory tells of a change. */
    changed: () => {
      for (const listener of listeners) listener();
    },
  };
}
