import { describe, expect, it } from "vitest";
import { sshTargets } from "./host-targets.ts";
import { config } from "./ssh/testing/estate.ts";

describe("sshTargets", () => {
  it("puts what a host says before the defaults of the system", () => {
    const targets = sshTargets(config);
    expect(targets.get("tower-a")).toEqual({
      id: "tower-a",
      name: "Tower A",
      address: "192.0.2.11",
      port: 22,
      user: "operator",
      authentication: [{ password: "keychain:hosts" }],
      via: "bounce",
      allowlist: "office",
      hostKey: null,
    });
    expect(targets.get("tower-b")).toMatchObject({
      name: "tower-b",
      port: 2222,
      user: "root",
      via: "second-bounce",
    });
  });
  it("has no target for a host without a way to log in", () => {
    const { user: _user, ...without } = config;
    expect(sshTargets(without).has("tower-a")).toBe(false);
    expect(sshTargets(without).has("tower-b")).toBe(true);
  });
});
