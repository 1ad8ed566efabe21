import type { ThingKind } from "../../../shared/topology.ts";
import {
  ClusterIcon,
  ContainerNodeIcon,
  DatabaseIcon,
  NetworkWiredIcon,
  ServerIcon,
  VirtualMachineIcon,
} from "../../widgets/icons.ts";

const icons: Partial<Record<ThingKind, typeof ServerIcon>> = {
  cluster: ClusterIcon,
  host: ServerIcon,
  node: ContainerNodeIcon,
  vm: VirtualMachineIcon,
  volume: DatabaseIcon,
  network: NetworkWiredIcon,
};

/** The sign of a kind; the words beside it say the same. */
export function KindIcon({ kind }: { kind: ThingKind }) {
  const Icon = icons[kind] ?? ServerIcon;
  return <Icon className="topology-icon" aria-hidden="true" />;
}
