/** Does tasks, so many at a time, each as soon as another is done; what they give, in their order. */
export async function atMost<T>(width: number, tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const waiting = [...tasks.entries()];
  const done: T[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      done[next[0]] = await next[1]();
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return done;
}
