import { Button } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ClusterCapacity, Loss } from "../../../shared/capacity.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { isAborted, toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatBytes, formatNumber } from "../../widgets/format.ts";
import { VerdictLabel } from "./VerdictLabel.tsx";

/** How many VMs are shown at a time. */
const page = 100;

/** Where each VM would go if the chosen hosts went, asked for anew whenever what the cluster bears has changed. */
export function WhatIf({
  cluster,
  chosen,
  clear,
}: {
  cluster: ClusterCapacity;
  chosen: ReadonlySet<string>;
  clear: () => void;
}) {
  const { t } = useTranslation("capacity");
  const local = useLocalText();
  const { loss, error } = useLoss(cluster, chosen);
  const names = cluster.hosts.filter(({ id }) => chosen.has(id)).map(({ name }) => name);
  const title = names.length === 1 ? "whatIf.title" : "whatIf.titleMany";
  return (
    <section className="what-if" aria-labelledby="what-if">
      <h3 id="what-if">{t(title, { hosts: names.join(", ") })}</h3>
      <Button variant="link" isInline onClick={clear}>
        {t("whatIf.clear")}
      </Button>
      <div aria-live="polite">
        {error && <ErrorNotice error={error} />}
        {!loss && !error && <p className="quiet">{t("whatIf.asking")}</p>}
        {loss && <VerdictLabel verdict={loss.verdict} words={local(loss.text)} />}
      </div>
      {loss && loss.vms.length === 0 && <p className="quiet">{t("whatIf.noVms")}</p>}
      {loss && loss.vms.length > 0 && <Places loss={loss} cluster={cluster} />}
      <p className="quiet">{t("whatIf.limits")}</p>
    </section>
  );
}

function Places({ loss, cluster }: { loss: Loss; cluster: ClusterCapacity }) {
  const { t } = useTranslation("capacity");
  const local = useLocalText();
  const language = useLanguage();
  const [shown, setShown] = useState(page);
  const names = new Map(cluster.hosts.map(({ id, name }) => [id, name]));
  const more = Math.min(page, loss.vms.length - shown);
  return (
    <>
      <Table variant="compact" aria-label={t("whatIf.caption")} className="plain-table">
        <Thead>
          <Tr>
            <Th>{t("whatIf.columns.vm")}</Th>
            <Th>{t("whatIf.columns.from")}</Th>
            <Th>{t("whatIf.columns.memory")}</Th>
            <Th>{t("whatIf.columns.vcpus")}</Th>
            <Th>{t("whatIf.columns.to")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {loss.vms.slice(0, shown).map((vm) => (
            <Tr key={vm.id}>
              <Td className="no-wrap">
                <a href={placeTo("resource", vm.id)}>{vm.name}</a>
              </Td>
              <Td className="no-wrap">
                {vm.from === "" ? <span className="quiet">{t("whatIf.stranded")}</span> : vm.from}
              </Td>
              <Td className="figure no-wrap">{formatBytes(vm.memory, language)}</Td>
              <Td className="figure">{formatNumber(vm.vcpus, language)}</Td>
              <Td>
                {vm.to === null ? (
                  <VerdictLabel
                    verdict="exceeded"
                    words={vm.why === null ? t("whatIf.noPlace") : local(vm.why)}
                  />
                ) : (
                  (names.get(vm.to) ?? vm.to)
                )}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {more > 0 && (
        <Button variant="link" isInline onClick={() => setShown(shown + page)}>
          {t("whatIf.more", { count: more })}
        </Button>
      )}
    </>
  );
}

/** The last answer stays until the next is there; one about other hosts does not. */
function useLoss(cluster: ClusterCapacity, chosen: ReadonlySet<string>) {
  const client = useClient();
  const hosts = [...chosen].sort().join("\n");
  const { losses } = cluster;
  const [answer, setAnswer] = useState<{ hosts: string; loss: Loss | null; error: WireError | null }>({
    hosts: "",
    loss: null,
    error: null,
  });
  useEffect(() => {
    // What the cluster bears changed, so that the answer may be another.
    if (losses.length === 0 || hosts === "") return;
    const controller = new AbortController();
    client.capacity.without({ hosts: hosts.split("\n") }, { signal: controller.signal }).then(
      (told) => setAnswer({ hosts, loss: told.losses[0] ?? null, error: null }),
      (thrown: unknown) => {
        if (controller.signal.aborted || isAborted(thrown)) return;
        setAnswer({ hosts, loss: null, error: toWireError(thrown) });
      },
    );
    return () => controller.abort();
  }, [client, hosts, losses]);
  return answer.hosts === hosts ? answer : { loss: null, error: null };
}
