// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { text } from "../../../shared/text.ts";
import { structureFaults } from "../../testing/accessibility.ts";
import { nobody } from "../../testing/memory-people.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const key = (name: string) => ({ type: "ssh-ed25519", fingerprint: `SHA256:${name}`, comment: name });
const operator = (id: string, name: string, more: Partial<PeopleView["operators"][number]> = {}) => ({
  ...{ id, name, keys: [key(id)], kept: false, keychain: false, roles: [] },
  ...more,
});
const people: PeopleView = {
  ...nobody,
  roles: true,
  breakGlass: { minutes: 30 },
  operators: [operator("ada", "Ada", { kept: true }), operator("bob", "Bob", { keychain: true })],
};
const asAda: PeopleView = { ...people, me: "ada", signedIn: { operator: "ada", way: "agent", at: 0 } };
const pass: PeopleView["passes"][number] = {
  id: "pass-1",
  operator: "bob",
  reason: "nobody else can be reached",
  from: 0,
  until: 60_000,
  active: false,
  touched: ["run-7"],
  review: null,
  announced: { state: "announced", attempts: 0, at: null, why: null },
};

function open(view: PeopleView, place: "#/people" | "#/overview" = "#/people") {
  opened = openWindow(place, (one) => one.people.view.set(view));
  return opened.console;
}

const type = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });
const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>("button", { name });

describe("signing in", () => {
  it("asks who one is and for the proof, and keeps no passphrase in sight", async () => {
    const console = open(people);
    const form = within(await screen.findByRole("form", { name: "Sign in" }));
    const go = form.getByRole<HTMLButtonElement>("button", { name: "Sign in" });
    expect(go.disabled).toBe(true);
    type(form.getByRole("combobox", { name: "Who you are" }), "ada");
    fireEvent.click(form.getByRole("radio", { name: "here, with the key that this console keeps" }));
    expect(go.disabled).toBe(true);
    const passphrase = form.getByLabelText<HTMLInputElement>("Passphrase of the key");
    expect(passphrase.type).toBe("password");
    type(passphrase, "night shift");
    expect(await structureFaults()).toEqual([]);
    fireEvent.click(go);
    await waitFor(() => expect(console.people.asked).toContain("sign in ada kept"));
    await waitFor(() =>
      expect(form.getByLabelText<HTMLInputElement>("Passphrase of the key").value).toBe(""),
    );
  });

  it("takes the key of the keychain, and a signature that was made elsewhere over a challenge", async () => {
    const console = open(people);
    const form = within(await screen.findByRole("form", { name: "Sign in" }));
    type(form.getByRole("combobox", { name: "Who you are" }), "bob");
    fireEvent.click(form.getByRole("radio", { name: "here, with the key of the keychain" }));
    const go = form.getByRole<HTMLButtonElement>("button", { name: "Sign in" });
    fireEvent.click(go);
    await waitFor(() => expect(console.people.asked).toContain("sign in bob keychain"));
    await waitFor(() => expect(go.disabled).toBe(false));
    fireEvent.click(form.getByRole("radio", { name: "on another console, or with ssh-keygen" }));
    expect(go.disabled).toBe(true);
    fireEvent.click(form.getByRole("button", { name: "Ask for a challenge" }));
    expect((await form.findByRole<HTMLTextAreaElement>("textbox", { name: "Challenge" })).value).toBe(
      "challenge of bob",
    );
    type(form.getByRole("textbox", { name: "Signature" }), "-----BEGIN SSH SIGNATURE-----");
    expect(await structureFaults()).toEqual([]);
    fireEvent.click(go);
    await waitFor(() => expect(console.people.asked).toContain("sign in bob signature"));
  });

  it("says why whoever had signed in has not any more", async () => {
    open({ ...people, ended: text("You are no operator any more.", "Vous n'êtes plus opérateur.") });
    expect(await screen.findByText("You are no operator any more.")).toBeTruthy();
    expect(await screen.findByRole("form", { name: "Sign in" })).toBeTruthy();
  });
});

