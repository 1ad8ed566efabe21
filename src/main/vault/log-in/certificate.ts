import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { SecretReference } from "../../../shared/estate-access.ts";
import type { TlsIdentity } from "../../reach/secure-stream.ts";
import { loginFile, loginKey } from "../login-faults.ts";
import type { LoginParts } from "./login-parts.ts";

/**
 * The client certificate of a log-in and its key, which must belong together. Throws `vault.login-file`,
 * `vault.login-key` or `secrets.…`.
 */
export async function certificateIdentity(
  login: { certificate: string; key: SecretReference },
  { client, folder, secrets, subject }: LoginParts,
): Promise<TlsIdentity> {
  let certificate: string;
  let shown: X509Certificate;
  try {
    certificate = await readFile(resolve(folder(), login.certificate), "utf8");
    shown = new X509Certificate(certificate);
  } catch (error) {
    throw loginFile(client.name, login.certificate, error);
  }
  const key = (await secrets.resolve(login.key, subject)).reveal();
  let fits: boolean;
  try {
    fits = shown.checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw loginKey(client.name, error);
  }
  if (!fits) throw loginKey(client.name);
  return { certificate, key };
}
