import { AppRole } from "./auth/approle.ts";
import { CertificateLogin } from "./auth/certificate.ts";
import { KubernetesLogin } from "./auth/kubernetes.ts";
import { Ldap } from "./auth/ldap.ts";
import { Oidc } from "./auth/oidc.ts";
import { Userpass } from "./auth/userpass.ts";
import type { Backend } from "./core/call.ts";
import type { VaultCluster } from "./core/cluster.ts";
import { Database } from "./engines/database.ts";
import { KeyValue1 } from "./engines/kv1.ts";
import { KeyValue2 } from "./engines/kv2.ts";
import { Pki } from "./engines/pki.ts";
import { SshAuthority } from "./engines/ssh.ts";

/** A secrets engine of a kind; null when there is none such. */
export function makeEngine(cluster: VaultCluster, type: string, version: string): Backend | null {
  const now = () => cluster.now();
  switch (type) {
    case "kv":
    case "kv-v2":
      return version === "2" ? new KeyValue2(now) : new KeyValue1();
    case "pki":
      return new Pki(now);
    case "ssh":
      return new SshAuthority(now);
    case "database":
      return new Database();
    default:
      return null;
  }
}

/** A way to log in of a kind, mounted below `auth/`; null when there is none such. */
export function makeLogin(cluster: VaultCluster, type: string, mounted: string): Backend | null {
  switch (type) {
    case "userpass":
      return new Userpass(cluster, mounted);
    case "approle":
      return new AppRole(cluster, mounted);
    case "ldap":
      return new Ldap(cluster, mounted);
    case "oidc":
    case "jwt":
      return new Oidc(cluster, mounted);
    case "kubernetes":
      return new KubernetesLogin(cluster, mounted);
    case "cert":
      return new CertificateLogin(cluster, mounted);
    default:
      return null;
  }
}
