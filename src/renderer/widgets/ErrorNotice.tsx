import { Button } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../shared/errors.ts";
import { useLocalText } from "../i18n/index.ts";
import { ExclamationCircleIcon } from "./icons.ts";

/** What went wrong in one sentence, what to do in another, and a way to try again where that makes sense. */
export function ErrorNotice({
  error,
  retry,
  children,
}: {
  error: WireError;
  retry?: (() => void) | undefined;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const local = useLocalText();
  return (
    <div className="notice notice-danger" role="alert">
      <ExclamationCircleIcon aria-hidden="true" />
      <div>
        <p className="notice-title">{local(error.message)}</p>
        <p>{local(error.hint)}</p>
        <p className="notice-code">{error.code}</p>
        {children}
        {retry && (
          <Button variant="link" isInline onClick={retry}>
            {t("retry")}
          </Button>
        )}
      </div>
    </div>
  );
}
