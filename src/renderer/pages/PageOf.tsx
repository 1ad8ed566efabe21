import Hosts from "./hosts/index.tsx";
import { NotFound } from "./NotFound.tsx";
import Overview from "./overview/index.tsx";
import VirtualMachines from "./vms/index.tsx";

/** The page of a path; `#/` is the overview. */
export function PageOf({ path }: { path: readonly string[] }) {
  const [page = "overview"] = path;
  switch (page) {
    case "overview":
      return <Overview />;
    case "hosts":
      return <Hosts />;
    case "vms":
      return <VirtualMachines />;
    default:
      return <NotFound />;
  }
}
