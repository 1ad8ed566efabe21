// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Plan } from "../../../shared/plan.ts";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { sameText } from "../../../shared/text.ts";
import { emptyPlan, emptyRun } from "../../testing/empty-run.ts";
import { type MemoryConsole, start } from "../../testing/memory-console.ts";
import { nobody } from "../../testing/memory-people.ts";
import { openWindow } from "../../testing/screen.tsx";
import { gateNode, standing } from "../procedures/testing/nodes.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(...at: Parameters<typeof openWindow>): MemoryConsole {
  opened = openWindow(...at);
  return opened.console;
}

const key = (name: string) => ({ type: "ssh-ed25519", fingerprint: `SHA256:${name}`, comment: name });
const people: PeopleView = {
  ...nobody,
  me: "ada",
  account: "adalove",
  operators: [
    { id: "ada", name: "Ada", keys: [key("ada")], kept: false, keychain: false, roles: [] },
    { id: "bob", name: "Bob", keys: [key("bob")], kept: true, keychain: false, roles: [] },
    { id: "cyd", name: "Cyd", keys: [], kept: false, keychain: false, roles: [] },
  ],
};

const type = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });
const button = (name: string) => screen.findByRole<HTMLButtonElement>("button", { name });

const twoPeople = gateNode("go");
twoPeople.gate.approvers = 2;
const plan: Plan = { ...emptyPlan, hash: "f00d", nodes: [twoPeople] };

function atGate(
  console: MemoryConsole,
  asked?: { by: string; to: string | null; at: number; expiresAt: number },
) {
  console.people.view.set(people);
  console.planned = { plan, problems: [], typeToConfirm: null };
  const step = {
    ...standing("go", { state: "waiting", blockedBy: { kind: "gate", text: sameText("wait"), nodes: [] } }),
    ...(asked && { asked }),
  };
  console.run.set({
    ...emptyRun,
    actor: "ada",
    status: "waiting",
    endedAt: null,
    startedAt: start,
    planHash: plan.hash,
    steps: [step],
  });
}

describe("people", () => {
  it("stand with their keys; a key is kept and forgotten", async () => {
    const console = open("#/people", (one) => one.people.view.set(people));
    expect(await screen.findByText("This console acts for Ada (adalove).")).toBeTruthy();
    expect(screen.getByText("SHA256:bob")).toBeTruthy();
    expect(screen.getByText("no key: they cannot sign")).toBeTruthy();
    fireEvent.click(await button("Forget the key of Bob"));
    await waitFor(() => expect(console.people.asked).toContain("forget bob"));
    fireEvent.click(await button("Keep a key of Ada"));
    const form = within(screen.getByRole("form", { name: "Keep a key of Ada" }));
    const keep = form.getByRole<HTMLButtonElement>("button", { name: "Keep a key" });
    expect(keep.disabled).toBe(true);
    type(form.getByRole("textbox"), "-----BEGIN OPENSSH PRIVATE KEY-----");
    fireEvent.click(keep);
    await waitFor(() => expect(console.people.asked).toContain("keep ada"));
    await waitFor(() => expect(screen.queryByRole("form")).toBeNull());
  });

  it("read a request before they sign it", async () => {
    const console = open("#/people", (one) => one.people.view.set(people));
    type(await screen.findByRole("textbox", { name: "Request" }), "{}");
    fireEvent.click(await button("Read it"));
    type(await screen.findByRole("combobox", { name: "Sign as" }), "bob");
    const approve = await button("Sign to approve");
    expect(approve.disabled).toBe(true);
    fireEvent.click(screen.getByRole("radio", { name: "here, with the key that this console keeps" }));
    type(screen.getByLabelText("Passphrase of the key"), "night shift");
    fireEvent.click(approve);
    const signature = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Signature" });
    expect(signature.value).toBe("signature of bob");
    expect(console.people.asked).toContain("sign bob approve kept");
    expect(screen.getByLabelText<HTMLInputElement>("Passphrase of the key").value).toBe("");
  });
});

