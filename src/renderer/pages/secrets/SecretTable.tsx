import { Button } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SecretsState } from "../../../shared/secrets-state.ts";
import type { VaultStanding } from "../../../shared/vaults.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { useVaults } from "../../state/vaults.ts";
import { toWireError } from "../../state/wire-error.ts";
import { Age } from "../../widgets/Age.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { CheckCircleIcon, ExclamationTriangleIcon, QuestionCircleIcon } from "../../widgets/icons.ts";
import type { SecretChange } from "./ChangeDialog.tsx";
import type { Result } from "./ResultNotice.tsx";

type Secret = SecretsState["secrets"][number];

/** Every secret by name: stored or not, who uses it, when it was used and changed. Never its value. */
export function SecretTable({
  secrets,
  locked,
  onChange,
  onResult,
}: {
  secrets: readonly Secret[];
  locked: boolean;
  onChange: (change: SecretChange) => void;
  onResult: (result: Result) => void;
}) {
  const { t } = useTranslation("secrets");
  const standing = forReferences(useVaults().value?.vaults ?? []);
  return (
    <Table variant="compact" aria-label={t("caption")} className="plain-table">
      <Thead>
        <Tr>
          <Th>{t("columns.name")}</Th>
          <Th>{t("columns.present")}</Th>
          <Th>{t("columns.reference")}</Th>
          <Th>{t("columns.usedBy")}</Th>
          <Th>{t("columns.lastUsed")}</Th>
          <Th>{t("columns.changed")}</Th>
          <Th>{t("columns.actions")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {secrets.map((secret) => (
          <Tr key={secret.reference}>
            <Td>
              <strong>{secret.name}</strong>
            </Td>
            <Td>
              {secret.reference.startsWith("vault:") ? (
                <InVault standing={standing} />
              ) : (
                <Presence present={secret.present} />
              )}
            </Td>
            <Td>
              <code>{secret.reference}</code>
            </Td>
            <Td>{secret.usedBy.length === 0 ? t("unused") : secret.usedBy.join(", ")}</Td>
            <Td>{secret.lastUsedAt === null ? t("neverUsed") : <Age at={secret.lastUsedAt} />}</Td>
            <Td>{secret.changedAt === null ? t("neverUsed") : <Age at={secret.changedAt} />}</Td>
            <Td>
              {secret.writable ? (
                <SecretButtons secret={secret} locked={locked} onChange={onChange} onResult={onResult} />
              ) : (
                <span className="quiet">{t("readOnly")}</span>
              )}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

/** The Vault that references are read from; null where there is none, or it is not told which. */
function forReferences(vaults: readonly VaultStanding[]): VaultStanding | null {
  const marked = vaults.filter(({ references }) => references);
  const [only, ...others] = marked.length > 0 ? marked : vaults;
  return only && others.length === 0 ? only : null;
}

/** What is read late is not looked for before: only how its Vault stands is told. */
function InVault({ standing }: { standing: VaultStanding | null }) {
  const { t } = useTranslation("vaults");
  const local = useLocalText();
  const name = standing?.name ?? "";
  const [tone, Icon, words] = !standing
    ? (["warning", ExclamationTriangleIcon, t("reference.none")] as const)
    : standing.error
      ? ([
          "warning",
          ExclamationTriangleIcon,
          t("reference.failing", { name, why: local(standing.error.message) }),
        ] as const)
      : standing.state === "signed-out" && !standing.needsPerson
        ? (["unknown", QuestionCircleIcon, t("reference.ready", { name })] as const)
        : ([
            standing.state === "signed-in" ? "ok" : "unknown",
            standing.state === "signed-in" ? CheckCircleIcon : QuestionCircleIcon,
            t(`reference.${standing.state}`, { name }),
          ] as const);
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{words}</span>
    </span>
  );
}

function Presence({ present }: { present: boolean | null }) {
  const { t } = useTranslation("secrets");
  const [tone, Icon, words] =
    present === null
      ? (["unknown", QuestionCircleIcon, t("notKnown")] as const)
      : present
        ? (["ok", CheckCircleIcon, t("present")] as const)
        : (["warning", ExclamationTriangleIcon, t("missing")] as const);
  return (
    <span className={`health health-${tone}`}>
      <Icon aria-hidden="true" />
      <span className="health-word">{words}</span>
    </span>
  );
}

function SecretButtons({
  secret,
  locked,
  onChange,
  onResult,
}: {
  secret: Secret;
  locked: boolean;
  onChange: (change: SecretChange) => void;
  onResult: (result: Result) => void;
}) {
  const { t } = useTranslation("secrets");
  const client = useClient();
  const [trying, setTrying] = useState(false);
  const { name } = secret;
  const stored = secret.present === true;
  const test = async () => {
    setTrying(true);
    try {
      const trials = await client.secrets.test({ name });
      const good = trials.every((trial) => trial.accepted);
      onResult({ kind: "trials", title: t("trials", { name }), good, trials });
    } catch (thrown) {
      onResult({ kind: "failed", error: toWireError(thrown) });
    } finally {
      setTrying(false);
    }
  };
  return (
    <div className="button-row">
      <Button
        variant="secondary"
        size="sm"
        isDisabled={locked}
        onClick={() => onChange({ verb: "set", name })}
      >
        {stored ? t("replace") : t("set")}
      </Button>
      {stored && (
        <>
          <InsideButton
            subject={{ of: "secret", name, everywhere: false }}
            variant="secondary"
            size="sm"
            isDisabled={locked || trying}
            onClick={test}
          >
            {trying ? t("testing") : t("test")}
          </InsideButton>
          <InsideButton
            subject={{ of: "secret", name, everywhere: true }}
            variant="secondary"
            size="sm"
            isDisabled={locked}
            onClick={() => onChange({ verb: "rotate", name })}
          >
            {t("rotate")}
          </InsideButton>
          <Button
            variant="link"
            size="sm"
            isDanger
            isDisabled={locked}
            onClick={() => onChange({ verb: "forget", name })}
          >
            {t("forget")}
          </Button>
        </>
      )}
    </div>
  );
}
