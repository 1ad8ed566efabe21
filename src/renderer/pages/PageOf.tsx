import { lazy } from "react";
import Clusters from "./clusters/index.tsx";
import Hosts from "./hosts/index.tsx";
import { NotFound } from "./NotFound.tsx";
import Nodes from "./nodes/index.tsx";
import Overview from "./overview/index.tsx";
import Pods from "./pods/index.tsx";
import VirtualMachines from "./vms/index.tsx";
import Workloads from "./workloads/index.tsx";

// What the first look may need comes with the window; the rest is loaded when it is gone to.
const ResourcePage = lazy(() => import("./resource/index.tsx"));
const Hands = lazy(() => import("./hands/index.tsx"));
const Drain = lazy(() => import("./drain/index.tsx"));
const Logs = lazy(() => import("./logs/LogsPage.tsx"));
const Capacity = lazy(() => import("./capacity/index.tsx"));
const Backups = lazy(() => import("./backups/index.tsx"));
const BackupOf = lazy(() => import("./backups/Detail.tsx"));
const Findings = lazy(() => import("./findings/index.tsx"));
const Allowlist = lazy(() => import("./allowlist/index.tsx"));
const Certificates = lazy(() => import("./certificates/index.tsx"));
const CertificateOf = lazy(() => import("./certificates/Detail.tsx"));
const Topology = lazy(() => import("./topology/index.tsx"));
const Compare = lazy(() => import("./compare/index.tsx"));
const Tasks = lazy(() => import("./tasks/index.tsx"));
const Run = lazy(() => import("./run/index.tsx"));
const Procedures = lazy(() => import("./procedures/index.tsx"));
const Prepare = lazy(() => import("./procedures/Prepare.tsx"));
const RunPage = lazy(() => import("./procedures/RunPage.tsx"));
const PraPlans = lazy(() => import("./pra/index.tsx"));
const PraPlan = lazy(() => import("./pra/PlanPage.tsx"));
const PraRun = lazy(() => import("./pra/RunPage.tsx"));
const Wall = lazy(() => import("./pra/Wall.tsx"));
const Journal = lazy(() => import("./journal/index.tsx"));
const People = lazy(() => import("./people/index.tsx"));
const Secrets = lazy(() => import("./secrets/index.tsx"));
const Estate = lazy(() => import("./estate/index.tsx"));

/** The page of a path; `#/` is the overview. */
export function PageOf({ path }: { path: readonly string[] }) {
  const [page = "overview", id, tab] = path;
  switch (page) {
    case "overview":
      return <Overview />;
    case "findings":
      return <Findings />;
    case "hosts":
      return <Hosts />;
    case "vms":
      return <VirtualMachines />;
    case "clusters":
      return <Clusters />;
    case "nodes":
      return <Nodes />;
    case "workloads":
      return <Workloads />;
    case "pods":
      return <Pods />;
    case "backups":
      return id === undefined ? <Backups /> : <BackupOf key={id} id={id} />;
    case "certificates":
      return id === undefined ? <Certificates /> : <CertificateOf key={id} id={id} />;
    case "allowlist":
      return <Allowlist />;
    case "capacity":
      return <Capacity id={id ?? null} />;
    case "topology":
      return <Topology site={id ?? null} />;
    case "compare":
      return <Compare />;
    case "resource":
      return id === undefined ? <NotFound /> : <ResourcePage key={id} id={id} tab={tab ?? "facts"} />;
    case "hands":
      return id === undefined ? <NotFound /> : <Hands ids={tab === undefined ? [id] : [id, tab]} />;
    case "drain":
      return id === undefined ? <NotFound /> : <Drain key={id} id={id} />;
    case "logs":
      return <Logs />;
    case "tasks":
      return id === undefined ? <Tasks /> : <Run key={id} id={id} />;
    case "procedures":
      return id === undefined ? <Procedures /> : <Prepare key={id} id={id} />;
    case "runs":
      return id === undefined ? <Procedures /> : <RunPage key={id} id={id} />;
    case "pra":
      if (id === undefined) return <PraPlans />;
      if (id === "run" && tab !== undefined) return <PraRun key={tab} id={tab} />;
      return <PraPlan key={id} id={id} />;
    case "wall":
      return id === undefined ? <NotFound /> : <Wall key={id} id={id} />;
    case "journal":
      return <Journal />;
    case "people":
      return <People />;
    case "secrets":
      return <Secrets />;
    case "estate":
      return <Estate />;
    default:
      return <NotFound />;
  }
}
