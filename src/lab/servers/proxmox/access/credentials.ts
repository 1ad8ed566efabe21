import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { VirtualCluster, VirtualHost } from "../../../world/virtual/model.ts";
import { issue, type KeyedCertificate } from "../../kubernetes/access/certificates.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../../private-files.ts";
import { drawTotpSecret } from "./totp.ts";
import type { UserSecrets } from "./users.ts";

const years = 20;

export interface ClusterCredentials {
  secrets: UserSecrets;
  /** The nodes' certificates by name, vouched for by the cluster's own authority. */
  certificates: ReadonlyMap<string, KeyedCertificate>;
}

/**
 * Makes, or reads from an earlier start, what leads into a cluster: `secrets/proxmox-NAME-password`, `-totp`, `-token` and
 * `-viewer-token`, the nodes' certificates, and `keys/proxmox-NAME-authority.crt`, which vouches for them.
 */
export async function prepareClusterCredentials(
  folder: string,
  { name }: VirtualCluster,
  hosts: readonly VirtualHost[],
): Promise<ClusterCredentials> {
  await preparePrivateFolders(folder);
  const secret = (what: string, draw: () => string) =>
    readOrMake(join(folder, `secrets/proxmox-${name}-${what}`), draw);
  const secrets = {
    password: await secret("password", () => randomBytes(18).toString("base64url")),
    totp: await secret("totp", drawTotpSecret),
    token: await secret("token", randomUUID),
    viewerToken: await secret("viewer-token", randomUUID),
  };
  const kept = await readOrMake(join(folder, `keys/proxmox-${name}-certificates.json`), () =>
    JSON.stringify(draw(name, hosts)),
  );
  const { authority, nodes }: ReturnType<typeof draw> = JSON.parse(kept);
  await writePrivate(join(folder, `keys/proxmox-${name}-authority.crt`), authority);
  return { secrets, certificates: new Map(nodes) };
}

function draw(name: string, hosts: readonly VirtualHost[]) {
  const subject = {
    commonName: `Proxmox Virtual Environment ${name}`,
    organizations: ["PVE Cluster Manager CA"],
  };
  const [now, days] = [new Date(), 365 * years];
  const authority = issue(subject, { for: "authority" }, { issuer: null, now, days });
  const nodes = hosts.map((host): [string, KeyedCertificate] => [
    host.name,
    issue(
      { commonName: `${host.name}.${name}.example` },
      {
        for: "server",
        names: [`${host.name}.${name}.example`, host.name, "localhost"],
        addresses: ["127.0.0.1", host.address],
      },
      { issuer: { subject, key: authority.key }, now, days },
    ),
  ]);
  return { authority: authority.cert, nodes };
}
