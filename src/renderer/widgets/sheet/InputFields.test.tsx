// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { I18nextProvider } from "react-i18next";
import { afterEach, expect, it } from "vitest";
import { sameText, text } from "../../../shared/text.ts";
import { createI18n } from "../../i18n/index.ts";
import { InputFields } from "./InputFields.tsx";

afterEach(cleanup);

it("greys a choice that cannot be made here, and says why", () => {
  const why = text("The firmware cannot do this.", "Le micrologiciel ne le peut pas.");
  const choices = [
    { value: "bios", label: sameText("BIOS") },
    { value: "pxe", label: sameText("PXE"), unavailable: why },
  ];
  const field = { name: "device", label: sameText("Device"), type: "choice", required: true } as const;
  render(
    <I18nextProvider i18n={createI18n("fr")}>
      <InputFields fields={[{ ...field, choices, initial: "bios" }]} values={{}} onChange={() => undefined} />
    </I18nextProvider>,
  );
  expect(screen.getByRole<HTMLOptionElement>("option", { name: "PXE" }).disabled).toBe(true);
  expect(screen.getByRole<HTMLOptionElement>("option", { name: "BIOS" }).disabled).toBe(false);
  expect(screen.getByText(why.fr)).toBeTruthy();
});

it("has one empty choice, in the action's own words where it has such", () => {
  const choices = [
    { value: "", label: sameText("As before") },
    { value: "zfs", label: sameText("zfs") },
  ];
  const field = { name: "storage", label: sameText("Storage"), type: "choice", required: false } as const;
  render(
    <I18nextProvider i18n={createI18n("fr")}>
      <InputFields fields={[{ ...field, choices, initial: "" }]} values={{}} onChange={() => undefined} />
    </I18nextProvider>,
  );
  expect(screen.getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["As before", "zfs"]);
});
