import { useTranslation } from "react-i18next";
import type { Status } from "../../shared/status.ts";
import { useLanguage } from "../i18n/index.ts";
import { worstOf } from "../pages/pra/reading.ts";
import { useConsole } from "../state/console.tsx";
import { placeTo, usePlace } from "../state/router.ts";
import { formatNumber } from "../widgets/format.ts";
import {
  BalanceScaleIcon,
  BookIcon,
  CatalogIcon,
  ClusterIcon,
  ContainerNodeIcon,
  CubeIcon,
  CubesIcon,
  DatabaseIcon,
  ExchangeAltIcon,
  ExclamationTriangleIcon,
  KeyIcon,
  ListIcon,
  LockIcon,
  ServerIcon,
  ShieldIcon,
  TachometerAltIcon,
  TasksIcon,
  TopologyIcon,
  UsersIcon,
  VirtualMachineIcon,
} from "../widgets/icons.ts";

const inClusters = [
  { page: "nodes", Icon: ContainerNodeIcon, kind: "node" },
  { page: "workloads", Icon: CubesIcon, kind: "workload" },
  { page: "pods", Icon: CubeIcon, kind: "pod" },
] as const;
const none = [] as const;

const entries = [
  { page: "overview", Icon: TachometerAltIcon, kind: null, below: none },
  { page: "findings", Icon: ExclamationTriangleIcon, kind: null, below: none },
  { page: "hosts", Icon: ServerIcon, kind: "host", below: none },
  { page: "vms", Icon: VirtualMachineIcon, kind: "vm", below: none },
  { page: "clusters", Icon: ClusterIcon, kind: "cluster", below: inClusters },
  { page: "backups", Icon: DatabaseIcon, kind: null, below: none },
  { page: "certificates", Icon: LockIcon, kind: "certificate", below: none },
  { page: "allowlist", Icon: ShieldIcon, kind: null, below: none },
  { page: "capacity", Icon: BalanceScaleIcon, kind: null, below: none },
  { page: "topology", Icon: TopologyIcon, kind: null, below: none },
  { page: "pra", Icon: ExchangeAltIcon, kind: null, below: none },
  { page: "procedures", Icon: ListIcon, kind: null, below: none },
  { page: "tasks", Icon: TasksIcon, kind: null, below: none },
  { page: "journal", Icon: BookIcon, kind: null, below: none },
  { page: "people", Icon: UsersIcon, kind: null, below: none },
  { page: "secrets", Icon: KeyIcon, kind: null, below: none },
  { page: "estate", Icon: CatalogIcon, kind: null, below: none },
] as const;
type Entry = (typeof entries)[number] | (typeof inClusters)[number];

/** Pages that are part of what another one lists. */
const partOf: Readonly<Record<string, string>> = { runs: "procedures", drain: "nodes" };

/**
 * The pages, with how many things each holds and how many of them are wrong; clusters, capacity, topology and PRA plans
 * only where there are any.
 */
export function Navigation() {
  const { t } = useTranslation("frame");
  const { status: known, pra } = useConsole();
  const status = known.value;
  const plans = pra.value?.plans ?? [];
  const place = usePlace().path[0] ?? "overview";
  const current = partOf[place] ?? place;
  const count = (kind: string) => status?.counts[kind]?.total ?? 0;
  const shown = entries.filter(
    ({ page }) =>
      (page !== "clusters" || count("cluster") > 0) &&
      (page !== "capacity" || count("cluster") + count("vm") > 0) &&
      (page !== "topology" || count("site") > 0) &&
      (page !== "pra" || plans.length > 0),
  );
  return (
    <nav className="navigation" aria-label={t("navigation")}>
      <ul>
        {shown.map((entry) => (
          <li key={entry.page}>
            <PageLink entry={entry} status={status} current={current} />
            {entry.below.some(hasAny(status)) && (
              <ul className="navigation-below">
                {entry.below.filter(hasAny(status)).map((each) => (
                  <li key={each.page}>
                    <PageLink entry={each} status={status} current={current} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Whether there is anything of an entry's kind: the clusters of a hypervisor have no pods. */
function hasAny(status: Status | null): (entry: (typeof inClusters)[number]) => boolean {
  return ({ kind }) => (status?.counts[kind]?.total ?? 0) > 0;
}

function PageLink({ entry, status, current }: { entry: Entry; status: Status | null; current: string }) {
  const { t } = useTranslation("frame");
  const language = useLanguage();
  const { page, Icon, kind } = entry;
  const counted = kind === null ? undefined : status?.counts[kind];
  const running = page === "tasks" ? (status?.runningTasks ?? 0) : 0;
  const { estate, late, findings } = status ?? {};
  const ofPage = { estate: estate?.faults, backups: late, findings } as const;
  const wrong =
    (page === "estate" || page === "backups" || page === "findings" ? ofPage[page] : counted?.wrong) ?? 0;
  return (
    <a href={placeTo(page)} aria-current={current === page ? "page" : undefined} title={t(`pages.${page}`)}>
      <Icon aria-hidden="true" />
      <span className="navigation-name">{t(`pages.${page}`)}</span>
      {counted && <span className="navigation-count">{formatNumber(counted.total, language)}</span>}
      {page === "pra" && <PraFigure />}
      {running > 0 && <span className="navigation-count">{t("running", { count: running })}</span>}
      {wrong > 0 && <WrongBadge wrong={wrong} />}
    </a>
  );
}

/** How ready the least ready plan is, and how many plans have something in their way. */
function PraFigure() {
  const { t } = useTranslation(["frame", "pra"]);
  const language = useLanguage();
  const plans = useConsole().pra.value?.plans ?? [];
  const worst = worstOf(plans);
  const figure = worst?.readiness.figure ?? null;
  const wrong = plans.filter(({ readiness }) => readiness.counts.blocked > 0).length;
  return (
    <>
      {worst !== null && (
        <span className="navigation-count">
          {figure === null
            ? t("pra:beingRead")
            : t("pra:readinessOf", { figure: formatNumber(figure, language, 0) })}
        </span>
      )}
      {wrong > 0 && <WrongBadge wrong={wrong} />}
    </>
  );
}

function WrongBadge({ wrong }: { wrong: number }) {
  const { t } = useTranslation("frame");
  return (
    <span className="wrong-badge">
      <ExclamationTriangleIcon aria-hidden="true" />
      <span aria-hidden="true">{wrong}</span>
      <span className="pf-v6-screen-reader">{t("wrong", { count: wrong })}</span>
    </span>
  );
}
