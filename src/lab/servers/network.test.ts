import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { type Door, LabNetwork } from "./network.ts";

const door = (): Door => ({ state: () => "open", connect: (stream) => stream.destroy() });

describe("LabNetwork", () => {
  it("finds a door however its address is written, and nothing beside it", () => {
    const network = new LabNetwork();
    const [four, six] = [door(), door()];
    network.serve("192.0.2.10", 22, four);
    network.serve("2001:db8::ff", 5900, six);
    expect(network.find("192.0.2.10", 22)).toBe(four);
    expect(network.find("[2001:DB8:0::00FF]", 5900)).toBe(six);
    expect(network.find("2001:db8::ff", 22)).toBeNull();
    expect(network.find("192.0.2.99", 22)).toBeNull();
    expect(network.find("not an [address", 22)).toBeNull();
  });

  it("knows an address of which the last door was taken away, unlike one that never was", () => {
    const network = new LabNetwork();
    const takeAway = network.serve("192.0.2.10", 22, door());
    expect(() => network.serve("192.0.2.10", 22, door())).toThrow(RangeError);
    takeAway();
    const second = door();
    network.serve("192.0.2.10", 22, second);
    takeAway();
    expect(network.find("192.0.2.10", 22)).toBe(second);
    expect(network.at("192.0.2.10")?.size).toBe(1);
    expect(network.at("192.0.2.11")).toBeNull();
  });

  it("hands the stream to the door", () => {
    const network = new LabNetwork();
    const stream = new PassThrough();
    network.serve("192.0.2.10", 22, door());
    network.find("192.0.2.10", 22)?.connect(stream, { address: "192.0.2.1", port: 50_000 });
    expect(stream.destroyed).toBe(true);
  });
});
