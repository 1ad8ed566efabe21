import { z } from "zod";
import type { Estate } from "../../shared/estate.ts";
import type { EstateState } from "../../shared/estate-state.ts";

const placesSchema = z
  .record(
    z.string(),
    z.looseObject({
      name: z.string().optional(),
      kind: z.string().optional(),
      address: z.string().optional(),
    }),
  )
  .default({});
/** What systems of each type call that which they reach. */
const hostsSchema = z.looseObject({ hosts: placesSchema, machines: placesSchema, screens: placesSchema });

/** What an estate declares, one line a thing, for the Estate page; secrets are references and are left out. */
export function estateContents(estate: Estate): EstateState["contents"] {
  const contents: EstateState["contents"] = [];
  const add = (kind: string, id: string, name: string | undefined, detail: (string | undefined)[]) =>
    contents.push({ kind, id, name: name ?? id, detail: detail.filter(Boolean).join(" · ") });
  for (const [id, environment] of Object.entries(estate.environments)) {
    const { rpo, rto, supportWindow, timeZone, capacity } = environment;
    add("environment", id, environment.name, [
      supportWindow,
      rpo && `RPO ${rpo}`,
      rto && `RTO ${rto}`,
      timeZone,
      capacity?.vcpuPerCore !== undefined ? `vCPU 1:${capacity.vcpuPerCore}` : undefined,
      capacity && `RAM 1:${capacity.memoryRatio}`,
      capacity && `N+${capacity.spareHosts}`,
    ]);
  }
  for (const [id, site] of Object.entries(estate.sites)) add("site", id, site.name, [site.environment]);
  for (const { name, sites, by } of estate.parity) add("parity", name, undefined, [...sites, by]);
  for (const [id, ranges] of Object.entries(estate.reach.allowlists)) {
    add("allowlist", id, undefined, [ranges.join(", ")]);
  }
  for (const [id, hop] of Object.entries(estate.reach.hops)) {
    add("hop", id, hop.name, [place(hop.address, hop.port), hop.via && `via ${hop.via}`]);
  }
  for (const [id, system] of Object.entries(estate.systems)) {
    const { hosts = {}, machines = {}, screens = {} } = hostsSchema.safeParse(system).data ?? {};
    add("system", id, undefined, [system.type]);
    for (const [host, { name, kind, address }] of [hosts, machines, screens].flatMap(Object.entries)) {
      add(kind ?? "host", host, name, [address, id]);
    }
  }
  for (const [id, { title, variables }] of Object.entries(estate.procedures)) {
    add("procedure", id, typeof title === "string" ? title : undefined, Object.keys(variables));
  }
  return contents;
}

function place(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
