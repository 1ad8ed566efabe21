import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { FaultName } from "../../world/faults.ts";
import { FaultyWeb } from "../faulty-web.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../private-files.ts";
import type { LabContext, LabServers } from "../server.ts";
import { StreamDoor } from "../stream-door.ts";
import { issueWebCertificates, makeWebAuthority } from "../web/certificates.ts";
import { ProviderApi } from "./api.ts";
import { ProviderService } from "./service.ts";

/** Where the provider's API stands behind the bounce (RFC 5737). */
const address = "198.51.100.200";
const port = 443;
const application = "labapplication00";
const anHour = 3_600_000;
const minute = 60_000;

/**
 * Starts the provider of the lab's hypervisors: its API behind the bounce, and on loopback as `provider`, with the allowlists
 * of two services. Its keys are files of the folder of secrets.
 */
export async function startProvider(
  { world, network, folder, onFailure }: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const ports = new Map<string, number>();
  const opened: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const shut of opened.splice(0).reverse()) await shut();
  };
  if (!world.regions.hasProvider) return { ports, close };
  try {
    await preparePrivateFolders(folder);
    const has = (name: FaultName, list: string) => world.regions.has(name, list);
    const services = (["east", "north"] as const).map(
      (list) =>
        new ProviderService({
          name: list === "east" ? "pcc-198-51-100-10" : "pcc-198-51-100-110",
          clock: world.clock,
          entries: first[list](Date.now()),
          taskFault: () =>
            has("provider-task-fails", list) ? "fails" : has("provider-task-stuck", list) ? "stuck" : null,
          isDoubling: () => has("provider-entry-twice", list),
        }),
    );
    const any = (name: FaultName) => ["east", "north"].some((list) => has(name, list));
    const api = new ProviderApi({
      // A signature is good for half a minute: its clock goes like the wall's, however fast the World's does.
      now: () => Date.now() + (any("provider-clock-skew") ? anHour : 0),
      keys: { application, ...(await prepareKeys(folder)) },
      scheme: "https",
      services,
      isRefusing: () => any("provider-refuses"),
    });
    const web = new FaultyWeb({
      clock: world.clock,
      certificate: await prepareCertificate(folder),
      faults: () => ({ down: any("provider-down") }),
      serve: (request, response) => api.serve(request, response),
      onFailure,
    });
    opened.push(() => web.close());
    const door = new StreamDoor({
      state: () => (any("provider-down") ? "refused" : "open"),
      isStalled: () => false,
      rate: () => null,
      serve: (stream) => web.connect(stream),
    });
    opened.push(
      () => door.close(),
      world.onChange(({ what }) => {
        if (what === "fault") web.changed();
      }),
      network.serve(address, port, door),
    );
    ports.set("provider", await door.listen(wished.get("provider") ?? 0, onFailure));
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, close };
}

/** What stands on the lists at first: this computer, an office that the estate does not know, and a supplier for a while. */
const first = {
  east: (now: number) =>
    [
      ["127.0.0.0/8", "Atelier"],
      ["203.0.113.0/28", "Old office"],
      ["198.51.100.77/32", `Storage supplier [passerelle until ${momentOf(now + 45 * minute)} by ada]`],
    ] as const,
  north: () => [["127.0.0.0/8", "Atelier"]] as const,
};

function momentOf(at: number): string {
  return `${new Date(Math.ceil(at / minute) * minute).toISOString().slice(0, 16)}Z`;
}

async function prepareKeys(folder: string): Promise<{ secret: string; consumer: string }> {
  const kept = (name: string) =>
    readOrMake(join(folder, "secrets", name), () => randomBytes(24).toString("base64url"));
  const [secret, consumer] = await Promise.all([kept("provider-secret"), kept("provider-consumer")]);
  return { secret, consumer };
}

async function prepareCertificate(folder: string): Promise<{ key: string; cert: string }> {
  const made = await readOrMake(join(folder, "keys/provider-certificate.json"), () => {
    const authority = makeWebAuthority("lab-provider-authority", Date.now());
    const told = { names: ["localhost"], addresses: ["127.0.0.1", address] };
    const { good } = issueWebCertificates(authority, told, Date.now());
    return JSON.stringify({ authority: authority.cert, good });
  });
  const { authority, good } = JSON.parse(made);
  await writePrivate(join(folder, "keys/provider-authority.crt"), authority);
  return good;
}
