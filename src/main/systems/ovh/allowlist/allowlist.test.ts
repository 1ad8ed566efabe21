import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listId, noon, OpenedList } from "./testing/opened-list.ts";

const hour = 3_600_000;
let list: OpenedList;
beforeEach(async () => {
  list = await new OpenedList([
    ["203.0.113.0/28", "Office"],
    ["198.51.100.7/32", null],
  ]).start();
});
afterEach(() => list.close());

const factsOf = (network: string | null): Record<string, unknown> => {
  const id = network === null ? listId : [...list.declared.values()].find(({ name }) => name === network)?.id;
  const seen = list.seen.get(id ?? "");
  if (!seen || "error" in seen) throw new Error(`nothing was seen of ${network}`);
  return { ...seen.facts, problems: seen.problems.map(({ code }) => code) };
};

describe("a list", () => {
  it("is shown with each entry, and with what the estate and it do not agree on", async () => {
    list.vantage.ranges.office = ["203.0.113.0/28", "192.0.2.0/24"];
    await list.observe();
    expect([...list.declared.values()].map(({ name, parent }) => [name, parent])).toEqual([
      ["East", null],
      ["203.0.113.0/28", listId],
      ["198.51.100.7/32", listId],
    ]);
    expect(factsOf(null)).toMatchObject({
      "allowlist.policy": "filtered",
      "allowlist.entries": 2,
      "allowlist.missing": ["192.0.2.0/24"],
      problems: ["ovh.list-missing"],
    });
    expect(factsOf("203.0.113.0/28")).toMatchObject({
      "allowlist.declared": "declared",
      "allowlist.note": "Office",
      "allowlist.letsIn": ["203.0.113.7 → bounce"],
      problems: [],
    });
    expect(factsOf("198.51.100.7/32")).toMatchObject({
      "allowlist.declared": "undeclared",
      problems: ["ovh.entry-undeclared"],
    });
    list.service.policy = "open";
    await list.observe([listId]);
    expect(factsOf(null).problems).toEqual(["ovh.list-open", "ovh.list-missing"]);
  });

  it("is told as it cannot be read, with all its entries", async () => {
    await list.observe();
    list.intercept = (_request, response) => {
      response.destroy();
      return true;
    };
    await list.observe([listId]);
    expect([...list.seen.values()].map((each) => "error" in each && each.error.code)).toEqual([
      "ovh.closed",
      "ovh.closed",
      "ovh.closed",
    ]);
  });

  it("is read when its time has come or somebody looks, not more often", async () => {
    await list.observe();
    const { length } = list.api.requests;
    await list.observe();
    expect(list.api.requests).toHaveLength(length);
    await list.observe([listId]);
    expect(list.api.requests.length).toBeGreaterThan(length);
  });
});

it("whoever asks while a list is read gets a reading that was begun since", async () => {
  let asked: Promise<void> | null = null;
  list.intercept = (request) => {
    // The list of numbers has just been read when another entry comes and somebody asks.
    if (!request.url?.endsWith("/allowedNetwork/102") || asked !== null) return false;
    list.service.add("192.0.2.9/32", null);
    list.clock.advance(5000);
    asked = list.observe([listId]);
    return false;
  };
  await list.observe();
  await asked;
  expect([...list.declared.values()].map(({ name }) => name)).toContain("192.0.2.9/32");
});

it("a clock that was set meanwhile spoils no reading", async () => {
  await list.observe();
  list.faults.skew = hour;
  await list.observe([listId]);
  expect(list.seen.get(listId)).not.toHaveProperty("error");
});

