import { GuestMachines } from "../../world/virtual/guest-machines.ts";
import type { VirtualRegion } from "../../world/virtual/model.ts";
import type { World } from "../../world/world.ts";
import { fingerprint } from "../amt/certificate.ts";
import type { KeyedCertificate } from "../kubernetes/access/certificates.ts";
import type { LabContext, LabServers } from "../server.ts";
import { StreamDoor } from "../stream-door.ts";
import { ownCertificate } from "./certificate.ts";
import { prepareVcenterCredentials, type VcenterCredentials } from "./credentials.ts";
import { VCenter } from "./inventory/vcenter.ts";
import { RestApi } from "./rest/rest-api.ts";
import { RestSessions } from "./rest/sessions.ts";
import { Tags } from "./rest/tags.ts";
import { ScreenHost } from "./screens/screen-host.ts";
import { screenPort, Tickets } from "./screens/tickets.ts";
import { Sessions } from "./session/sessions.ts";
import { answerGarbage } from "./web/misbehaviour.ts";
import { SdkServer } from "./web/sdk-server.ts";

const sdkPort = 443;
/** Bytes a second of a vCenter that is slow. */
const slowRate = 2_000;

type Shut = () => Promise<void> | void;

/**
 * Starts the vCenter of each vSphere region: at its address behind the bounce, and on loopback as `vcenter REGION`; its
 * certificate's pin is told as `vcenter-REGION`. Each of its hosts shows the screens of its guests at its own address.
 */
export async function startVim25(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const { world } = context;
  const regions = [...world.virtual.regions.values()].filter(({ platform }) => platform === "vsphere");
  const opened: Shut[] = [];
  const close = async () => {
    for (const shut of opened.splice(0).reverse()) await shut();
  };
  const ports = new Map<string, number>();
  const pins = new Map<string, string>();
  if (regions.length === 0) return { ports, pins, close };
  try {
    const credentials = await prepareVcenterCredentials(context.folder, regions);
    const machines = new GuestMachines(world, "");
    opened.push(() => machines.close());
    for (const region of regions) {
      const name = `vcenter ${region.id}`;
      const certificate = credentials.certificates.get(region.id);
      if (!certificate) throw new RangeError(`no certificate for ${region.id}`);
      const started = startRegion(context, { region, credentials, certificate, machines, opened });
      ports.set(name, await started.listen(wished.get(name) ?? 0, context.onFailure));
      pins.set(`vcenter-${region.id}`, fingerprint(certificate.cert));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, pins, close };
}

interface RegionParts {
  region: VirtualRegion;
  credentials: VcenterCredentials;
  certificate: KeyedCertificate;
  machines: GuestMachines;
  opened: Shut[];
}

/** One vCenter and the screens of its hosts; what was opened is added to `opened`. */
function startRegion(context: LabContext, parts: RegionParts): StreamDoor {
  const { world, network, onFailure } = context;
  const { virtual } = world;
  const { region, credentials, certificate, machines, opened } = parts;
  const fault = (name: Parameters<typeof virtual.fault>[0]) => virtual.fault(name, region.id) !== null;
  const isDead = () => {
    const site = virtual.siteOf(region.id);
    return site !== null && virtual.fault("region-dead", site) !== null;
  };
  const center = new VCenter(virtual, region.id, region.address ?? "");
  const sessions = new Sessions(center, credentials);
  const restSessions = new RestSessions(credentials);
  const rest = new RestApi({ sessions: restSessions, tags: new Tags(center), fault });
  const tickets = new Tickets(center);
  opened.push(() => sessions.close());
  const shown = { center, sessions, rest, tickets, onFailure };
  const usual = new SdkServer({ ...shown, certificate });
  let other: SdkServer | null = null;
  const server = () => {
    if (!fault("vcenter-certificate-changed")) return usual;
    other ??= new SdkServer({
      ...shown,
      certificate: ownCertificate(`vcenter.${region.id}.example`, center.address),
    });
    return other;
  };
  const door = new StreamDoor({
    state: () => (isDead() ? "silent" : fault("vcenter-down") ? "refused" : "open"),
    isStalled: () => fault("vcenter-hang"),
    rate: () => (fault("vcenter-slow") ? slowRate : null),
    serve: (stream) => {
      if (fault("vcenter-garbage")) answerGarbage(stream);
      else server().connect(stream);
    },
  });
  if (region.address !== null) opened.push(network.serve(region.address, sdkPort, door));
  const doors = startScreens(world, { center, tickets, machines, opened, network, onFailure });
  let hadExpired = false;
  opened.push(
    virtual.onFaults(() => {
      const isExpired = fault("vcenter-session-expired");
      if (isExpired && !hadExpired) {
        sessions.endAll();
        restSessions.endAll();
      }
      hadExpired = isExpired;
      for (const each of [door, ...doors]) each.look();
    }),
    async () => {
      usual.close();
      other?.close();
      await door.close();
    },
  );
  return door;
}

function startScreens(
  world: World,
  parts: Pick<RegionParts, "machines" | "opened"> &
    Pick<LabContext, "network" | "onFailure"> & { center: VCenter; tickets: Tickets },
): StreamDoor[] {
  const { center, tickets, machines, opened, network, onFailure } = parts;
  return center.hosts().map((host) => {
    let screens: ScreenHost | null = null;
    const door = new StreamDoor({
      state: () => (world.virtual.isReachable(host.id) ? "open" : "silent"),
      isStalled: () => false,
      rate: () => null,
      serve: (stream) => {
        screens ??= new ScreenHost({ world, host, tickets, machines, onFailure });
        screens.connect(stream);
      },
    });
    opened.push(network.serve(host.address, screenPort, door), async () => {
      screens?.close();
      await door.close();
    });
    return door;
  });
}
