import { useTranslation } from "react-i18next";
import type { ClusterCapacity, HostCapacity, Loss } from "../../../shared/capacity.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { fullnessAfter } from "./fullness.ts";
import { VerdictLabel } from "./VerdictLabel.tsx";

/** How many VMs without a place are named in a row. */
const mostNamed = 3;

/**
 * What becomes of a cluster when any one of its hosts goes: a row for each that is lost, a column for each that is left,
 * and in the cell how full that would be. It is a table, so that it can be read without being seen; the boxes choose the
 * hosts to look at closely.
 */
export function LossMatrix({
  cluster,
  chosen,
  choose,
}: {
  cluster: ClusterCapacity;
  chosen: ReadonlySet<string>;
  choose: (hosts: ReadonlySet<string>) => void;
}) {
  const { t } = useTranslation("capacity");
  const serving = cluster.hosts.filter(({ standing }) => standing === "serving");
  const losses = new Map(cluster.losses.map((loss) => [loss.hosts[0], loss]));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <section aria-label={t("matrix.title")}>
      <h3>{t("matrix.title")}</h3>
      <p className="quiet">{t("matrix.help")}</p>
      <div className="loss-scroller">
        <table className="loss-matrix">
          <caption className="pf-v6-screen-reader">{t("matrix.caption", { name: cluster.name })}</caption>
          <thead>
            <tr>
              <th scope="col">{t("matrix.lost")}</th>
              {serving.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">{t("matrix.left")}</th>
            </tr>
          </thead>
          <tbody>
            {serving.map((lost) => {
              const loss = losses.get(lost.id);
              return (
                <tr key={lost.id} className={chosen.has(lost.id) ? "is-chosen" : ""}>
                  <th scope="row">
                    <label>
                      <input
                        type="checkbox"
                        checked={chosen.has(lost.id)}
                        aria-label={t("matrix.choose", { name: lost.name })}
                        onChange={() => toggle(lost.id)}
                      />
                      {lost.name}
                    </label>
                  </th>
                  {serving.map((host) => (
                    <LossCell key={host.id} loss={loss} lost={lost} host={host} limits={cluster.limits} />
                  ))}
                  <td className="loss-left">{loss && <Unplaced loss={loss} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Legend />
    </section>
  );
}

function LossCell({
  loss,
  lost,
  host,
  limits,
}: {
  loss: Loss | undefined;
  lost: HostCapacity;
  host: HostCapacity;
  limits: ClusterCapacity["limits"];
}) {
  const { t } = useTranslation("capacity");
  const language = useLanguage();
  if (host.id === lost.id) {
    return (
      <td className="loss-gone">
        <span className="quiet">{t("matrix.gone")}</span>
      </td>
    );
  }
  const full = loss && loss.verdict !== "unknown" ? fullnessAfter(loss, host, limits) : null;
  if (!full || full.most === null) return <td className="quiet">{t("matrix.notTold")}</td>;
  const percent = (share: number) => `${formatNumber(share * 100, language, 0)}\u202f%`;
  const memory = full.memory === null ? t("matrix.notTold") : percent(full.memory);
  const vcpus = full.vcpus === null ? t("matrix.noVcpuLimit") : percent(full.vcpus);
  return (
    <td
      className={`loss-cell is-${full.level}`}
      title={t("matrix.detail", { memory, vcpus, taken: full.taken })}
    >
      <CellPicture memory={full.memory} vcpus={full.vcpus} level={full.level} />
      <span className="figure">{percent(full.most)}</span>
      <span className="loss-of">{t(`matrix.of.${full.of}`)}</span>
    </td>
  );
}

/** Memory as a bar, processors as a thinner one below it; hatched from nine tenths on, framed when full. */
function CellPicture({
  memory,
  vcpus,
  level,
}: {
  memory: number | null;
  vcpus: number | null;
  level: "fine" | "near" | "full";
}) {
  const width = (share: number) => Math.min(100, share * 100);
  const hatches = level === "fine" ? [] : [10, 22, 34, 46, 58, 70, 82, 94];
  return (
    <svg className="loss-picture" viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">
      <rect className="capacity-track" width="100" height="18" />
      {memory !== null && (
        <rect className="loss-memory" width={width(memory)} height={vcpus === null ? 18 : 12} />
      )}
      {vcpus !== null && <rect className="loss-vcpus" y="13" width={width(vcpus)} height="5" />}
      {hatches.map((x) => (
        <line key={x} className="loss-hatch" x1={x - 8} x2={x + 4} y1="18" y2="0" />
      ))}
      {level === "full" && <rect className="loss-frame" x="1" y="1" width="98" height="16" />}
    </svg>
  );
}

function Unplaced({ loss }: { loss: Loss }) {
  const { t } = useTranslation("capacity");
  if (loss.verdict === "unknown") return <VerdictLabel verdict="unknown" words={t("matrix.notTold")} />;
  if (loss.unplaced === 0) return <VerdictLabel verdict="ok" words={t("matrix.none")} />;
  const left = loss.vms.filter(({ to }) => to === null);
  const named = left
    .slice(0, mostNamed)
    .map(({ name }) => name)
    .join(", ");
  const names = loss.unplaced > mostNamed ? t("matrix.more", { names: named }) : named;
  return (
    <VerdictLabel verdict={loss.verdict} words={t("matrix.unplaced", { count: loss.unplaced, names })} />
  );
}

function Legend() {
  const { t } = useTranslation("capacity");
  return (
    <ul className="loss-legend quiet">
      {(
        [
          ["fine", 0.5],
          ["near", 0.93],
          ["full", 1],
        ] as const
      ).map(([level, share]) => (
        <li key={level} className={`loss-cell is-${level}`}>
          <CellPicture memory={share} vcpus={null} level={level} />
          {t(`matrix.legend.${level}`)}
        </li>
      ))}
    </ul>
  );
}
