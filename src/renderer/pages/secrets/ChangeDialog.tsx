import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import type { Result } from "./ResultNotice.tsx";

export interface SecretChange {
  verb: "set" | "rotate" | "forget";
  name: string;
}

/** Stores, rotates or forgets one secret. The value leaves the field with the call and is not kept in the window. */
export function ChangeDialog({
  change,
  onClose,
  onResult,
}: {
  change: SecretChange;
  onClose: () => void;
  onResult: (result: Result) => void;
}) {
  const { verb, name } = change;
  const { t } = useTranslation(["secrets", "common"]);
  const act = useChange(change);
  const titleId = useId();
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const ready = verb === "forget" ? words === name : words !== "";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      onResult(await act(words));
      onClose();
    } catch (thrown) {
      setError(toWireError(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal isOpen onClose={onClose} variant="small" aria-labelledby={titleId}>
      <ModalHeader labelId={titleId} title={t(`${verb}Title`, { name })} description={t(`${verb}Hint`)} />
      <ModalBody>
        <form id={`${titleId}-form`} className="sheet-form" onSubmit={submit}>
          {verb === "forget" ? (
            <NameField name={name} value={words} onChange={setWords} />
          ) : (
            <ValueField
              label={verb === "set" ? t("value") : t("newValue")}
              value={words}
              onChange={setWords}
            />
          )}
          {error && <ErrorNotice error={error} />}
        </form>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form={`${titleId}-form`}
          variant={verb === "forget" ? "danger" : "primary"}
          isDisabled={!ready || busy}
        >
          {t(`${verb}Do`, { name })}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t("common:cancel")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function useChange({ verb, name }: SecretChange): (value: string) => Promise<Result> {
  const { t } = useTranslation("secrets");
  const client = useClient();
  return async (value) => {
    if (verb === "forget") {
      await client.secrets.forget({ name });
      return { kind: "said", words: t("forgotten", { name }) };
    }
    if (verb === "set") {
      await client.secrets.set({ name, value });
      return { kind: "said", words: t("stored", { name }) };
    }
    const { rotated, trials } = await client.secrets.rotate({ name, value });
    const title = rotated ? t("rotated", { name }) : t("notRotated", { name });
    return { kind: "trials", title, good: rotated, trials };
  };
}

function NameField({
  name,
  value,
  onChange,
}: {
  name: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation("secrets");
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t("typeName", { name })}</label>
      <input
        id={id}
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

function ValueField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation("secrets");
  const id = useId();
  const [lines, setLines] = useState(false);
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{label}</label>
        {lines ? (
          <textarea
            id={id}
            className="concealed"
            rows={8}
            autoComplete="off"
            spellCheck={false}
            maxLength={65_536}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <input
            id={id}
            type="password"
            autoComplete="new-password"
            spellCheck={false}
            maxLength={65_536}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </div>
      <label className="field-check">
        <input
          type="checkbox"
          checked={lines}
          onChange={(event) => {
            setLines(event.target.checked);
            onChange("");
          }}
        />
        {t("multiline")}
      </label>
    </>
  );
}
