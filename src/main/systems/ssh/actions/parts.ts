import type { Resource } from "../../../../shared/resource.ts";
import type { LocalText } from "../../../../shared/text.ts";
import type { HostAccess } from "../../host-access.ts";

/** What every action of a host needs to know of the system that offers it. */
export interface HostActionParts {
  /** Whether the resource is one of this system's hosts. */
  offers(resource: Resource): boolean;
  /** Says that a host was changed and its costly facts are out of date. */
  onChanged(resource: string): void;
}

/** The reason why the host could not be read the last time; null when it could or was not tried. */
export function lastReadError(access: HostAccess, resource: Resource): LocalText | null {
  return resource.sources[access.system]?.error?.message ?? null;
}
