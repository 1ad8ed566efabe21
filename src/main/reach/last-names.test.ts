import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LastNames } from "./last-names.ts";
import { finish, TestServer } from "./testing/ssh-server.ts";
import { Surroundings, within } from "./testing/surroundings.ts";

const place = { id: "bounce", name: "bounce", address: "Bounce.example", port: 22 };
const { signal } = new AbortController();
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-names-"));
  file = join(folder, "names.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function failing(code: string): () => Promise<string[]> {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}

function namesOf(lookup: (name: string) => Promise<string[]>) {
  const resolver = { lookup };
  const used: unknown[] = [];
  const troubles: unknown[] = [];
  const names = new LastNames({
    file,
    now: () => 1000,
    lookup: (name) => resolver.lookup(name),
    onUsed: (name, answer) => used.push([name, answer]),
    onTrouble: (thrown) => troubles.push(thrown),
  });
  return { names, resolver, used, troubles };
}

async function kept(): Promise<void> {
  const { names } = namesOf(async () => ["192.0.2.1", "2001:db8::1"]);
  await names.addressesOf(place, signal);
  await names.close();
}

describe("the last answers of names", () => {
  it("serve another start while no name server answers, and that is told once until one does", async () => {
    await kept();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { names, resolver, used } = namesOf(failing("EAI_AGAIN"));
    await names.start();
    expect(await names.addressesOf(place, signal)).toEqual(["192.0.2.1", "2001:db8::1"]);
    await names.addressesOf(place, signal);
    expect(used).toEqual([["bounce.example", { addresses: ["192.0.2.1", "2001:db8::1"], at: 1000 }]]);
    resolver.lookup = async () => ["192.0.2.2"];
    expect(await names.addressesOf(place, signal)).toEqual(["192.0.2.2"]);
    resolver.lookup = failing("EAI_AGAIN");
    expect(await names.addressesOf(place, signal)).toEqual(["192.0.2.2"]);
    expect(used).toHaveLength(2);
    await names.close();
  });

  it("do not serve for a name that does not exist, nor for one never resolved", async () => {
    await kept();
    const { names, resolver, used } = namesOf(failing("ENOTFOUND"));
    await names.start();
    await expect(names.addressesOf(place, signal)).rejects.toMatchObject({ code: "reach.name-not-found" });
    resolver.lookup = failing("EAI_AGAIN");
    const other = { ...place, address: "other.example" };
    await expect(names.addressesOf(other, signal)).rejects.toMatchObject({ code: "reach.name-not-found" });
    expect(used).toEqual([]);
  });

  it.each(["", "{", '{"bounce.example":{"addresses":["elsewhere"],"at":1}}', "[1]"])(
    "are as none when their file holds %j",
    async (words) => {
      await writeFile(file, words);
      const { names } = namesOf(failing("EAI_AGAIN"));
      await names.start();
      await expect(names.addressesOf(place, signal)).rejects.toMatchObject({ code: "reach.name-not-found" });
      expect(await readFile(file, "utf8")).toBe(words);
    },
  );

  it("resolve also where they cannot be kept, and say so", async () => {
    file = join(folder, "gone", "names.json");
    const { names, troubles } = namesOf(async () => ["192.0.2.1"]);
    expect(await names.addressesOf(place, signal)).toEqual(["192.0.2.1"]);
    await names.close();
    expect(troubles).toHaveLength(1);
  });

  it("end when the call is cancelled", async () => {
    const { names } = namesOf(() => new Promise(() => undefined));
    const abort = new AbortController();
    const asked = names.addressesOf(place, abort.signal);
    abort.abort();
    await expect(asked).rejects.toThrow("cancelled");
  });
});

describe("reach while no name server answers", () => {
  it.each([null, "here"])(
    "logs in at the last address of a host, with the allowlist %j",
    async (allowlist) => {
      const { names: before } = namesOf(async () => ["127.0.0.1"]);
      await before.addressesOf(place, signal);
      await before.close();
      const { names, used } = namesOf(failing("EAI_AGAIN"));
      await names.start();
      const server = await TestServer.start({ run: (_command, channel) => finish(channel, "here\n") });
      const around = new Surroundings({ addressesOf: (at, until) => names.addressesOf(at, until) });
      try {
        around.update({}, { here: ["127.0.0.0/8"] });
        const target = around.target(server, { address: place.address, allowlist });
        const done = await around.reach.execute(target, "where", within());
        expect(done.output).toBe("here\n");
        expect(used).toHaveLength(1);
      } finally {
        await around.close();
        await server.close();
      }
    },
  );

  it("asks anew for what is to be resolved now", async () => {
    const server = await TestServer.start({});
    const asked: string[] = [];
    const around = new Surroundings({
      addressesOf: async ({ address }) => {
        asked.push(address);
        return ["127.0.0.1"];
      },
    });
    try {
      const door = { via: null, address: "localhost", port: server.port };
      (await around.reach.dial({ ...door, resolvesNow: true }, signal)).destroy();
      expect(asked).toEqual([]);
      (await around.reach.dial(door, signal)).destroy();
      expect(asked).toEqual(["localhost"]);
    } finally {
      await around.close();
      await server.close();
    }
  });
});
