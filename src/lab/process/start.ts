import { setFlagsFromString } from "node:v8";
import { OpsError } from "../../shared/errors.ts";
import type { EstateCopy } from "../../shared/estate-copy.ts";
import { startCopy } from "../servers/copy/index.ts";
import { type CopiedParts, copiedWorld } from "../servers/copy/world.ts";
import { startServers } from "../servers/index.ts";
import type { Flavour } from "../servers/kubernetes/api/flavour.ts";
import { LabNetwork } from "../servers/network.ts";
import type { LabContext, LabServers } from "../servers/server.ts";
import { startSsh } from "../servers/ssh/index.ts";
import { scaledClock } from "../world/clock.ts";
import { isExtraHost, type Sites } from "../world/site.ts";
import { World } from "../world/world.ts";
import { startControl } from "./control-server.ts";
import { writeCopiedEstate } from "./copy/write-copied-estate.ts";
import { cannotStart } from "./errors.ts";
import { takeFolder } from "./folder.ts";
import { writeEstate } from "./lab-estate.ts";

/** Templates of the further sites, beside that of Atelier. */
const furtherTemplates: Readonly<Record<Sites, readonly string[]>> = {
  atelier: [],
  vault: ["people.yaml", "vault.yaml"],
  provider: ["people.yaml", "provider.yaml"],
  regions: ["vsphere.yaml", "regions.yaml", "people.yaml", "pra.yaml"],
  all: [
    "vsphere.yaml",
    "clusters.yaml",
    "regions.yaml",
    "people.yaml",
    "pra.yaml",
    "vault.yaml",
    "provider.yaml",
  ],
};

export interface LabOptions {
  speed: number;
  seed: number;
  /** Further hosts beside the site's own. */
  hosts: number;
  folder: string | null;
  /** Pods of the Kubernetes cluster beside its usual ones. */
  pods?: number;
  /** The kind of the Kubernetes cluster. */
  cluster?: Flavour;
  /** Which sites stand; Atelier alone when left out. */
  sites?: Sites;
  /** The copy of an estate, which stands instead of the lab's own sites. */
  copy?: EstateCopy;
  /** VMs on the hypervisors beside the usual ones. */
  vms?: number;
  /** Where the bounce listens; 0 lets the system choose. */
  bouncePort: number;
  /** The estate template of Atelier; those of the other sites lie beside it. */
  template: URL;
}

/** A lab that runs in this process. */
export interface Lab {
  /** Path of the estate file that leads into it. */
  estate: string;
  /** Path of the file that says where and with which token it takes commands. */
  control: string;
  folder: string;
  world: World;
  ports: ReadonlyMap<string, number>;
  /** Resolves when it was told to stop; whoever started it then closes it. */
  stopped: Promise<void>;
  close(): Promise<void>;
}

/** Starts the World, its servers and the control channel; on failure everything opened is closed again. */
export async function startLab(options: LabOptions): Promise<Lab> {
  // A visitor's regular expression may take for ever; past so many steps back the engine goes over to one that cannot.
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
  const { folder, release } = await takeFolder(options.folder);
  const opened: (() => Promise<void> | void)[] = [release];
  const close = async () => {
    for (const shut of opened.splice(0).reverse()) await shut();
  };
  try {
    const clock = scaledClock(options.speed, Date.now());
    const copied = options.copy ? copiedWorld(options.copy, { seed: options.seed, now: clock.now() }) : null;
    const sites = options.sites ?? "atelier";
    const world = new World({
      seed: options.seed,
      clock,
      extraHosts: options.hosts,
      sites,
      extraGuests: options.vms ?? 0,
      ...(copied ? { copied: copied.site } : {}),
    });
    opened.push(() => world.close());
    const onFailure = (error: unknown) => {
      process.stderr.write(
        `lab: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    };
    const wished = new Map(options.bouncePort > 0 ? [["bounce", options.bouncePort]] : []);
    const context: LabContext = {
      world,
      network: new LabNetwork(),
      folder,
      extraPods: options.pods ?? 0,
      clusterFlavour: options.cluster ?? "usual",
      onFailure,
    };
    const { servers, writeEstate: write } = copied
      ? await startCopied(context, wished, copied)
      : await startOwn(context, wished, options);
    opened.push(() => servers.close());
    const estate = await write();
    const { promise: stopped, resolve: onStop } = Promise.withResolvers<void>();
    const control = await startControl({ folder, world, ports: servers.ports, onStop });
    opened.push(() => control.close());
    return { estate, control: control.file, folder, world, ports: servers.ports, stopped, close };
  } catch (error) {
    await close();
    throw error instanceof OpsError ? error : cannotStart(folder, error);
  }
}

interface Started {
  servers: LabServers;
  /** Resolves to the path of the estate file that leads into them. */
  writeEstate(): Promise<string>;
}

/** Starts the lab's own sites. */
async function startOwn(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
  { sites = "atelier", template }: LabOptions,
): Promise<Started> {
  const servers = await startServers(context, wished);
  const extra = [...context.world.machines.values()].filter(isExtraHost);
  const templates = [template, ...furtherTemplates[sites].map((name) => new URL(name, template))];
  return { servers, writeEstate: () => writeEstate(context.folder, templates, servers, extra) };
}

/** Starts what the copy of an estate has, behind the bounce. */
async function startCopied(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
  { copy, addresses, machines: copiedMachines }: CopiedParts,
): Promise<Started> {
  const machines = await startSsh(context, wished);
  try {
    const further = await startCopy(context, wished, { copy, addresses, machines: copiedMachines });
    const servers = {
      ports: new Map([...machines.ports, ...further.ports]),
      pins: further.pins ?? new Map<string, string>(),
      close: async () => {
        await further.close();
        await machines.close();
      },
    };
    const bounce = machines.ports.get("bounce") ?? 0;
    const way = { port: bounce, machines: copiedMachines, pins: servers.pins };
    return { servers, writeEstate: () => writeCopiedEstate(context.folder, copy, way) };
  } catch (error) {
    await machines.close();
    throw error;
  }
}
