/** Starts work for a name unless it is under way for that name already. */
export function oneAtATime(work: (name: string) => Promise<void>): (name: string) => void {
  const underWay = new Set<string>();
  return (name) => {
    if (underWay.has(name)) return;
    underWay.add(name);
    void work(name).finally(() => underWay.delete(name));
  };
}
