import { readFile } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { OpsError } from "../../../../shared/errors.ts";
import type { VsphereSystemConfig } from "../../../../shared/systems/vsphere.ts";
import { Deadline } from "../../../reach/abort.ts";
import type { Reach } from "../../../reach/reach.ts";
import { plainPin, secureStream } from "../../../reach/secure-stream.ts";
import { authorityUnreadable, timedOut, tlsFaults } from "./faults.ts";

/** Where a vCenter is, how it is reached, and what its certificate is judged by. */
export interface DoorParts {
  name: string;
  config: Pick<VsphereSystemConfig, "address" | "port" | "via" | "allowlist" | "pin">;
  dial: Reach["dial"];
  /** The PEM of the authorities, as a path; null: the workstation's own. */
  authorityPath(): string | null;
}

/**
 * Opens a connection to a vCenter and speaks TLS over it, within so many milliseconds. Every connection judges the
 * certificate anew. Throws `reach.…`, `vsphere.timed-out`, `.file-unreadable`, and the errors of TLS.
 */
export async function openDoor(parts: DoorParts, milliseconds: number, signal: AbortSignal): Promise<Duplex> {
  const { name, config, dial, authorityPath } = parts;
  const { address, port, via = null, allowlist = null } = config;
  const deadline = new Deadline(milliseconds, signal, () => timedOut(name, milliseconds / 1000));
  try {
    const path = authorityPath();
    const authorities = path === null ? null : await readAuthorities(name, path);
    const stream = await dial({ via, address, port, allowlist }, deadline.signal);
    const tls = {
      pin: plainPin(config.pin),
      legacy: false,
      ...(authorities === null ? {} : { authorities }),
    };
    return await secureStream(stream, address, tls, tlsFaults(name), deadline.signal);
  } finally {
    deadline.end();
  }
}

async function readAuthorities(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw error instanceof OpsError ? error : authorityUnreadable(name, error);
  }
}
