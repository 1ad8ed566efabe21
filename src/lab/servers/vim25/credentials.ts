import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { VirtualRegion } from "../../world/virtual/model.ts";
import type { KeyedCertificate } from "../kubernetes/access/certificates.ts";
import { preparePrivateFolders, readOrMake } from "../private-files.ts";
import { ownCertificate } from "./certificate.ts";

/** Who may log in at every vCenter of the lab. */
export const vcenterUser = "console@vsphere.example";

export interface VcenterCredentials {
  user: string;
  password: string;
  /** By region. */
  certificates: ReadonlyMap<string, KeyedCertificate>;
}

/** Makes, or reads from an earlier start, the password and the vCenters' certificates, each signed by itself. */
export async function prepareVcenterCredentials(
  folder: string,
  regions: readonly VirtualRegion[],
): Promise<VcenterCredentials> {
  await preparePrivateFolders(folder);
  const password = await readOrMake(join(folder, "secrets/vcenter-password"), () =>
    randomBytes(18).toString("base64url"),
  );
  const certificates = new Map<string, KeyedCertificate>();
  for (const { id, address } of regions) {
    const made = await readOrMake(join(folder, `keys/vcenter-${id}.json`), () =>
      JSON.stringify(ownCertificate(`vcenter.${id}.example`, address ?? "")),
    );
    certificates.set(id, JSON.parse(made));
  }
  return { user: vcenterUser, password, certificates };
}
