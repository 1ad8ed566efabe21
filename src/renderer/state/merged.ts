/**
 * Several streams as one, in the order in which things come. It ends when all have ended and fails when one fails; when
 * it is left, all are.
 */
export async function* merged<Item>(
  streams: readonly AsyncIterable<Item>[],
): AsyncGenerator<Item, void, void> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const next = (index: number) => iterators[index]?.next().then((result) => ({ index, result }));
  const waiting = new Map(iterators.map((_, index) => [index, next(index)]));
  try {
    while (waiting.size > 0) {
      const first = await Promise.race(waiting.values());
      if (first === undefined) continue;
      const { index, result } = first;
      if (result.done) waiting.delete(index);
      else {
        waiting.set(index, next(index));
        yield result.value;
      }
    }
  } finally {
    for (const pending of waiting.values()) pending?.catch(() => {});
    await Promise.allSettled(iterators.map((iterator) => iterator.return?.()));
  }
}
