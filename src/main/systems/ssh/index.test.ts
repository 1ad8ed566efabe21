import { describe, expect, it } from "vitest";
import { nobodyToAsk } from "../../reach/testing/nobody-to-ask.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import { sshSystem } from "./index.ts";
import { config, RecordingSink, resource } from "./testing/estate.ts";
import { answered, FakeReach, markOf, sectioned } from "./testing/fake-reach.ts";

const secrets: SecretResolver = {
  resolve: () => Promise.reject(new Error("a system hands references to reach, it resolves none")),
};
const create = (reach: FakeReach) =>
  sshSystem.create(config, { id: "atelier-hosts", questions: nobodyToAsk, reach, secrets, now: () => 1000 });
const silent = new FakeReach(() => answered(""));

describe("sshSystem", () => {
  it("declares its hosts with parent, site, environment and three readings of patience", () => {
    const declarations = create(silent).declarations();
    expect(declarations).toHaveLength(3);
    expect(declarations[0]).toEqual({
      id: "tower-a",
      kind: "host",
      name: "Tower A",
      system: "atelier-hosts",
      parent: "atelier",
      site: "atelier",
      environment: "production",
      staleAfter: 90_000,
    });
    expect(declarations[2]).toMatchObject({
      id: "web-1",
      kind: "vm",
      parent: "tower-a",
      environment: "staging",
    });
  });

  it("observes all of its hosts, or those that are named and its own", async () => {
    const reach = new FakeReach((_target, _command, options) =>
      answered(sectioned(markOf(options), { loadavg: "1 2 3 1/1 1" })),
    );
    const system = create(reach);
    const sink = new RecordingSink();
    await system.observe(sink, new AbortController().signal, ["web-1", "someone-elses"]);
    expect(new Set(sink.observations.map((each) => each.resource))).toEqual(new Set(["web-1"]));
    await system.observe(sink, new AbortController().signal);
    expect(new Set(sink.observations.map((each) => each.resource)).size).toBe(3);
    await system.close();
  });

  it("reports a host without a way to log in as an error, without asking it", async () => {
    const { user: _user, ...without } = config;
    const reach = new FakeReach(() => answered(""));
    const system = sshSystem.create(without, {
      id: "atelier-hosts",
      questions: nobodyToAsk,
      reach,
      secrets,
      now: () => 1000,
    });
    const sink = new RecordingSink();
    await system.observe(sink, new AbortController().signal, ["tower-a"]);
    expect(sink.last("tower-a")).toMatchObject({ error: { code: "ssh.no-login" } });
    expect(reach.commands).toEqual([]);
  });

  it("names its log-ins", () => {
    expect(
      create(silent)
        .logins?.()
        .map(({ id }) => id),
    ).toEqual(["tower-a", "tower-b", "web-1"]);
  });

  it("stops reading when it is closed, and reports nothing more", async () => {
    const reach = new FakeReach(
      (_target, _command, options) =>
        new Promise((_resolve, reject) => {
          options.signal.addEventListener("abort", () => reject(options.signal.reason));
        }),
    );
    const system = create(reach);
    const sink = new RecordingSink();
    const observing = system.observe(sink, new AbortController().signal);
    await system.close();
    await observing;
    expect(sink.observations).toEqual([]);
  });

  it("offers its actions on its own hosts only", () => {
    const { actions } = create(silent);
    expect(actions.map(({ id }) => id)).toEqual(["ssh.reboot", "ssh.run-command", "ssh.patch"]);
    const facts = { "packages.manager": "apt" };
    for (const action of actions) {
      expect(action.appliesTo(resource("tower-a", facts))).toBe(true);
      expect(action.appliesTo(resource("someone-elses", facts))).toBe(false);
    }
  });

  it("greys actions on a host that could not be read", () => {
    const error = { code: "x", system: "y", message: { en: "No.", fr: "Non." }, hint: { en: "", fr: "" } };
    const dead = {
      ...resource("tower-a"),
      sources: { "atelier-hosts": { health: "unknown" as const, seenAt: null, error } },
    };
    for (const action of create(silent).actions) {
      expect(action.unavailable?.(dead)).toEqual({ en: "No.", fr: "Non." });
      expect(action.unavailable?.(resource("tower-a"))).toBeNull();
    }
  });
});