describe("the lock", () => {
  it("lies over everything, says who had signed in, and takes the focus; signing in opens it", async () => {
    const console = open({ ...asAda, locked: true }, "#/overview");
    const heading = await screen.findByRole("heading", { name: "This window is locked" });
    await waitFor(() => expect(document.activeElement).toBe(heading));
    expect(screen.getByText(/Ada has signed in here/)).toBeTruthy();
    // What lies below can neither be read nor reached.
    for (const link of document.querySelectorAll("nav a")) expect(link.closest("[inert]")).not.toBeNull();
    expect(await structureFaults()).toEqual([]);
    const form = within(screen.getByRole("form", { name: "Sign in" }));
    expect(form.getByRole<HTMLSelectElement>("combobox", { name: "Who you are" }).value).toBe("ada");
    fireEvent.click(form.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(console.people.asked).toContain("sign in ada agent"));
    console.people.view.set(asAda);
    await waitFor(() => expect(screen.queryByText("This window is locked")).toBeNull());
  });
});

describe("break-glass", () => {
  it("is taken for a reason that says something, by a signature", async () => {
    const console = open(asAda);
    const form = within(await screen.findByRole("form", { name: "Take every right for 30 minutes" }));
    const take = form.getByRole<HTMLButtonElement>("button", { name: "Take every right for 30 minutes" });
    expect(take.disabled).toBe(true);
    const reason = form.getByRole("textbox", { name: "Reason (10 characters or more)" });
    type(reason, "     ok      ");
    expect(take.disabled).toBe(true);
    type(reason, "nobody else can be reached");
    expect(await structureFaults()).toEqual([]);
    fireEvent.click(take);
    await waitFor(() =>
      expect(console.people.asked).toContain("break glass agent: nobody else can be reached"),
    );
  });

  it("stands on every page while it lasts, and can be given back", async () => {
    const until = Date.now() + 600_000;
    const console = open({ ...asAda, passes: [{ ...pass, active: true, until }] });
    expect(await screen.findByRole("link", { name: /BREAK-GLASS: Bob has every right/ })).toBeTruthy();
    fireEvent.click(await button("Give back the rights of Bob"));
    await waitFor(() => expect(console.people.asked).toContain("end pass-1"));
  });

  it("is reviewed by somebody else, and not by whoever took it", async () => {
    const console = open({ ...asAda, passes: [pass] });
    const review = await button("Close the review of Bob");
    expect(review.disabled).toBe(true);
    type(screen.getByRole("textbox", { name: /What the review has found/ }), "looked at it, it was right");
    expect(await structureFaults()).toEqual([]);
    fireEvent.click(review);
    await waitFor(() => expect(console.people.asked).toContain("review pass-1: looked at it, it was right"));
    console.people.view.set({ ...asAda, me: "bob", passes: [pass] });
    expect(await screen.findByText("Not reviewed yet: another operator has to.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Close the review of Bob" })).toBeNull();
  });

  it("says whether others were told, and why not", async () => {
    const told = (announced: (typeof pass)["announced"]) => ({ ...asAda, passes: [{ ...pass, announced }] });
    const why = text("The hook refuses the connection.", "Le crochet refuse la connexion.");
    const console = open(told({ state: "pending", attempts: 3, at: 0, why }));
    expect(await screen.findByText("It is being announced to others.")).toBeTruthy();
    expect(screen.getByText(/3 tries have failed, .*: The hook refuses the connection\./)).toBeTruthy();
    for (const [state, words] of [
      ["nowhere", /It was announced to nobody/],
      ["uncertain", /no answer came/],
      ["given-up", /could not be announced/],
      ["announced", "It was announced to others."],
    ] as const) {
      console.people.view.set(told({ state, attempts: 0, at: null, why: null }));
      expect(await screen.findByText(words)).toBeTruthy();
    }
  });
});
