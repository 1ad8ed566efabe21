import { randomBytes } from "node:crypto";
import type { Backend } from "./call.ts";
import { type Policy, parsePolicy } from "./policies.ts";

/** Something mounted: a secrets engine or a way to log in. */
export interface Mount {
  backend: Backend;
  type: string;
  accessor: string;
  description: string;
  options: Readonly<Record<string, string>> | null;
  /** Seconds; 0 for what the system has. */
  defaultTtl: number;
  maxTtl: number;
}

export function newMount(
  backend: Backend,
  told: Partial<Omit<Mount, "backend" | "accessor" | "type">> = {},
  type: string = backend.type,
): Mount {
  const accessor = `${type}_${randomBytes(4).toString("hex")}`;
  return { backend, type, accessor, description: "", options: null, defaultTtl: 0, maxTtl: 0, ...told };
}

const usualPolicies: Readonly<Record<string, string>> = {
  default: `
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
path "sys/capabilities-self" { capabilities = ["update"] }
path "sys/internal/ui/mounts" { capabilities = ["read"] }
path "sys/internal/ui/mounts/*" { capabilities = ["read"] }
path "sys/leases/renew" { capabilities = ["update"] }
path "sys/leases/lookup" { capabilities = ["update"] }
path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }
path "sys/wrapping/wrap" { capabilities = ["update"] }
path "sys/wrapping/lookup" { capabilities = ["update"] }
path "sys/wrapping/unwrap" { capabilities = ["update"] }
`,
  root: "",
};

/** What one namespace has of its own. */
export class Space {
  /** By their paths, which end with a slash. */
  readonly mounts = new Map<string, Mount>();
  readonly logins = new Map<string, Mount>();
  readonly policies = new Map<string, Policy>();

  constructor() {
    for (const [name, words] of Object.entries(usualPolicies)) this.policies.set(name, parsePolicy(words));
  }
}
