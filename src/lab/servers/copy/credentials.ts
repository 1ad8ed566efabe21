import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import type { EstateCopy } from "../../../shared/estate-copy.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../private-files.ts";
import { issueWebCertificates, makeWebAuthority, type WebAuthority } from "../web/certificates.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyCredentials } from "./parts.ts";

/** The file of the authority that vouches for everything of a copy that speaks TLS, in the lab's folder. */
export const copyAuthority = "keys/copy-authority.crt";

/** Makes, or reads from an earlier start, the authority of copies, and issues certificates for all that this one has. */
export async function prepareCopyCredentials(
  folder: string,
  copy: EstateCopy,
  addresses: readonly string[],
): Promise<CopyCredentials> {
  await preparePrivateFolders(folder);
  const now = Date.now();
  const authority: WebAuthority = JSON.parse(
    await readOrMake(join(folder, "keys/copy-authority.json"), () =>
      JSON.stringify(makeWebAuthority("lab-copy-authority", now)),
    ),
  );
  await writePrivate(join(folder, copyAuthority), authority.cert);
  const hosts = systemsOf(copy, "web").flatMap(([, { checks }]) =>
    Object.values(checks).map(({ url }) => new URL(url).hostname.replace(/^\[|\]$/g, "")),
  );
  const all = [...new Set(["localhost", "127.0.0.1", ...hosts, ...addresses])];
  const told = {
    names: all.filter((each) => isIP(each) === 0),
    addresses: all.filter((each) => isIP(each) !== 0),
  };
  const kept = (name: string, make: () => string) => readOrMake(join(folder, "secrets", name), make);
  return {
    certificates: issueWebCertificates(authority, told, now),
    kept,
    write: (name, words) => writePrivate(join(folder, "secrets", name), words),
    secret: (name, bytes = 24) => kept(name, () => randomBytes(bytes).toString("base64")),
  };
}
