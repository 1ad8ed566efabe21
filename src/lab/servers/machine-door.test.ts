import { once } from "node:events";
import { connect } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../world/clock.ts";
import { World } from "../world/world.ts";
import { MachineDoor } from "./machine-door.ts";
import { type DoorState, LabNetwork } from "./network.ts";

let world: World;
let network: LabNetwork;
let door: MachineDoor;
let own: DoorState;
let served: Duplex[];
const failures: unknown[] = [];
beforeEach(() => {
  world = new World({ seed: 1, clock: new ManualClock() });
  network = new LabNetwork();
  own = "open";
  served = [];
  door = new MachineDoor(
    {
      world,
      machine: world.machine("tower-a"),
      port: 16992,
      state: () => own,
      serve: (stream) => {
        served.push(stream);
        stream.on("data", (bytes: Buffer) => stream.write(`heard ${bytes}`));
        stream.on("error", () => {});
      },
      onFailure: (error) => failures.push(error),
    },
    network,
  );
});
afterEach(async () => {
  await door.close();
  world.close();
  expect(failures).toEqual([]);
});
const knock = () => {
  const [near, far] = duplexPair();
  near.on("error", () => {});
  network.find("192.0.2.10", 16992)?.connect(far, { address: "192.0.2.1", port: 50_000 });
  return near;
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("MachineDoor", () => {
  it("carries both ways and delivers what was written before an orderly end", async () => {
    const near = knock();
    near.write("hello");
    expect(String((await once(near, "data"))[0])).toBe("heard hello");
    world.inject(["link-slow", "tower-a", "1000"]);
    const rest = text(near);
    served[0]?.end("the last words");
    expect(await rest).toBe("the last words");
  });

  it("holds bytes back while the link is cut and lets them through afterwards", async () => {
    const near = knock();
    world.inject(["link-cut", "tower-a"]);
    expect(door.state()).toBe("silent");
    let heard = "";
    near.on("data", (bytes: Buffer) => {
      heard += bytes;
    });
    near.write("held");
    for (let round = 0; round < 20; round += 1) await turn();
    expect(heard).toBe("");
    world.clear();
    while (heard !== "heard held") await turn();
  });

  it("breaks its connections when the machine refuses, and is gone when it is closed", async () => {
    knock();
    const gone = new Promise((resolve) => served[0]?.once("close", resolve));
    own = "refused";
    world.announce(world.machine("tower-a"), "management");
    await gone;
    await door.close();
    expect(network.find("192.0.2.10", 16992)).toBeNull();
  });

  it("listens on loopback too, and resets what it refuses there", async () => {
    const port = await door.listen(0);
    const socket = connect(port, "127.0.0.1");
    socket.write("hello");
    expect(String((await once(socket, "data"))[0])).toBe("heard hello");
    socket.destroy();
    own = "refused";
    const refused = connect(port, "127.0.0.1");
    refused.on("error", () => {});
    refused.write("hello");
    await new Promise((resolve) => refused.once("close", resolve));
    expect(served).toHaveLength(1);
  });
});
