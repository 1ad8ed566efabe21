// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { sameText } from "../../shared/text.ts";
import type { VaultSeen } from "../../shared/vaults.ts";
import { openWindow } from "../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const signedOut: VaultSeen = {
  id: "vault",
  name: "Vault of the north",
  method: "oidc",
  needsPerson: true,
  references: false,
  state: "signed-out",
  who: null,
  policies: [],
  since: null,
  expiresAt: null,
  endsAt: null,
  renewable: false,
  error: null,
  found: "open",
};
const signedIn: VaultSeen = {
  ...signedOut,
  state: "signed-in",
  who: "oidc-anna",
  policies: ["default", "console"],
  since: Date.now(),
  expiresAt: Date.now() + 3_600_000,
  renewable: true,
};

function open(standings: VaultSeen[], shell: "browser" | "electron" = "browser") {
  opened = openWindow("#/forwards", (console) => {
    console.shell = shell;
    console.vaults.standings.set(standings);
  });
  return opened.console;
}

test("whoever must sign in is told so, does it there, and sees the token's life", async () => {
  const console = open([signedOut]);
  fireEvent.click(await screen.findByRole("button", { name: "Vault of the north: sign in" }));
  fireEvent.click(await screen.findByRole("button", { name: "Sign in to Vault of the north" }));
  await waitFor(() => expect(console.vaults.asked).toEqual(["sign in vault"]));
  console.vaults.standings.set([signedIn]);
  expect(await screen.findByText("Signed in as oidc-anna.")).toBeDefined();
  expect(screen.getByText("by oidc, renewed within 60 min")).toBeDefined();
  expect(screen.getByText("Policies: default, console")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Sign out of Vault of the north" }));
  await waitFor(() => expect(console.vaults.asked).toEqual(["sign in vault", "sign out vault"]));
});

test("a log-in that fails says why; a token that ends soon is told beforehand", async () => {
  const console = open([signedOut]);
  console.vaults.refusal = {
    code: "vault.redirect-missing",
    system: "vault",
    message: sameText("The browser did not come back."),
    hint: sameText("Sign in again."),
  };
  fireEvent.click(await screen.findByRole("button", { name: "Vault of the north: sign in" }));
  fireEvent.click(await screen.findByRole("button", { name: "Sign in to Vault of the north" }));
  expect(await screen.findByText("The browser did not come back.")).toBeDefined();
  console.vaults.standings.set([{ ...signedIn, endsAt: Date.now() + 300_000 }]);
  expect(await screen.findByRole("button", { name: "Vault of the north: token near its end" })).toBeDefined();
});

test("a Vault that serves nothing is said to, whoever is signed in there", async () => {
  const console = open([{ ...signedIn, found: "sealed" }]);
  fireEvent.click(await screen.findByRole("button", { name: "Vault of the north: sealed" }));
  expect(await screen.findByText(/nothing in it can be read before enough people/)).toBeDefined();
  expect(screen.getByRole("link", { name: "Look at Vault of the north" }).getAttribute("href")).toContain(
    "vault",
  );
  console.vaults.standings.set([{ ...signedIn, found: "away" }]);
  expect(await screen.findByRole("button", { name: "Vault of the north: does not answer" })).toBeDefined();
  console.vaults.standings.set([signedIn]);
  expect(await screen.findByRole("button", { name: "Vault" })).toBeDefined();
});

test("where the estate names no log-in there is nothing to show", async () => {
  open([{ ...signedOut, method: null }]);
  await screen.findByRole("navigation", { name: "Navigation" });
  expect(screen.queryByRole("button", { name: /Vault/ })).toBeNull();
});

const question = {
  kind: "sign-in" as const,
  id: "question-1",
  at: Date.now(),
  target: "Vault of the north",
  instructions: sameText("Sign in on the page of your provider."),
  fields: [{ label: sameText("Password of the day"), echo: false }],
  url: "https://id.example/authorize?state=1",
  expiresAt: Date.now() + 300_000,
};

test("what is entered for an action is not called a sign-in", async () => {
  const console = open([signedOut]);
  console.questions.set({ questions: [{ ...question, target: "secret/", url: null, enters: true }] });
  fireEvent.click(await screen.findByRole("button", { name: "Decide" }));
  expect(await screen.findByRole("dialog", { name: "Enter what is asked for: secret/" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Open the sign-in page in your browser" })).toBeNull();
});

test("in the desktop's window main opens the page of the question, and says when it cannot", async () => {
  const console = open([signedOut], "electron");
  console.questions.set({ questions: [question] });
  fireEvent.click(await screen.findByRole("button", { name: "Decide" }));
  fireEvent.click(await screen.findByRole("button", { name: "Open the sign-in page in your browser" }));
  await waitFor(() => expect(console.openedPages).toEqual(["question-1"]));
  expect(screen.queryByRole("link", { name: "Open the sign-in page in your browser" })).toBeNull();
  expect(screen.queryByText(/No browser could be opened/)).toBeNull();
  console.opensPages = false;
  fireEvent.click(screen.getByRole("button", { name: "Open the sign-in page in your browser" }));
  expect(await screen.findByText(/No browser could be opened/)).toBeTruthy();
});

test("a question to sign in shows its page and takes what is filled in", async () => {
  const console = open([signedOut]);
  console.questions.set({
    questions: [question],
  });
  fireEvent.click(await screen.findByRole("button", { name: "Decide" }));
  const link = await screen.findByRole("link", { name: "Open the sign-in page in your browser" });
  expect(link.getAttribute("href")).toBe("https://id.example/authorize?state=1");
  expect(link.getAttribute("rel")).toContain("noopener");
  const field = screen.getByLabelText<HTMLInputElement>("Password of the day");
  expect(field.type).toBe("password");
  fireEvent.change(field, { target: { value: "secret" } });
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() =>
    expect(console.answered).toEqual([{ id: "question-1", accept: true, answers: ["secret"] }]),
  );
});
