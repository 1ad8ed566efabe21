import { stringify } from "yaml";
import type { ListedMachine } from "./read.ts";

export interface ListedSystem {
  /** The system's identifier in the estate. */
  system: string;
  via: string | null;
  site: string | null;
}

/** The machines as a system of type `amt`, to be put into the estate file; it holds no secret. */
export function toEstateYaml(
  machines: readonly ListedMachine[],
  { system, via, site }: ListedSystem,
): string {
  const entry = {
    type: "amt",
    ...(site && { site }),
    ...(via && { via }),
    machines: Object.fromEntries(machines.map(({ id, entry: machine }) => [id, machine])),
  };
  return stringify({ systems: { [system]: entry } }, { lineWidth: 110 });
}
