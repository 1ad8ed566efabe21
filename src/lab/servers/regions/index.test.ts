import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../world/clock.ts";
import { applications } from "../../world/regions.ts";
import { World } from "../../world/world.ts";
import { LabNetwork } from "../network.ts";
import { addresses } from "./addresses.ts";
import { startRegions } from "./index.ts";
import { TestRegions } from "./testing/test-regions.ts";

describe("the lab's regions", () => {
  let lab: TestRegions;
  beforeEach(async () => {
    lab = await TestRegions.start();
  });
  afterEach(() => lab.close());

  const stateAt = (address: string, port: number) => lab.network.find(address, port)?.state();
  const states = () => ({
    cluster: stateAt("192.0.2.70", 6443),
    front: stateAt(addresses.frontEast, 443),
    objects: stateAt(addresses.objectsEast, 8080),
  });
  const isStatus =
    (wanted: number) =>
    ({ status }: { status: number }) =>
      status === wanted;

  it("serve every application in the east and none in the north", async () => {
    const east = await Promise.all(applications.map((name) => lab.application("east", name)));
    expect(east.map(({ status, servedBy }) => [status, servedBy])).toEqual(
      applications.map(() => [200, "east"]),
    );
    const north = await Promise.all(applications.map((name) => lab.application("north", name)));
    expect(north.map(({ status }) => status)).toEqual(applications.map(() => 503));
    expect((await lab.application("east", "somewhere")).status).toBe(404);
  });

  it("let nothing of a dead region answer, and all of the other", async () => {
    lab.world.inject(["region-dead", "east"]);
    expect(states()).toEqual({ cluster: "silent", front: "silent", objects: "silent" });
    expect(lab.world.machine("file-store-east").power).toBe("off");
    expect(stateAt("192.0.2.130", 6443)).toBe("open");
    expect((await lab.application("north", "billing")).status).toBe(503);
    lab.world.clear();
    expect(states()).toEqual({ cluster: "open", front: "open", objects: "open" });
    expect(["starting", "on"]).toContain(lab.world.machine("file-store-east").power);
  });

  it("keep the APIs of a region that is half dead, and nothing that runs there", async () => {
    await lab.application("east", "billing");
    lab.world.inject(["region-half-dead", "east"]);
    expect(states()).toEqual({ cluster: "open", front: "silent", objects: "open" });
    const hosts = [...lab.world.virtual.hosts.values()].filter(({ id }) => id.startsWith("east-"));
    expect(new Set(hosts.map(({ power }) => power))).toEqual(new Set(["off"]));
    expect(lab.world.virtual.powerOnHost("east-esx-1")).toBe(false);
    lab.world.clear();
    const back = await lab.until(() => lab.application("east", "portal"), isStatus(200));
    expect(back.servedBy).toBe("east");
  });

  it("refuse or fall silent by the faults of what stands in them", () => {
    const places = [
      ["objects-down depot", addresses.objectsDepot, 9000, "open"],
      ["region-dead depot", addresses.objectsDepot, 9000, "silent"],
      ["region-dead depot", addresses.namesDepot, 53, "silent"],
      ["region-dead depot", addresses.resolver1, 53, "open"],
      ["link-regions-cut east", addresses.objectsEast, 8080, "open"],
      ["webhook-down", addresses.announce, 443, "refused"],
    ] as const;
    for (const [fault, address, port, state] of places) {
      lab.world.inject(fault.split(" "));
      expect([fault, stateAt(address, port)]).toEqual([fault, state]);
      lab.world.clear();
      expect(stateAt(address, port)).toBe("open");
    }
  });

  it("hear of each other but over a link that is cut, and of nothing dead", () => {
    const { regions } = lab.world;
    const links = () => [
      regions.areLinked("east", "north"),
      regions.areLinked("east", "depot"),
      regions.areLinked("north", "depot"),
    ];
    expect(links()).toEqual([true, true, true]);
    lab.world.inject(["link-regions-cut", "east"]);
    expect(links()).toEqual([false, false, true]);
    expect([regions.isAlive("east"), regions.hasPower("east")]).toEqual([true, true]);
    lab.world.clear();
    lab.world.inject(["region-dead", "depot"]);
    expect(links()).toEqual([true, false, false]);
  });

  it("break the connections to object storage that is down", async () => {
    lab.world.inject(["objects-down", "depot"]);
    await expect(lab.ask("objects depot", "/")).rejects.toThrow();
    lab.world.clear();
    // Nobody is let in without a signature.
    expect((await lab.ask("objects depot", "/")).status).toBe(403);
  });

  it("show what is wrong with a front, until it is lifted", async () => {
    lab.world.inject(["web-unavailable", "east"]);
    expect((await lab.application("east", "identity")).status).toBe(503);
    lab.world.clear();
    lab.world.inject(["certificate-expired", "east"]);
    await expect(lab.application("east", "identity")).rejects.toThrow("expired");
    lab.world.clear();
    expect((await lab.application("east", "identity")).status).toBe(200);
  });
});

it("are not there while only Atelier stands", async () => {
  const world = new World({ seed: 1, clock: new ManualClock() });
  const network = new LabNetwork();
  const onFailure = (error: unknown) => expect.unreachable(String(error));
  const servers = await startRegions({ world, network, folder: "/nowhere", onFailure }, new Map());
  expect([...servers.ports]).toEqual([]);
  expect(() => world.inject(["region-dead", "east"])).toThrow("nothing named");
  await servers.close();
  world.close();
});