describe("letting in a network", () => {
  it("is shown beforehand, ordered once, followed to its end, proven by the list, and undone", async () => {
    const input = { network: "192.0.2.9", for: "4h", note: "Fibre works" };
    const { probe, proof, sent, action, context, wanted } = await list.carry(
      "ovh.allow-network",
      null,
      input,
    );
    expect(probe.steps?.map(({ en }) => en)).toEqual([
      "Add 192.0.2.9/32, until 2026-11-22 16:00 UTC.",
      "The list is then (3): 203.0.113.0/28, 198.51.100.7/32, 192.0.2.9/32.",
      "Of who works here it lets in: this workstation (203.0.113.7, as bounce sees it); not: —.",
    ]);
    expect([proof.proven, sent.count, list.changes.length]).toEqual([true, 1, 1]);
    expect(list.networks).toContain("192.0.2.9/32 Fibre works [passerelle until 2026-11-22T16:00Z by Ada]");
    await list.observe();
    expect(factsOf("192.0.2.9/32")).toMatchObject({
      "allowlist.by": "Ada",
      "allowlist.ends": noon + 4 * hour,
      "allowlist.declared": "temporary",
      "allowlist.isDue": false,
      problems: [],
    });
    expect((await list.act("ovh.allow-network", null, input).probe()).state).toBe("done");
    expect((await action.undo?.(context, wanted, probe))?.proven).toBe(true);
    expect(list.networks).toHaveLength(2);
  });

  it.each([
    ["203.0.113.7/24", "impossible", /without bits/],
    ["2001:db8::/64", "impossible", /IPv4 alone/],
    ["192.0.0.0/8", "impossible", /65,536/],
    ["203.0.113.3", "done", /wider entry/],
    ["203.0.113.0/28", "done", /is let in, always/],
  ])("%s is %s", async (network, state, words) => {
    const probe = await list.act("ovh.allow-network", null, { network }).probe();
    expect([probe.state, words.test(probe.text.en)]).toEqual([state, true]);
  });

  it("that stands there for less time is left to a change of its end", async () => {
    await list.carry("ovh.allow-network", null, { network: "192.0.2.9", for: "1h" });
    const probe = await list.act("ovh.allow-network", null, { network: "192.0.2.9", for: "always" }).probe();
    expect(probe.state).toBe("impossible");
  });

  it("whose answer is lost is never ordered again: the list tells what became of it", async () => {
    const begun = list.act("ovh.allow-network", null, { network: "192.0.2.9" });
    const { action, context, wanted } = begun;
    const probe = await begun.probe();
    list.intercept = (request, response) => {
      if (request.method !== "POST") return false;
      // It arrives, and nobody hears so.
      list.service.add("192.0.2.9/32", "[passerelle until 2026-11-22T16:00Z by Ada]");
      return !!response.destroy();
    };
    await expect(action.apply(context, wanted, probe)).rejects.toMatchObject({ code: "ovh.closed" });
    expect((await action.settle(context, wanted, probe)).effect).toBe("unknown");
    list.clock.advance(5000);
    expect((await action.settle(context, wanted, probe)).effect).toBe("happened");
    expect(begun.sent.count).toBe(1);
  });

  it("that never arrived is known not to have, once nothing is under way there", async () => {
    const begun = list.act("ovh.allow-network", null, { network: "192.0.2.9" });
    const probe = await begun.probe();
    list.intercept = (request, response) => request.method === "POST" && !!response.destroy();
    await expect(begun.action.apply(begun.context, begun.wanted, probe)).rejects.toThrow();
    expect((await begun.action.settle(begun.context, begun.wanted, probe)).effect).toBe("did-not-happen");
  });

  it("that the provider refuses, or whose task fails, has come to nothing and says why", async () => {
    list.faults.refuses = true;
    const refused = await list.carry("ovh.allow-network", null, { network: "192.0.2.9" });
    expect(refused.proof).toMatchObject({ proven: false, disproven: true });
    expect(refused.proof.text.en).toMatch(/refused the request \(HTTP 409\)/);
    list.faults.refuses = false;
    list.faults.task = "fails";
    const failed = await list.carry("ovh.allow-network", null, { network: "192.0.2.9" });
    expect(failed.proof).toMatchObject({ proven: false, disproven: true });
    expect(failed.proof.text.en).toMatch(/ended as “error”/);
    expect(list.networks).toHaveLength(2);
  });

  it("whose task never ends is given up, and not known", async () => {
    list.faults.task = "stuck";
    const begun = list.act("ovh.allow-network", null, { network: "192.0.2.9" });
    const probe = await begun.probe();
    await expect(begun.action.apply(begun.context, begun.wanted, probe)).rejects.toMatchObject({
      code: "ovh.task-slow",
    });
    expect((await begun.action.settle(begun.context, begun.wanted, probe)).effect).toBe("unknown");
  });

  it("that the list then has twice is told, and one of the two can go", async () => {
    list.faults.doubles = true;
    await list.carry("ovh.allow-network", null, { network: "192.0.2.9", for: "always" });
    await list.observe();
    const twice = [...list.seen.values()].filter(
      (each) => "problems" in each && each.problems.some(({ code }) => code === "ovh.entry-twice"),
    );
    expect(twice).toHaveLength(1);
    expect((await list.carry("ovh.remove-network", "192.0.2.9/32", {})).proof.proven).toBe(true);
    expect(list.networks.filter((each) => each.startsWith("192.0.2.9"))).toHaveLength(1);
  });
});

