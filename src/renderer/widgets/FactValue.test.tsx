// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { I18nextProvider } from "react-i18next";
import { afterEach, expect, it } from "vitest";
import type { FactValue as Value } from "../../shared/resource.ts";
import { createI18n } from "../i18n/index.ts";
import { FactValue } from "./FactValue.tsx";

afterEach(cleanup);

function show(name: string, value: Value, language: "en" | "fr"): void {
  render(
    <I18nextProvider i18n={createI18n(language)}>
      <FactValue name={name} value={value} />
    </I18nextProvider>,
  );
}

it("writes the words of a protocol in the language of the window", () => {
  show("power.state", "off", "fr");
  show("power.available", ["on", "reset"], "fr");
  show("amt.controlMode", "admin", "en");
  expect(screen.getByText("éteinte")).toBeTruthy();
  expect(screen.getByText("réinitialisation")).toBeTruthy();
  expect(screen.getByText("admin control")).toBeTruthy();
});

it("leaves names and unknown words as they are", () => {
  show("hardware.model", "off", "fr");
  expect(screen.getByText("off")).toBeTruthy();
});
