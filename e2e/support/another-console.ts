import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { AmtDevice } from "../../src/main/systems/amt/client/device.ts";
import { Wsman } from "../../src/main/systems/amt/client/wsman.ts";
import type { OwnLab } from "./programs.ts";

/** Switches a tower's screen, serial console and their listener off, as another console that administers it would. */
export async function switchRedirectionOff(lab: OwnLab, tower: string): Promise<void> {
  const { ports } = await lab.control.status();
  const password = await readFile(join(dirname(lab.estate), "secrets", "amt-password"), "utf8");
  const other = new Wsman(
    new AmtDevice({
      place: {
        name: tower,
        address: "127.0.0.1",
        port: ports[`amt ${tower}`] ?? 0,
        via: null,
        allowlist: null,
      },
      tls: null,
      user: "admin",
      password: async () => ({ reveal: () => password }),
      dial: async ({ address, port }) => connect({ host: address, port }),
      now: Date.now,
    }),
  );
  const options = { signal: AbortSignal.timeout(20_000) };
  try {
    await other.invoke("CIM_KVMRedirectionSAP", "RequestStateChange", [["RequestedState", 3]], options);
    await other.invoke("AMT_RedirectionService", "RequestStateChange", [["RequestedState", 32_768]], options);
    await other.put("AMT_RedirectionService", [["ListenerEnabled", false]], options);
  } finally {
    other.device.close();
  }
}
