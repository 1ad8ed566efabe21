import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { issue, type KeyedCertificate } from "../kubernetes/access/certificates.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../private-files.ts";

/** Where Alertmanager answers in the lab's network, behind the bounce. */
export const alertmanagerAddress = "192.0.2.50";
export const alertmanagerPort = 9093;

const name = "alertmanager.atelier.example";
const years = 20;

export interface AlertmanagerCredentials {
  user: string;
  password: string;
  certificate: KeyedCertificate;
}

interface Certificates {
  authority: KeyedCertificate;
  server: KeyedCertificate;
}

/** Makes, or reads from an earlier start, its password, its certificate and the authority that vouches for it. */
export async function prepareAlertmanagerCredentials(folder: string): Promise<AlertmanagerCredentials> {
  await preparePrivateFolders(folder);
  const password = await readOrMake(join(folder, "secrets/alertmanager-password"), () =>
    randomBytes(18).toString("base64url"),
  );
  const { authority, server }: Certificates = JSON.parse(
    await readOrMake(join(folder, "keys/alertmanager-certificates.json"), () => JSON.stringify(draw())),
  );
  await writePrivate(join(folder, "keys/alertmanager-authority.crt"), authority.cert);
  return { user: "ops", password, certificate: server };
}

function draw(): Certificates {
  const subject = { commonName: "lab-alertmanager-authority" };
  const [now, days] = [new Date(), 365 * years];
  const authority = issue(subject, { for: "authority" }, { issuer: null, now, days });
  const server = issue(
    { commonName: name },
    { for: "server", names: [name, "localhost"], addresses: ["127.0.0.1", alertmanagerAddress] },
    { issuer: { subject, key: authority.key }, now, days },
  );
  return { authority, server };
}
