import { useTranslation } from "react-i18next";
import { useConsole } from "../state/console.tsx";
import { placeTo, usePlace } from "../state/router.ts";
import {
  BookIcon,
  CatalogIcon,
  ExclamationTriangleIcon,
  KeyIcon,
  ListIcon,
  ServerIcon,
  TachometerAltIcon,
  TasksIcon,
  VirtualMachineIcon,
} from "../widgets/icons.ts";

const entries = [
  { page: "overview", Icon: TachometerAltIcon, kind: null },
  { page: "hosts", Icon: ServerIcon, kind: "host" },
  { page: "vms", Icon: VirtualMachineIcon, kind: "vm" },
  { page: "procedures", Icon: ListIcon, kind: null },
  { page: "tasks", Icon: TasksIcon, kind: null },
  { page: "journal", Icon: BookIcon, kind: null },
  { page: "secrets", Icon: KeyIcon, kind: null },
  { page: "estate", Icon: CatalogIcon, kind: null },
] as const;

/** The pages, with how many things each holds and how many of them are wrong. */
export function Navigation() {
  const { t } = useTranslation("frame");
  const { status } = useConsole();
  const place = usePlace().path[0] ?? "overview";
  const current = place === "runs" ? "procedures" : place;
  const faults = status.value?.estate.faults ?? 0;
  return (
    <nav className="navigation" aria-label={t("navigation")}>
      <ul>
        {entries.map(({ page, Icon, kind }) => {
          const counted = kind === null ? undefined : status.value?.counts[kind];
          const running = page === "tasks" ? (status.value?.runningTasks ?? 0) : 0;
          const wrong = page === "estate" ? faults : (counted?.wrong ?? 0);
          return (
            <li key={page}>
              <a
                href={placeTo(page)}
                aria-current={current === page ? "page" : undefined}
                title={t(`pages.${page}`)}
              >
                <Icon aria-hidden="true" />
                <span className="navigation-name">{t(`pages.${page}`)}</span>
                {counted && <span className="navigation-count">{counted.total}</span>}
                {running > 0 && <span className="navigation-count">{t("running", { count: running })}</span>}
                {wrong > 0 && (
                  <span className="wrong-badge">
                    <ExclamationTriangleIcon aria-hidden="true" />
                    <span aria-hidden="true">{wrong}</span>
                    <span className="pf-v6-screen-reader">{t("wrong", { count: wrong })}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
