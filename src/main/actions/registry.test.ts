import { describe, expect, it } from "vitest";
import { sameText } from "../../shared/text.ts";
import { fakeAction, fakeHost } from "./fixtures/fake-estate.ts";
import { ActionRegistry } from "./registry.ts";

const east = fakeHost("tower-a", { system: "east" });
const west = fakeHost("tower-b", { system: "west" });
const vm = fakeHost("vm-a", { kind: "vm", system: "east" });

function registryOfTwoSystems() {
  const registry = new ActionRegistry();
  const ofSystem = (system: string) => [
    fakeAction({ appliesTo: (resource) => resource.system === system }),
    fakeAction({ id: "host.solo", bulk: false, appliesTo: (resource) => resource.system === system }),
  ];
  const closeEast = registry.register(ofSystem("east"));
  registry.register(ofSystem("west"));
  registry.register([
    fakeAction({ id: "host.east-only", appliesTo: (resource) => resource.system === "east" }),
    fakeAction({
      id: "host.greyed",
      unavailable: (resource) => (resource === east ? null : sameText("no firmware")),
    }),
  ]);
  return { registry, closeEast };
}

describe("ActionRegistry", () => {
  const ids = (offers: { id: string }[]) => offers.map((offer) => offer.id).sort();

  it("offers on one resource what its kind and system have", () => {
    const { registry } = registryOfTwoSystems();
    expect(ids(registry.offers([east]))).toEqual(["host.east-only", "host.greyed", "host.poke", "host.solo"]);
    expect(ids(registry.offers([west]))).toEqual(["host.greyed", "host.poke", "host.solo"]);
    expect(registry.offers([vm])).toEqual([]);
    expect(registry.offers([])).toEqual([]);
  });

  it("greys what a system that stands in the way of would do, whatever else is, and says whose an action is", () => {
    const registry = new ActionRegistry();
    registry.register([fakeAction()], "east");
    registry.register([fakeAction({ id: "console.mark" })]);
    const away = sameText("outside");
    const offers = registry.offers([east], (system, { id }) =>
      system === "east" && id === "tower-a" ? away : null,
    );
    expect(offers.map(({ id, unavailable }) => [id, unavailable])).toEqual([
      ["host.poke", away],
      ["console.mark", null],
    ]);
    expect(registry.systemOf("host.poke", east)).toBe("east");
    expect(registry.systemOf("console.mark", east)).toBeNull();
    expect(registry.systemOf("nothing", east)).toBeNull();
  });

  it("greys what there is nothing to do for, which a run finds done already", () => {
    const registry = new ActionRegistry();
    registry.register([fakeAction({ idle: () => sameText("nothing to end") })]);
    expect(registry.offers([east])[0]?.unavailable).toEqual(sameText("nothing to end"));
  });

  it("offers the fields as they are on one resource, and as they are in general on several", () => {
    const registry = new ActionRegistry();
    const field = (label: string) => ({
      name: "device",
      label: sameText(label),
      type: "choice" as const,
      required: true,
      choices: [],
      initial: null,
    });
    const fieldsFor = (resource: { name: string }) => [field(resource.name)];
    registry.register([fakeAction({ fields: [field("any")], fieldsFor })]);
    expect(registry.offers([east])[0]?.fields[0]?.label.en).toBe("tower-a");
    expect(registry.offers([east, west])[0]?.fields[0]?.label.en).toBe("any");
  });

  it("offers on several what all have, over the borders of systems, and what may be run in bulk", () => {
    const { registry } = registryOfTwoSystems();
    expect(ids(registry.offers([east, west]))).toEqual(["host.greyed", "host.poke"]);
    expect(registry.offers([east, vm])).toEqual([]);
  });

  it("greys a button where it can work nowhere, and says why", () => {
    const { registry } = registryOfTwoSystems();
    const reason = (...resources: (typeof east)[]) =>
      registry.offers(resources).find((offer) => offer.id === "host.greyed")?.unavailable;
    expect(reason(east, west)).toBeNull();
    expect(reason(west)).toEqual(sameText("no firmware"));
    expect(reason(west, fakeHost("tower-c", { system: "west" }))?.fr).toBe(
      "Impossible sur les 2 : no firmware",
    );
  });

  it("finds each resource's own action, until its system is closed", () => {
    const { registry, closeEast } = registryOfTwoSystems();
    expect(registry.find("host.poke", east)).not.toBe(registry.find("host.poke", west));
    closeEast();
    expect(registry.find("host.poke", east)).toBeNull();
    expect(registry.find("host.poke", west)).not.toBeNull();
    expect([registry.knows("host.poke"), registry.knows("host.fly")]).toEqual([true, false]);
  });
});
