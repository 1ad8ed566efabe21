/** The views of one thing, in their order. */
export const tabs = ["facts", "relations", "events", "terminal", "journal"] as const;
export type Tab = (typeof tabs)[number];
