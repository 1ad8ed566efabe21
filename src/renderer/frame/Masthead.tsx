import { useTranslation } from "react-i18next";
import { useLocalText } from "../i18n/index.ts";
import mark from "../icon.svg";
import { useConsole } from "../state/console.tsx";
import { useOverlays } from "../state/overlays.ts";
import { placeTo } from "../state/router.ts";
import {
  CheckCircleIcon,
  ExclamationTriangleIcon,
  FlaskIcon,
  KeyIcon,
  LinkIcon,
  LockIcon,
  QuestionCircleIcon,
  SearchIcon,
} from "../widgets/icons.ts";
import { BundleChip } from "./BundleChip.tsx";
import { DraftsChip } from "./DraftsChip.tsx";
import { DrillMark } from "./DrillMark.tsx";
import { ForwardsChip } from "./ForwardsChip.tsx";
import { OperatorMenu } from "./OperatorMenu.tsx";
import { ReachChip } from "./ReachChip.tsx";
import { ScreensChip } from "./ScreensChip.tsx";
import { StatusChip } from "./StatusChip.tsx";
import { TerminalsChip } from "./TerminalsChip.tsx";
import { VaultsChip } from "./VaultsChip.tsx";

/** Estate, search, and the chips that say how the console itself stands; each opens what it names. */
export function Masthead() {
  const { t } = useTranslation(["frame", "common"]);
  const { status, about } = useConsole();
  const openPalette = useOverlays((overlays) => overlays.openPalette);
  const estate = status.value?.estate;
  return (
    <header className="masthead">
      <a className="brand" href={placeTo("overview")}>
        <img src={mark} alt="" width="24" height="24" />
        {t("common:product")}
      </a>
      <a
        className="estate-name"
        href={placeTo("estate")}
        aria-label={t("estateOf", { name: estate?.name ?? "" })}
      >
        <span>{estate?.name}</span>
        {estate && !estate.valid && (
          <ExclamationTriangleIcon className="on-dark-warning" aria-label={t("estateInvalid")} />
        )}
      </a>
      <DrillMark />
      {about?.lab && !about.drill && (
        <span className="lab-mark" title={t("labHint")}>
          <FlaskIcon aria-hidden="true" />
          {t("lab")}
        </span>
      )}
      <button type="button" className="search-box" title={t("search")} onClick={() => openPalette(true)}>
        <SearchIcon aria-hidden="true" />
        <span className="search-words">{t("search")}</span>
        <kbd>{t("searchKeys")}</kbd>
      </button>
      <div className="chips">
        <QuestionsChip />
        <ScreensChip />
        <TerminalsChip />
        <DraftsChip />
        <ForwardsChip />
        <ReachChip />
        <VaultsChip />
        <SecretsChip />
        <BundleChip />
        <JournalChip />
        <ProblemsChip />
        <OperatorMenu />
      </div>
    </header>
  );
}

function QuestionsChip() {
  const { t } = useTranslation(["frame", "common"]);
  const { questions } = useConsole();
  const open = useOverlays((overlays) => overlays.openQuestions);
  const count = questions.value?.questions.length ?? 0;
  if (count === 0) return null;
  return (
    <button type="button" className="chip chip-warning" onClick={() => open(true)}>
      <QuestionCircleIcon aria-hidden="true" />
      <span>{t("questions", { count })}</span>
    </button>
  );
}

function SecretsChip() {
  const { t } = useTranslation(["frame", "common"]);
  const local = useLocalText();
  const secrets = useConsole().status.value?.secrets;
  if (!secrets) return null;
  const locked = secrets.state === "locked" || secrets.state === "none";
  return (
    <StatusChip
      href={placeTo("secrets")}
      label={t("secrets.label")}
      words={t(`secrets.${secrets.state}`)}
      tone={locked ? "warning" : "fine"}
      Icon={locked ? LockIcon : KeyIcon}
      title={local(secrets.text)}
    />
  );
}

function JournalChip() {
  const { t } = useTranslation(["frame", "common"]);
  const local = useLocalText();
  const journal = useConsole().status.value?.journal;
  if (!journal) return null;
  return (
    <StatusChip
      href={placeTo("journal")}
      label={t("journal.label")}
      words={t(`journal.${journal.state}`)}
      tone={journal.state === "failed" ? "danger" : "fine"}
      Icon={LinkIcon}
      title={local(journal.text)}
    />
  );
}

function ProblemsChip() {
  const { t } = useTranslation(["frame", "common"]);
  const counts = useConsole().status.value?.counts;
  if (!counts) return null;
  const count = Object.values(counts).reduce((sum, { wrong }) => sum + wrong, 0);
  return (
    <StatusChip
      href={placeTo("overview")}
      label={t("problemsLabel")}
      words={count === 0 ? t("noProblems") : t("problems", { count })}
      tone={count === 0 ? "fine" : "warning"}
      Icon={count === 0 ? CheckCircleIcon : ExclamationTriangleIcon}
    />
  );
}
