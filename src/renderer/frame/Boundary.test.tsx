// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { I18nextProvider } from "react-i18next";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createI18n } from "../i18n/index.ts";
import { Boundary } from "./Boundary.tsx";

let broken = true;
function Page() {
  if (broken) throw new Error("secret detail");
  return <p>{"fine"}</p>;
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("a page that fails", () => {
  it("says so without details and can be tried again, while the rest stays", () => {
    // React reports what a boundary caught.
    vi.spyOn(console, "error").mockImplementation(() => {});
    render(
      <I18nextProvider i18n={createI18n("en")}>
        <p>{"rest"}</p>
        <Boundary>
          <Page />
        </Boundary>
      </I18nextProvider>,
    );
    expect(screen.getByRole("alert").textContent).toContain("not foreseen");
    expect(document.body.textContent).not.toContain("secret detail");
    expect(screen.getByText("rest")).toBeTruthy();
    broken = false;
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(screen.getByText("fine")).toBeTruthy();
  });
});
