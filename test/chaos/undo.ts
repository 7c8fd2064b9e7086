/** What has to be undone at the end: last first, each whatever became of the others, once. */
export class Undo {
  readonly #tasks: (() => unknown)[] = [];
  #running: Promise<void> | undefined;

  add(task: () => unknown): void {
    this.#tasks.push(task);
  }

  run(): Promise<void> {
    this.#running ??= this.#undo();
    return this.#running;
  }

  async #undo(): Promise<void> {
    for (const task of this.#tasks.toReversed()) {
      try {
        await task();
      } catch (error) {
        console.error("could not tidy up:", error);
      }
    }
  }
}
