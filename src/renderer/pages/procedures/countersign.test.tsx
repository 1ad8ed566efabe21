// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { emptyPlan, emptyRun } from "../../testing/empty-run.ts";
import { start } from "../../testing/memory-console.ts";
import { nobody } from "../../testing/memory-people.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const key = { type: "ssh-ed25519", fingerprint: "SHA256:bob", comment: "bob" };
const handed: NonNullable<RunFrame["handOver"]> = {
  ...{ from: "ada", to: "bob", reason: "end of shift", at: start, request: '{"to":"bob"}' },
  signed: null,
};

/** A run that Ada started and handed over to Bob. */
function open(handOver: RunFrame["handOver"], { keys = [key] } = {}) {
  opened = openWindow("#/runs/run-1", (one) => {
    const operators = [
      { id: "ada", name: "Ada", keys: [key], kept: false, keychain: false, roles: [] },
      { id: "bob", name: "Bob", keys, kept: true, keychain: false, roles: [] },
    ];
    one.people.view.set({ ...nobody, me: "ada", operators });
    one.planned = { plan: emptyPlan, problems: [], typeToConfirm: null };
    const run = { ...emptyRun, actor: "ada", leader: "bob", endedAt: null, startedAt: start };
    one.run.set({ ...run, status: "running", ...(handOver && { handOver }) });
  });
  return opened.console;
}

const region = () => screen.findByRole("region", { name: "Hand-over" });

describe("a run that was handed over", () => {
  it("is taken with the key that is kept here, and the passphrase does not stay in the window", async () => {
    const console = open(handed);
    const form = within(within(await region()).getByRole("form", { name: "Take it as Bob" }));
    const take = form.getByRole<HTMLButtonElement>("button", { name: "Take it as Bob" });
    expect(take.disabled).toBe(true);
    const passphrase = form.getByLabelText<HTMLInputElement>(/passphrase/i, {
      selector: "input[type=password]",
    });
    fireEvent.change(passphrase, { target: { value: "open sesame" } });
    fireEvent.click(take);
    await waitFor(() => expect(console.people.asked).toContain("countersign run-1: kept"));
    await waitFor(() => expect(passphrase.value).toBe(""));
  });

  it("is taken by what was signed elsewhere", async () => {
    const console = open(handed);
    const form = within(await region());
    fireEvent.click(form.getByRole("radio", { name: /elsewhere|another/i }));
    expect(form.getByDisplayValue(handed.request)).toBeTruthy();
    const brought = form.getByRole("textbox", { name: "Hand in the signature" });
    fireEvent.change(brought, { target: { value: "-----BEGIN SSH SIGNATURE-----" } });
    fireEvent.click(form.getByRole("button", { name: "Take it as Bob" }));
    await waitFor(() =>
      expect(console.people.asked).toContain("countersign run-1: -----BEGIN SSH SIGNATURE-----"),
    );
  });

  it("shows who took it and by which key, and asks nobody any more", async () => {
    open({ ...handed, signed: { at: start + 60_000, fingerprint: "SHA256:bob" } });
    const shown = within(await region());
    expect(shown.getByText(/Ada handed the run over to Bob/)).toBeTruthy();
    expect(shown.getByText("SHA256:bob")).toBeTruthy();
    expect(shown.queryByRole("form")).toBeNull();
  });

  it("says so where whoever takes it has no key", async () => {
    open(handed, { keys: [] });
    expect(within(await region()).getByText(/no key in the estate/)).toBeTruthy();
  });
});
