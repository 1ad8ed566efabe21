import { z } from "zod";
import type { SignedRequest } from "./access.ts";
import { envelopeOf } from "./answers.ts";
import type { VaultAnswer } from "./client.ts";
import type { LifeClock } from "./clock.ts";
import { service } from "./faults.ts";
import { urlPath } from "./reference.ts";

/** Milliseconds that where a path is mounted is taken as known. */
const goodFor = 300_000;

const mountSchema = envelopeOf(
  z.object({
    path: z.string().min(1),
    type: z.string(),
    options: z.object({ version: z.string().optional() }).nullish().catch(null),
  }),
);

export interface Mount {
  /** With the slash at its end. */
  path: string;
  /** What it keeps or makes: `kv`, `database`, `pki` and others. */
  type: string;
  /** Whether it keeps versions (KV 2). */
  versioned: boolean;
}

export interface MountsParts {
  name: string;
  exchange(request: SignedRequest): Promise<VaultAnswer>;
  clock: LifeClock;
}

/** Where paths are mounted: what `vault kv get` asks first (`sys/internal/ui/mounts`). Each is held for five minutes. */
export class Mounts {
  readonly #parts: MountsParts;
  readonly #known = new Map<string, Mount & { at: number }>();

  constructor(parts: MountsParts) {
    this.#parts = parts;
  }

  /** Throws `vault.…` and `reach.…`. */
  async of(path: string, signal: AbortSignal): Promise<Mount> {
    const { clock, name, exchange } = this.#parts;
    for (const mount of this.#known.values()) {
      if (path.startsWith(mount.path) && clock.monotonic() - mount.at < goodFor) return mount;
    }
    const { body } = await exchange({ path: `sys/internal/ui/mounts/${urlPath(path)}`, signal });
    const told = mountSchema.safeParse(body).data?.data;
    if (!told || !path.startsWith(told.path) || path === told.path) throw service.http(name).garbage();
    const versioned = told.type === "kv" && told.options?.version === "2";
    const mount = { path: told.path, type: told.type, versioned, at: clock.monotonic() };
    this.#known.set(mount.path, mount);
    return mount;
  }

  forget(): void {
    this.#known.clear();
  }
}
