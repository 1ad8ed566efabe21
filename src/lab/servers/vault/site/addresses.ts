/** The nodes of the lab's Vault behind the bounce (RFC 5737). */
export const vaultNodes = [
  { name: "vault-1", address: "192.0.2.221" },
  { name: "vault-2", address: "192.0.2.222" },
  { name: "vault-3", address: "192.0.2.223" },
] as const;
export const vaultPort = 8200;

/** Who gets a share of its key when the shares are made anew. */
export const vaultHolders: readonly string[] = ["ada", "ben", "chloe"];
