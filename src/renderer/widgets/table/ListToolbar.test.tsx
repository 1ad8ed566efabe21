// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createRef } from "react";
import { I18nextProvider } from "react-i18next";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createI18n } from "../../i18n/index.ts";
import { ListToolbar } from "./ListToolbar.tsx";
import { type ListView, unfolded } from "./list-settings.ts";

const sort = { by: "name", direction: "ascending" } as const;
const plain: ListView = { text: "", facets: {}, sort, columns: [], group: null, fold: unfolded };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** The toolbar of a list whose main answers when the test says so; `asked` is every filter that it was asked for. */
function open() {
  const i18n = createI18n("en");
  const asked: string[] = [];
  const filter = createRef<HTMLInputElement>();
  let view = plain;
  let isAnswered = true;
  const toolbar = () => (
    <I18nextProvider i18n={i18n}>
      <ListToolbar
        kind="vm"
        view={view}
        initial={plain}
        facets={{}}
        isAnswered={isAnswered}
        filter={filter}
        onChange={change}
      />
    </I18nextProvider>
  );
  const change = ({ text = view.text }: Partial<ListView>) => {
    asked.push(text);
    view = { ...view, text };
    isAnswered = false;
  };
  const { rerender } = render(toolbar());
  const show = () => rerender(toolbar());
  const box = screen.getByRole("searchbox");
  return {
    asked,
    type(value: string) {
      fireEvent.change(box, { target: { value } });
      show();
    },
    answer() {
      isAnswered = true;
      show();
    },
    rest: (milliseconds: number) => {
      act(() => vi.advanceTimersByTime(milliseconds));
      show();
    },
  };
}

it("asks for a filter with the first key, at once", () => {
  const { asked, type } = open();
  type("w");
  expect(asked).toEqual(["w"]);
});

it("asks for the newest filter when the answer comes, and for none between", () => {
  const { asked, type, answer } = open();
  for (const words of ["w", "we", "web"]) type(words);
  expect(asked).toEqual(["w"]);
  answer();
  expect(asked).toEqual(["w", "web"]);
  answer();
  expect(asked).toEqual(["w", "web"]);
});

it("does not wait for a slow answer once no key was struck for a while", () => {
  const { asked, type, rest } = open();
  type("w");
  type("we");
  rest(100);
  type("web");
  rest(100);
  expect(asked).toEqual(["w"]);
  rest(100);
  expect(asked).toEqual(["w", "web"]);
});