describe("taking a network off", () => {
  it("is ordered once, proven by the list, and undone", async () => {
    const { proof, sent, action, context, wanted, probe } = await list.carry(
      "ovh.remove-network",
      "198.51.100.7/32",
      {},
    );
    expect([proof.proven, sent.count, list.networks]).toEqual([true, 1, ["203.0.113.0/28 Office"]]);
    expect((await action.settle(context, wanted, probe)).effect).toBe("happened");
    expect((await action.undo?.(context, wanted, probe))?.proven).toBe(true);
    expect(list.networks).toContain("198.51.100.7/32");
  });

  it("is refused where it is the only way in, by the guard and by a look right before", async () => {
    const { action, context, probe } = list.act("ovh.remove-network", "203.0.113.0/28", {});
    expect(action.lockOut?.(context.resource)).toMatchObject({ allowed: false });
    await list.observe();
    expect(action.lockOut?.(context.resource).text.en).toMatch(
      /Only 203\.0\.113\.0\/28 lets in this workstation/,
    );
    expect(await probe()).toMatchObject({ state: "impossible" });
    const observed = { network: "203.0.113.0/28", description: "Office" };
    const seen = { state: "needed" as const, text: { en: "", fr: "" }, observed };
    await expect(action.apply(context, { onlyIfDue: false }, seen)).rejects.toMatchObject({
      code: "ovh.would-lock-out",
    });
    expect(list.changes).toEqual([]);
  });

  it("one after the other never takes away both ways in", async () => {
    await list.carry("ovh.allow-network", null, { network: "203.0.113.7", for: "always", note: "Ada" });
    await list.carry("ovh.allow-network", null, { network: "203.0.113.0/24", for: "always" });
    list.vantage.ranges.office = [];
    const both = ["203.0.113.0/28", "203.0.113.7/32", "203.0.113.0/24"].map((network) =>
      list.carry("ovh.remove-network", network, {}),
    );
    const ended = await Promise.allSettled(both);
    expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(list.networks.filter((each) => each.startsWith("203"))).toHaveLength(1);
  });

  it("is left alone when somebody has changed the entry meanwhile", async () => {
    const { action, context, wanted, probe } = list.act("ovh.remove-network", "198.51.100.7/32", {});
    const seen = await probe();
    const entry = list.service.entries.find(({ network }) => network === "198.51.100.7/32");
    if (entry) entry.description = "needed after all";
    await expect(action.apply(context, wanted, seen)).rejects.toMatchObject({ code: "ovh.entry-changed" });
    expect(list.changes).toEqual([]);
  });

  it("that another console has ordered already is only waited for", async () => {
    const begun = list.act("ovh.remove-network", "198.51.100.7/32", {});
    const probe = await begun.probe();
    const entry = list.service.entries.find(({ network }) => network === "198.51.100.7/32");
    if (entry) list.service.remove(entry);
    list.clock.advance(4500);
    const applied = await begun.action.apply(begun.context, begun.wanted, probe);
    expect((await begun.action.verify(begun.context, begun.wanted, probe, applied)).proven).toBe(true);
    expect([begun.sent.count, list.changes]).toEqual([0, []]);
  });

  it("at its end goes by the provider's clock, whatever this workstation believes", async () => {
    await list.carry("ovh.allow-network", null, { network: "192.0.2.9", for: "1h" });
    list.ahead = 2 * hour;
    await list.observe([listId]);
    expect(factsOf("192.0.2.9/32")["allowlist.isDue"]).toBe(false);
    const early = await list.act("ovh.remove-network", "192.0.2.9/32", { onlyIfDue: true }).probe();
    expect([early.state, early.text.en]).toEqual([
      "impossible",
      "Its end has not come: it is let in until 2026-11-22 13:00 UTC.",
    ]);
    list.clock.advance(hour + 60_000);
    list.ahead = -2 * hour;
    await list.observe([listId]);
    expect(factsOf("192.0.2.9/32")).toMatchObject({
      "allowlist.isDue": true,
      problems: ["ovh.entry-overdue"],
    });
    expect((await list.carry("ovh.remove-network", "192.0.2.9/32", { onlyIfDue: true })).proof.proven).toBe(
      true,
    );
  });

  it("is judged by where this workstation is seen from now", async () => {
    list.vantage.points = [{ kind: "workstation", name: "bounce", address: "198.51.100.7" }];
    const other = await list.act("ovh.remove-network", "198.51.100.7/32", {}).probe();
    const office = await list.act("ovh.remove-network", "203.0.113.0/28", {}).probe();
    expect([other.state, office.state]).toEqual(["impossible", "needed"]);
    // Nobody knows where from: what the estate declares stays.
    list.vantage.points = [];
    expect((await list.act("ovh.remove-network", "203.0.113.0/28", {}).probe()).state).toBe("impossible");
    expect((await list.act("ovh.remove-network", "198.51.100.7/32", {}).probe()).state).toBe("needed");
  });
});

