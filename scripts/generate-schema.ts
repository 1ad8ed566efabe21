import { writeFileSync } from "node:fs";
import { estateJsonSchema } from "../src/main/estate/json-schema.ts";
import { alertmanagerSystemSchema } from "../src/shared/systems/alertmanager.ts";
import { amtSystemSchema } from "../src/shared/systems/amt.ts";
import { dnsSystemSchema } from "../src/shared/systems/dns.ts";
import { dumpsSystemSchema } from "../src/shared/systems/dumps.ts";
import { fileStoreSystemSchema } from "../src/shared/systems/file-store.ts";
import { kubernetesSystemSchema } from "../src/shared/systems/kubernetes.ts";
import { ovhSystemSchema } from "../src/shared/systems/ovh.ts";
import { proxmoxSystemSchema } from "../src/shared/systems/proxmox.ts";
import { s3SystemSchema } from "../src/shared/systems/s3.ts";
import { sshSystemSchema } from "../src/shared/systems/ssh.ts";
import { swiftSystemSchema } from "../src/shared/systems/swift.ts";
import { vaultSystemSchema } from "../src/shared/systems/vault.ts";
import { vncSystemSchema } from "../src/shared/systems/vnc.ts";
import { vsphereSystemSchema } from "../src/shared/systems/vsphere.ts";
import { webSystemSchema } from "../src/shared/systems/web.ts";
import { webhookSystemSchema } from "../src/shared/systems/webhook.ts";

const systems = {
  ssh: sshSystemSchema,
  amt: amtSystemSchema,
  vnc: vncSystemSchema,
  kubernetes: kubernetesSystemSchema,
  alertmanager: alertmanagerSystemSchema,
  vsphere: vsphereSystemSchema,
  proxmox: proxmoxSystemSchema,
  dns: dnsSystemSchema,
  ovh: ovhSystemSchema,
  s3: s3SystemSchema,
  swift: swiftSystemSchema,
  web: webSystemSchema,
  webhook: webhookSystemSchema,
  "file-store": fileStoreSystemSchema,
  dumps: dumpsSystemSchema,
  vault: vaultSystemSchema,
};

/** The text of resources/estate.schema.json: what editors check an estate file with while it is written. */
export function estateSchemaText(): string {
  return `${JSON.stringify(estateJsonSchema(systems), null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(new URL("../resources/estate.schema.json", import.meta.url), estateSchemaText());
}
