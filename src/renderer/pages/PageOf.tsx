import { lazy } from "react";
import Hosts from "./hosts/index.tsx";
import { NotFound } from "./NotFound.tsx";
import Overview from "./overview/index.tsx";
import VirtualMachines from "./vms/index.tsx";

// What the first look may need comes with the window; the rest is loaded when it is gone to.
const ResourcePage = lazy(() => import("./resource/index.tsx"));
const Hands = lazy(() => import("./hands/index.tsx"));
const Tasks = lazy(() => import("./tasks/index.tsx"));
const Run = lazy(() => import("./run/index.tsx"));
const Procedures = lazy(() => import("./procedures/index.tsx"));
const Prepare = lazy(() => import("./procedures/Prepare.tsx"));
const RunPage = lazy(() => import("./procedures/RunPage.tsx"));
const Journal = lazy(() => import("./journal/index.tsx"));
const Secrets = lazy(() => import("./secrets/index.tsx"));
const Estate = lazy(() => import("./estate/index.tsx"));

/** The page of a path; `#/` is the overview. */
export function PageOf({ path }: { path: readonly string[] }) {
  const [page = "overview", id, tab] = path;
  switch (page) {
    case "overview":
      return <Overview />;
    case "hosts":
      return <Hosts />;
    case "vms":
      return <VirtualMachines />;
    case "resource":
      return id === undefined ? <NotFound /> : <ResourcePage key={id} id={id} tab={tab ?? "facts"} />;
    case "hands":
      return id === undefined ? <NotFound /> : <Hands ids={tab === undefined ? [id] : [id, tab]} />;
    case "tasks":
      return id === undefined ? <Tasks /> : <Run key={id} id={id} />;
    case "procedures":
      return id === undefined ? <Procedures /> : <Prepare key={id} id={id} />;
    case "runs":
      return id === undefined ? <Procedures /> : <RunPage key={id} id={id} />;
    case "journal":
      return <Journal />;
    case "secrets":
      return <Secrets />;
    case "estate":
      return <Estate />;
    default:
      return <NotFound />;
  }
}
