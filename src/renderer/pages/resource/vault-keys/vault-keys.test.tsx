// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { text } from "../../../../shared/text.ts";
import type { RekeyView } from "../../../../shared/vault-keys.ts";
import type { VaultToken } from "../../../../shared/vault-tokens.ts";
import { hostRow, type MemoryConsole, rebootOffer } from "../../../testing/memory-console.ts";
import { openWindow } from "../../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
  vi.unstubAllGlobals();
});

const cluster = "vault/cluster";
const rekey: RekeyView = {
  state: "new-shares",
  held: "unseal",
  attempt: "round-2",
  entered: 1,
  needed: 2,
  threshold: 2,
  shares: 2,
  holders: [
    { id: "ada", fingerprint: "ab".repeat(20), sealed: "-----BEGIN PGP MESSAGE-----" },
    { id: "ben", fingerprint: null, sealed: null },
  ],
  strangers: [],
  error: null,
  readAt: Date.now(),
};
const token = (accessor: string, part: Partial<VaultToken> = {}): VaultToken => ({
  accessor,
  name: "approle",
  path: "auth/approle/login",
  policies: ["default", "deploy"],
  createdAt: Date.now() - 60_000,
  expiresAt: null,
  uses: 0,
  orphan: true,
  renewable: true,
  own: false,
  ...part,
});
const offer = (id: string, verb: string, unavailable: string | null = null) =>
  rebootOffer({
    ...{ id, title: text(verb, verb), verb: text(verb, verb) },
    fields:
      id === "vault.revoke-token"
        ? [
            {
              ...{ name: "accessor", label: text("Accessor", "Accesseur"), type: "text", required: true },
              ...{ choices: [], initial: null },
            },
          ]
        : [],
    unavailable: unavailable === null ? null : text(unavailable, unavailable),
  });

function open(prepare: (console: MemoryConsole) => void = () => {}): MemoryConsole {
  opened = openWindow(`#/resource/${encodeURIComponent(cluster)}/vault-keys`, (console) => {
    console.hosts.set([hostRow(cluster, { kind: "service", name: "Vault", system: "vault" })]);
    console.offers = [
      offer("vault.rekey-proof", "Prove a share"),
      offer("vault.rekey-begin", "Begin", "It is under way."),
      offer("vault.revoke-token", "Revoke"),
    ];
    console.vaults.rekey = rekey;
    prepare(console);
  });
  return opened.console;
}

it("shows how new shares stand, whose keys they are sealed with, and what comes next", async () => {
  const copied: string[] = [];
  vi.stubGlobal("navigator", {
    clipboard: { writeText: async (words: string) => void copied.push(words) },
  });
  open();
  const shares = within(await screen.findByRole("region", { name: "Shares of the key" }));
  expect(await shares.findByText(/1 of 2 are proven/)).toBeTruthy();
  expect(shares.getByText(/Attempt round-2/)).toBeTruthy();
  const rows = within(shares.getByRole("grid", { name: "Who gets a new share" })).getAllByRole("row");
  expect(rows[1]?.textContent).toContain("ABAB ABAB");
  expect(rows[2]?.textContent).toContain("not toldnone yet");
  fireEvent.click(shares.getByRole("button", { name: "Copy for ada" }));
  await waitFor(() => expect(copied).toEqual(["-----BEGIN PGP MESSAGE-----"]));
  const group = within(shares.getByRole("group", { name: "What is done about the shares" }));
  expect(group.getAllByRole("button").map((each) => each.textContent)).toEqual(["Begin", "Prove a share"]);
  expect(group.getByRole("button", { name: "Begin" }).getAttribute("aria-disabled")).toBe("true");
});

it("warns of keys that the estate does not name, and says why holders are not known", async () => {
  open(({ vaults }) => {
    vaults.rekey = { ...rekey, holders: [], strangers: ["cd".repeat(20)], error: vaults.missing };
  });
  expect(await screen.findByText(/keys that the estate does not name/)).toBeTruthy();
  expect(screen.getByText("May not be seen.")).toBeTruthy();
});

it("lists tokens when they are wanted, finds them by words, and offers to revoke each but its own", async () => {
  const console = open(({ vaults }) => {
    const tokens = [token("own-token", { own: true }), token("other"), token("ldap", { path: "auth/ldap" })];
    vaults.tokens = { tokens, total: 7, readAt: Date.now() };
  });
  const panel = within(await screen.findByRole("region", { name: "Tokens" }));
  expect(console.vaults.asked).toEqual([]);
  fireEvent.click(panel.getByRole("button", { name: "List the tokens" }));
  expect(await panel.findByText(/Only 3 of 7 tokens/)).toBeTruthy();
  expect(panel.getAllByRole("button", { name: "Revoke" })).toHaveLength(2);
  fireEvent.change(panel.getByRole("searchbox"), { target: { value: "LDAP deploy" } });
  expect(await panel.findByText(/^1 token/)).toBeTruthy();
  fireEvent.click(panel.getByRole("button", { name: "Revoke" }));
  const sheet = within(await screen.findByRole("dialog"));
  expect(sheet.getByLabelText<HTMLInputElement>(/Accessor/).value).toBe("ldap");
});

it("says what recovery key shares are good for, where it opens by itself", async () => {
  open(({ vaults }) => {
    vaults.rekey = { ...rekey, held: "recovery" };
  });
  expect(await screen.findByText(/recovery key shares: they do not open it/)).toBeTruthy();
});

it("says why nothing is told", async () => {
  open(({ vaults }) => {
    vaults.rekey = null;
  });
  expect(await screen.findByText("May not be seen.")).toBeTruthy();
});
