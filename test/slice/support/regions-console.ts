import { parse, stringify } from "yaml";
import type { SliceLab } from "./lab.ts";
import { OpenConsole } from "./open-console.ts";
import { withQuickKubernetes } from "./quick-kubernetes.ts";
import { known } from "./runs.ts";

/** The applications that the reference plan carries. */
export const applications = ["identity", "billing", "portal", "archive"];

/**
 * Opens a console on the regions alone, looked at more often than anybody would who is not in a hurry, with procedures of
 * one's own besides; resolves once all that the reference plan names is read, unless part of it cannot be (`reads`).
 */
export async function openRegions(
  lab: SliceLab,
  {
    data = "data",
    procedures = {},
    reads = true,
  }: { data?: string; procedures?: Record<string, object>; reads?: boolean } = {},
): Promise<OpenConsole> {
  const estate = lab.estateWith(`regions-${data}.yaml`, (whole) => {
    const { systems, procedures: usual, ...rest } = parse(whole);
    const kept = Object.entries<object>(systems).filter(([id]) => !/^(atelier|vcenter)-/.test(id));
    const quick = kept.map(([id, config]) => [id, "every" in config ? { ...config, every: "1s" } : config]);
    // Watched for a second where nobody says for how long.
    for (const way of ["bascule-to-north", "return-to-east"]) usual[way].variables.watch.default = "1s";
    return stringify({
      ...rest,
      systems: Object.fromEntries(quick),
      procedures: { ...usual, ...procedures },
    });
  });
  const definitions = withQuickKubernetes;
  const console = await OpenConsole.open({ estate, dataFolder: lab.path(data), definitions });
  if (!reads) return console;
  await known(
    console,
    "cluster-east/cluster",
    "cluster-north/cluster",
    ...applications.flatMap((name) => [
      `cluster-east/kasten-policies/kasten-io/backup-${name}`,
      `cluster-north/kasten-policies/kasten-io/import-${name}`,
      `names/records/${name}`,
      `checks/${name}-outside`,
    ]),
    "objects/replications/documents",
    "announce/support",
    "file-store/archive-files",
  );
  return console;
}
