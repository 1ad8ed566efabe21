import { Button } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { CheckCircleIcon, CopyIcon } from "./icons.ts";

/** Copies words to the clipboard and says that it did. */
export function CopyButton({ words, label }: { words: () => string; label?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      variant="secondary"
      size="sm"
      icon={copied ? <CheckCircleIcon /> : <CopyIcon />}
      onClick={() => {
        navigator.clipboard.writeText(words()).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
    >
      <span aria-live="polite">{copied ? t("copied") : (label ?? t("copy"))}</span>
    </Button>
  );
}
