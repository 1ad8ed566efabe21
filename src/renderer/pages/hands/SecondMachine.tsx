import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useOpenScreens } from "../../state/open-screens.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { FindField } from "../../widgets/FindField.tsx";
import { ColumnsIcon } from "../../widgets/icons.ts";
import { useSearch } from "../../widgets/palette/use-search.ts";

/** Chooses a second machine to stand beside the first: one whose screen is open, or any by a few letters. */
export function SecondMachine({ first }: { first: string }) {
  const { t } = useTranslation("hands");
  return (
    <DropPanel label={t("second.title")} icon={<ColumnsIcon aria-hidden="true" />}>
      <Choice first={first} />
    </DropPanel>
  );
}

function Choice({ first }: { first: string }) {
  const { t } = useTranslation(["hands", "palette"]);
  const open = useOpenScreens((screens) => screens.open);
  const [words, setWords] = useState("");
  const { rows, error, busy } = useSearch(words);
  const found = words.trim() === "" ? open : rows.filter(({ kind }) => kind === "host" || kind === "vm");
  const others = found.filter((each) => each.id !== first);
  return (
    <>
      <FindField label={t("second.find")} value={words} onChange={setWords} />
      {error && <ErrorNotice error={error} />}
      <ul className="drop-choices" aria-label={t("second.found")}>
        {others.map((each) => (
          <li key={each.id}>
            <button type="button" onClick={() => navigate(placeTo("hands", first, each.id))}>
              {each.name}
            </button>
          </li>
        ))}
      </ul>
      {words.trim() !== "" && others.length === 0 && !busy && <p className="quiet">{t("palette:nothing")}</p>}
    </>
  );
}
