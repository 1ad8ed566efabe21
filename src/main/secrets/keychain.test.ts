import { describe, expect, test, vi } from "vitest";
import { type KeychainEntry, NativeKeychain } from "./keychain.ts";

/** A keychain in memory that can be told how to fail. */
function keychain(
  faults: { set?: () => void; get?: (value: string | null) => string | null; remove?: () => void } = {},
): { values: Map<string, string>; open: (name: string) => KeychainEntry } {
  const values = new Map<string, string>();
  return {
    values,
    open: (name) => ({
      getPassword: async () => (faults.get ?? ((value) => value))(values.get(name) ?? null),
      setPassword: async (value) => {
        faults.set?.();
        values.set(name, value);
      },
      deletePassword: async () => {
        faults.remove?.();
        return values.delete(name);
      },
    }),
  };
}

const fails = (message: string) => () => {
  throw new Error(message);
};

describe("the keychain", () => {
  test("that keeps and gives back is ready, and the probe leaves nothing in it", async () => {
    const { values, open } = keychain();
    const port = new NativeKeychain({ open });
    expect(await port.probe()).toEqual({ state: "ready" });
    expect(values.size).toBe(0);
    await port.write("one", "marked-one");
    expect(await port.read("one")).toBe("marked-one");
    expect(await port.remove("one")).toBe(true);
    expect(await port.remove("one")).toBe(false);
    expect(await port.read("one")).toBeNull();
  });

  test.each([
    ["cannot be opened", { open: fails("Platform failure: set your DBUS_SESSION_BUS_ADDRESS") }],
    ["has nowhere to write to", keychain({ set: fails("Secret Service: no result found") })],
    ["takes everything and keeps nothing", keychain({ get: () => null })],
    ["gives back something else", keychain({ get: () => "something else" })],
  ])("that %s is not called one", async (_, { open }) => {
    expect(await new NativeKeychain({ open }).probe()).toEqual({ state: "absent" });
  });

  test("that is locked says so in every verb", async () => {
    const dismissed = fails("Couldn't access platform storage: Secret Service: unlock prompt was dismissed");
    const port = new NativeKeychain({
      open: keychain({ set: dismissed, get: dismissed, remove: dismissed }).open,
    });
    expect(await port.probe()).toEqual({ state: "locked" });
    await expect(port.read("one")).rejects.toMatchObject({ code: "secrets.locked" });
    await expect(port.write("one", "value")).rejects.toMatchObject({ code: "secrets.locked" });
    await expect(port.remove("one")).rejects.toMatchObject({ code: "secrets.locked" });
  });

  test("that never answers is given up after the deadline, and later calls do not pile up behind it", async () => {
    vi.useFakeTimers();
    try {
      const { open: answer } = keychain();
      let asked = 0;
      const open = (name: string): KeychainEntry => ({
        ...answer(name),
        setPassword: () => {
          asked += 1;
          return new Promise(() => {});
        },
      });
      const port = new NativeKeychain({ open, deadline: 1000 });
      const probed = port.probe();
      const written = expect(port.write("one", "marked-one")).rejects.toMatchObject({
        code: "secrets.cannot-write",
      });
      await vi.advanceTimersByTimeAsync(1000);
      expect(await probed).toEqual({ state: "locked" });
      await written;
      expect(asked).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("that loses what it took makes the write fail", async () => {
    const port = new NativeKeychain({ open: keychain({ get: () => null }).open });
    await expect(port.write("one", "value")).rejects.toMatchObject({ code: "secrets.cannot-write" });
  });

  test("that refuses is told without its own words", async () => {
    const port = new NativeKeychain({ open: keychain({ get: fails("marked-detail") }).open });
    const error = await port.read("one").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "secrets.unreadable" });
    expect(String(error)).not.toContain("marked-detail");
  });
});
