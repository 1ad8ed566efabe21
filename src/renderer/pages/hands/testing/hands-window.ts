import { act, screen, waitFor } from "@testing-library/react";
import { expect } from "vitest";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { ConsoleOffer } from "../../../../shared/resource-detail.ts";
import type { Recording, ScreenEvent } from "../../../../shared/screen.ts";
import { sameText, text } from "../../../../shared/text.ts";
import { useOpenScreens } from "../../../state/open-screens.ts";
import { hostRow, type MemoryConsole, rebootOffer, start } from "../../../testing/memory-console.ts";
import { openWindow } from "../../../testing/screen.tsx";
import { screensOf } from "../screens.ts";
import { stage } from "./stage.ts";

/** A screen over AMT, which can be opened. */
export const amt: ConsoleOffer = { kind: "screen", system: "amt", unavailable: null };
const power = (id: string, part: Partial<ActionOffer> = {}) =>
  rebootOffer({ id, title: sameText(id), verb: sameText(id), ...part });
const offers = [
  power("amt.reset"),
  power("amt.power-on", { unavailable: text("It is on.", "Elle est allumée.") }),
  power("amt.power-off"),
  power("amt.boot-once", {
    fields: [
      {
        name: "device",
        label: sameText("Start from"),
        type: "choice",
        required: true,
        choices: [
          { value: "bios", label: sameText("BIOS setup") },
          { value: "pxe", label: sameText("Network") },
        ],
        initial: "bios",
      },
    ],
  }),
  power("amt.make-reachable", { title: text("Make it reachable", "Rendre joignable") }),
  rebootOffer(),
];

let opened: ReturnType<typeof openWindow> | null = null;
let machines = 0;
/** The machine of the test at hand. Screens outlive their page, so that each test has one of its own. */
export let id = "";

/** Takes a new machine; to be called before each test. */
export function takeMachine(): void {
  machines += 1;
  id = `tower-${machines}`;
  stage.fars.length = 0;
}

/** Closes the window and its screens. */
export function closeHands(): void {
  for (const each of [...screensOf(id), ...screensOf("tower-z")]) each.dispose();
  opened?.close();
  opened = null;
  useOpenScreens.setState({ open: [] });
}

/** Opens the window at a place, with the machine, its screen and its offers, and with `tower-z`. */
export function open(
  place: (id: string) => string,
  prepare: (console: MemoryConsole) => void = () => {},
): MemoryConsole {
  opened = openWindow(place(id), (console) => {
    console.hosts.set([
      hostRow(id, { cells: { "power.state": "on" } }),
      hostRow("tower-z", { cells: { "power.state": "off" } }),
    ]);
    console.offers = offers;
    console.consoles = [amt];
    prepare(console);
  });
  return opened.console;
}

export const atTab = (name: string) => `#/resource/${name}/screen`;
export const far = () => stage.fars.at(-1) ?? expect.fail("no channel was opened");
export const painter = () => stage.painters.at(-1) ?? expect.fail("nothing was painted");
export const button = (name: string | RegExp) => screen.getByRole("button", { name });

/** Main says something on the newest screen. */
export async function say(event: ScreenEvent): Promise<void> {
  await act(async () => {
    far().send(JSON.stringify(event));
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
}

export function live(part: Partial<Extract<ScreenEvent, { type: "opened" }>> = {}): ScreenEvent {
  return {
    type: "opened",
    name: id,
    width: 800,
    height: 600,
    route: "amt-redirection",
    recording: null,
    ...part,
  };
}

/** Waits for the screen that is opened as number `count`, and lets it show a first picture. */
export async function shown(count = 1): Promise<void> {
  await waitFor(() => expect(stage.fars.length).toBe(count));
  await say(live());
  await say({ type: "first-pixels", at: start + 500 });
}

/** A recording of the machine, a minute long. */
export function kept(part: Partial<Recording> = {}): Recording {
  return {
    id: "r1",
    resource: id,
    resourceName: id,
    startedAt: start,
    endedAt: start + 60_000,
    bytes: 2048,
    width: 800,
    height: 600,
    trouble: null,
    ...part,
  };
}
