/** What the next so many requests get instead of a good answer. */
export class Refusals<Answer> {
  readonly #queue: { answer: Answer; times: number }[] = [];

  add(answer: Answer, times = 1): void {
    if (times > 0) this.#queue.push({ answer, times });
  }

  /** From now on all is well. */
  clear(): void {
    this.#queue.length = 0;
  }

  /** What `next` will answer. */
  peek(): Answer | undefined {
    return this.#queue[0]?.answer;
  }

  /** Undefined: this one is answered well. */
  next(): Answer | undefined {
    const first = this.#queue[0];
    if (first && --first.times === 0) this.#queue.shift();
    return first?.answer;
  }
}
