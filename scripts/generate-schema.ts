import { writeFileSync } from "node:fs";
import { estateJsonSchema } from "../src/main/estate/json-schema.ts";
import {
  alertmanagerSystemSchema,
  amtSystemSchema,
  kubernetesSystemSchema,
  proxmoxSystemSchema,
  sshSystemSchema,
  vncSystemSchema,
  vsphereSystemSchema,
} from "../src/shared/estate.ts";

const systems = {
  ssh: sshSystemSchema,
  amt: amtSystemSchema,
  vnc: vncSystemSchema,
  kubernetes: kubernetesSystemSchema,
  alertmanager: alertmanagerSystemSchema,
  vsphere: vsphereSystemSchema,
  proxmox: proxmoxSystemSchema,
};

/** The text of resources/estate.schema.json: what editors check an estate file with while it is written. */
export function estateSchemaText(): string {
  return `${JSON.stringify(estateJsonSchema(systems), null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(new URL("../resources/estate.schema.json", import.meta.url), estateSchemaText());
}
