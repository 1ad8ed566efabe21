import type { LocalText } from "../../shared/text.ts";
import type { KeyChange } from "./key-keeper.ts";

/** Whoever signs requests without a person: a role of a Vault's PKI. Certificates are PEM, the leaf first. */
export interface CertificateSigner {
  /** What it is called to people. */
  name: LocalText;
  /** PEM of the certificate with its chain. Throws OpsErrors; what was refused was not issued. */
  sign(request: string, change: KeyChange): Promise<string>;
  /**
   * Takes back what it has signed; again does no harm. Null: done; else why it does not let this console, and how a person has
   * it done. Throws OpsErrors.
   */
  revoke(certificate: string, change: KeyChange): Promise<LocalText | null>;
  /** Whether what it has signed is revoked, by its own word. Throws OpsErrors. */
  isRevoked(certificate: string, signal: AbortSignal): Promise<boolean>;
}
