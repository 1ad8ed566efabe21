import type { LocalText } from "../../shared/text.ts";
import type { KeyChange } from "./key-keeper.ts";

/** Whoever signs requests without a person: a role of a Vault's PKI. */
export interface CertificateSigner {
  /** What it is called to people. */
  name: LocalText;
  /** PEM of the certificate with its chain. Throws OpsErrors; what was refused was not issued. */
  sign(request: string, change: KeyChange): Promise<string>;
}