describe("a gate for two people", () => {
  it("is not approved by whoever leads the run; another signs here, and no passphrase stays", async () => {
    const console = open("#/runs/run-1", (one) => atGate(one));
    const who = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Who approves" });
    expect([...who.options].map(({ value }) => value)).toEqual(["bob"]);
    expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
    const approve = await button("Approve as Bob");
    expect(approve.disabled).toBe(true);
    fireEvent.click(screen.getByRole("radio", { name: "here, with the key that this console keeps" }));
    type(screen.getByLabelText("Passphrase of the key"), "night shift");
    fireEvent.click(approve);
    await waitFor(() =>
      expect(console.people.asked).toEqual(["request run-1 go bob", "sign bob approve kept"]),
    );
    await waitFor(() => expect(console.runDecisions).toEqual(["approve run-1 go"]));
    expect(screen.getByLabelText<HTMLInputElement>("Passphrase of the key").value).toBe("");
  });

  it("is put to somebody elsewhere, says who has not answered, and takes the signature that is brought back", async () => {
    const asked = { by: "ada", to: "bob", at: Date.now() - 120_000, expiresAt: Date.now() + 600_000 };
    const console = open("#/runs/run-1", (one) => atGate(one, asked));
    expect(await screen.findByText(/Ada asked Bob 2 min/)).toBeTruthy();
    fireEvent.click(await screen.findByRole("radio", { name: "on another console, or with ssh-keygen" }));
    fireEvent.click(await button("Ask Bob"));
    const request = await screen.findByRole<HTMLTextAreaElement>("textbox", {
      name: "Carry this to them, and bring the signature back:",
    });
    expect(request.value).toContain("request of go");
    const approve = await button("Approve as Bob");
    expect(approve.disabled).toBe(true);
    type(screen.getByRole("textbox", { name: "Hand in the signature" }), "-----BEGIN SSH SIGNATURE-----");
    fireEvent.click(approve);
    await waitFor(() => expect(console.runDecisions).toEqual(["approve run-1 go"]));
    expect(console.people.asked).toEqual(["request run-1 go bob"]);
  });

  it("is signed by whoever it was put to at their own window, once it was", async () => {
    const console = open("#/runs/run-1", (one) => {
      atGate(one);
      one.people.view.set({ ...people, me: "bob" });
    });
    expect(await screen.findByText(/once Ada has put it to you/)).toBeTruthy();
    expect(screen.queryByRole("combobox", { name: "Who approves" })).toBeNull();
    atGate(console, { by: "ada", to: "bob", at: Date.now(), expiresAt: Date.now() + 600_000 });
    console.people.view.set({ ...people, me: "bob" });
    const who = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Who approves" });
    expect(who.value).toBe("bob");
    fireEvent.click(screen.getByRole("radio", { name: "here, with ssh-agent" }));
    fireEvent.click(await button("Approve as Bob"));
    await waitFor(() =>
      expect(console.people.asked).toEqual(["request run-1 go bob", "sign bob approve agent"]),
    );
  });

  it("is passed by nobody alone once it was refused", async () => {
    open("#/runs/run-1", (one) => {
      atGate(one);
      const refused = standing("go", {
        state: "failed",
        blockedBy: { kind: "person", text: sameText("?"), nodes: [] },
      });
      one.run.set({ ...emptyRun, actor: "ada", status: "waiting", endedAt: null, steps: [refused] });
    });
    const over = await screen.findByRole("form", { name: "Hand over" });
    const own = screen.getAllByRole("textbox", { name: "Reason" }).filter((field) => !over.contains(field));
    expect(own).toHaveLength(1);
    type(own[0] as HTMLElement, "alone");
    for (const name of ["Skip", "It is done"]) expect((await button(name)).disabled).toBe(true);
    expect((await button("Try again")).disabled).toBe(false);
    expect(screen.getAllByText("It wants two people: nobody goes past it alone.")).toHaveLength(2);
  });

  it("is noted upon, with a file, and handed over with a reason", async () => {
    const console = open("#/runs/run-1", (one) => atGate(one));
    const file = new File(["call"], "call.txt");
    fireEvent.change(await screen.findByLabelText("Attach a file (10 MB at most)"), {
      target: { files: [file] },
    });
    type(screen.getByRole("textbox", { name: "Note" }), "she was called");
    fireEvent.click(await button("Write it down"));
    expect(await screen.findByText("she was called")).toBeTruthy();
    expect(await button("call.txt")).toBeTruthy();
    const over = await button("Hand over");
    expect(over.disabled).toBe(true);
    const form = within(screen.getByRole("form", { name: "Hand over" }));
    type(form.getByRole("textbox", { name: "Reason" }), "end of shift");
    fireEvent.click(over);
    await waitFor(() => expect(console.people.asked).toContain("hand over run-1 to bob: end of shift"));
  });
});
