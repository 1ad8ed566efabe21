export const tabs = ["facts", "relations", "events", "terminal", "journal"] as const;
export type Tab = (typeof tabs)[number];
