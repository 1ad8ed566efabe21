// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { sameText } from "../../../shared/text.ts";
import { shownCertificate } from "../../testing/memory-certificates.ts";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(prepare: (console: MemoryConsole) => void = () => {}, at = "#/certificates") {
  opened = openWindow(at, (console) => {
    const { certificates } = console;
    certificates.rows.set([
      shownCertificate("old.example", { state: "expired", text: sameText("It ended 3 days ago.") }),
      shownCertificate("shop.example", { renewal: "automatic" }),
    ]);
    certificates.numbers = { expired: 1, wrong: 0, soon: 2 };
    certificates.facets = {
      state: { expired: 1, ok: 1 },
      month: { "2026-03": 1, "2026-09": 1 },
      environment: { production: 2 },
    };
    prepare(console);
  });
  return opened.console;
}

const rows = async () =>
  within(await screen.findByRole("grid", { name: /^Certificates: / })).getAllByRole("row");

it("where none was seen it says so, and what would change that", async () => {
  open(({ certificates }) => certificates.rows.set([]));
  expect(await screen.findByText("No certificate has been seen yet.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Go to the estate" }).getAttribute("href")).toBe("#/estate");
});

it("each row says how the certificate stands, for which names, by whom it is issued and renewed", async () => {
  open();
  const [, old, shop] = await rows();
  expect(old?.textContent).toMatch(/old\.example:443.*expired.*Example Authority.*old\.example/);
  expect(within(old as HTMLElement).getByTitle("It ended 3 days ago.")).toBeTruthy();
  expect(shop?.textContent).toMatch(/shop\.example:443.*valid.*by itself/);
});

it("a number, a month and a facet narrow the list by what main is asked for", async () => {
  const { certificates } = open();
  fireEvent.click(await screen.findByRole("button", { name: "1 expired or revoked" }));
  await waitFor(() => expect(certificates.queries.at(-1)?.facets).toEqual({ state: ["expired", "revoked"] }));
  fireEvent.click(screen.getByRole("button", { name: "March 2026 1" }));
  await waitFor(() =>
    expect(certificates.queries.at(-1)?.facets).toEqual({
      state: ["expired", "revoked"],
      month: ["2026-03"],
    }),
  );
  fireEvent.click(screen.getByRole("button", { name: "Clear all" }));
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "shop" } });
  fireEvent.click(screen.getByRole("button", { name: "Issued by" }));
  await waitFor(() =>
    expect(certificates.queries.at(-1)).toMatchObject({
      text: "shop",
      facets: {},
      sort: { by: "issuer", direction: "ascending" },
    }),
  );
});

it("only the rows in sight are drawn, and further ones are asked for when they come into sight", async () => {
  const { certificates } = open((console) =>
    console.certificates.rows.set(
      Array.from({ length: 10_000 }, (_, at) => shownCertificate(`c-${at}.example`)),
    ),
  );
  const shown = await rows();
  expect(shown.length).toBeLessThan(60);
  const scroller = shown[0]?.closest(".grid-scroller");
  if (!scroller) throw new Error("there is nothing to scroll");
  scroller.scrollTop = 9000 * 32;
  fireEvent.scroll(scroller);
  expect(await screen.findByRole("row", { name: /c-9005\.example/ })).toBeTruthy();
  expect(certificates.queries.at(-1)?.offset).toBeGreaterThan(8800);
});

it("arrow keys move among the rows, and enter opens one", async () => {
  open();
  const [, first] = await rows();
  if (!first) throw new Error("there is no row");
  first.focus();
  fireEvent.keyDown(first, { key: "ArrowDown" });
  await waitFor(() => expect(document.activeElement?.textContent).toContain("shop.example"));
  fireEvent.keyDown(document.activeElement as HTMLElement, { key: "Enter" });
  await waitFor(() => expect(location.hash).toContain("shop.example"));
});

it("one shows its chain, where else it is, and its requests with no key in them", async () => {
  const certificate = shownCertificate("shop.example", {
    state: "soon",
    text: sameText("It ends in 12 days."),
  });
  open(
    ({ certificates }) =>
      certificates.detail.set({
        certificate,
        ...{ serial: "0A1B", signature: "ecdsa-with-SHA256", servedAs: "shop.example" },
        ...{
          chainState: "complete",
          trust: "workstation",
          chain: ["shop.example (2026-03-01)", "Root (2036-01-01)"],
        },
        elsewhere: [{ id: "east/tls-secrets/shop/shop", name: "shop/shop" }],
        issuance: ["Order front-1 · pending · 2026-03-01 10:00 UTC"],
        inBundle: 14,
        requests: [
          { at: Date.now(), by: "ada", key: "keychain:shop", request: "-----BEGIN CERTIFICATE REQUEST-----" },
        ],
      }),
    `#/certificates/${encodeURIComponent(certificate.id)}`,
  );
  expect(await screen.findByText("It ends in 12 days.")).toBeTruthy();
  expect(screen.getByText("Root (2036-01-01)")).toBeTruthy();
  expect(screen.getByText("Certificates in the bundle").nextElementSibling?.textContent).toBe("14");
  expect(screen.getByRole("heading", { name: "On the way to a new one" })).toBeTruthy();
  expect(screen.getByText("Order front-1 · pending · 2026-03-01 10:00 UTC")).toBeTruthy();
  expect(screen.getByRole("link", { name: "shop/shop" }).getAttribute("href")).toContain("#/certificates/");
  expect(screen.getByText(/by ada; key in keychain:shop/)).toBeTruthy();
});

it("one that is not there any more says so", async () => {
  open(() => {}, "#/certificates/gone");
  expect(await screen.findByText("It is not there any more.")).toBeTruthy();
});