describe("changing an entry", () => {
  it("keeps who let it in, gives it another end, and is undone", async () => {
    await list.carry("ovh.allow-network", null, { network: "192.0.2.9", for: "1h" });
    const { proof, action, context, wanted, probe } = await list.carry(
      "ovh.describe-network",
      "192.0.2.9/32",
      {
        note: "Longer",
        for: "2h",
      },
    );
    expect(proof.proven).toBe(true);
    expect(list.networks).toContain("192.0.2.9/32 Longer [passerelle until 2026-11-22T14:01Z by Ada]");
    expect((await action.undo?.(context, wanted, probe))?.proven).toBe(true);
    const kept = await list.carry("ovh.describe-network", "192.0.2.9/32", {
      note: "For good",
      for: "always",
    });
    expect([kept.proof.proven, list.networks.at(-1)]).toEqual([
      true,
      "192.0.2.9/32 For good [passerelle by Ada]",
    ]);
  });

  it("gives no end to the only way in", async () => {
    const probe = await list.act("ovh.describe-network", "203.0.113.0/28", { note: "x", for: "1h" }).probe();
    expect(probe.state).toBe("impossible");
    expect(
      (await list.carry("ovh.describe-network", "203.0.113.0/28", { note: "Head office" })).proof.proven,
    ).toBe(true);
  });
});

it("says beforehand what the consumer key was not granted", () => {
  const allowed = (id: string, network: string | null) => {
    const { action, context } = list.act(id, network, { network: "192.0.2.9" });
    return action.rights?.(context.resource)?.allowed;
  };
  expect(allowed("ovh.allow-network", null)).toBeUndefined();
  list.granted = [{ method: "GET", path: "/*" }];
  expect(allowed("ovh.remove-network", "198.51.100.7/32")).toBe(false);
  list.granted = [{ method: "DELETE", path: "/dedicatedCloud/pcc-east/allowedNetwork/*" }];
  expect(allowed("ovh.remove-network", "198.51.100.7/32")).toBe(true);
  expect(allowed("ovh.describe-network", "198.51.100.7/32")).toBe(false);
  expect(allowed("ovh.allow-network", null)).toBe(false);
});
