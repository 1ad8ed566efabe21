import type { Action } from "../../../actions/action.ts";

/** The same actions; `changed` is called whenever one of them has ended what may have changed something, or looked at it. */
export function tellingChanges(actions: readonly Action[], changed: () => void): Action[] {
  const told = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } finally {
      changed();
    }
  };
  return actions.map((action) => {
    const { undo } = action;
    return {
      ...action,
      apply: (...given) => told(action.apply(...given)),
      verify: (...given) => told(action.verify(...given)),
      settle: (...given) => told(action.settle(...given)),
      ...(undo && { undo: (...given) => told(undo(...given)) }),
    };
  });
}
